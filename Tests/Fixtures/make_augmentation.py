"""Writes augmentation.json: what Pillow and torchvision make of images, given what was drawn, and how they draw.

    python3 make_augmentation.py        # needs numpy, Pillow, torch, torchvision

`operations`: the bytes of images [H, W, 3] after one change with its number; ours must equal them byte for byte.
`strong`: the same for the operations of RandAugment at magnitudes and signs, by their number in torchvision.
`parts`: parts of images resized to a side. `draws`: means and deviations of what torchvision's RandomResizedCrop,
ColorJitter and RandomErasing draw 20,000 times, and numpy's Beta(α, α). Arrays are base64 of their bytes.
"""

import base64
import json
import pathlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import ColorJitter, RandAugment, RandomErasing, RandomResizedCrop
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

DRAWS = 20_000


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def an_image(random, height, width):
    """Noise, extremes and a ramp: clipping, greys, and all hues."""
    image = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    image[: height // 4] = random.choice([0, 255], (height // 4, width, 3))
    ramp = np.linspace(20, 230, width).astype(np.uint8)
    image[height // 4 : height // 2] = ramp[None, :, None]
    image[height // 2 : height // 2 + 2, :, 1] = ramp[::-1]
    return image


def moments(values):
    values = np.asarray(values, dtype=np.float64)
    return {"mean": float(values.mean()), "deviation": float(values.std())}


random = np.random.default_rng(0)
images = [an_image(random, *size) for size in [(24, 24), (17, 17), (9, 31)]]
pictures = [Image.fromarray(image) for image in images]

CHANGES = {
    "brightness": (F.adjust_brightness, [0.0, 0.35, 1.0, 1.7]),
    "contrast": (F.adjust_contrast, [0.2, 0.9, 1.9]),
    "saturation": (F.adjust_saturation, [0.0, 0.55, 1.45]),
    "sharpness": (F.adjust_sharpness, [0.1, 0.73, 1.9]),
    "hue": (F.adjust_hue, [-0.5, -0.137, 0.02, 0.31, 0.5]),
    "posterize": (F.posterize, [4, 7]),
    "solarize": (F.solarize, [76.5, 255.0, 0.0]),
    "rotate": (F.rotate, [-30.0, 7.3, 29.99]),
}
operations = []
for name, (change, numbers) in CHANGES.items():
    for number in numbers:
        for index, picture in enumerate(pictures):
            found = np.asarray(change(picture, number))
            operations.append(
                {"name": name, "number": number, "image": index, "output": encode(found)})
for name, change in [("autocontrast", F.autocontrast), ("equalize", F.equalize), ("mirror", F.hflip)]:
    for index, picture in enumerate(pictures):
        operations.append(
            {"name": name, "number": 0, "image": index, "output": encode(np.asarray(change(picture)))})

strong = []
square = pictures[0]
for magnitude in [0, 4, 9, 15, 22, 30]:
    policy = RandAugment(magnitude=magnitude)
    space = policy._augmentation_space(31, (24, 24))
    for number, (name, (magnitudes, signed)) in enumerate(space.items()):
        value = float(magnitudes[magnitude].item()) if magnitudes.ndim > 0 else 0.0
        for negative in [False, True] if signed else [False]:
            found = _apply_op(square, name, -value if negative else value,
                              interpolation=policy.interpolation, fill=None)
            strong.append({"number": number, "magnitude": magnitude, "negative": negative,
                           "output": encode(np.asarray(found))})

parts = []
for index, box in [(0, (3, 5, 12, 17)), (2, (0, 0, 9, 31)), (2, (1, 7, 6, 5)), (1, (16, 2, 1, 9))]:
    for name in ["bicubic", "bilinear"]:
        mode = getattr(torchvision.transforms.InterpolationMode, name.upper())
        found = F.resized_crop(pictures[index], *box, [16, 16], mode)
        parts.append({"image": index, "box": box, "filter": name, "output": encode(np.asarray(found))})

torch.manual_seed(0)
draws = {"crops": [], "erased": [], "beta": []}
for height, width, area, aspect in [(100, 100, 0.08, 4 / 3), (60, 200, 0.4, 1.2), (224, 150, 0.9, 4 / 3)]:
    found = [RandomResizedCrop.get_params(torch.zeros(1, height, width), [area, 1], [1 / aspect, aspect])
             for _ in range(DRAWS)]
    columns = list(zip(*found))
    draws["crops"].append({"size": [height, width], "area": area, "aspect": aspect,
                           "moments": [moments(column) for column in columns]})
for side, area in [(32, 0.33), (224, 0.1)]:
    found = [RandomErasing.get_params(torch.zeros(3, side, side), (0.02, area), (0.3, 3.3), [0])[:4]
             for _ in range(DRAWS)]
    draws["erased"].append({"side": side, "area": area, "moments": [moments(c) for c in zip(*found)]})
for alpha in [0.2, 0.8, 1, 4]:
    draws["beta"].append({"alpha": alpha, "moments": moments(random.beta(alpha, alpha, DRAWS))})
jitter = ColorJitter(0.4, 1.5, 0.3, 0.1)
found = [ColorJitter.get_params(jitter.brightness, jitter.contrast, jitter.saturation, jitter.hue)
         for _ in range(DRAWS)]
draws["jitter"] = [moments([f[1 + kind] for f in found]) for kind in range(4)]
draws["first"] = [sum(int(f[0][0]) == kind for f in found) / DRAWS for kind in range(4)]

path = pathlib.Path(__file__).with_name("augmentation.json")
path.write_text(json.dumps({
    "made by": f"Pillow {PIL.__version__}, torchvision {torchvision.__version__}",
    "images": [{"shape": list(image.shape), "pixels": encode(image)} for image in images],
    "operations": operations, "strong": strong, "parts": parts, "draws": draws}, indent=0) + "\n")
