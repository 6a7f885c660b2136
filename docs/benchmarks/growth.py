#!/usr/bin/env python3
"""Measures how a step's cost grows with batch, rank and depth, and draws it against its operations as an SVG.

    python3 docs/benchmarks/growth.py --figure docs/figures/growth.svg

ViT-Ti/16 with LoRA at query and value. In each round every size is run once, so that a machine whose speed drifts favours
none; medians over rounds. The table goes to standard output. Standard library only.
"""
import argparse, json, math, os, statistics, subprocess, sys

# name, colour, and (size, options) from the smallest; colours by Okabe and Ito: safe for colour-blind readers
SERIES = [
    ("batch", "#0072B2", [(n, ["--batch", n]) for n in (1, 2, 4, 8, 16, 32, 64)]),
    ("rank", "#D55E00", [(n, ["--batch", 8, "--set", f"adapter.rank={n}"]) for n in (4, 8, 16, 32, 64, 128, 256)]),
    ("depth", "#009E73", [(n, ["--batch", 8, "--depth", n]) for n in (12, 15, 18, 21, 24)]),
]
W, H, LEFT, TOP = 520, 400, 60, 40


def measure(petl, options, steps):
    command = [petl, "bench", "--model", "tiny", "--steps", steps, "--json", *options]
    text = subprocess.run([str(x) for x in command], check=True, capture_output=True, text=True).stdout
    report = json.loads(text)
    return report["seconds"], report["gigaflops"] + report["adapterGigaflops"]


def ticks(high):
    """Powers of two up to the first that holds everything."""
    return [2 ** k for k in range(math.ceil(math.log2(high)) + 1)]


def draw(series):
    """The figure: series are (name, colour, [(relative operations, relative cost)])."""
    values = [v for *_, points in series for point in points for v in point]
    marks = ticks(max(values))
    low = math.log2(min(1, min(values))) - 0.15
    high = math.log2(marks[-1])
    px = lambda v: LEFT + (math.log2(v) - low) / (high - low) * W
    py = lambda v: TOP + (high - math.log2(v)) / (high - low) * H
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + W + 30} {TOP + H + 80}" font-family="system-ui, sans-serif">',
           "<style>.title{font-size:14px;font-weight:600;fill:#222}.tick{font-size:11px;fill:#555}.grid{stroke:#ddd}.even{stroke:#888}"
           "@media(prefers-color-scheme:dark){.title{fill:#eee}.tick{fill:#aaa}.grid{stroke:#444}}</style>",
           f'<text x="{LEFT}" y="{TOP - 16}" class="title">Time of a step against its operations, ViT-Ti/16</text>']
    for v in marks:
        out += [f'<line x1="{LEFT}" x2="{LEFT + W}" y1="{py(v):.1f}" y2="{py(v):.1f}" class="grid"/>',
                f'<line y1="{TOP}" y2="{TOP + H}" x1="{px(v):.1f}" x2="{px(v):.1f}" class="grid"/>',
                f'<text x="{LEFT - 6}" y="{py(v) + 4:.1f}" class="tick" text-anchor="end">{v}×</text>',
                f'<text x="{px(v):.1f}" y="{TOP + H + 16}" class="tick" text-anchor="middle">{v}×</text>']
    out += [f'<line x1="{px(1):.1f}" y1="{py(1):.1f}" x2="{px(marks[-1]):.1f}" y2="{py(marks[-1]):.1f}" class="even" stroke-dasharray="6 4"/>',
            f'<text x="{LEFT + W / 2:.0f}" y="{TOP + H + 34}" class="tick" text-anchor="middle">operations, relative to the smallest</text>',
            f'<text x="16" y="{TOP + H / 2:.0f}" class="tick" text-anchor="middle" transform="rotate(-90 16 {TOP + H / 2:.0f})">time, relative to the smallest</text>']
    for name, colour, points in series:
        path = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"/>')
        out += [f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="3.2" fill="{colour}"/>' for x, y in points]
    y = TOP + H + 60
    for k, (name, colour, _) in enumerate(series + [("in proportion", "#888", [])]):
        x = LEFT + k * 130
        dash = ' stroke-dasharray="6 4"' if name == "in proportion" else ""
        out += [f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2.2"{dash}/>',
                f'<text x="{x + 32}" y="{y + 4}" class="tick">{name}</text>']
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
        drawn.append((name, colour, points))
    with open(a.figure, "w") as file: file.write(draw(drawn))


main()
