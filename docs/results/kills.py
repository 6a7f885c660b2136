"""Kills a run twenty times at random moments, resumes it each time, and compares what it leaves with an uninterrupted run.

    swift build -c release
    python3 docs/results/kills.py runs/kills            # from the project's folder

Kills (SIGKILL), interrupts (SIGINT) and requests to end (SIGTERM) take turns at random; the moments are drawn so that
the run gets on between them, in seconds from a seed, and fall wherever the machine is then: in a step, an evaluation,
a write. The adapter, the checkpoint of every stage and the logged figures (but for times) must be the same.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import random
import signal
import subprocess
import sys
import time


def start(command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def digests(folder):
    found = {}
    for path in sorted(folder.rglob("*.safetensors")):
        found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = []
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        del record["imagesPerSecond"]
        lines.append(json.dumps(record, sort_keys=True))
    found["metrics.jsonl, without images a second"] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--recipe", default="Examples/recipes/quickstart.yaml")
    parser.add_argument("--set", action="append", default=[], help="as of petl run")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    whole, cut = options.folder / "whole", options.folder / "cut"
    run = [options.petl, "run", options.recipe, "--quiet"]
    for text in options.set:
        run += ["--set", text]
    begun = time.monotonic()
    first = start([*run, "--output", str(whole)])
    if first.wait() != 0:
        sys.exit(first.stderr.read())
    length = time.monotonic() - begun
    stream = random.Random(options.seed)
    command = [*run, "--output", str(cut)]
    how = collections.Counter()
    for number in range(options.kills):
        process = start(command)
        # A resumed run reads weights and images first; then it is to get on by about a kill's part of the run.
        time.sleep(0.3 + 2 * stream.random() * length / options.kills)
        sent = stream.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
        if process.poll() is not None:
            sys.exit(f"the run ended after {number} kills: make it longer\n{process.stderr.read()}")
        process.send_signal(sent)
        process.wait()
        how[sent.name] += 1
        command = [options.petl, "resume", str(cut), "--quiet"]
    last = start(command)
    if last.wait() != 0:
        sys.exit(last.stderr.read())
    expected, found = digests(whole), digests(cut)
    summary = json.loads((cut / "summary.json").read_text())
    print(f"uninterrupted: {length:.0f} s; " + ", ".join(f"{n} x {name}" for name, n in sorted(how.items())))
    print(f"resumed from a checkpoint {summary['resumptions']} times")
    for name in sorted(set(expected) | set(found)):
        same = expected.get(name) == found.get(name)
        print(f"{'same ' if same else 'OTHER'} {expected.get(name, '-')[:16]} {name}")
    sys.exit(0 if expected == found else 1)


if __name__ == "__main__":
    main()
