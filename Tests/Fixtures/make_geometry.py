"""Writes geometry.json: geometries, PoLAR and SGD in PyTorch, straight from their equations.

    /path/to/python make_geometry.py          (torch 2.13, numpy)

Inputs are 32-bit floats; outputs are computed from them in 64-bit floats with dense n x n products and
full SVDs, then rounded to 32 bits. Only `sgd` is torch.optim.SGD itself.
"""
import json
import pathlib

import numpy
import torch

random = numpy.random.default_rng(31)


def draw(*shape, scale=1.0):
    return torch.tensor((random.normal(size=shape) * scale).astype(numpy.float32)).double()


def packed(x):
    x = x.detach().numpy().astype(numpy.float32)
    return {"shape": list(x.shape), "values": [float(str(v)) for v in x.ravel()]}


def rounded(x):
    """The 32-bit number that the Swift side reads."""
    return x.float().double()


def orthonormal(n, r):
    return rounded(torch.linalg.qr(draw(n, r))[0])


def uf(y):
    u, _, vt = torch.linalg.svd(y, full_matrices=False)
    return u @ vt


def sym(m):
    return (m + m.T) / 2


def skew(m):
    return (m - m.T) / 2


def qf(y):
    q, r = torch.linalg.qr(y)
    return q * r.diagonal().sign()


def tangent(x, z):
    return z - x @ sym(x.T @ z)


def msign(y):
    return uf(y)


fields, steps = [], []
for n, r, wide in [(11, 3, False), (9, 4, True), (5, 5, False), (7, 1, True)]:
    eye = torch.eye(r, dtype=torch.float64)
    x, off, g, z = orthonormal(n, r), draw(n, r, scale=0.5), draw(n, r), draw(n, r)
    stored = (lambda m: packed(m.T)) if wide else packed

    def field(name, at, value, lam=0.0):
        fields.append({"name": name, "lambda": lam, "value": stored(at), "gradient": stored(g),
                       "output": stored(value)})

    for at in (x, off):
        grow = at @ (at.T @ at - eye)
        k = g @ at.T - at @ g.T
        field("landing", at, k @ at + 0.7 * grow, 0.7)
        # The paper's field with its own lambda, twice: Skew(G X^T) X + lambda 4 X (X^T X - I).
        field("landing-paper", at, 2 * (skew(g @ at.T) @ at + 0.7 * 4 * grow), 0.7)
        field("soft", at, g + 0.7 * grow, 0.7)
        field("polar", at, tangent(at, g))
        field("qr", at, tangent(at, g))
        field("stella", at, g - at @ g.T @ at)
        field("spel", at, g)

    rate, hidden = 0.15, 4

    def step(name, value, hidden=0):
        steps.append({"name": name, "hidden": hidden, "rate": rate, "value": stored(x),
                      "proposed": stored(z), "output": stored(value)})

    # What becomes of x when a rule proposes to add rate z to it.
    step("polar", uf(x + rate * z))
    step("qr", qf(x + rate * z))
    step("stella", uf(x + tangent(x, rate * z)))
    moved = rate * z if n == hidden else rate * z / (n / hidden) ** 0.5
    step("stella", uf(x + tangent(x, moved)), hidden)
    # A tangent vector without full rank has no unique msign: then SPEL is not compared.
    p = tangent(x, z)
    if torch.linalg.svdvals(p).min() > 0.05:
        step("spel", msign(x + rate * msign(p)))
    step("landing", x + rate * z)

adapters = []
inputs, outputs, tokens = 7, 5, 6
for theta in ("full", "diagonal", "fixed"):
    r = 3
    y, x = orthonormal(inputs, r), orthonormal(outputs, r)
    core = {"full": draw(r, r), "diagonal": draw(r), "fixed": None}[theta]
    matrix = torch.eye(r, dtype=torch.float64) if core is None else (
        core if theta == "full" else core.diag())
    alpha = 4.0
    leaves = [t.clone().requires_grad_() for t in (x, y, matrix)]
    delta = alpha / r * leaves[0] @ leaves[2] @ leaves[1].T
    h, upstream = draw(tokens, inputs), draw(tokens, outputs)
    out = h @ delta.T
    (out * upstream).sum().backward()
    gradients = [packed(leaves[1].grad.T)]
    values = [packed(y.T)]
    if core is not None:
        grad = leaves[2].grad
        gradients.append(packed(grad if theta == "full" else grad.diagonal()))
        values.append(packed(core))
    gradients.append(packed(leaves[0].grad.T))
    values.append(packed(x.T))
    adapters.append({"theta": theta, "alpha": alpha, "rank": r, "parameters": values,
                     "input": packed(h), "upstream": packed(upstream), "output": packed(out),
                     "merged": packed(delta), "gradients": gradients})

sgd = []
for momentum, nesterov, decay in [(0, False, 0), (0, False, 0.1), (0.9, False, 0.05),
                                  (0.9, True, 0.05), (0.5, True, 0)]:
    start, gradients = draw(4, 3).float(), draw(8, 4, 3).float()
    w = start.clone().requires_grad_()
    rule = torch.optim.SGD([w], lr=0.05, momentum=momentum, nesterov=nesterov, weight_decay=decay)
    for g in gradients:
        w.grad = g.clone()
        rule.step()
    sgd.append({"momentum": momentum, "nesterov": nesterov, "decay": decay, "rate": 0.05,
                "start": packed(start), "gradients": packed(gradients), "weights": packed(w)})

path = pathlib.Path(__file__).with_name("geometry.json")
path.write_text(json.dumps(
    {"fields": fields, "steps": steps, "adapters": adapters, "sgd": sgd}) + "\n")
print(len(fields), "fields,", len(steps), "steps,", path.stat().st_size, "bytes")
