"""Every method without and with ReSoRA on two real data sets: runs what is missing and prints the table.

    swift build -c release
    python3 docs/results/methods.py runs/methods            # from the project's folder; three seeds
    python3 docs/results/methods.py runs/methods --table    # the table of what is there

One recipe for all, Examples/recipes/vit-tiny-methods.yaml; a method changes `adapter` and, where its papers use
larger or smaller ones, the learning rate. Rates were set beforehand and not tuned. Weights and sets are in `weights` and
`sets` of the folder that the environment names, PETL_DATA.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures"))
from real_data import DATA, WEIGHTS  # noqa: E402

RECIPE = "Examples/recipes/vit-tiny-methods.yaml"
SETS = ["clothing10", "signdigits10"]

# name, adapter, learning rate, whether it decomposes
METHODS = [
    ("linear probe", "{type: linear-probe}", 1e-3, False),
    ("full fine-tuning", "{type: full}", 1e-4, False),
    ("BitFit", "{type: bitfit}", 5e-3, False),
    ("SSF", "{type: ssf}", 5e-3, False),
    ("VPT shallow, 10", "{type: vpt, deep: false}", 5e-3, False),
    ("VPT deep, 10", "{type: vpt}", 5e-3, False),
    ("VPT deep + AOFT, 10", "{type: aoft-prompt}", 5e-3, False),
    ("LoRA r8", "{type: lora, rank: 8}", 1e-3, True),
    ("DoRA r8", "{type: dora, rank: 8}", 1e-3, False),
    ("VeRA r256", "{type: vera}", 1e-2, True),
    ("LoRTA r8", "{type: lorta, rank: 8}", 5e-3, True),
    ("LSR-Adapt r4, 16 terms", "{type: lsr}", 1e-3, True),
    ("PoLAR r8", "{type: polar, rank: 8}", 4e-3, True),
    ("StelLA r8", "{type: stella, rank: 8}", 1e-3, True),
    ("LoRA + AOFT*, d 8", "{type: aoft}", 5e-3, True),
    ("Adapter + AOFT*, d 8", "{type: aoft, placement: adapter}", 5e-3, True),
    ("HTA, rank 1", "{type: hta}", 5e-3, False),
    ("AdaptFormer r8, s 1", "{type: adaptformer, rank: 8, scale: 1}", 1e-3, True),
    ("Houlsby, width/16", "{type: houlsby}", 1e-3, True),
    ("Pfeiffer, width/16", "{type: pfeiffer}", 1e-3, True),
    ("Adapter+ r8", "{type: adapter-plus, rank: 8}", 1e-3, True),
    ("RepAdapter r8", "{type: repadapter}", 1e-3, True),
    ("ARC r50", "{type: arc}", 5e-3, True),
]


def folder(root, name, data, seed, regularized):
    slug = "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")
    return root / data / f"{slug}{'+resora' if regularized else ''}-{seed}"


def cases(seeds):
    for seed in seeds:
        for data in SETS:
            for name, adapter, rate, decomposes in METHODS:
                for regularized in ([False, True] if decomposes else [False]):
                    yield name, adapter, rate, data, seed, regularized


def run(petl, root, seeds):
    for name, adapter, rate, data, seed, regularized in cases(seeds):
        out = folder(root, name, data, seed, regularized)
        if (out / "summary.json").exists():
            continue
        if out.exists():
            subprocess.run(["rm", "-rf", str(out)], check=True)
        sets = [f"adapter={adapter}", f"optimizer.learning_rate={rate}", f"seed={seed}",
                f"data.path={DATA / 'sets' / data}.safetensors", f"backbone.weights={WEIGHTS}"]
        if not regularized:
            sets.append("regularizers=~")
        command = [petl, "run", RECIPE, "--output", str(out), "--quiet"]
        for text in sets:
            command += ["--set", text]
        result = subprocess.run(command, capture_output=True, text=True)
        line = result.stderr.strip().splitlines()[-1:] if result.returncode else []
        print(f"{out}: {'ok' if result.returncode == 0 else line}", flush=True)


def figures(root, name, data, seeds, regularized):
    found = []
    for seed in seeds:
        path = folder(root, name, data, seed, regularized) / "summary.json"
        if path.exists():
            summary = json.loads(path.read_text())
            found.append((summary["stages"][-1]["test"], summary["adapterParameters"]))
    return found


def spread(values, scale=100.0, digits=1):
    values = [v * scale for v in values]
    deviation = statistics.stdev(values) if len(values) > 1 else float("nan")
    return f"{statistics.mean(values):.{digits}f} ± {deviation:.{digits}f}"


def table(root, seeds):
    head = ["method", "trained numbers"]
    for data in SETS:
        head += [data, "with ReSoRA", "mean \\|ρ\\| without", "with"]
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for name, _, _, decomposes in METHODS:
        row, count = [], None
        for data in SETS:
            plain = figures(root, name, data, seeds, False)
            other = figures(root, name, data, seeds, True) if decomposes else []
            count = count or (plain[0][1] if plain else None)
            row.append(spread([f["accuracy"] for f, _ in plain]) if plain else "–")
            row.append(spread([f["accuracy"] for f, _ in other]) if other else "–")
            for part in (plain if decomposes else [], other):
                known = [f["redundancy"] for f, _ in part if f.get("redundancy") is not None]
                row.append(f"{statistics.mean(known):.3f}" if known else "–")
        print(f"| {name} | {count:,} | " + " | ".join(row) + " |" if count is not None else f"| {name} | – |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if not options.table:
        run(options.petl, options.folder, options.seeds)
    table(options.folder, options.seeds)
