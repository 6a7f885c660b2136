"""Writes tensors.json: what PyTorch makes of every operation of the module Tensors.

    /path/to/python make_tensors.py          (torch 2.13, numpy)

Inputs are 32-bit floats. Outputs and gradients are computed from them in 64-bit floats and then
rounded to 32 bits, so that the fixture's own error is half a unit in the last place. The only
exception is adamw, which PyTorch runs in 32-bit floats, as the kernels do.

Each case: {operation, name, numbers, inputs, frozen, upstream, output, gradients}. `upstream` is
the gradient that backward starts from; `frozen` says which inputs get no gradient.
"""
import json
import pathlib

import numpy
import torch
import torch.nn.functional as F

torch.manual_seed(20)
random = numpy.random.default_rng(20)
cases = []


def draw(*shape, scale=1.0, low=None, high=None):
    """A 32-bit input with few decimals, so that the file stays small."""
    x = random.normal(size=shape) * scale if low is None else random.uniform(low, high, shape)
    return numpy.round(x, 2).astype(numpy.float32)


def packed(x):
    x = numpy.asarray(x.detach().numpy() if torch.is_tensor(x) else x)
    x = x.astype(numpy.float32)
    values = [float(str(v)) for v in x.ravel()]  # the shortest that reads back the same
    return {"shape": list(x.shape), "values": values}


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


def swap(x, do):
    return x.transpose(-1, -2) if do else x


# Products
for a, b in [([5, 7], [7, 3]), ([2, 5, 7], [2, 7, 3]), ([3, 5, 7], [7, 2]),
             ([2, 3, 4, 5], [2, 3, 5, 3]), ([2, 2, 3, 5], [5, 4]), ([1, 19], [19, 1])]:
    for ta in (0, 1):
        for tb in (0, 1):
            left = a[:-2] + a[-2:][::-1] if ta else a
            right = b[:-2] + b[-2:][::-1] if tb else b
            case("matmul", f"{left}x{right}", [draw(*left), draw(*right)],
                 lambda x, y: swap(x, ta) @ swap(y, tb), ta=[ta], tb=[tb])
for x, out in [([5, 7], 3), ([2, 3, 19], 9), ([6], 5)]:
    weight = [out, x[-1]]
    inputs = [draw(*x), draw(*weight), draw(out)]
    case("linear", f"{x}->{out}", inputs[:2], F.linear)
    case("linear", f"{x}->{out} bias", inputs, F.linear)
    case("linear", f"{x}->{out} only bias trained", inputs, F.linear, frozen={0, 1})
    case("frozenLinear", f"{x}->{out}", inputs[:2], F.linear, frozen={1})
    case("frozenLinear", f"{x}->{out} bias", inputs, F.linear, frozen={1, 2})
for x, rank in [([5, 7], 1), ([2, 3, 37], 4), ([9, 21], 9), ([3, 4], 65)]:
    case("projected", f"{x} rank {rank}", [draw(*x), draw(rank, x[-1])], lambda x, a: x @ a.T)
    case("expanded", f"{x} rank {rank}", [draw(*x[:-1], rank), draw(rank, x[-1])],
         lambda s, b: s @ b)


def adding(columns):
    def function(y, *updates):
        parts = [torch.zeros_like(y)]
        for start, width, rank in columns:
            if rank:
                s, b, updates = updates[0], updates[1], updates[2:]
                delta = s @ b
            else:
                delta, updates = updates[0], updates[1:]
            parts.append(F.pad(delta, (start, y.shape[-1] - start - width)))
        return y + sum(parts)
    return function


for shape, columns in [([2, 3, 21], [(14, 7, 3)]), ([2, 3, 21], [(0, 7, 2), (14, 7, 5)]),
                       ([7, 39], [(13, 13, 0)]), ([2, 2, 21], [(0, 7, 0), (5, 9, 4), (14, 7, 1)]),
                       ([2, 9], [(2, 3, 66)])]:
    inputs = [draw(*shape)]
    for start, width, rank in columns:
        if rank:
            inputs += [draw(*shape[:-1], rank), draw(rank, width)]
        else:
            inputs += [draw(*shape[:-1], width)]
    flat = [n for column in columns for n in column]
    case("adding", f"{shape} {columns}", inputs, adding(columns), columns=flat)
    if len(columns) == 2:
        case("adding", f"{shape} {columns} frozen", inputs, adding(columns), frozen={0, 2, 3},
             columns=flat)

# Arithmetic with broadcasting
shapes = [([3, 5], [3, 5]), ([3, 5], [5]), ([5], [3, 5]), ([3, 1, 4], [2, 1]), ([2, 3, 5], []),
          ([], [4]), ([7], [1]), ([1, 1], [6]), ([2, 1, 3, 1], [4, 1, 5]), ([1], [])]
