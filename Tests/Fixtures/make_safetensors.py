"""Makes the golden files of Tests/Fixtures/safetensors with the reference implementation.

Needs numpy, torch, safetensors 0.8.0. Run: python make_safetensors.py [FOLDER]
"""

import pathlib
import sys

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "safetensors")
folder.mkdir(parents=True, exist_ok=True)

# The values of the Swift tests: multiples of 1/8 from -1, exact in every floating-point type here.
ramp = np.arange(6, dtype=np.float64).reshape(2, 3) / 8 - 1

# Every floating-point type, a scalar, a zero-size dimension, no metadata.
floats = {
    "f16": ramp.astype(np.float16),
    "f32": ramp.astype(np.float32),
    "f64": ramp,
    "scalar": np.array(2.5, dtype=np.float32),
    "empty": np.zeros((0, 4), dtype=np.float32),
}
safetensors.numpy.save_file(floats, folder / "floats.safetensors")

# bfloat16, with the metadata that PyTorch writers put.
brain = {"bf16": torch.from_numpy(ramp).to(torch.bfloat16), "f32": torch.from_numpy(ramp).float()}
safetensors.torch.save_file(brain, folder / "brain.safetensors", metadata={"format": "pt"})

# Every integer type at its limits, and BOOL.
integers = {
    name: np.array([np.iinfo(name).min, 0, 1, np.iinfo(name).max], dtype=name)
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]
}
integers["uint64"] = np.array([0, 1, 2**63 - 1], dtype=np.uint64)
integers["bool"] = np.array([True, False])
safetensors.numpy.save_file(integers, folder / "integers.safetensors")

# Names that need escapes or more than ASCII, among them one letter in its two spellings.
names = ["plain", "\u00e9", "e\u0301", "\u65e5\u672c", "\U0001f600", 'quote"back\\slash', "line\nfeed\x01", ""]
unicode = {name: np.array([i], dtype=np.float32) for i, name in enumerate(names)}
safetensors.numpy.save_file(unicode, folder / "unicode.safetensors", metadata={"cl\u00e9": "\u2028\t"})

# Rounding to 16 bits as PyTorch does it: source values and their bits in both types.
generator = torch.Generator().manual_seed(0)
bits = torch.randint(-(2**31), 2**31, (2000,), generator=generator, dtype=torch.int64).to(torch.int32)
edges = [0.0, -0.0, 2.0**-24, 2.0**-25, 1.5 * 2.0**-25, 65504.0, 65519.9, 65520.0, 1 + 2.0**-11, 1 + 3 * 2.0**-11]
source = torch.cat([torch.tensor(edges), bits.view(torch.float32), torch.randn(2000, generator=generator)])
source = source[~source.isnan()]
rounding = {"source": source, "f16": source.half(), "bf16": source.bfloat16()}
safetensors.torch.save_file(rounding, folder / "rounding.safetensors")

# A file without tensors.
safetensors.numpy.save_file({}, folder / "none.safetensors")
