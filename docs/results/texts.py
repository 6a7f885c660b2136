"""MiniLM on two sets of questions, without and with ReSoRA: runs what is missing and prints the tables.

    swift build -c release
    PETL_MINILM=all-MiniLM-L6-v2 python3 docs/results/texts.py runs/texts --keep docs/results/texts.csv

One recipe for all, Examples/recipes/text-classification.yaml, in one stage: all-MiniLM-L6-v2, the mean of a text's tokens,
one linear map. banking77 (Casanueva et al. 2020, CC BY 4.0): 5 training texts of each of 77 classes; clinc (Larson et al.
2019, CC BY 3.0): 3 of each of 150. For each method and set, the learning rate is that of three with the best val
accuracy, and ReSoRA's weight, at that rate, that of 0.01, 0.1 and 1; both with a seed of their own. Then five seeds
without and with it. Nothing is chosen on test. The sets are in `text` of the folder that the environment names,
PETL_DATA; PETL_MINILM names the folder of the weights.
"""

import csv
import json
import os

import methods
from real_data import DATA

TEXTS = DATA / "text"
methods.SETS = ["banking77", "clinc"]
methods.METHODS = [
    ("head alone", "{type: linear-probe}", [3e-3, 1e-2, 3e-2], False),
    ("LoRA r8", "{type: lora, rank: 8, sites: [query, value]}", [1e-3, 3e-3, 1e-2], True),
    ("AdaptFormer r8", "{type: adaptformer, rank: 8, scale: 1}", [1e-3, 3e-3, 1e-2], True),
    ("PoLAR r8", "{type: polar, rank: 8, sites: [query, value]}", [1e-3, 3e-3, 1e-2], True),
]


class TextRuns(methods.Runs):
    recipe = "Examples/recipes/text-classification.yaml"

    def settings(self, data, adapter, rate, seed, weight=None):
        path, shots = (self.banking(), 5) if data == "banking77" else (self.clinc(), 3)
        fractions = ", val_fraction: 0.02, test_fraction: 0.1" if data == "banking77" else ""
        label = "category" if data == "banking77" else "label"
        found = f"[{{type: resora, measure: linear, weight: {weight}}}]" if weight is not None else "~"
        return [
            f"adapter={adapter}", f"optimizer.learning_rate={rate}", f"seed={seed}", "threads=1",
            f"backbone.weights={os.environ['PETL_MINILM']}",
            f"data={{type: text, path: {path}, shots: {shots}{fractions}}}", f"text.label={label}", "text.length=48",
            "text.group_by_length=true", f"regularizers={found}", "stages=[{name: train, epochs: 5}]", "control=false",
            "selection=last",
        ]

    def banking(self):
        return TEXTS / "banking77_train.csv"

    def clinc(self):
        """The set as a folder of CSV files, its val and test splits thinned to every tenth and every fifth text."""
        folder = self.root / "clinc"
        if not folder.exists():
            stored = json.loads((TEXTS / "clinc_small.json").read_text())
            folder.mkdir(parents=True)
            for split, step in [("train", 1), ("val", 10), ("test", 5)]:
                with open(folder / f"{split}.csv", "w", newline="") as file:
                    csv.writer(file).writerows([["text", "label"]] + stored[split][::step])
        return folder


if __name__ == "__main__":
    methods.main(TextRuns, __doc__)