for a, b in shapes:
    x, y = draw(*a), draw(*b, low=0.5, high=2)
    case("add", f"{a}+{b}", [x, y], torch.add)
    case("subtract", f"{a}-{b}", [x, y], torch.sub)
    case("multiply", f"{a}*{b}", [x, y], torch.mul)
    case("divide", f"{a}/{b}", [x, y], torch.div)
case("divide", "frozen divisor", [draw(3, 5), draw(5, low=1, high=2)], torch.div, frozen={1})
case("multiply", "frozen left", [draw(3, 5), draw(5)], torch.mul, frozen={0})
case("scaled", "[3, 7] -1.7", [draw(3, 7)], lambda x: x * -1.7, factor=[-1.7])

# Reductions and layout
for shape, axes in [([3, 5], [0]), ([3, 5], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [-2]),
                    ([2, 3, 4], [0, 1, 2]), ([3, 1, 2], [1]), ([2, 17, 3], [1]), ([2, 37], [-1])]:
    for keep in (0, 1) if len(shape) == 3 else (0,):
        for name, function in [("sumOver", torch.sum), ("meanOver", torch.mean)]:
            case(name, f"{shape} {axes} {keep}", [draw(*shape)],
                 lambda x: function(x, dim=axes, keepdim=bool(keep)), axes=axes, keep=[keep])
case("sum", "[67]", [draw(67)], torch.sum)
case("sum", "[3, 4, 2]", [draw(3, 4, 2)], torch.sum)
case("mean", "[5, 7]", [draw(5, 7)], torch.mean)
for shape, target in [([3, 4], [2, 6]), ([3, 4], [-1]), ([2, 3, 5], [5, -1, 3]), ([1], [])]:
    case("reshaped", f"{shape} {target}", [draw(*shape)], lambda x: x.reshape(target),
         target=target)
for shape, axes in [([3, 5], [1, 0]), ([2, 3, 5], [2, 0, 1]), ([2, 3, 2, 5], [0, 2, 1, 3]),
                    ([2, 3, 4], [0, 1, 2]), ([2, 1, 3, 2, 2, 3], [5, 2, 0, 3, 1, 4])]:
    case("transposed", f"{shape} {axes}", [draw(*shape)], lambda x: x.permute(axes), axes=axes)
for shape, axis, start, end in [([5, 3], 0, 1, 4), ([5, 7], 1, 2, 7), ([2, 5, 3], 1, 0, 1),
                                ([2, 3, 4], -1, 3, 4), ([4, 2], 0, 0, 4)]:
    case("sliced", f"{shape} {axis} {start}..<{end}", [draw(*shape)],
         lambda x: x.narrow(axis, start, end - start), axis=[axis], range=[start, end])
for parts, axis in [([[2, 3], [4, 3]], 0), ([[2, 1, 3], [2, 4, 3], [2, 2, 3]], 1),
                    ([[3, 2], [3, 5]], -1), ([[4]], 0)]:
    case("concatenated", f"{parts} {axis}", [draw(*p) for p in parts],
         lambda *x: torch.cat(x, axis), axis=[axis])
case("concatenated", "frozen first", [draw(1, 3), draw(4, 3)], lambda *x: torch.cat(x, 0),
     frozen={0}, axis=[0])
for shape, target in [([5], [3, 5]), ([3, 1], [3, 4]), ([], [2, 3]), ([1, 3, 1], [2, 4, 3, 5])]:
    case("broadcast", f"{shape} {target}", [draw(*shape)],
         lambda x: x.broadcast_to(target).clone(), target=target)
for shape, indices in [([5, 3], [4, 0, 0, 2, 0]), ([3, 2, 19], [1, 1]), ([6], [5, 5, 1]),
                       ([4, 3], [3, 2, 1, 0])]:
    case("gathered", f"{shape} {indices}", [draw(*shape)], lambda x: x[indices], indices=indices)

# Element-wise functions
wide = numpy.array([-9.5, -6.25, -3, -1, -0.125, 0.125, 1, 2.5, 6.25, 9.5], numpy.float32)
signed = numpy.concatenate([draw(57, scale=2), wide])
signed[signed == 0] = 0.5
positive = draw(67, low=0.05, high=8)
for name, function, x in [
        ("exp", torch.exp, signed), ("log", torch.log, positive), ("sqrt", torch.sqrt, positive),
        ("abs", torch.abs, signed), ("squared", torch.square, signed), ("relu", F.relu, signed),
        ("gelu", F.gelu, signed), ("quickGELU", lambda x: x * torch.sigmoid(1.702 * x), signed),
        ("tanh", torch.tanh, signed), ("sigmoid", torch.sigmoid, signed),
        ("reciprocal", torch.reciprocal, positive)]:
    case(name, "[67]", [x], function)
case("clamped", "-1 ... 1.5", [numpy.concatenate([draw(35, scale=2), wide])],
     lambda x: torch.clamp(x, -1, 1.5), bounds=[-1, 1.5])

