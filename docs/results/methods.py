"""Every method without and with ReSoRA on three sets of images: runs what is missing and prints the table.

    swift build -c release
    python3 docs/results/methods.py runs/methods --plan     # writes the sweeps of rates; `petl sweep --dry-run` says their time
    python3 docs/results/methods.py runs/methods            # from the project's folder
    python3 docs/results/methods.py runs/methods --table    # the tables of what is there; --sets digits of one set alone

One recipe for all, Examples/recipes/vit-tiny-methods.yaml; on `digits` the network that comes with the program and 40
images of each digit. For each method and set, the learning rate is that of three with the best val accuracy, and ReSoRA's
weight, at that rate, that of 0.01, 0.1 and 1; both with a seed of their own. Then five seeds without and with it. Nothing
is chosen on test. Weights and sets are in `weights` and `sets` of the folder that the environment names, PETL_DATA.

`--keep FILE` adds the figures of each run to a file, and takes those that are in it for run: so it goes on elsewhere.
"""

import argparse
import csv
import concurrent.futures
import itertools
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures"))
from real_data import DATA, WEIGHTS  # noqa: E402

RECIPE = "Examples/recipes/vit-tiny-methods.yaml"
SETS = ["signdigits10", "clothing10", "digits"]
SEEDS = [0, 1, 2, 3, 4]
TUNING_SEED = 100
LAMBDAS = [0.01, 0.1, 1]
# Rates that a method is tried with: those that papers use for factors, for few numbers, for all weights.
LOW, USUAL, HIGH = [3e-5, 1e-4, 3e-4], [1e-3, 3e-3, 1e-2], [3e-3, 1e-2, 3e-2]

# name, adapter, rates, whether it decomposes
METHODS = [
    ("linear probe", "{type: linear-probe}", USUAL, False),
    ("full fine-tuning", "{type: full}", LOW, False),
    ("BitFit", "{type: bitfit}", USUAL, False),
    ("norm tuning", "{type: norm-tuning}", USUAL, False),
    ("SSF", "{type: ssf}", USUAL, False),
    ("VPT shallow, 10", "{type: vpt, deep: false}", HIGH, False),
    ("VPT deep, 10", "{type: vpt}", HIGH, False),
    ("VPT deep + AOFT, 10", "{type: aoft-prompt}", HIGH, False),
    ("LoRA r8", "{type: lora, rank: 8}", USUAL, True),
    ("LoRA r8, PiSSA's start", "{type: lora, rank: 8, start: pissa}", USUAL, True),
    ("LoRA-FA r8", "{type: lora, rank: 8, lora_fa: plain}", USUAL, True),
    ("AdaLoRA, 12 to 8", "{type: adalora, tinit: 25, tfinal: 50, delta_t: 5}", USUAL, True),
    ("DoRA r8", "{type: dora, rank: 8}", USUAL, False),
    ("VeRA r256", "{type: vera}", HIGH, True),
    ("LoHa r8", "{type: loha, rank: 8}", USUAL, True),
    ("LoKr r8", "{type: lokr, rank: 8}", USUAL, True),
    ("DeLoRA r8", "{type: delora, rank: 8}", USUAL, True),
    ("RandLoRA r32", "{type: randlora}", USUAL, True),
    ("MiSS r8", "{type: miss, rank: 8}", USUAL, True),
    ("GraLoRA r8, 2 x 2", "{type: gralora, rank: 8}", USUAL, True),
    ("LoRA-XS r16", "{type: lora-xs, rank: 16}", USUAL, True),
    ("VB-LoRA r4", "{type: vb-lora, vector_length: 64}", USUAL, True),
    ("OFT, blocks of 32", "{type: oft}", USUAL, True),
    ("BOFT, blocks of 4", "{type: boft}", USUAL, False),
    ("HRA r8", "{type: hra}", USUAL, True),
    ("IA3", "{type: ia3}", HIGH, False),
    ("FourierFT, 1000 waves", "{type: fourierft}", HIGH, False),
    ("C3A, blocks of 64", "{type: c3a, block_size: 64}", USUAL, False),
    ("RoAd, groups of 64", "{type: road}", HIGH, False),
    ("LoRTA r8", "{type: lorta, rank: 8}", USUAL, True),
    ("LSR-Adapt r4, 16 terms", "{type: lsr}", USUAL, True),
    ("PoLAR r8", "{type: polar, rank: 8}", USUAL, True),
    ("StelLA r8", "{type: stella, rank: 8}", USUAL, True),
    ("LoRA + AOFT*, d 8", "{type: aoft}", USUAL, True),
    ("Adapter + AOFT*, d 8", "{type: aoft, placement: adapter}", USUAL, True),
    ("HTA, rank 1", "{type: hta}", USUAL, False),
    ("AdaptFormer r8, s 1", "{type: adaptformer, rank: 8, scale: 1}", USUAL, True),
    ("Houlsby, width/16", "{type: houlsby}", USUAL, True),
    ("Pfeiffer, width/16", "{type: pfeiffer}", USUAL, True),
    ("Adapter+ r8", "{type: adapter-plus, rank: 8}", USUAL, True),
    ("RepAdapter r8", "{type: repadapter}", USUAL, True),
    ("ARC r50", "{type: arc}", USUAL, True),
    ("FacT-TT r16", "{type: fact-tt}", USUAL, True),
    ("FacT-TK r16", "{type: fact-tk}", USUAL, True),
    ("Convpass r8", "{type: convpass}", USUAL, True),
    ("Compacter r8, n 4", "{type: compacter, rank: 8}", HIGH, True),
    ("KAdaptation, n 32", "{type: kadaptation}", USUAL, True),
    ("RLRR", "{type: rlrr}", USUAL, False),
    ("Consolidator, 64 groups", "{type: consolidator, groups: [64]}", USUAL, False),
    ("Bi-LoRA r32", "{type: bi-lora}", USUAL, True),
    ("Bi-AdaptFormer r32", "{type: bi-adaptformer}", USUAL, True),
]


