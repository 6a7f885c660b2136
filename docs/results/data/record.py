"""Writes recorded/ from a folder with the data that docs/results.md was made with: for who adds a set.

    python3 docs/results/data/record.py DATA
"""

import json
import pathlib
import sys

import numpy as np
from safetensors import safe_open

import pictures
import tensors
import windows
from kinds import Counted, Found, ImageSet, PictureFolder, Weights
from order import SPLITS
from table import ENTRIES


def lines(splits):
    """Eight characters for each picture, 14 pictures a line."""
    for split, keys in splits.items():
        yield split
        for k in range(0, len(keys), 14):
            yield "".join(keys[k:k + 14])


def write(name, splits):
    """The file of a set, where there is something to write."""
    if splits:
        (pictures.RECORDED / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines(splits)))


def shapes(path):
    with safe_open(path, "np") as file:
        return {name: list(file.get_slice(name).get_shape()) for name in file.keys()}


def main():
    data, known = pathlib.Path(sys.argv[1]), {}
    for entry in ENTRIES:
        file = data / entry.path
        if isinstance(entry, ImageSet | Weights):
            known[entry.name] = {"sha256": tensors.digests(file)} | ({"shapes": shapes(file)} if isinstance(entry, Weights) else {})
        splits, means = {}, {}
        if isinstance(entry, Found | Counted):
            with safe_open(file, "np") as images:
                for split in SPLITS:
                    whole = np.ascontiguousarray(images.get_tensor(f"{split}_images"))
                    splits[split] = [pictures.digest(image.tobytes()) for image in whole]
                    if isinstance(entry, Counted):
                        means[split] = [windows.quarters(image) for image in whole]
        elif isinstance(entry, PictureFolder):
            for split in SPLITS:
                splits[split] = [pictures.digest(path.read_bytes()) for path in sorted((file / split).glob("*/*.jpg"))]
        write(entry.name, splits)
        write(f"{entry.name}-quarters", means)
    tensors.RECORDED.write_text(json.dumps(known, indent=0) + "\n")


if __name__ == "__main__":
    main()
