"""Makes the archives of Tests/Fixtures/npz with NumPy.

Needs numpy. Run: python make_npz.py [FOLDER]
"""

import io
import pathlib
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "npz")
folder.mkdir(parents=True, exist_ok=True)

# The values of the Swift tests: multiples of 1/8 from -1, exact in every type here.
ramp = np.arange(6, dtype=np.float32).reshape(2, 3) / 8 - 1
arrays = {
    "f2": ramp.astype(np.float16),
    "f8": ramp.astype(np.float64),
    "Transformer/encoderblock_0/kernel": ramp,
    "scalar": np.float32(2.5),
    "empty": np.zeros((0, 4), dtype=np.float32),
    "vector": np.arange(3, dtype=np.float32),
    # Long enough to be inflated in several pieces, and to be worth compressing.
    "long": np.tile(np.arange(256, dtype=np.float32), 64),
    "step": np.array(7, dtype=np.int64),
}
np.savez(folder / "stored.npz", **{k: v for k, v in arrays.items() if k != "long"})
np.savez_compressed(folder / "compressed.npz", **arrays)


class Pipe(io.RawIOBase):
    """A file that cannot seek, so that zipfile writes data descriptors."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def array(values, version):
    buffer = io.BytesIO()
    npy.write_array(buffer, np.asarray(values), version=version)
    return buffer.getvalue()


# The three versions of the header, in an archive whose members have data descriptors.
pipe = Pipe()
with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
    for major in (1, 2, 3):
        archive.writestr(f"v{major}.npy", array(ramp, (major, 0)))
(folder / "descriptors.npz").write_bytes(pipe.data)

# What is refused, all of it at once.
np.savez(
    folder / "refused.npz",
    fortran=np.asfortranarray(ramp),
    big=ramp.astype(">f4"),
    objects=np.array([None], dtype=object),
    record=np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]),
    brain=np.zeros(2, dtype="V2"),
    complex=np.zeros(2, dtype=np.complex64),
)
