#!/usr/bin/env python3
"""Draws a run's redundancy and validation accuracy by epoch, with its control, as an SVG.

    python3 docs/figures/redundancy.py runs/quickstart > docs/figures/quickstart.svg

Standard library only; the figures come from the run's metrics.jsonl.
"""
import json, sys

W, H, LEFT, TOP, GAP = 360, 200, 52, 44, 76
REGULARIZED, CONTROL, BASE = "#0072B2", "#D55E00", "#555555"  # Okabe and Ito: safe for colour-blind readers


def series(path):
    """(stage, values of redundancy, values of accuracy) in the order of the run."""
    stages = []
    for line in open(path + "/metrics.jsonl"):
        record = json.loads(line)
        if not stages or stages[-1][0] != record["stage"]:
            stages.append((record["stage"], [], []))
        validation = record.get("validation") or {}
        stages[-1][1].append(validation.get("redundancy", 0))
        stages[-1][2].append(100 * validation.get("accuracy", 0))
    return stages


def panel(x0, title, unit, lines, low, high):
    """One chart: lines are (name, colour, dash, [(epoch, value)])."""
    last = max(e for *_, points in lines for e, _ in points)
    px = lambda e: x0 + LEFT + (e - 1) / max(1, last - 1) * (W - LEFT - 10)
    py = lambda v: TOP + (high - v) / (high - low) * H
    out = [f'<text x="{x0 + LEFT}" y="{TOP - 22}" class="title">{title}</text>']
    for k in range(5):
        v = low + (high - low) * k / 4
        out.append(f'<line x1="{x0 + LEFT}" x2="{x0 + W - 10}" y1="{py(v):.1f}" y2="{py(v):.1f}" class="grid"/>')
        out.append(f'<text x="{x0 + LEFT - 6}" y="{py(v) + 4:.1f}" class="tick" text-anchor="end">{v:.2f}</text>' if unit == "" else
                   f'<text x="{x0 + LEFT - 6}" y="{py(v) + 4:.1f}" class="tick" text-anchor="end">{v:.0f} {unit}</text>')
    for e in (1, last // 2, last):
        out.append(f'<text x="{px(e):.1f}" y="{TOP + H + 16}" class="tick" text-anchor="middle">{e}</text>')
    out.append(f'<text x="{x0 + LEFT + (W - LEFT) / 2:.0f}" y="{TOP + H + 32}" class="tick" text-anchor="middle">epoch</text>')
    for name, colour, dash, points in lines:
        path = " ".join(f"{px(e):.1f},{py(v):.1f}" for e, v in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>')
    return out


def main():
    stages = series(sys.argv[1])
    plain = [s for s in stages if not s[0].startswith("control-")]
    control = [s for s in stages if s[0].startswith("control-")]
    base, refine = plain[0], plain[-1]
    start = len(base[1])
    def lines(k):
        first = [(i + 1, v) for i, v in enumerate(base[k])]
        join = lambda s: [first[-1]] + [(start + i + 1, v) for i, v in enumerate(s[k])]
        result = [(base[0], BASE, "", first), ("with ReSoRA", REGULARIZED, "", join(refine))]
        return result + [("control", CONTROL, "6 4", join(c)) for c in control]
    accuracy = [v for *_, points in lines(2) for _, v in points]
    floor = max(0, int(min(accuracy) / 10) * 10)
    width = 2 * W + GAP
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + H + 72}" font-family="system-ui, sans-serif">')
    print("<style>.title{font-size:14px;font-weight:600;fill:#222}.tick{font-size:11px;fill:#555}.grid{stroke:#ddd}"
          "@media(prefers-color-scheme:dark){.title{fill:#eee}.tick{fill:#aaa}.grid{stroke:#444}}</style>")
    out = panel(0, "mean |ρ| of subspaces (validation)", "", lines(1), 0, max(v for *_, p in lines(1) for _, v in p) * 1.1)
    out += panel(W + GAP, "validation accuracy", "%", lines(2), floor, 100)
    for i, (name, colour, dash, _) in enumerate(lines(1)):
        x = LEFT + i * 150
        y = TOP + H + 56
        out.append(f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>')
        out.append(f'<text x="{x + 32}" y="{y + 4}" class="tick">{name}</text>')
    print("\n".join(out + ["</svg>"]))


main()
