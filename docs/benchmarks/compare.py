#!/usr/bin/env python3
"""Runs `petl bench` and a PyTorch training step in alternation on one machine and prints the ratio.

    python3 docs/benchmarks/compare.py --python PATH/python --peer PATH/torch_vit_step.py --model tiny --batch 32

The peer prints one line of JSON with images_per_second (see the peers' README); build petl with
`swift build -c release` first. Medians over rounds; the ratio is the median of the rounds' own ratios, against the better
of eager and (with --compile) compiled PyTorch.
"""
import argparse, json, statistics, subprocess

p = argparse.ArgumentParser()
p.add_argument("--petl", default=".build/release/petl")
p.add_argument("--python", required=True)
p.add_argument("--peer", required=True)
p.add_argument("--model", default="tiny")
p.add_argument("--batch", type=int, default=32)
p.add_argument("--rounds", type=int, default=5)
p.add_argument("--compile", action="store_true", help="also run compiled PyTorch and compare with the better")
p.add_argument("--regularizer", default="resora")
a = p.parse_args()


def run(*command):
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(text[text.index("{"):])


ours, theirs, ratios, costs = [], [], [], []
for round in range(a.rounds):
    own = run(a.petl, "bench", "--model", a.model, "--batch", str(a.batch), "--regularizer", a.regularizer, "--json")
    peers = [run(a.python, a.peer, "--model", a.model, "--batch", str(a.batch), *flags)
             for flags in ([[], ["--compile"]] if a.compile else [[]])]
    best = max(peer["images_per_second"] for peer in peers)
    ours.append(own["imagesPerSecond"])
    theirs.append(best)
    ratios.append(ours[-1] / best)
    costs.append(own["regularizerCost"])
    print(f"round {round + 1}: petl {ours[-1]:.1f}, PyTorch " + " / ".join(f"{x['images_per_second']:.1f}" for x in peers)
          + f" images/s, ratio {ratios[-1]:.2f}; {a.regularizer} costs {100 * costs[-1]:.2f} % ({own['blasCore']} products)", flush=True)
print(json.dumps(dict(
    model=a.model, batch=a.batch, petl=statistics.median(ours), pytorch=statistics.median(theirs),
    ratio=statistics.median(ratios), regularizer_cost=statistics.median(costs), blas=own["blasCore"])))