class Runs:
    """The runs of a folder; each leaves its summary and recipe."""

    COLUMNS = ["run", "numbers", "seconds", "val accuracy", "val loss", "test accuracy", "test loss", "redundancy"]
    # What else is measured of a run, by name.
    OTHERS = []

    def __init__(self, petl, root, keep=None):
        self.petl, self.root, self.keep = petl, root, keep
        self.kept, self.lock = {}, threading.Lock()
        if keep and keep.exists():
            with open(keep, newline="") as file:
                self.kept = {row["run"]: self.figures_of(row) for row in csv.DictReader(file)}

    @classmethod
    def figures_of(cls, row):
        """What `outcome` gives, of a line of the file; None for a run that failed."""
        if not row["numbers"]:
            return None
        number = lambda key: float(row[key]) if row[key] else None  # noqa: E731
        return {
            "test": {"accuracy": number("test accuracy"), "loss": number("test loss"), "redundancy": number("redundancy")},
            "val": {"accuracy": number("val accuracy"), "loss": number("val loss")},
            "numbers": int(row["numbers"]), "seconds": number("seconds"),
            "others": {key: number(key) for key in cls.OTHERS},
        }

    def others(self, out, seed):
        """Measures a run, whose adapter is still there, by `OTHERS`."""
        return {}

    def store(self, out, others):
        """Adds a run to the file of figures."""
        name, found = out.relative_to(self.root).as_posix(), self.read(out)
        row = [name] + [""] * (len(self.COLUMNS) - 1)
        if found:
            found["others"] = others
            val, test = found["val"], found["test"]
            row = [name, found["numbers"], f"{found['seconds']:.1f}", val["accuracy"], f"{val['loss']:.5f}",
                   test["accuracy"], f"{test['loss']:.5f}", "" if test.get("redundancy") is None else f"{test['redundancy']:.5f}"]
        row += [others.get(key, "") for key in self.OTHERS]
        with self.lock:
            self.kept[name] = found
            if not self.keep:
                return
            isNew = not self.keep.exists()
            with open(self.keep, "a", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                if isNew:
                    writer.writerow(self.COLUMNS + self.OTHERS)
                writer.writerow(row)

    recipe = RECIPE

    def settings(self, data, adapter, rate, seed, weight=None):
        sets = [f"adapter={adapter}", f"optimizer.learning_rate={rate}", f"seed={seed}", "threads=1"]
        if data == "digits":
            # A stage has 65 steps there.
            sets[0] = sets[0].replace("tinit: 25, tfinal: 50", "tinit: 10, tfinal: 20")
            sets += ["backbone={weights: 'embedded:vit-micro', precision: fp32}", "data={type: embedded, name: digits, shots: 40}"]
        else:
            sets += [f"data.path={DATA / 'sets' / data}.safetensors", f"backbone.weights={WEIGHTS}"]
        if weight is not None:
            sets.append(f"regularizers=[{{type: resora, measure: linear, weight: {weight}}}]")
        return sets

    def folder(self, data, name, rate, seed, weight=None):
        slug = "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")
        return self.root / data / slug / (f"rate-{rate}" + (f"-lambda-{weight}" if weight else "") + f"-seed-{seed}")

    def outcome(self, data, name, rate, seed, weight=None):
        """The last stage's figures; None for a run that is not there or failed."""
        out = self.folder(data, name, rate, seed, weight)
        key = out.relative_to(self.root).as_posix()
        return self.kept[key] if key in self.kept else self.read(out)

    def read(self, out):
        """The last stage's figures of a folder; None for a run that is not there or failed."""
        path = out / "summary.json"
        if not path.exists():
            return None
        summary = json.loads(path.read_text())
        stage = summary["stages"][-1]
        return {"test": stage["test"], "val": stage["validation"], "numbers": summary["adapterParameters"],
                "seconds": stage["trainingSeconds"]}

    def run(self, data, method, rate, seed, weight=None):
        name, adapter = method[:2]
        out = self.folder(data, name, rate, seed, weight)
        if out.relative_to(self.root).as_posix() in self.kept:
            return self.outcome(data, name, rate, seed, weight)
        others = {}
        # What else is measured of a run that was broken off is not known.
        if not (out / "failed").exists() and (self.OTHERS or not (out / "summary.json").exists()):
            shutil.rmtree(out, ignore_errors=True)
            command = [self.petl, "run", self.recipe, "--output", str(out), "--quiet"]
            for text in self.settings(data, adapter, rate, seed, weight):
                command += ["--set", text]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode:
                # A rate may be too high for a method: that it diverged is its outcome.
                out.mkdir(parents=True, exist_ok=True)
                (out / "failed").write_text(result.stderr)
                print(f"{out}: {result.stderr.strip().splitlines()[:1]}", flush=True)
            else:
                others = self.others(out, seed)
            for part in ["adapter", "checkpoint", "report.html", "metrics.jsonl"]:
                shutil.rmtree(out / part, ignore_errors=True) if (out / part).is_dir() else (out / part).unlink(missing_ok=True)
        self.store(out, others)
        return self.outcome(data, name, rate, seed, weight)

    def best(self, data, name, choices):
        """The choice with the best val accuracy, then the lowest val loss; None when all failed."""
        found = [(self.outcome(data, name, rate, TUNING_SEED, weight), (rate, weight)) for rate, weight in choices]
        found = [(*self.badness(o["val"]), choice) for o, choice in found if o]
        return min(found)[-1] if found else None

    @staticmethod
    def badness(val):
        """What is least of the best choice."""
        return -val["accuracy"], val["loss"]

    def rate(self, data, method):
        choice = self.best(data, method[0], [(rate, None) for rate in method[2]])
        return choice and choice[0]

    def weight(self, data, method, rate):
        choice = self.best(data, method[0], [(rate, weight) for weight in LAMBDAS])
        return choice and choice[1]

    def method(self, data, method):
        """All runs of a method on a set, one after the other."""
        for rate in method[2]:
            self.run(data, method, rate, TUNING_SEED)
        rate = self.rate(data, method)
        if rate is None:
            return
        weights = [None]
        if method[3]:
            for weight in LAMBDAS:
                self.run(data, method, rate, TUNING_SEED, weight)
            weights.append(self.weight(data, method, rate))
        for seed, weight in itertools.product(SEEDS, weights):
            self.run(data, method, rate, seed, weight)
        print(f"{data}: {method[0]}", flush=True)

    def figures(self, data, method, regularized):
        """The chosen rate and weight and the outcomes by seed, of those that are there."""
        rate = self.rate(data, method)
        weight = self.weight(data, method, rate) if rate and regularized else None
        if rate is None or regularized and weight is None:
            return None, None, {}
        found = {seed: self.outcome(data, method[0], rate, seed, weight) for seed in SEEDS}
        return rate, weight, {seed: outcome for seed, outcome in found.items() if outcome}


