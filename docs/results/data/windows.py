"""The set of counted cells: random windows of blood smears, labelled by the centres of red cells in them.

Which windows the set of docs/results.md has is not known; those that are made here are others of the same kind.
"""

import io
import random
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
from PIL import Image

from order import in_turns, shuffled
from origins import Problem, members

WINDOW, SIDE, CLASSES = 200, 48, 7
SEEDS = {"train": 1, "val": 2, "test": 3}


def smears(place):
    """Grey picture and the centres of its red cells, of each smear that has both."""
    pictures, cells = {}, {}
    for path, read in members(place):
        if match := re.search(r"(?:JPEGImages|Annotations)/(BloodImage_\d+)\.(jpg|xml)$", path):
            if match[2] == "jpg":
                pictures[match[1]] = Image.open(io.BytesIO(read())).convert("L")
            else:
                boxes = [o.find("bndbox") for o in ElementTree.fromstring(read()).iter("object") if o.findtext("name") == "RBC"]
                cells[match[1]] = [((int(b.findtext("xmin")) + int(b.findtext("xmax"))) / 2,
                                    (int(b.findtext("ymin")) + int(b.findtext("ymax"))) / 2) for b in boxes]
    names = sorted(pictures.keys() & cells.keys())
    if len(names) < 10:
        raise Problem(f"{place} has {len(names)} smears, expected BCCD/JPEGImages and BCCD/Annotations of Shenggan/BCCD_Dataset")
    return [(pictures[name], cells[name]) for name in names]


def sample(entry, place):
    """As many windows of each count; those of test are of other smears than those of train and val."""
    every = smears(place)
    first = len(every) * 2 // 3
    splits = {}
    for split, count in entry.counts.items():
        source, generator = every[first:] if split == "test" else every[:first], random.Random(SEEDS[split])
        pools = [[] for _ in range(CLASSES)]
        wanted = -(-count // CLASSES)
        for _ in range(1000 * count):
            if all(len(pool) >= wanted for pool in pools):
                break
            picture, cells = generator.choice(source)
            left, top = (generator.randrange(length - WINDOW + 1) for length in picture.size)
            label = min(CLASSES - 1, sum(left <= x < left + WINDOW and top <= y < top + WINDOW for x, y in cells))
            if len(pools[label]) < wanted:
                window = picture.crop((left, top, left + WINDOW, top + WINDOW)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
                pools[label].append((np.asarray(window)[..., None], label))
        splits[split] = in_turns(pools, count)
        if len(splits[split]) < count:
            raise Problem(f"{place}: too few windows for {split} of {entry.name}, {len(splits[split])} of {count}")
    return shuffled(splits)
