"""The table "One task after the other" of docs/results.md: clothing10, then grocery43 with and without `o-lora` and `keep`.

    python3 docs/results/continual.py --petl .build/release/petl --data data --output runs/continual

For each seed the first task is trained and merged into the weights. On these the second task is trained plain and with each
penalty. The second adapter is then merged as well, with the first task's head left in the file, and both tasks are measured.
The weight λ of each penalty is the one with the best mean of both val accuracies with a seed of its own (--choose).
"""

import argparse
import json
import pathlib
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "recipes"


class Study:
    def __init__(self, options):
        self.petl, self.output = options.petl, options.output
        self.weights = f"{options.data}/weights/vit_tiny_patch16_224.safetensors"
        self.sets = {name: f"{options.data}/sets/{name}.safetensors" for name in ["clothing10", "grocery43"]}

    def ask(self, *arguments):
        done = subprocess.run([self.petl, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"petl {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def train(self, recipe, folder, seed, weights, data, regularizers=None):
        settings = [f"backbone.weights={weights}", f"data.path={data}", f"seed={seed}"]
        if regularizers is not None:
            settings.append(f"regularizers={regularizers}")
        options = [part for setting in settings for part in ("--set", setting)]
        if not (folder / "summary.json").exists():
            self.ask("run", HERE / recipe, "--output", folder, "--quiet", *options)
        return json.loads((folder / "summary.json").read_text())["stages"][-1]

    def merge(self, run, output, *options):
        if not output.exists():
            self.ask("merge", run, "--output", output, *options)
        return output

    def first(self, seed):
        folder = self.output / f"seed{seed}"
        result = self.train("continual-first.yaml", folder / "first", seed, self.weights, self.sets["clothing10"])
        return result, folder, self.merge(folder / "first", folder / "first.safetensors")

    def second(self, seed, name, regularizers):
        """Accuracy of both tasks on val and test, after the second."""
        before, folder, merged = self.first(seed)
        run = folder / name
        own = self.train(
            "continual-second.yaml", run, seed, merged, self.sets["grocery43"],
            regularizers.replace("FIRST", str(folder / "first")))
        both = self.merge(run, folder / f"{name}.safetensors", "--head", "keep")

        def old(split):
            text = self.ask(
                "evaluate", "--weights", both, "--data", self.sets["clothing10"], "--image-size", 112,
                "--normalization", "inception", "--split", split, "--json")
            return json.loads(text)["accuracy"]

        return {
            "before": before["test"]["accuracy"],
            "old": {split: old(split) for split in ["val", "test"]},
            "new": {"val": own["validation"]["accuracy"], "test": own["test"]["accuracy"]},
        }


def penalties(o_lora=None, keep=None):
    parts = []
    if o_lora is not None:
        parts.append(f"{{type: o-lora, reference: [FIRST], weight: {o_lora}}}")
    if keep is not None:
        parts.append(f"{{type: keep, distance: cosine, weight: {keep}}}")
    return f"[{', '.join(parts)}]" if parts else "~"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--petl", default="petl")
    parser.add_argument("--data", default="data")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("runs/continual"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--choose", type=int, default=100, help="the seed that weights are chosen with")
    options = parser.parse_args()
    study = Study(options)

    def best(key, values):
        found = {}
        for value in values:
            figures = study.second(options.choose, f"{key}-{value}", penalties(**{key: value}))
            found[value] = (figures["old"]["val"] + figures["new"]["val"]) / 2
            print(f"chosen from: {key} λ = {value}: mean val {100 * found[value]:.1f} %", flush=True)
        return max(found, key=found.get)

    o_lora = best("o_lora", [0.001, 0.01, 0.1])
    keep = best("keep", [0.1, 1, 10])
    print(f"λ: o-lora {o_lora}, keep {keep}")
    variants = {"plain": penalties(), "o-lora": penalties(o_lora), "keep": penalties(keep=keep)}
    print("| second task with | clothing10 before | clothing10 after | grocery43 | mean of both after |")
    print("|---|---|---|---|---|")
    plain = None
    for name, regularizers in variants.items():
        rows = [study.second(seed, name, regularizers) for seed in options.seeds]
        columns = [
            [row["before"] for row in rows], [row["old"]["test"] for row in rows], [row["new"]["test"] for row in rows],
            [(row["old"]["test"] + row["new"]["test"]) / 2 for row in rows],
        ]
        cells = [f"{100 * statistics.mean(c):.1f} ± {100 * statistics.stdev(c):.1f}" for c in columns]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
        if plain is None:
            plain = columns
        else:
            differences = [100 * (a - b) for a, b in zip(columns[3], plain[3])]
            print(f"<!-- {name}: mean of both, minus plain, by seed: {', '.join(f'{d:+.1f}' for d in differences)} -->")


if __name__ == "__main__":
    main()
