"""The table "Eight sets" of docs/results.md: every stage of the runs of Examples/recipes/eight-sets.yaml.

    petl sweep Examples/recipes/eight-sets.yaml --output sweeps/eight-sets --jobs 2
    python3 docs/results/eight_sets.py sweeps/eight-sets

`petl compare` on the same folder has the paired tests of the last stage against its control; this adds the first stage, the
redundancy and the time.
"""

import argparse
import collections
import json
import pathlib
import re
import statistics

STAGES = ["base", "control-refine", "refine"]


def spread(values, digits=1, scale=100.0):
    values = [value * scale for value in values]
    return f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    found = collections.defaultdict(list)
    seconds, runs = 0.0, 0
    for path in sorted(options.folder.glob("*/summary.json")):
        name = re.match(r"\d+-adapter--type--([a-z]+).*?--?([a-z0-9-]+)\.safetensors-seed\d+", path.parent.name)
        adapter = name[1]
        data = re.sub(r"^(rank--8--|-)", "", name[2])
        runs += 1
        for stage in json.loads(path.read_text())["stages"]:
            found[adapter, data, stage["name"]].append(stage["test"])
            seconds += stage["trainingSeconds"]
    adapters = list(dict.fromkeys(key[0] for key in found))
    sets = list(dict.fromkeys(key[1] for key in found))
    print(f"{runs} runs, {seconds / 60:.0f} minutes of training on one thread each\n")
    for figure, digits, scale in [("accuracy", 1, 100.0), ("redundancy", 3, 1.0)]:
        print("| data | " + " | ".join(f"{a} {s}" for a in adapters for s in STAGES) + " |")
        print("|---" * (1 + len(adapters) * len(STAGES)) + "|")
        means = collections.defaultdict(list)
        for data in sets:
            row = []
            for adapter in adapters:
                for stage in STAGES:
                    values = [test[figure] for test in found[adapter, data, stage]]
                    row.append(spread(values, digits, scale) if len(values) > 1 else "–")
                    if values:
                        means[adapter, stage].append(statistics.mean(values) * scale)
            print(f"| {data} | " + " | ".join(row) + " |")
        row = [f"{statistics.mean(means[a, s]):.{digits}f}" for a in adapters for s in STAGES if means[a, s]]
        print("| mean of all | " + " | ".join(row) + " |\n")


if __name__ == "__main__":
    main()
