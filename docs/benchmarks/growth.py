#!/usr/bin/env python3
"""Measures how a step's cost grows with batch, rank and depth, and draws it against its operations as an SVG.

    python3 docs/benchmarks/growth.py --figure docs/figures/growth.svg

LoRA at query and value: batch and depth on ViT-Ti/16, rank on ViT-B/16 (a rank of 256 needs a width of 256). In each round
every size is run once, so that a machine whose speed drifts favours none; medians over rounds. The table goes to standard
output. Standard library only.
"""
import argparse, json, math, os, statistics, subprocess, sys

# name, colour, and (size, options) from the smallest; colours by Okabe and Ito: safe for colour-blind readers
SERIES = [
    ("batch", "#0072B2", [(n, ["--model", "tiny", "--batch", n]) for n in (1, 2, 4, 8, 16, 32, 64)]),
    ("rank", "#D55E00", [(n, ["--model", "base", "--batch", 2, "--set", f"adapter.rank={n}"]) for n in (4, 8, 16, 32, 64, 128, 256)]),
    ("depth", "#009E73", [(n, ["--model", "tiny", "--batch", 8, "--depth", n]) for n in (12, 15, 18, 21, 24)]),
]
W, H, LEFT, TOP, GAP = 250, 220, 52, 44, 30


def measure(petl, options, steps):
    command = [petl, "bench", "--steps", steps, "--json", *options]
    text = subprocess.run([str(x) for x in command], check=True, capture_output=True, text=True).stdout
    report = json.loads(text)
    return report["seconds"], report["gigaflops"] + report["adapterGigaflops"]


def panel(x0, name, colour, points):
    """One chart, both axes logarithmic and alike: points are (relative operations, relative time)."""
    low, high = (bound(v for point in points for v in point) for bound in (min, max))
    low, high = min(1, low) / 1.03, high * 1.03
    place = lambda v: math.log(v / low) / math.log(high / low)
    px = lambda v: x0 + LEFT + place(v) * W
    py = lambda v: TOP + (1 - place(v)) * H
    out = [f'<text x="{x0 + LEFT}" y="{TOP - 16}" class="title">{name}</text>']
    for k in range(5):
        v = (high / 1.03) ** (k / 4)
        label = f"{v:.0f}×" if v >= 10 else f"{v:.2g}×" if high > 4 else f"{v:.2f}×"
        out += [f'<line x1="{x0 + LEFT}" x2="{x0 + LEFT + W}" y1="{py(v):.1f}" y2="{py(v):.1f}" class="grid"/>',
                f'<line x1="{px(v):.1f}" x2="{px(v):.1f}" y1="{TOP}" y2="{TOP + H}" class="grid"/>',
                f'<text x="{x0 + LEFT - 6}" y="{py(v) + 4:.1f}" class="tick" text-anchor="end">{label}</text>',
                f'<text x="{px(v):.1f}" y="{TOP + H + 16}" class="tick" text-anchor="middle">{label}</text>']
    path = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in points)
    out += [f'<line x1="{px(low):.1f}" y1="{py(low):.1f}" x2="{px(high):.1f}" y2="{py(high):.1f}" class="even"/>',
            f'<text x="{x0 + LEFT + W / 2:.0f}" y="{TOP + H + 34}" class="tick" text-anchor="middle">operations, relative</text>',
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"/>']
    return out + [f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="3.2" fill="{colour}"/>' for x, y in points]


def draw(series):
    """The figure: series are (name, colour, points)."""
    width = len(series) * (LEFT + W + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + H + 74}" font-family="system-ui, sans-serif">',
           "<style>.title{font-size:14px;font-weight:600;fill:#222}.tick{font-size:11px;fill:#555}.grid{stroke:#ddd}"
           ".even{stroke:#888;stroke-width:1.5;stroke-dasharray:6 4}"
           "@media(prefers-color-scheme:dark){.title{fill:#eee}.tick{fill:#aaa}.grid{stroke:#444}}</style>"]
    for k, (name, colour, points) in enumerate(series):
        out += panel(k * (LEFT + W + GAP), name, colour, points)
    y = TOP + H + 58
    out += [f'<line x1="{LEFT}" x2="{LEFT + 26}" y1="{y}" y2="{y}" class="even"/>',
            f'<text x="{LEFT + 32}" y="{y + 4}" class="tick">in proportion; the lines show the time of a step, relative</text>']
    return "\n".join(out + ["</svg>", ""])


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--petl", default=".build/release/petl")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--steps", type=int, default=5)
    p.add_argument("--figure", default="docs/figures/growth.svg")
    a = p.parse_args()
    load = os.getloadavg()[0]
    if load > 0.5: print(f"warning: the machine is busy (load {load:.1f}); these figures will not be worth much", file=sys.stderr)
    times, operations = {}, {}
    for index in range(a.rounds):
        for name, _, sizes in SERIES:
            for size, options in sizes:
                seconds, operations[name, size] = measure(a.petl, options, a.steps)
                times.setdefault((name, size), []).append(seconds)
                print(f"round {index + 1}, {name} {size}: {1e3 * seconds:.1f} ms", file=sys.stderr, flush=True)
    titles = {name: f"{name} {sizes[0][0]} to {sizes[-1][0]}" for name, _, sizes in SERIES}
    drawn = []
    print("| | size | GFLOP a step | ms | operations, relative | time, relative | time / operations |\n|---|---|---|---|---|---|---|")
    for name, colour, sizes in SERIES:
        first, points = sizes[0][0], []
        for size, _ in sizes:
            x = operations[name, size] / operations[name, first]
            y = statistics.median(t / t0 for t, t0 in zip(times[name, size], times[name, first]))
            points.append((x, y))
            print(f"| {name} | {size} | {operations[name, size]:.1f} | {1e3 * statistics.median(times[name, size]):.1f} | "
                  f"{x:.2f} | {y:.2f} | {y / x:.2f} |")
        drawn.append((titles[name], colour, points))
    with open(a.figure, "w") as file: file.write(draw(drawn))


main()
