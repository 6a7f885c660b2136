"""SmolLM2-135M-Instruct on two sets of texts, without and with ReSoRA: runs what is missing and prints the tables.

    swift build -c release
    PETL_SMOLLM2=SmolLM2-135M-Instruct.Q4_1.gguf python3 docs/results/decoders.py runs/decoders --keep docs/results/decoders.csv

`plays` are passages of Shakespeare (public domain) of up to 64 tokens; `sums` are the shorter ones of GSM8K's questions
with their answers (Cobbe et al. 2021, MIT), of which the answer is learned. One recipe for both: one epoch, 4 texts a
step, on the stored weights. For each method and set, the learning rate is that of three with the least val loss, and
ReSoRA's weight, at that rate, that of 0.01, 0.1 and 1; both with a seed of their own. Then five seeds without and with
it, and what these write after the beginnings of 24 test texts (greedy, 24 tokens): how much it differs. Nothing is
chosen on test. The texts are in `text` of the folder that the environment names, PETL_DATA.
"""

import json
import math
import os
import statistics
import subprocess

import methods
from methods import holm, row, sign_flip
from real_data import DATA

TEXTS = DATA / "text"
COUNTS = {"train": 160, "val": 24, "test": 64}
methods.SETS = ["plays", "sums"]
methods.LAMBDAS = [0.01, 0.1, 1]
methods.METHODS = [
    ("LoRA r8", "{type: lora, rank: 8, sites: [query, value]}", [3e-4, 1e-3, 3e-3], True),
    ("PoLAR r8", "{type: polar, rank: 8, sites: [query, value]}", [3e-4, 1e-3, 3e-3], True),
]


class DecoderRuns(methods.Runs):
    recipe = "Examples/recipes/language-model.yaml"
    OTHERS = ["distinct2", "selfBLEU4", "entropy"]

    def settings(self, data, adapter, rate, seed, weight=None):
        found = f"[{{type: resora, measure: linear, weight: {weight}}}]" if weight is not None else "~"
        return [
            f"adapter={adapter}", f"optimizer.learning_rate={rate}", f"seed={seed}", "threads=1",
            f"backbone.weights={os.environ['PETL_SMOLLM2']}", f"data={{type: text, path: {self.texts(data)}}}",
            "text.length=128", "text.group_by_length=true", f"regularizers={found}", "batch_size=4",
            "stages=[{name: train, epochs: 1}]", "control=false", "selection=last",
        ]

    def texts(self, data):
        """The folder of a set, written when it is not there."""
        folder = self.root / "texts" / data
        if not folder.exists():
            folder.mkdir(parents=True)
            records = self.plays() if data == "plays" else self.sums()
            first = 0
            for split, count in COUNTS.items():
                lines = [json.dumps(record) for record in records[first:first + count]]
                (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n")
                first += count
            beginnings = [" ".join(r["text"].split(" ")[:8]) if data == "plays" else r["prompt"]
                          for r in records[-COUNTS["test"]:][:24]]
            lines = [json.dumps({"prompt": text}) for text in beginnings]
            (self.root / "texts" / f"{data}-beginnings.jsonl").write_text("\n".join(lines) + "\n")
        return folder

    @staticmethod
    def plays():
        """Passages of 200 characters, spread over the whole; whole lines."""
        lines = (TEXTS / "tinyshakespeare.txt").read_text().splitlines(keepends=True)
        step = len(lines) // sum(COUNTS.values())
        found = []
        for start in range(0, step * sum(COUNTS.values()), step):
            text = ""
            for line in lines[start:start + step]:
                if len(text) + len(line) > 200:
                    break
                text += line
            found.append({"text": text.strip()})
        return found

    @staticmethod
    def sums():
        records = [json.loads(line) for line in (TEXTS / "gsm8k_test.jsonl").read_text().splitlines()]
        short = [r for r in records if len(r["question"]) + len(r["answer"]) < 370][:sum(COUNTS.values())]
        return [{"prompt": f"Question: {r['question']}\nAnswer:", "completion": " " + r["answer"]} for r in short]

    def others(self, out, seed):
        if seed == methods.TUNING_SEED:
            return {}
        data = out.relative_to(self.root).parts[0]
        command = [self.petl, "generate", "--weights", os.environ["PETL_SMOLLM2"], "--precision", "as-stored",
                   "--adapter", str(out / "adapter"), "--prompts", str(self.root / "texts" / f"{data}-beginnings.jsonl"), "--raw",
                   "--max-tokens", "24", "--output", str(out / "written.jsonl"), "--diversity", "--quiet"]
        figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return {key: figures[key] for key in self.OTHERS}

    @staticmethod
    def badness(val):
        return (val["loss"],)


def mean(values, digits):
    values = list(values)
    deviation = statistics.stdev(values) if len(values) > 1 else float("nan")
    return f"{statistics.mean(values):.{digits}f} ± {deviation:.{digits}f}"


def tables(runs):
    row(["set", "method", "trained numbers", "rate", "λ", "loss, nats a token", "perplexity", "mean \\|ρ\\|", "distinct-2",
         "self-BLEU-4", "entropy, bits"])
    print("|---" * 11 + "|")
    tests = []
    for data in methods.SETS:
        for method in methods.METHODS:
            rate, _, plain = runs.figures(data, method, False)
            _, weight, other = runs.figures(data, method, True)
            for name, found, own in [("", plain, None), (" + ReSoRA", other, weight)]:
                if found:
                    losses = [o["test"]["loss"] for o in found.values()]
                    spoken = [mean((o["others"][key] for o in found.values()), 3) for key in runs.OTHERS]
                    row([data, method[0] + name, f"{next(iter(found.values()))['numbers']:,}", f"{rate:g}",
                         "–" if own is None else f"{own:g}", mean(losses, 4), mean(map(math.exp, losses), 2),
                         mean((o["test"]["redundancy"] for o in found.values()), 3)] + spoken)
            seeds = sorted(plain.keys() & other.keys())
            for what, figure in [("loss", lambda o: o["test"]["loss"])] + [
                    (key, lambda o, key=key: o["others"][key]) for key in runs.OTHERS]:
                if seeds:
                    tests.append((data, method[0], what, [figure(other[s]) - figure(plain[s]) for s in seeds]))
    print()
    row(["set", "method", "figure", "pairs", "with − without", "p (sign flips)", "p (Holm)"])
    print("|---" * 7 + "|")
    values = [sign_flip(test[-1]) for test in tests]
    for (data, name, what, differences), p, corrected in zip(tests, values, holm(values)):
        row([data, name, what, str(len(differences)), f"{statistics.mean(differences):+.4f}", f"{p:.4f}", f"{corrected:.4f}"])


if __name__ == "__main__":
    methods.main(DecoderRuns, __doc__, tables=tables)
