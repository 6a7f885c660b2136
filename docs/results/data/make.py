"""Makes the sets, texts and weights of docs/results.md from their public origins. docs/data.md says more.

    python3 docs/results/data/make.py --list
    python3 docs/results/data/make.py                           # everything, into data/
    python3 docs/results/data/make.py clothing10 vit-tiny --to DIR
    python3 docs/results/data/make.py clothing10 --from FILE    # the origin as a folder, an archive or a file, without a network
    python3 docs/results/data/make.py --check --to DIR          # is what lies there what the results were made with?
    python3 docs/results/data/make.py --self-test

Needs numpy, pillow (11.3 or later) and safetensors; ends with 75 where one is missing.
"""

import argparse
import pathlib
import sys

try:
    from kinds import Rendered
    from origins import Problem
    from pictures import Incomplete
    from table import ENTRIES
except ImportError as error:
    print(f"{error}: pip install numpy 'pillow>=11.3' safetensors", file=sys.stderr)
    sys.exit(75)

ROOT = pathlib.Path(__file__).resolve().parents[3]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", help="what to make; all of it when left out")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "data", help="the folder to write to (data of the checkout)")
    parser.add_argument("--from", type=pathlib.Path, dest="place", help="the origin of the one name: a folder, archive or file")
    parser.add_argument("--similar", action="store_true", help="where pictures are missing, a set of the same kind with others")
    parser.add_argument("--check", action="store_true", help="compares what is there and makes nothing")
    parser.add_argument("--list", action="store_true", help="what there is, with licence and origin")
    parser.add_argument("--self-test", action="store_true", help="tries the parts that need no origin")
    return parser.parse_args()


def chosen(names):
    known = {entry.name: entry for entry in ENTRIES}
    for name in names:
        if name not in known:
            raise Problem(f"there is no {name!r}; there are {', '.join(known)}")
    return [known[name] for name in names] or ENTRIES


def verdict(entry, target):
    """What to say of a file, and whether it is as it has to be."""
    differing = entry.differences(target)
    if not differing:
        return "as in docs/results.md", True
    what = ", ".join(differing[:6]) + (f" and {len(differing) - 6} more" if len(differing) > 6 else "")
    return f"not what docs/results.md was made with: {what}", False


def make(entry, options):
    target = options.to / entry.path
    if target.exists():
        print(f"{entry.name}: {target} is there already, {verdict(entry, target)[0]}")
        return True
    place = options.place
    if place is None and not isinstance(entry, Rendered):
        place = entry.origin.fetch(options.to / "origins")
    similar = False
    try:
        entry.make(place, target, similar=False)
    except Incomplete:
        if not options.similar:
            raise
        similar = True
        entry.make(place, target, similar=True)
    word, is_good = verdict(entry, target)
    print(f"{entry.name}: {target}, {word}")
    return is_good or similar


def check(entry, options):
    target = options.to / entry.path
    word, is_good = verdict(entry, target) if target.exists() else (f"{target} is missing", False)
    print(f"{entry.name}: {word}")
    return is_good


def main():
    options = arguments()
    if options.self_test:
        import self_test
        return self_test.main()
    if options.list:
        for entry in ENTRIES:
            print(f"{entry.name:20}{entry.licence:15}{entry.origin.url if entry.origin else 'rendered'}")
        return 0
    if options.place and len(options.names) != 1:
        raise Problem("--from is the origin of one name, as in: make.py clothing10 --from clothing-dataset-small.zip")
    failed = 0
    for entry in chosen(options.names):
        try:
            failed += not (check if options.check else make)(entry, options)
        except Problem as problem:
            print(f"{entry.name}: error: {problem}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"error: {problem}")
