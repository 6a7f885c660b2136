"""Sets of photographs and drawings: the recorded pictures are looked for among those of the origin.

How the pictures of a set were chosen is not known, but the first six bytes of the SHA-256 of each one's pixels are
(recorded/NAME.txt). Every picture of the origin is prepared in each way that the sets may have been; those whose digest
is recorded are put where they were. So a set is either the same, bit for bit, or `Incomplete` says what is missing.
"""

import base64
import hashlib
import io
import pathlib
import re

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from order import SPLITS, in_turns, shuffled
from origins import Problem, members

ADVICE = "With --similar a set of the same kind is made, with other pictures and so with other figures"
RECORDED = pathlib.Path(__file__).resolve().parent / "recorded"


class Incomplete(Problem):
    """Not all pictures of a set are in the origin."""


def digest(data):
    """Eight characters that stand for some bytes."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()[:6]).decode()


def recorded(name):
    """The digests of each split in their order."""
    found, split = {}, None
    for line in (RECORDED / f"{name}.txt").read_text().splitlines():
        if line in SPLITS:
            split = found.setdefault(line, [])
        else:
            split += re.findall(".{8}", line)
    return found


def preparations(image, mode, side):
    """A picture as a set may have it: as it is if it has the side, else made smaller whole, or its middle square."""
    for upright in dict.fromkeys((False, bool(image.getexif().get(0x0112, 1) != 1))):
        plain = (ImageOps.exif_transpose(image) if upright else image).convert(mode)
        if plain.size == (side, side):
            yield plain
            continue
        width, height = plain.size
        small, filter = min(width, height), Image.Resampling.LANCZOS
        left, top = (width - small) // 2, (height - small) // 2
        yield plain.crop((left, top, left + small, top + small)).resize((side, side), filter)
        if width != height:
            yield plain.resize((side, side), filter)
            yield ImageOps.fit(plain, (side, side), filter)


def labelled(place, pattern):
    """Path, match and picture of each file of an origin whose path fits."""
    for path, read in members(place):
        if match := re.search(pattern, path):
            try:
                yield path, match, Image.open(io.BytesIO(read()))
            except UnidentifiedImageError:
                raise Problem(f"{path} of {place} is no image: is it a pointer of Git LFS, or cut off?") from None


def arrays(place, pattern):
    """The same of the pictures in a .npz as MedMNIST has it: the label is its number, the part that of the split."""
    for path, read in members(place):
        if path.endswith(".npz"):
            with np.load(io.BytesIO(read())) as file:
                for split in SPLITS:
                    for k, (pixels, label) in enumerate(zip(file[f"{split}_images"], file[f"{split}_labels"].ravel())):
                        name = f"{path}/{split}/{label}/{k}"
                        yield name, re.search(pattern, name), Image.fromarray(pixels)


def find(entry, place):
    """The recorded pictures and labels in their order."""
    wanted = recorded(entry.name)
    missing = {key for keys in wanted.values() for key in keys}
    total, found, seen = len(missing), {}, 0
    for _, match, image in entry.reader(place, entry.pattern):
        seen += 1
        for prepared in preparations(image, entry.mode, entry.side):
            key = digest(prepared.tobytes())
            if key in missing:
                missing.discard(key)
                found[key] = (pixels(prepared), entry.label(match))
    if missing:
        raise Incomplete(
            f"{total - len(missing)} of its {total} pictures are among the {seen} of {place}. Is it {entry.origin.url}? {ADVICE}")
    return {split: [found[key] for key in wanted[split]] for split in SPLITS}


def similar(entry, place):
    """A set of the same kind: as many of each class, from the pictures that the origin itself trains or tests with."""
    pools = {"train": {}, "test": {}}
    for path, match, image in entry.reader(place, entry.pattern):
        part = "test" if entry.test and re.search(entry.test, path) else "train"
        pools[part].setdefault(entry.label(match), []).append((image, match))
    if not pools["train"]:
        raise Problem(f"no file of {place} fits {entry.pattern!r}. Is it {entry.origin.url}?")
    splits = {}
    for split in SPLITS:
        source = pools["test"] if split == "test" and entry.test else pools["train"]
        chosen = in_turns([source[k] for k in sorted(source)], entry.counts[split])
        taken = {id(item) for item in chosen}
        for k in source:
            source[k] = [item for item in source[k] if id(item) not in taken]
        if len(chosen) < entry.counts[split]:
            raise Problem(f"{place} has {len(chosen)} pictures for {split}, expected {entry.counts[split]}")
        splits[split] = [(pixels(next(preparations(i, entry.mode, entry.side))), entry.label(m)) for i, m in chosen]
    return shuffled(splits)


def pixels(image):
    """Height, width and channels."""
    found = np.asarray(image)
    return found if found.ndim == 3 else found[..., None]
