"""Tries the parts that need no origin, on rendered sets and on made-up origins. Run by make.py --self-test."""

import dataclasses
import io
import json
import pathlib
import random
import tempfile
import zipfile

import numpy as np
import PIL
from PIL import Image

import pictures
import record
import sprites
import tensors
import windows
from kinds import Rendered
from order import in_turns
from origins import Problem, members
from table import ENTRIES

ENTRY = {entry.name: entry for entry in ENTRIES}


def expect(truth, what):
    if not truth:
        raise AssertionError(what)
    print(f"ok: {what}")


def refused(kind, action):
    """What an action says that has to fail."""
    try:
        action()
    except kind as error:
        return str(error)
    raise AssertionError("nothing was thrown")


def rendered(folder):
    if not sprites.is_exact():
        print(f"skipped: the rendered sets need pillow 11.3, here is {PIL.__version__}")
        return
    for entry in ENTRIES:
        if isinstance(entry, Rendered):
            target = folder / f"{entry.name}.safetensors"
            entry.make(None, target, False)
            expect(entry.differences(target) == [], f"{entry.name} is what docs/results.md was made with")


def drawn(generator, size, form):
    data = io.BytesIO()
    Image.fromarray(generator.integers(0, 256, (*size, 3), np.uint8)).save(data, form)
    return data.getvalue()


def found(folder):
    """Pictures in an archive in an archive, as Omniglot has them, of several shapes."""
    generator = np.random.default_rng(0)
    entry = dataclasses.replace(ENTRY["omniglot-alphabet"], counts={"train": 16, "val": 8, "test": 16})
    inner, outer = io.BytesIO(), folder / "origin.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        for alphabet in entry.classes:
            for drawer in range(1, 21):
                size = [(105, 105), (105, 80), (48, 48)][drawer % 3]
                archive.writestr(f"images_background_small1/{alphabet}/character01/0001_{drawer:02}.png", drawn(generator, size, "PNG"))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("omniglot/python/images_background_small1.zip", inner.getvalue())
    made = pictures.similar(entry, outer)
    for split, count in entry.counts.items():
        labels = [label for _, label in made[split]]
        expect(np.bincount(labels).tolist() == [count // 8] * 8, f"{split} has as many of each class")
    pictures.RECORDED = folder
    keys = {split: [pictures.digest(image.tobytes()) for image, _ in examples] for split, examples in made.items()}
    record.write(entry.name, keys)
    again = pictures.find(entry, outer)
    same = all(a[1] == b[1] and (a[0] == b[0]).all() for split in made for a, b in zip(made[split], again[split], strict=True))
    expect(same, "recorded pictures are found, in their order, with their labels")
    keys["val"][0] = "AAAAAAAA"
    record.write(entry.name, keys)
    said = refused(pictures.Incomplete, lambda: pictures.find(entry, outer))
    expect("39 of its 40 pictures" in said, "a picture that is not there is missed")


def counted(folder):
    """Smears with cells at known places."""
    generator, noise = random.Random(0), np.random.default_rng(0)
    for k in range(15):
        base = folder / "BCCD"
        cells = [(generator.randrange(10, 310), generator.randrange(10, 250)) for _ in range(2 * (k % 5) + 1)]
        objects = "".join(f"<object><name>RBC</name><bndbox><xmin>{x - 9}</xmin><ymin>{y - 9}</ymin><xmax>{x + 9}</xmax>"
                          f"<ymax>{y + 9}</ymax></bndbox></object>" for x, y in cells)
        ground = Image.fromarray(noise.integers(20, 140, (6, 8), np.uint8)).resize((320, 260), Image.Resampling.BICUBIC)
        smear = np.array(ground)
        for x, y in cells:
            smear[y - 5:y + 5, x - 5:x + 5] = 255
        for part, suffix, data in [("Annotations", "xml", f"<annotation>{objects}</annotation>".encode()), ("JPEGImages", "jpg", None)]:
            (base / part).mkdir(parents=True, exist_ok=True)
            file = base / part / f"BloodImage_{k:05}.{suffix}"
            file.write_bytes(data) if data else Image.fromarray(smear).save(file, quality=95)
    entry = dataclasses.replace(ENTRY["bloodcount7"], counts={"train": 71, "val": 13, "test": 35})
    made = windows.sample(entry, folder)
    expect(all([label for _, label in made[split]] == order for split, order in windows.labels(entry.counts).items()),
           "as many windows of each count, in the order of the set")
    light = [np.mean([(image > 200).sum() for image, label in made["train"] if label == count]) for count in range(7)]
    expect(light == sorted(light), "windows with more cells have more that is white, as these cells are white")
    pictures.RECORDED = folder
    record.write(entry.name, {split: [pictures.digest(image.tobytes()) for image, _ in made[split]] for split in made})
    record.write(f"{entry.name}-quarters", {split: [windows.quarters(image) for image, _ in made[split]] for split in made})
    again = windows.find(entry, folder)
    expect(all(a[1] == b[1] and (a[0] == b[0]).all() for s in made for a, b in zip(made[s], again[s], strict=True)),
           "recorded windows are found, in their order, with their labels")


def weighed(folder):
    """Weights as plain numbers, some with a header."""
    tensors.RECORDED = folder / "tensors.json"
    values = {"a.b": np.arange(6, dtype="<f4").reshape(2, 3), "c_d": np.ones(4, "<f4")}
    (folder / "bin").mkdir()
    (folder / "bin/a_b.bin").write_bytes(values["a.b"].tobytes())
    (folder / "bin/c_d.bin").write_bytes(b"head" + values["c_d"].tobytes())
    tensors.RECORDED.write_text(json.dumps({"w": {"shapes": {k: v.shape for k, v in values.items()}, "sha256": {}}}))
    tensors.write_weights("w", folder / "w.safetensors", members(folder / "bin"))
    with tensors.safe_open(folder / "w.safetensors", "np") as file:
        expect(all((file.get_tensor(k) == v).all() for k, v in values.items()), "weights are put together")
    (folder / "bin/c_d.bin").unlink()
    said = refused(Problem, lambda: tensors.write_weights("w", folder / "w.safetensors", members(folder / "bin")))
    expect("1 of the tensors, such as c_d" in said, "a tensor that is not there is missed")


def main():
    expect(in_turns([[1, 2, 3], [4], [5, 6]], 5) == [1, 4, 5, 2, 6], "classes take turns")
    with tempfile.TemporaryDirectory() as place:
        for test in (rendered, found, counted, weighed):
            folder = pathlib.Path(place) / test.__name__
            folder.mkdir()
            test(folder)
    return 0