# Rows
for shape in [[3, 5], [2, 3, 17], [2, 37], [1, 1], [2, 64]]:
    case("softmax", f"{shape}", [draw(*shape, scale=3)], lambda x: torch.softmax(x, -1))
for shape in [[3, 5], [2, 3, 17], [4, 16], [2, 50], [2, 33]]:
    width = shape[-1]
    inputs = [draw(*shape, scale=2) + 1, draw(width), draw(width)]
    norm = lambda x, g, b: F.layer_norm(x, (width,), g, b, 1e-6)
    case("layerNorm", f"{shape}", inputs, norm, eps=[1e-6])
    if width < 20:
        case("layerNorm", f"{shape} frozen affine", inputs, norm, frozen={1, 2}, eps=[1e-6])
        case("layerNorm", f"{shape} only beta", inputs, norm, frozen={0, 1}, eps=[1e-6])
for rows, classes in [(1, 2), (5, 7), (3, 37)]:
    labels = random.integers(0, classes, rows).tolist()
    case("crossEntropy", f"[{rows}, {classes}]", [draw(rows, classes, scale=3)],
         lambda x: F.cross_entropy(x, torch.tensor(labels)), labels=labels)
case("crossEntropy", "logits near 100", [draw(4, 5) + 100],
     lambda x: F.cross_entropy(x, torch.tensor([0, 4, 2, 2])), labels=[0, 4, 2, 2])


def attention(heads):
    def function(qkv):
        n, t, w = qkv.shape
        q, k, v = qkv.reshape(n, t, 3, heads, w // 3 // heads).permute(2, 0, 3, 1, 4)
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, w // 3)
    return function


for n, t, width, heads in [(2, 5, 6, 2), (1, 50, 6, 2), (1, 17, 21, 3), (2, 7, 19, 1),
                           (1, 1, 4, 4)]:
    case("attention", f"{n}x{t}x{width} heads {heads}", [draw(n, t, 3 * width)], attention(heads),
         heads=[heads])

# A patch embedding as a convolution
for shape, size, out in [([2, 6, 9, 3], 3, 5), ([1, 7, 10, 2], 4, 3)]:
    inputs = [draw(*shape), draw(out, shape[3], size, size), draw(out)]
    case("patchEmbedding", f"{shape} patch {size}", inputs,
         lambda x, w, b: F.conv2d(x.permute(0, 3, 1, 2), w, b, stride=size).flatten(2)
         .transpose(1, 2), size=[size])

# Residual branches
for shape, factors in [([3, 2, 7], [0.0, 1.25, 1.25]), ([2, 19], [2.0, 0.0])]:
    scale = torch.tensor(factors, dtype=torch.float64).reshape([-1] + [1] * (len(shape) - 1))
    inputs = [draw(*shape), draw(*shape)]
    case("addingBranch", f"{shape} {factors}", inputs, lambda x, b: x + scale * b, factors=factors)
    case("addingBranch", f"{shape} {factors} frozen stream", inputs, lambda x, b: x + scale * b,
         frozen={0}, factors=factors)
case("addingBranch", "no factors", [draw(3, 5), draw(3, 5)], torch.add)

# Ten steps of AdamW, each with its own gradient
optimizers = []
for decay, beta2, count in [(0.0, 0.999, 19), (0.05, 0.95, 5)]:
    start = draw(count)
    gradients = draw(10, count)
    weight = torch.nn.Parameter(torch.tensor(start))
    optimizer = torch.optim.AdamW([weight], lr=1e-2, betas=(0.9, beta2), weight_decay=decay,
                                  foreach=False)
    weights = []
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        weights.append(weight.detach().clone().numpy())
    state = optimizer.state[weight]
    optimizers.append({
        "rate": 1e-2, "beta2": beta2, "decay": decay, "start": packed(start),
        "gradients": packed(gradients), "weights": packed(numpy.stack(weights)),
        "first": packed(state["exp_avg"]), "second": packed(state["exp_avg_sq"])})

path = pathlib.Path(__file__).with_name("tensors.json")
# Functions that closed forms of redundancy use
for name, function in [("sin", torch.sin), ("cos", torch.cos), ("sign", torch.sign)]:
    case(name, "[67]", [numpy.concatenate([draw(57, scale=20), wide])], function)
for rows, columns in [(7, 3), (5, 17), (131, 8)]:
    case("gram", f"[{rows}, {columns}]", [draw(rows, columns)], lambda x: x.T @ x, centered=[0])
    case("gram", f"[{rows}, {columns}] centred", [draw(rows, columns) + 1],
         lambda x: (x - x.mean(0)).T @ (x - x.mean(0)), centered=[1])

lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
adamw = ",\n".join(json.dumps(o, separators=(",", ":")) for o in optimizers)
path.write_text(f'{{"cases":[\n{lines}\n],"adamW":[\n{adamw}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
