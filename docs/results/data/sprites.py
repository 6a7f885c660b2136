"""The rendered sets: white shapes on black, in the manner of dSprites. Made from nothing but seeds, bit for bit."""

import math
import random

import numpy as np
import PIL
from PIL import Image, ImageDraw

from origins import Problem

SIDE, SUPERSAMPLING = 48, 4
# A turn as the generator of the sets had it: with all digits of 2π a few pixels differ.
TURN = 6.283
SEEDS = {"train": 1, "val": 2, "test": 3}

ELLIPSE = [(math.cos(2 * math.pi * k / 59), 0.55 * math.sin(2 * math.pi * k / 59)) for k in range(60)]
RECTANGLE = [(0.8, 0.5), (-0.8, 0.5), (-0.8, -0.5), (0.8, -0.5)]
ARROW = [(1, 0), (-0.7, 0.7), (-0.35, 0), (-0.7, -0.7)]


def picture(shape, angle, x, y, size):
    """A shape around (x, y) in parts of the side, turned clockwise, its longest radius `size` parts of the side."""
    side = SIDE * SUPERSAMPLING
    cos, sin = math.cos(angle), math.sin(angle)
    points = [(side * x + a * side * size * cos - b * side * size * sin, side * y + a * side * size * sin + b * side * size * cos)
              for a, b in shape]
    image = Image.new("L", (side, side), 0)
    ImageDraw.Draw(image).polygon(points, fill=255)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.LANCZOS))[..., None]


def orientation(generator, label):
    """An arrow that points in one of eight directions, up to 18 degrees from it."""
    turn = math.radians(45 * label - 18 + 36 * generator.random())
    x, y = 0.3 + 0.4 * generator.random(), 0.3 + 0.4 * generator.random()
    return picture(ARROW, turn, x, y, 0.15 + 0.125 * generator.random())


def location(generator, label):
    """An ellipse, a rectangle or an arrow in one of 4 × 4 cells."""
    shape = generator.choice((ELLIPSE, RECTANGLE, ARROW))
    turn = TURN * generator.random()
    x = 0.14 + 0.72 * (label % 4 + generator.random()) / 4
    y = 0.14 + 0.72 * (label // 4 + generator.random()) / 4
    return picture(shape, turn, x, y, 0.1 + 0.1 * generator.random())


def is_exact():
    """Whether this Pillow draws polygons as that of the sets; older ones place their edges otherwise."""
    return tuple(map(int, PIL.__version__.split(".")[:2])) >= (11, 3)


def examples(draw, classes, counts):
    """Pictures and labels of each split, labels in turn, before they are shuffled."""
    if not is_exact():
        raise Problem(f"pillow {PIL.__version__} draws other edges than the sets have: pip install 'pillow>=11.3'")
    result = {}
    for split, count in counts.items():
        generator = random.Random(SEEDS[split])
        result[split] = [(draw(generator, k % classes), k % classes) for k in range(count)]
    return result
