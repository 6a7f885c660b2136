"""The set of counted cells: windows of blood smears at random places, labelled by the centres of red cells in them.

Where the windows of docs/results.md were cut is not known. But the digest of each one's pixels is recorded, and the means
of its four quarters, so that every place of every smear can be tried: those whose quarters are near a recorded window's are
cut out and compared.
"""

import io
import random
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
from PIL import Image

import pictures
from order import SPLITS, in_turns, shuffled
from origins import Problem, members

WINDOW, SIDE, CLASSES = 200, 48, 7
# Means of quarters that may be a recorded window's are not farther from it than this, in whole levels of grey.
NEAR = 1


def smears(place):
    """Grey picture and the centres of its red cells, of each smear that has both."""
    images, centres = {}, {}
    for path, read in members(place):
        if match := re.search(r"(?:JPEGImages|Annotations)/(BloodImage_\d+)\.(jpg|xml)$", path):
            if match[2] == "jpg":
                images[match[1]] = Image.open(io.BytesIO(read())).convert("L")
            else:
                boxes = [o.find("bndbox") for o in ElementTree.fromstring(read()).iter("object") if o.findtext("name") == "RBC"]
                centres[match[1]] = [((int(b.findtext("xmin")) + int(b.findtext("xmax"))) / 2,
                                    (int(b.findtext("ymin")) + int(b.findtext("ymax"))) / 2) for b in boxes]
    names = sorted(images.keys() & centres.keys())
    if len(names) < 10:
        raise Problem(f"{place} has {len(names)} smears, expected BCCD/JPEGImages and BCCD/Annotations of Shenggan/BCCD_Dataset")
    return [(images[name], centres[name]) for name in names]


def cut(picture, left, top):
    """A window as the set has it."""
    window = picture.crop((left, top, left + WINDOW, top + WINDOW))
    return np.asarray(window.resize((SIDE, SIDE), Image.Resampling.LANCZOS))[..., None]


def quarters(pixels):
    """The means of the quarters of a window of the set, as eight characters."""
    half = SIDE // 2
    return pixels[..., 0].reshape(2, half, 2, half).mean((1, 3)).round().astype(np.uint8).tobytes().hex()


def cells(means):
    """One number for each row of four means: the cell of a grid that it is in."""
    return np.rint(means).astype(np.int64) @ np.array([1 << 24, 1 << 16, 1 << 8, 1])


def places(picture, near):
    """Left and top of the windows of a smear whose quarters are in one of some cells."""
    half = WINDOW // 2
    sums = np.pad(np.asarray(picture, np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    box = (sums[half:, half:] - sums[:-half, half:] - sums[half:, :-half] + sums[:-half, :-half]) / half**2
    means = np.stack([box[:-half, :-half], box[:-half, half:], box[half:, :-half], box[half:, half:]], -1)
    for top, left in np.argwhere(np.isin(cells(means), near)):
        yield int(left), int(top)


def labels(counts):
    """The labels of the set: before they were shuffled, 0 to 6 in turn, and val goes on where train ends."""
    starts = {"train": 0, "val": counts["train"], "test": 0}
    return shuffled({split: [(starts[split] + k) % CLASSES for k in range(counts[split])] for split in SPLITS})


def find(entry, place):
    """The recorded windows in their order."""
    wanted, known = pictures.recorded(entry.name), pictures.recorded(f"{entry.name}-quarters")
    means = np.array([list(bytes.fromhex(word)) for split in SPLITS for word in known[split]])
    shifts = np.stack(np.meshgrid(*[[-NEAR, 0, NEAR]] * 4), -1).reshape(-1, 4)
    near = np.unique(cells((means[:, None] + shifts).reshape(-1, 4)))
    missing, found = {key for keys in wanted.values() for key in keys}, {}
    total = len(missing)
    for picture, _ in smears(place):
        for left, top in places(picture, near) if missing else ():
            window = cut(picture, left, top)
            key = pictures.digest(window.tobytes())
            if key in missing:
                missing.discard(key)
                found[key] = window
    if missing:
        raise pictures.Incomplete(
            f"{total - len(missing)} of its {total} windows are in {place}. Is it {entry.origin.url}? {pictures.ADVICE}")
    order = labels({split: len(keys) for split, keys in wanted.items()})
    return {split: [(found[key], label) for key, label in zip(wanted[split], order[split])] for split in SPLITS}


def sample(entry, place):
    """A set of the same kind: as many windows of each count; those of test are of other smears than the others."""
    every = smears(place)
    first, counts = len(every) * 2 // 3, entry.counts
    learned = draw(every[:first], counts["train"] + counts["val"], random.Random(1))
    return shuffled({"train": learned[:counts["train"]], "val": learned[counts["train"]:],
                     "test": draw(every[first:], counts["test"], random.Random(2))})


def draw(source, count, generator):
    """Windows of some smears at random places, their labels in turn."""
    pools, wanted = [[] for _ in range(CLASSES)], -(-count // CLASSES)
    for _ in range(1000 * count):
        if all(len(pool) >= wanted for pool in pools):
            return in_turns(pools, count)
        picture, centres = generator.choice(source)
        left, top = (generator.randrange(length - WINDOW + 1) for length in picture.size)
        label = min(CLASSES - 1, sum(left <= x < left + WINDOW and top <= y < top + WINDOW for x, y in centres))
        if len(pools[label]) < wanted:
            pools[label].append((cut(picture, left, top), label))
    raise Problem(f"too few windows with {[len(pool) for pool in pools].index(min(map(len, pools)))} cells in {len(source)} smears")
