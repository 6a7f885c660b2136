"""Writes operations.json: what PyTorch makes of the operations that plugins compute with.

    /path/to/python make_operations.py          (torch 2.13, numpy)

The cases are as those of make_tensors.py: 32-bit inputs, outputs and gradients computed from them in 64-bit
floats and rounded. Eigenvectors and singular vectors have arbitrary signs, so what is compared is made of
them in a way that does not depend on it.
"""
import json
import pathlib

import numpy
import torch
import torch.nn.functional as F

random = numpy.random.default_rng(15)
cases = []


def draw(*shape, scale=1.0, low=None, high=None):
    """A 32-bit input with few decimals, so that the file stays small."""
    x = random.normal(size=shape) * scale if low is None else random.uniform(low, high, shape)
    return numpy.round(x, 2).astype(numpy.float32)


def packed(x):
    x = numpy.asarray(x.detach().numpy() if torch.is_tensor(x) else x).astype(numpy.float32)
    return {"shape": list(x.shape), "values": [float(str(v)) for v in x.ravel()]}


def case(operation, name, inputs, function, frozen=(), **numbers):
    """Runs `function` on 64-bit leaves and records its output and every gradient."""
    leaves = [torch.tensor(x.astype(numpy.float64), requires_grad=i not in frozen)
              for i, x in enumerate(inputs)]
    output = function(*leaves)
    upstream = draw(*output.shape)
    (output * torch.tensor(upstream.astype(numpy.float64))).sum().backward()
    cases.append({
        "operation": operation, "name": name, "numbers": numbers, "frozen": sorted(frozen),
        "inputs": [packed(x) for x in inputs], "upstream": packed(upstream),
        "output": packed(output),
        "gradients": [None if i in frozen else packed(x.grad) for i, x in enumerate(leaves)]})


# Functions of an element
wide = numpy.array([-30, -9.5, -3, -0.125, 0.125, 1, 6.25, 30], numpy.float32)
signed = numpy.concatenate([draw(29, scale=2), wide])
case("softplus", "[37]", [signed], F.softplus)
case("silu", "[37]", [signed], F.silu)
for exponent in [2.5, -1, 0.5, 0]:
    case("raised", f"[19] {exponent}", [draw(19, low=0.1, high=3)], lambda x: x ** exponent,
         exponent=[exponent])
case("raised", "[19] of signed 3", [draw(19)], lambda x: x ** 3, exponent=[3])

# The larger and the smaller
for a, b in [([3, 5], [3, 5]), ([3, 1, 4], [2, 1]), ([2, 3], []), ([], [4])]:
    x, y = draw(*a), draw(*b)
    case("maximum", f"{a} {b}", [x, y], torch.maximum)
    case("minimum", f"{a} {b}", [x, y], torch.minimum)
tied = numpy.array([[1, 2, 2], [0, -1, 0]], numpy.float32)
case("maximum", "ties", [tied, tied[::-1].copy() * 0 + 1], torch.maximum)
for shape, axes in [([3, 5], [0]), ([3, 5], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [-2]),
                    ([2, 3, 4], [0, 1, 2])]:
    for keep in (0, 1):
        for name, function in [("maximumOver", torch.amax), ("minimumOver", torch.amin)]:
            case(name, f"{shape} {axes} {keep}", [draw(*shape)],
                 lambda x: function(x, dim=axes, keepdim=bool(keep)), axes=axes, keep=[keep])
case("maximumOver", "ties", [tied], lambda x: torch.amax(x, dim=[1]), axes=[1], keep=[0])

# Norms over axes
for shape, axes in [([3, 5], [1]), ([2, 3, 4], [0, 2]), ([2, 7], [0, 1])]:
    for p in [1, 2, 3, 1.5]:
        case("norm", f"{shape} {axes} {p}", [draw(*shape)],
             lambda x: torch.linalg.vector_norm(x, p, dim=axes), axes=axes, power=[p])
    case("normOfLargest", f"{shape} {axes}", [draw(*shape)],
         lambda x: torch.linalg.vector_norm(x, torch.inf, dim=axes), axes=axes)
    case("logSumExp", f"{shape} {axes}", [draw(*shape, scale=5)],
         lambda x: torch.logsumexp(x, dim=axes), axes=axes)
