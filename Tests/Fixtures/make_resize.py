"""Writes resize.json: what Pillow and PyTorch make of random images (needs numpy, Pillow, torch).

`pillow`: uint8 images [H, W, C] resized by Pillow, which ours must equal byte for byte.
`torch`: float grids [H, W, C] resized by interpolate(mode="bicubic", antialias=True).
`normalized`: the 256 byte values in 3 channels [256, 3], as torchvision normalises them.
Arrays are base64 of their little-endian bytes.
"""

import base64
import json
import pathlib

import numpy as np
import PIL
import torch
from PIL import Image

CASES = [  # (height, width, channels), (height, width)
    ((8, 8, 1), (32, 32)),
    ((8, 8, 1), (17, 29)),
    ((28, 28, 1), (112, 112)),
    ((23, 31, 3), (64, 48)),
    ((31, 23, 3), (11, 60)),
    ((56, 56, 3), (37, 37)),
    ((50, 70, 3), (9, 13)),
    ((19, 45, 1), (45, 7)),
    ((16, 16, 3), (16, 24)),
    ((16, 16, 3), (5, 16)),
    ((1, 5, 3), (3, 2)),
    ((40, 20, 3), (30, 16)),  # height loses more than twice what width does: columns first
    ((40, 20, 3), (30, 15)),  # exactly twice: rows first
    ((20, 20, 1), (19, 40)),
]
GRIDS = [((14, 14, 4), (7, 7)), ((7, 7, 4), (14, 14)), ((6, 9, 3), (11, 4)), ((14, 14, 2), (10, 24))]
MODES = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "inception": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
}


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


random = np.random.default_rng(0)
pillow = []
for shape, (height, width) in CASES:
    # Noise of extreme values exercises clipping, a ramp the rounding.
    image = random.integers(0, 256, shape).astype(np.uint8)
    image[: shape[0] // 2] = random.choice([0, 255], (shape[0] // 2, *shape[1:]))
    for name in ("bilinear", "bicubic"):
        source = Image.fromarray(image[:, :, 0] if shape[2] == 1 else image)
        resized = source.resize((width, height), getattr(Image.Resampling, name.upper()))
        pillow.append(
            {"filter": name, "input": encode(image), "shape": shape, "size": [height, width],
             "output": encode(np.asarray(resized))})

grids = []
for shape, size in GRIDS:
    grid = random.standard_normal(shape).astype(np.float32)
    resized = torch.nn.functional.interpolate(
        torch.from_numpy(grid).permute(2, 0, 1)[None], size=size, mode="bicubic", antialias=True,
        align_corners=False)[0].permute(1, 2, 0)
    grids.append({"input": encode(grid), "shape": shape, "size": list(size),
                  "output": encode(resized.numpy())})

normalized = {}
values = torch.arange(256, dtype=torch.uint8)[:, None].expand(256, 3)
for name, (mean, std) in MODES.items():
    # torchvision.transforms.functional: to_tensor divides by 255, normalize is sub_ then div_.
    x = values.to(torch.float32).div(255)
    mean, std = torch.tensor(mean, dtype=torch.float32), torch.tensor(std, dtype=torch.float32)
    normalized[name] = encode(x.sub(mean).div(std).numpy())
normalized["none"] = encode(values.to(torch.float32).div(255).numpy())

path = pathlib.Path(__file__).with_name("resize.json")
path.write_text(json.dumps(
    {"made_with": f"Pillow {PIL.__version__}, torch {torch.__version__}", "pillow": pillow,
     "torch": grids, "normalized": normalized}, indent=1) + "\n")
print(f"{path}: {path.stat().st_size} bytes")
