"""Writes minilm.json: the tokens of five sentences by all-MiniLM-L6-v2's own tokenizer.

    /path/to/python minilm.py FOLDER                   (tokenizers; FOLDER holds tokenizer.json)

The truncation and padding that the file stores are left out. The test that reads it runs where the environment
variable PETL_MINILM names the folder; the cosines that it expects are those of an independent forward pass.
"""
import json
import pathlib
import sys

import tokenizers

SENTENCES = ["A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby.",
             "Someone consumes a meal.", "Stock markets fell sharply on Monday."]

tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(sys.argv[1]) / "tokenizer.json"))
tokenizer.no_truncation()
tokenizer.no_padding()
path = pathlib.Path(__file__).with_name("minilm.json")
path.write_text(json.dumps({"ids": [tokenizer.encode(text).ids for text in SENTENCES],
                            "cosines": [0.7553, -0.1050, 0.7197, 0.0046],
                            "first": [0.03324157, 0.00440606, -0.00627695, 0.04837871, -0.13870225]}) + "\n")
