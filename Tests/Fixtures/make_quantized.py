"""Writes quantized.json: products with a frozen weight in 8 bits, as PyTorch makes them.

    python3 make_quantized.py        # needs torch

Each case has x [rows, in], w [out, in], bias [out] and dy [rows, out]. Rows of w and x have a scale each, that of its
largest magnitude / 127; the integers are rounded to nearest, ties to even. Where by these integers the largest of a row of
x is more than six times the root of the mean square, the largest four are integers of their own (`far`, elsewhere zero)
with a factor of their own, and zero among the others. `forward` and `backward` are exact sums of products of integers:
y = sums * (factor of the row * scale of the output) + the same of the far ones + bias. For dx = dy w the scales of w are
taken into dy first. Numbers are base64 of little-endian float32, int8 or int32.
"""

import base64
import json
import pathlib

import torch


def encode(tensor):
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


def quantized(x, largest=None):
    """Integers [rows, n] and a factor for each row."""
    if largest is None:
        largest = x.abs().amax(dim=1, keepdim=True)
    inverse = torch.where(largest > 0, 127 / largest, torch.zeros_like(largest))
    return torch.round(x * inverse).to(torch.int8), largest / 127


def split(x):
    """Integers and factors of a row, and those of what stands far out."""
    integers, factors = quantized(x)
    far, far_factors = torch.zeros_like(integers), torch.zeros_like(factors)
    squares = integers.to(torch.int64).square().sum(dim=1)
    for i in torch.nonzero((squares * 36 < x.shape[1] * 127 * 127) & (factors[:, 0] > 0))[:, 0].tolist():
        row = x[i : i + 1]
        magnitudes, places = torch.sort(row.abs(), dim=1, descending=True, stable=True)
        chosen = torch.zeros_like(row, dtype=torch.bool).scatter(1, places[:, :4], True)
        far[i], far_factors[i] = quantized(row * chosen)
        integers[i], factors[i] = quantized(row * ~chosen, magnitudes[:, 4:5])
    return integers, factors, far, far_factors


def scaled(sums, scale, far_sums, far_scale):
    """What the sums stand for."""
    result = sums.float() * scale
    return torch.where(far_scale != 0, result + far_sums.float() * far_scale, result)


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
    if inner > 60:
        # Some numbers that stand far out, two of them equal.
        x[3, 5], x[3, 9], x[3, 60] = 40, -40, 8
        dy[4, 2] = 1
    wq, ws = quantized(w)
    xq, xs, xf, xfs = split(x)
    forward, forward_far = product(xq, wq), product(xf, wq)
    y = scaled(forward, ws.T * xs, forward_far, ws.T * xfs) + bias
    dq, ds, df, dfs = split(dy * ws.T)
    backward, backward_far = product(dq, wq.T.contiguous()), product(df, wq.T.contiguous())
    dx = scaled(backward, ds, backward_far, dfs)
    return {
        "rows": rows, "inner": inner, "outer": outer,
        "x": encode(x), "w": encode(w), "bias": encode(bias), "dy": encode(dy),
        "weight": encode(wq), "scales": encode(ws[:, 0]), "input": encode(xq), "factors": encode(xs[:, 0]),
        "far": encode(xf), "farFactors": encode(xfs[:, 0]), "upstream": encode(dq), "upstreamFar": encode(df),
        "forward": encode(forward), "backward": encode(backward), "y": encode(y), "dx": encode(dx),
    }


def main():
    generator = torch.Generator().manual_seed(0)
    sizes = [(1, 1, 1), (5, 7, 3), (13, 33, 65), (9, 70, 130), (7, 192, 64)]
    cases = [case(*size, generator) for size in sizes]
    path = pathlib.Path(__file__).with_name("quantized.json")
    path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
