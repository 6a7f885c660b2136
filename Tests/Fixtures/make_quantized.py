"""Writes quantized.json: products with a frozen weight in 8 bits, as PyTorch makes them.

    python3 make_quantized.py        # needs torch

Each case has x [rows, in], w [out, in], bias [out] and dy [rows, out]. Rows of w and x have a scale each, that of its
largest magnitude / 127; the integers are rounded to nearest, ties to even. `integers` of a product are exact sums of
products of integers: y = integers * (scale of the row * scale of the output) + bias. For dx = dy w the scales of w are
taken into dy first. Numbers are base64 of little-endian float32, int8 or int32.
"""

import base64
import json
import pathlib

import torch


def encode(tensor):
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


def quantized(x):
    """Integers [rows, n] and a factor for each row."""
    largest = x.abs().amax(dim=1, keepdim=True)
    inverse = torch.where(largest > 0, 127 / largest, torch.zeros_like(largest))
    return torch.round(x * inverse).to(torch.int8), largest / 127


def product(a, b):
    """The exact sums of products of two int8 matrices [m, k] and [n, k]."""
    return (a.to(torch.int64) @ b.to(torch.int64).T).to(torch.int32)


def case(rows, inner, outer, generator):
    x = torch.randn(rows, inner, generator=generator)
    w = torch.randn(outer, inner, generator=generator) * torch.rand(outer, 1, generator=generator)
    dy = torch.randn(rows, outer, generator=generator) * 1e-3
    bias = torch.randn(outer, generator=generator)
    # A token that stands out, a row of zeros, and one whose numbers lie between integers.
    x[0, 0] = 50
    if rows > 2:
        x[1] = 0
        x[2] = torch.arange(inner) % 100 + 0.5
        x[2, 0] = 127
    wq, ws = quantized(w)
    xq, xs = quantized(x)
    forward = product(xq, wq)
    y = forward.float() * (xs * ws.T) + bias
    dq, ds = quantized(dy * ws.T)
    backward = product(dq, wq.T.contiguous())
    dx = backward.float() * ds
    return {
        "rows": rows, "inner": inner, "outer": outer,
        "x": encode(x), "w": encode(w), "bias": encode(bias), "dy": encode(dy),
        "weight": encode(wq), "scales": encode(ws[:, 0]), "input": encode(xq), "factors": encode(xs[:, 0]),
        "upstream": encode(dq), "forward": encode(forward), "backward": encode(backward),
        "y": encode(y), "dx": encode(dx),
    }


def main():
    generator = torch.Generator().manual_seed(0)
    sizes = [(1, 1, 1), (5, 7, 3), (13, 33, 65), (9, 70, 130), (3, 192, 64)]
    cases = [case(*size, generator) for size in sizes]
    path = pathlib.Path(__file__).with_name("quantized.json")
    path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