def plan(runs):
    """A sweep of the rates for each set, in the folder of the runs."""
    runs.root.mkdir(parents=True, exist_ok=True)
    text = pathlib.Path(RECIPE).read_text()
    for data in SETS:
        lines = [text, "sweep:", f"  seeds: [{TUNING_SEED}]", "  paired:"]
        for _, adapter, rates, _ in METHODS:
            lines += [f"    - {{adapter: {adapter}, optimizer.learning_rate: {rate}}}" for rate in rates]
        path = runs.root / f"rates-{data}.yaml"
        path.write_text("\n".join(lines) + "\n")
        command = [runs.petl, "sweep", str(path), "--dry-run", "--jobs", "2"]
        for setting in runs.settings(data, "x", 0, 0)[3:]:
            command += ["--set", setting]
        subprocess.run(command, check=True)


def spread(values):
    values = [100 * v for v in values]
    deviation = statistics.stdev(values) if len(values) > 1 else float("nan")
    return f"{statistics.mean(values):.1f} ± {deviation:.1f}"


def sign_flip(differences):
    """p of the exact two-sided sign-flip test of a mean of 0."""
    total = abs(sum(differences)) - 1e-12
    signs = list(itertools.product([1, -1], repeat=len(differences)))
    return sum(abs(sum(s * d for s, d in zip(flips, differences))) >= total for flips in signs) / len(signs)


