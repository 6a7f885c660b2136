#!/usr/bin/env python3
"""Runs `petl bench` and PyTorch on the same works in alternation on one machine and prints the ratios beside the targets.

    swift build -c release --product petl
    python3 docs/benchmarks/compare.py --output comparison.json       # --python VENV/bin/python: the one that has torch

The peer prints one line of JSON with images_per_second and peak_mb. In each round every work is run once by petl and once by
each form of the peer (eager and compiled; with --mixed also bf16 and medium; with --int8 also torchao's products in 8 bits). A ratio is the median of the rounds' own ratios
against the best form of the round. A form that fails is left out, and the table says so. Standard library only.
"""
import argparse, json, os, platform, statistics, subprocess, sys

# name, model, batch, forward only, precision, least ratio, most memory
WORKS = [
    ("base-step", "ViT-B/16, batch 8, step", "base", 8, False, "fp32", 1.9, 0.5),
    ("tiny-step", "ViT-Ti/16, batch 32, step", "tiny", 32, False, "fp32", 2.0, None),
    ("micro-step", "vit-micro, batch 64, step", "micro", 64, False, "fp32", 2.0, None),
    ("base-forward-1", "ViT-B/16, batch 1, forward", "base", 1, True, "fp32", 1.5, None),
    ("base-forward-32", "ViT-B/16, batch 32, forward", "base", 32, True, "fp32", 1.8, None),
    ("base-mixed", "ViT-B/16, batch 8, step, mixed", "base", 8, False, "mixed", 1.5, None),
    ("base-int8", "ViT-B/16, batch 8, step, int8", "base", 8, False, "int8", 2.0, None),
    ("tiny-int8", "ViT-Ti/16, batch 32, step, int8", "tiny", 32, False, "int8", 2.0, None),
]
FORMS = {"fp32": {"eager": [], "compiled": ["--compile"]},
         "mixed": {"bf16": ["--dtype", "bf16"], "bf16 compiled": ["--dtype", "bf16", "--compile"],
                   "medium": ["--matmul", "medium"], "medium compiled": ["--matmul", "medium", "--compile"]},
         "int8": {"eager": [], "compiled": ["--compile"], "bf16": ["--dtype", "bf16"],
                  "bf16 compiled": ["--dtype", "bf16", "--compile"], "torchao int8": ["--int8"],
                  "torchao int8 compiled": ["--int8", "--compile"]}}

