"""Photographs to measure with, and PyTorch's DataLoader with Pillow on them (needs numpy, Pillow, torch, safetensors).

    python images.py make SET.safetensors FOLDER [COUNT]   # JPEG mosaics of 500x375 out of a set's training images
    python images.py load FOLDER [--workers 2]             # decode, resize to 224 (bicubic), normalise: images a second

`load` does what torchvision's Resize((224, 224), BICUBIC), ToTensor and Normalize do, without torchvision.
"""

import argparse
import json
import pathlib
import time

import numpy as np
from PIL import Image


def make(options):
    from safetensors.numpy import load_file

    images = load_file(options.set)["train_images"]
    random = np.random.default_rng(0)
    side = images.shape[1]
    rows, columns = -(-375 // side), -(-500 // side)
    for index in range(options.count):
        tiles = images[random.integers(0, len(images), rows * columns)]
        mosaic = tiles.reshape(rows, columns, side, side, -1).swapaxes(1, 2).reshape(rows * side, columns * side, -1)
        folder = pathlib.Path(options.folder) / f"{index % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(mosaic[:375, :500]).save(folder / f"{index:06d}.jpg")  # quality 75, 4:2:0: as VTAB-1K


def load(options):
    import torch

    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

    class Photographs(torch.utils.data.Dataset):
        def __init__(self):
            self.paths = sorted(pathlib.Path(options.folder).rglob("*.jpg"))

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, index):
            image = Image.open(self.paths[index]).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
            x = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().to(torch.float32).div(255)
            return x.sub_(mean).div_(deviation)

    photographs = Photographs()
    start = time.perf_counter()
    total = 0
    for batch in torch.utils.data.DataLoader(photographs, batch_size=64, num_workers=options.workers):
        total += len(batch)
    seconds = time.perf_counter() - start
    print(json.dumps({"images": total, "seconds": round(seconds, 3), "imagesPerSecond": round(total / seconds, 1)}))


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
making = commands.add_parser("make")
making.add_argument("set")
making.add_argument("folder")
making.add_argument("count", type=int, nargs="?", default=10_000)
making.set_defaults(run=make)
loading = commands.add_parser("load")
loading.add_argument("folder")
loading.add_argument("--workers", type=int, default=2)
loading.set_defaults(run=load)
options = parser.parse_args()
options.run(options)
