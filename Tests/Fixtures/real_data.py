"""Where the scripts of Tests find real weights, images and other people's packages that not every machine has.

Two variables of the environment name the folders: PETL_DATA (`weights`, `sets`, `folders`; Tests/TestSupport/RealData.swift
has the same for Swift), and PETL_PEERS, which is put before Python's own packages. Without them these are taken from
`../shared/data` and `../shared/peers` beside the checkout, where those are.
"""

import os
import pathlib
import sys

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared"
DATA = pathlib.Path(os.environ.get("PETL_DATA", SHARED / "data"))
PEERS = pathlib.Path(os.environ.get("PETL_PEERS", SHARED / "peers"))
WEIGHTS = DATA / "weights/vit_tiny_patch16_224.safetensors"
CLOTHES = DATA / "sets/clothing10.safetensors"
sys.path.insert(0, str(PEERS))
# transformers and timm import torchvision; where that is missing or broken, a module of this name takes its place.
try:
    import torchvision_stub  # noqa: F401
except ImportError:
    pass
