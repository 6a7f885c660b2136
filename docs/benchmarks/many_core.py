#!/usr/bin/env python3
"""Measures a step at one and two threads, operation by operation, and reckons from that how many cores would do.

    python3 docs/benchmarks/many_core.py --model base --batch 8 --threads 64 --batches 8 64

The first table is measured, the second is a model on paper; docs/benchmarks.md states it. Standard library only.
"""
import argparse, json, math, os, statistics, subprocess, sys

SIZES = {"base": (197, 768, 12), "tiny": (197, 192, 3), "micro": (65, 128, 4)}  # tokens, width, heads

p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
p.add_argument("--petl", default=".build/release/petl")
p.add_argument("--model", choices=SIZES, default="base")
p.add_argument("--batch", type=int, default=8, help="images a step, measured")
p.add_argument("--batches", type=int, nargs="+", default=[8, 64], help="images a step, reckoned")
p.add_argument("--threads", type=int, default=64, help="threads, reckoned")
p.add_argument("--bandwidth", type=float, default=10,
               help="how many times what one thread here draws from memory the large machine gives all its threads together")
p.add_argument("--transfer", type=float, default=0.2, help="µs that each further thread adds to sharing work")
p.add_argument("--rounds", type=int, default=3)
p.add_argument("--steps", type=int, default=3)
a = p.parse_args()
TOKENS, WIDTH, HEADS = SIZES[a.model]


def measure(threads):
    command = [a.petl, "bench", "--model", a.model, "--batch", a.batch, "--steps", a.steps, "--threads", threads, "--json"]
    return json.loads(subprocess.run([str(x) for x in command], check=True, capture_output=True, text=True).stdout)


def times(report):
    """Seconds, and calls shared between threads, by (part, operation); what is in no kernel is `other`."""
    found = {}
    for part in report["parts"]:
        for operation in part["operations"]:
            found[part["name"], operation["name"]] = (operation["seconds"], operation["sharedCalls"])
        found[part["name"], "other"] = (part["otherSeconds"], 0)
    return found


def units(name, batch):
    """How many pieces an operation can be cut into, the least a thread can take."""
    rows = batch * TOKENS
    if name == "other": return 1
    if name.startswith("attention"): return batch * HEADS      # (image, head) pairs
    if name.startswith("PackedMatrix"): return math.ceil(rows / 6)  # the kernel's rows
    if name == "thinGradient": return WIDTH // 16              # columns
    return rows


def reckon(one, two, batch, sharing):
    """Seconds on a.threads threads, in parts: work, memory, imbalance, sharing, serial."""
    n, grow = a.threads, batch / a.batch
    sums = dict.fromkeys(["work", "memory", "imbalance", "sharing", "serial"], 0.0)
    for key, (single, _) in one.items():
        double, calls = two.get(key, (single, 0))
        if key[1] == "other" or calls == 0:
            sums["serial"] += single * grow
            continue
        double = max(single / 2, double - calls * sharing)
        bound = min(1.0, max(0.0, 2 * double / single - 1))    # the part that a second thread did not help
        pieces = units(key[1], batch)
        work = single * (1 - bound) * grow / n
        memory = single * bound * grow / min(n, a.bandwidth)
        sums["work"] += work
        sums["memory"] += memory
        sums["imbalance"] += (work + memory) * (math.ceil(pieces / n) * n / pieces - 1)
        sums["sharing"] += calls * (sharing + (n - 2) * a.transfer * 1e-6)
    return sums


load = os.getloadavg()[0]
if load > 0.5: print(f"warning: the machine is busy (load {load:.1f}); these figures will not be worth much", file=sys.stderr)
reports = {1: [], 2: []}
for index in range(a.rounds):
    for threads in (1, 2):
        reports[threads].append(measure(threads))
        print(f"round {index + 1}, {threads} threads: {reports[threads][-1]['seconds']:.3f} s", file=sys.stderr, flush=True)
tables = {n: [times(r) for r in reports[n]] for n in reports}
keys = list(tables[2][0])
merged = {n: {k: (statistics.median(t[k][0] for t in tables[n]), tables[n][0][k][1]) for k in keys if all(k in t for t in tables[n])}
          for n in tables}
sharing = statistics.median(r["sharingMicroseconds"] for r in reports[2]) * 1e-6

print(f"{a.model}, batch {a.batch}: measured, medians of {a.rounds} rounds, load {load:.1f} at the start\n")
print("| part | operation | regions | 1 thread, ms | 2 threads, ms | speed-up |\n|---|---|---|---|---|---|")
for key in sorted(merged[1], key=lambda k: -merged[1][k][0]):
    one, two = merged[1][key][0], merged[2].get(key, (0, 0))
    if one > 5e-4: print(f"| {key[0]} | {key[1]} | {two[1]:.0f} | {1e3 * one:.1f} | {1e3 * two[0]:.1f} | {one / max(two[0], 1e-9):.2f} |")
total = {n: statistics.median(r["seconds"] for r in reports[n]) for n in reports}
pairs = statistics.median(x["seconds"] / y["seconds"] for x, y in zip(reports[1], reports[2]))
print(f"| **step** | | | {1e3 * total[1]:.1f} | {1e3 * total[2]:.1f} | {pairs:.2f} |")
print(f"\nEfficiency at 2 threads: {100 * pairs / 2:.0f} %. Sharing work: {1e6 * sharing:.1f} µs a region.\n")
print(f"On {a.threads} threads, reckoned:\n")
print("| batch | ms | work | memory | imbalance | sharing | serial | speed-up | efficiency |\n|---|---|---|---|---|---|---|---|---|")
for batch in a.batches:
    sums = reckon(merged[1], merged[2], batch, sharing)
    time = sum(sums.values())
    single = sum(seconds for seconds, _ in merged[1].values()) * batch / a.batch
    print(f"| {batch} | {1e3 * time:.1f} | " + " | ".join(f"{1e3 * v:.1f}" for v in sums.values())
          + f" | {single / time:.1f} | {100 * single / time / a.threads:.0f} % |")