case("norm", "of zero", [numpy.zeros([2, 3], numpy.float32)],
     lambda x: torch.linalg.vector_norm(x, 2, dim=[1]), axes=[1], power=[2])
for shape in [[3, 5], [2, 3, 17]]:
    case("logSoftmax", f"{shape}", [draw(*shape, scale=5)], lambda x: torch.log_softmax(x, -1))

# Along an axis
for shape, axis in [([5], 0), ([3, 5], 0), ([2, 4, 3], 1), ([2, 4, 3], -1)]:
    case("cumulativeSum", f"{shape} {axis}", [draw(*shape)], lambda x: torch.cumsum(x, axis),
         axis=[axis])
    for down in (0, 1):
        case("sorted", f"{shape} {axis} {down}", [draw(*shape)],
             lambda x: torch.sort(x, dim=axis, descending=bool(down), stable=True).values,
             axis=[axis], down=[down])
    case("top", f"{shape} {axis}", [draw(*shape)], lambda x: torch.topk(x, 2, dim=axis).values,
         axis=[axis], count=[2])
for shape, axis, count in [([3, 5], 1, 4), ([4, 2, 3], 0, 2), ([2, 4, 3], 1, 5)]:
    target = list(shape)
    target[axis] = count
    places = random.integers(0, shape[axis], target)
    case("gatheredAlong", f"{shape} {axis}", [draw(*shape)],
         lambda x: torch.gather(x, axis, torch.tensor(places)), axis=[axis],
         indices=places.ravel().tolist())

# Convolutions, channels last
def convolution(stride, padding, groups):
    def function(x, w, b=None):
        if x.dim() == 3:
            return F.conv1d(x.transpose(1, 2), w, b, stride, padding, 1, groups).transpose(1, 2)
        return F.conv2d(x.permute(0, 3, 1, 2), w, b, stride, padding, 1, groups).permute(0, 2, 3, 1)
    return function


for shape, kernel, stride, padding, groups in [
        ([2, 5, 7, 3], [4, 3, 3, 2], 1, 1, 1), ([1, 6, 5, 4], [6, 2, 2, 3], 2, 0, 2),
        ([2, 5, 4, 6], [6, 1, 3, 3], 1, 1, 6), ([2, 7, 6, 5], [5, 1, 2, 3], 2, 1, 5),
        ([1, 4, 3, 5], [2, 5, 1, 1], 1, 0, 1), ([1, 4, 5, 2], [4, 1, 3, 3], 1, 1, 2),
        ([2, 9, 3], [4, 3, 3], 1, 1, 1), ([2, 9, 4], [4, 1, 5], 2, 2, 4),
        ([1, 6, 4], [2, 2, 2], 1, 0, 2)]:
    inputs = [draw(*shape), draw(*kernel), draw(kernel[0])]
    settings = {"stride": [stride], "padding": [padding], "groups": [groups]}
    case("convolved", f"{shape} {kernel} {stride} {padding} {groups}", inputs,
         convolution(stride, padding, groups), **settings)
    case("convolved", f"{shape} {kernel} without bias", inputs[:2],
         convolution(stride, padding, groups), **settings)
case("convolved", "frozen input", inputs, convolution(1, 0, 2), frozen={0}, stride=[1],
     padding=[0], groups=[2])

