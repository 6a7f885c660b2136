"""Files of tensors: how they are written, and the digests that say whether two hold the same."""

import hashlib
import json
import pathlib

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from origins import Problem

RECORDED = pathlib.Path(__file__).resolve().parent / "recorded/tensors.json"


def digests(path):
    """The SHA-256 of the bytes of each tensor."""
    with safe_open(path, "np") as file:
        return {name: hashlib.sha256(np.ascontiguousarray(file.get_tensor(name)).tobytes()).hexdigest() for name in file.keys()}


def recorded():
    """What `digests` gives for each file that docs/results.md was made with, with the shapes of the weights."""
    return json.loads(RECORDED.read_text())


def differences(name, path):
    """The names of tensors that are not the recorded ones, that are missing or too many."""
    expected, found = recorded()[name]["sha256"], digests(path)
    return sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))


def write_set(path, splits, metadata):
    """The pictures and labels of train, val and test."""
    tensors = {}
    for split, examples in splits.items():
        tensors[f"{split}_images"] = np.stack([image for image, _ in examples]).astype(np.uint8)
        tensors[f"{split}_labels"] = np.array([label for _, label in examples], np.int32)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata | {"layout": "NHWC uint8"})


def write_weights(name, path, members):
    """Weights from a .safetensors, or from a file of plain 32-bit numbers for each tensor, NAME_WITH_UNDERSCORES.bin."""
    tensors = {}
    names = {key.replace(".", "_"): (key, shape) for key, shape in recorded()[name]["shapes"].items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    for member, read in members:
        file = pathlib.PurePosixPath(member)
        if file.suffix == ".safetensors":
            path.write_bytes(read())
            return
        if file.suffix == ".bin" and file.stem in names:
            key, shape = names[file.stem]
            data = read()
            # What may stand before the numbers is left out.
            tensors[key] = np.frombuffer(data[len(data) - 4 * int(np.prod(shape)):], "<f4").reshape(shape)
    missing = [key for key, _ in names.values() if key not in tensors]
    if missing:
        raise Problem(f"the origin has neither a .safetensors nor {len(missing)} of the tensors, such as {missing[0]}")
    save_file(tensors, path, {"format": "pt"})
