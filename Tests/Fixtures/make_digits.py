"""Writes Sources/CEmbedded/digits.bin from scikit-learn's load_digits (needs numpy, scikit-learn).

1,797 records of 65 bytes: the label (0..9), then 8x8 pixels (0..16) row by row.
"""

import pathlib

import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
pixels = digits.images.astype(np.uint8).reshape(-1, 64)
assert pixels.shape == (1797, 64) and (pixels == digits.images.reshape(-1, 64)).all()
labels = digits.target.astype(np.uint8)[:, None]
path = pathlib.Path(__file__).parents[2] / "Sources/CEmbedded/digits.bin"
path.write_bytes(np.concatenate([labels, pixels], axis=1).tobytes())
print(f"{path}: {path.stat().st_size} bytes")