def holm(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected, worst = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, values[place] * (len(values) - rank)))
        corrected[place] = worst
    return corrected


def row(cells):
    print("| " + " | ".join(cells) + " |")


def accuracies(runs):
    row(["method", "trained numbers"] + [f"{data}{part}" for data in SETS for part in ["", " rate", " + ReSoRA", " λ"]])
    print("|---" * (2 + 4 * len(SETS)) + "|")
    for method in METHODS:
        cells, numbers = [], "–"
        for data in SETS:
            rate, _, plain = runs.figures(data, method, False)
            _, weight, other = runs.figures(data, method, True) if method[3] else (None, None, {})
            if plain and numbers == "–":
                numbers = f"{next(iter(plain.values()))['numbers']:,}"
            cells += [spread([o["test"]["accuracy"] for o in plain.values()]) if plain else "–",
                      f"{rate:g}" if rate else "–",
                      spread([o["test"]["accuracy"] for o in other.values()]) if other else "–",
                      f"{weight:g}" if weight else "–"]
        row([method[0], numbers] + cells)


def pairs(runs):
    """ReSoRA against the same method without it, over all sets and seeds."""
    rows = []
    for method in METHODS:
        if not method[3]:
            continue
        differences, redundancy = [], ([], [])
        for data in SETS:
            _, _, plain = runs.figures(data, method, False)
            _, _, other = runs.figures(data, method, True)
            for seed in plain.keys() & other.keys():
                a, b = plain[seed]["test"], other[seed]["test"]
                differences.append(b["accuracy"] - a["accuracy"])
                for part, figures in zip(redundancy, (a, b)):
                    if figures.get("redundancy") is not None:
                        part.append(figures["redundancy"])
        if differences:
            rows.append((method[0], differences, redundancy))
    row(["method", "pairs", "difference, points", "p (sign flips)", "p (Holm)", "mean \\|ρ\\| without", "with"])
    print("|---" * 7 + "|")
    values = [sign_flip(differences) for _, differences, _ in rows]
    for (name, differences, redundancy), p, corrected in zip(rows, values, holm(values)):
        means = [f"{statistics.mean(part):.3f}" if part else "–" for part in redundancy]
        row([name, str(len(differences)), f"{100 * statistics.mean(differences):+.2f}", f"{p:.4f}", f"{corrected:.4f}"] + means)


def tables(runs):
    accuracies(runs)
    print()
    pairs(runs)


def main(kind, description, plan=None, tables=tables):
    """The command line of a script of such tables."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path)
    if plan:
        parser.add_argument("--plan", action="store_true")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    options = parser.parse_args()
    SETS[:] = options.sets
    runs = kind(options.petl, options.folder, options.keep)
    if plan and options.plan:
        sys.exit(plan(runs))
    if not options.table:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in [pool.submit(runs.method, data, method) for data in SETS for method in METHODS]:
                done.result()
    tables(runs)


if __name__ == "__main__":
    main(Runs, __doc__, plan)