# Contractions: the name is the subscripts
for subscripts, shapes in [
        ("ij,kj->ik", [[3, 5], [4, 5]]), ("ij,jk->ki", [[3, 5], [5, 4]]),
        ("bij,bjk->bik", [[2, 3, 5], [2, 5, 4]]), ("bji,bjk->bik", [[2, 5, 3], [2, 5, 4]]),
        ("bij,bkj->bik", [[2, 3, 5], [2, 4, 5]]), ("bji,bkj->bik", [[2, 5, 3], [2, 4, 5]]),
        ("bij,jk->bik", [[2, 3, 5], [5, 4]]), ("ij,bjk->bik", [[3, 5], [2, 5, 4]]),
        ("ibj,bjk->ibk", [[3, 2, 5], [2, 5, 4]]), ("i,j->ij", [[3], [4]]), ("i,i->", [[5], [5]]),
        ("ij->j", [[3, 4]]), ("ijk->kij", [[2, 3, 4]]), ("ij,ij->i", [[3, 4], [3, 4]]),
        ("ij,k->i", [[3, 4], [5]]), ("ij,jk,kl->il", [[2, 3], [3, 4], [4, 5]]),
        ("ti,io,tr,ro->", [[6, 3], [3, 4], [6, 2], [2, 4]]),
        ("abij,abjk->abik", [[2, 3, 4, 5], [2, 3, 5, 2]])]:
    case("contracted", subscripts, [draw(*s) for s in shapes],
         lambda *x: torch.einsum(subscripts, *x))

# Small matrices
def symmetric(x):
    return (x + x.transpose(-1, -2)) / 2


def positive(*shape):
    x = draw(*shape)
    return (x @ x.swapaxes(-1, -2) + 0.5 * numpy.eye(shape[-2], dtype=numpy.float32)).astype(
        numpy.float32)


for name, a in [("[4, 4]", positive(4, 7)), ("[2, 3, 3]", positive(2, 3, 5)),
                ("[1, 1]", positive(1, 2))]:
    case("cholesky", name, [a], lambda x: torch.linalg.cholesky(symmetric(x)))
    case("logDeterminant", name, [a], lambda x: torch.logdet(symmetric(x)))
    case("inverse", f"{name} positive", [a], torch.linalg.inv)
    case("eigenvalues", name, [a], lambda x: torch.linalg.eigvalsh(symmetric(x)))
case("inverse", "[3, 3]", [draw(3, 3) + 2 * numpy.eye(3, dtype=numpy.float32)], torch.linalg.inv)
case("inverse", "[2, 4, 4]", [draw(2, 4, 4) + 3 * numpy.eye(4, dtype=numpy.float32)],
     torch.linalg.inv)
for name, a in [("[4, 4]", draw(4, 4)), ("[2, 3, 3]", draw(2, 3, 3))]:
    case("eigenvectorsSquared", name, [a],
         lambda x: torch.linalg.eigh(symmetric(x)).eigenvectors ** 2)


def matrix_tanh(x):
    values, vectors = torch.linalg.eigh(symmetric(x))
    return vectors @ torch.diag_embed(torch.tanh(values)) @ vectors.transpose(-1, -2)


case("eigenFunction", "[5, 5]", [draw(5, 5)], matrix_tanh)
for shape in [[3, 5], [5, 3], [2, 4, 3]]:
    case("singularValues", f"{shape}", [draw(*shape)], torch.linalg.svdvals)
    case("leftSquared", f"{shape}", [draw(*shape)],
         lambda x: torch.linalg.svd(x, full_matrices=False).U ** 2)
    case("rightSquared", f"{shape}", [draw(*shape)],
         lambda x: torch.linalg.svd(x, full_matrices=False).Vh ** 2)

    def polar(x):
        u, _, vh = torch.linalg.svd(x, full_matrices=False)
        return u @ vh

    case("polar", f"{shape}", [draw(*shape)], polar)
for shape in [[3, 5], [5, 3], [4, 4]]:
    case("diagonal", f"{shape}", [draw(*shape)], torch.diagonal)

path = pathlib.Path(__file__).with_name("operations.json")
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
path.write_text(f'{{"cases":[\n{lines}\n],"adamW":[]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