p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
p.add_argument("--petl", default=".build/release/petl")
p.add_argument("--python", default=sys.executable, help="the Python that has PyTorch")
p.add_argument("--peer", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch_step.py"), help="what times a step of it")
p.add_argument("--rounds", type=int, default=5)
p.add_argument("--steps", type=int, default=5, help="steps that count in each run")
p.add_argument("--only", nargs="+", choices=[w[0] for w in WORKS], help="some of the works")
p.add_argument("--mixed", action="store_true", help="also mixed precision (petl bench --precision mixed)")
p.add_argument("--int8", action="store_true", help="also frozen products in 8 bits (petl bench --precision int8)")
p.add_argument("--no-compile", action="store_true", help="eager PyTorch only")
p.add_argument("--regularizer", help="also what this regularizer costs on top of each fp32 step")
p.add_argument("--timeout", type=float, default=1200, help="seconds after which a run counts as failed")
p.add_argument("--output", help="a file for the figures as JSON")
a = p.parse_args()


def run(*command):
    """The JSON object that a command prints, or why there is none, in words."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=a.timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{type(error).__name__}: {error}"
    try:
        if done.returncode == 0:
            return json.loads(done.stdout[done.stdout.index("{"):]), None
    except ValueError:
        pass
    last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
    return None, f"exit code {done.returncode}: {last[:200]}"


def ours(model, batch, forward, precision):
    command = [a.petl, "bench", "--model", model, "--batch", str(batch), "--steps", str(a.steps), "--json"]
    if forward: command.append("--forward-only")
    elif a.regularizer and precision == "fp32": command += ["--regularizer", a.regularizer]
    if precision != "fp32": command += ["--precision", precision]
    figures, problem = run(*command)
    if figures is None: sys.exit(f"{' '.join(command)}\n{problem}")
    return figures


def peer(model, batch, forward, flags):
    return run(a.python, a.peer, "--model", model, "--batch", str(batch), "--steps", str(a.steps),
               *(["--forward-only"] if forward else []), *flags)


def number(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def median(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


OPTIONS = ["fp32"] + ["mixed"] * a.mixed + ["int8"] * a.int8
load = os.getloadavg()[0]
if load > 0.5: print(f"warning: the machine is busy (load {load:.1f}); these figures will not be worth much", file=sys.stderr)

works = [w for w in WORKS if (a.only is None or w[0] in a.only) and w[5] in OPTIONS]
rounds = {w[0]: [] for w in works}
failures, versions = {}, set()
for index in range(a.rounds):
    for key, name, model, batch, forward, precision, *_ in works:
        forms = {f: flags for f, flags in FORMS[precision].items()
                 if (key, f) not in failures and not (a.no_compile and "--compile" in flags)}
        record = dict(petl=ours(model, batch, forward, precision), peers={})
        for form, flags in forms.items():
            figures, problem = peer(model, batch, forward, flags)
            if figures is None: failures[key, form] = problem
            else:
                record["peers"][form] = figures
                versions.add(figures["peer"])
        speeds = {form: figures["images_per_second"] for form, figures in record["peers"].items()}
        record["best"] = max(speeds, key=speeds.get) if speeds else None
        record["ratio"] = record["petl"]["imagesPerSecond"] / speeds[record["best"]] if speeds else None
        plain = record["peers"].get("eager")
        resident = record["petl"].get("peakResidentMegabytes")
        record["memory"] = resident / plain["peak_mb"] if plain and resident else None
        rounds[key].append(record)
        print(f"round {index + 1}, {name}: petl {record['petl']['imagesPerSecond']:.2f}, PyTorch "
              + (" / ".join(f"{f} {s:.2f}" for f, s in speeds.items()) or "failed")
              + f" images/s, ratio {number(record['ratio'])}", file=sys.stderr, flush=True)

machine, problem = run(a.petl, "doctor", "--json")
machine = machine or dict(problem=problem)
summary = []
for key, name, model, batch, forward, precision, least, most in works:
    records = rounds[key]
    peers = {form: median([r["peers"].get(form, {}).get("images_per_second") for r in records])
             for form in FORMS[precision]}
    ratios = [r["ratio"] for r in records if r["ratio"] is not None]
    costs = [x["cost"] for r in records for x in r["petl"]["regularizers"]]
    summary.append(dict(
        key=key, name=name, petl=median([r["petl"]["imagesPerSecond"] for r in records]),
        share_of_limit=median([r["petl"]["shareOfFrozen"] for r in records]), peers=peers,
        ratio=median(ratios), lowest_ratio=min(ratios, default=None), highest_ratio=max(ratios, default=None),
        target=least, memory_ratio=median([r["memory"] for r in records]), memory_target=most,
        petl_resident_mb=median([r["petl"].get("peakResidentMegabytes") for r in records]),
        regularizer_cost=median(costs)))

print(f"{machine.get('cpu', platform.processor())}, {machine.get('cpus', '?')} CPUs, {machine.get('threads', '?')} threads; petl "
      f"{machine.get('petl', '?')} with {machine.get('kernels', '?')} kernels, OpenBLAS for {machine.get('blasCore', '?')}; "
      f"{', '.join(sorted(versions)) or 'no peer ran'}; {platform.platform()}; {a.rounds} rounds of {a.steps} steps; "
      f"load {load:.1f} at the start.\n")
print("| work | petl, images/s | of its limit | PyTorch, images/s | ratio (lowest to highest) | target | memory | target |")
print("|---|---|---|---|---|---|---|---|")
for s in summary:
    theirs = ", ".join(f"{form} {number(speed, 2)}" for form, speed in s["peers"].items() if speed is not None) or "failed"
    print(f"| {s['name']} | {number(s['petl'], 2)} | {number(100 * s['share_of_limit'], 0)} % | {theirs} | **{number(s['ratio'])}** "
          f"({number(s['lowest_ratio'])} to {number(s['highest_ratio'])}) | ≥ {s['target']} | {number(s['memory_ratio'])} | "
          + (f"≤ {s['memory_target']} |" if s["memory_target"] else "– |"))
if a.regularizer:
    print(f"\n{a.regularizer} costs: " + "; ".join(
        f"{s['name']} {100 * s['regularizer_cost']:.1f} %" for s in summary if s["regularizer_cost"] is not None))
for (key, form), why in failures.items():
    print(f"\n{key}: PyTorch {form} failed: {why}")
if a.output:
    with open(a.output, "w") as file:
        json.dump(dict(machine=machine, load=load, platform=platform.platform(), peers=sorted(versions), summary=summary,
                       rounds=rounds, failures=[dict(work=k, form=f, why=w) for (k, f), w in failures.items()]), file, indent=1)
