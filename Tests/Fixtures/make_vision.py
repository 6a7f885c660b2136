"""Golden values of the vision papers' adapters: PyTorch code written from their equations, in double precision.

FacT-TT and FacT-TK, Convpass (nn.functional.conv2d), Compacter (torch.kron), KAdaptation (torch.kron), RLRR, Consolidator (grouped
conv1d), Bi-LoRA and Bi-AdaptFormer. Each case is as those of make_adapters.py; `grid` is the site's grid of
tokens (rows, columns, tokens before it), and `isLinear` is false where there is no ΔW.

    python Tests/Fixtures/make_vision.py     # writes Tests/Fixtures/vision.json

needs torch.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20261128)
torch.set_default_dtype(torch.float64)
CASES = []
IMAGES = 3
ACTIVATIONS = {"quick-gelu": lambda x: x * torch.sigmoid(1.702 * x), "none": lambda x: x, "relu": F.relu,
               "gelu-tanh": lambda x: F.gelu(x, approximate="tanh")}


def rand(*shape, scale=1.0):
    # What single precision can hold, so that both sides start from the same numbers.
    return (torch.randn(*shape) * scale).float().double()


def plain(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().float().reshape(-1)]}


def case(adapter, options, kind, inputs, outputs, parameters, function, name="", width=None, grid=None,
         weight=None, linear=True):
    """`parameters` by the plugin's names; `function(x, p)` is the definition."""
    leaves = {k: v.clone().requires_grad_() for k, v in parameters.items()}
    tokens = grid[0] * grid[1] + grid[2] if grid else 3
    x = rand(IMAGES * tokens, width or inputs).requires_grad_()
    y = function(x, leaves)
    upstream = rand(*y.shape)
    grads = torch.autograd.grad(y, [x] + list(leaves.values()), upstream)
    CASES.append({
        "adapter": adapter, "options": options, "name": name or options,
        "site": {"kind": kind, "layer": 0, "inputs": inputs, "outputs": outputs, "heads": 1, "grid": grid},
        "parameters": {k: plain(v) for k, v in leaves.items()},
        "weight": None if weight is None else plain(weight),
        "bias": None if weight is None else plain(rand(outputs)),
        "x": plain(x), "upstream": plain(upstream), "output": plain(y), "isLinear": linear,
        "gradients": dict(zip(["x"] + list(leaves), [plain(g) for g in grads])),
    })


# FacT: the update of a map from its matrices U Σ V, those of fc1 side by side and those of fc2 one above the other.
def fact(x, u, v, sigmas, kind, length):
    """`sigmas` from the coefficients of U to those of V, each [r of V, r of U]."""
    matrices = [u.T @ sigma.T @ v for sigma in sigmas]
    if kind == "fc2":
        return x @ torch.cat(matrices, dim=0)[:length]
    return x @ torch.cat(matrices, dim=1)[:, :length]


def blocks(sigma, kind, r):
    if kind == "fc1":
        return list(sigma.split(r, dim=0))
    return list(sigma.split(r, dim=1))


for kind, inputs, outputs, count in [("query", 10, 10, 1), ("fc1", 10, 40, 4), ("fc2", 40, 10, 4),
                                     ("fc1", 10, 25, 3), ("fc2", 25, 10, 3)]:
    r, length = 3, max(inputs, outputs)
    shape = (r * count, r) if kind == "fc1" else (r, r * count)
    case("fact-tt", "rank: 3, scale: 0.5, dropout: 0", kind, inputs, outputs,
         {"sigma": rand(*shape), "fact_u": rand(r, 10), "fact_v": rand(r, 10)},
         lambda x, p: 0.5 * fact(x, p["fact_u"], p["fact_v"], blocks(p["sigma"], kind, r), kind, length),
         name=f"{kind} {inputs} to {outputs}")
    # C has U's index first, V's second; as in the paper.
    case("fact-tk", "rank: 3, scale: 10, dropout: 0", kind, inputs, outputs,
         {"fact_c": rand(r, r, r), "fact_p": rand(r, count), "fact_u": rand(r, 10), "fact_v": rand(r, 10)},
         lambda x, p: 10 * fact(
             x, p["fact_u"], p["fact_v"],
             [torch.einsum("abk,k->ba", p["fact_c"], column) for column in p["fact_p"].T], kind, length),
         name=f"{kind} {inputs} to {outputs}")


# Convpass: the official module's forward, for any grid and number of tokens before it.
def convpass(x, p, grid, scale):
    rows, columns, prefix = grid
    act = ACTIVATIONS["quick-gelu"]
    h = act(F.linear(x, p["down"], p["down_bias"])).reshape(IMAGES, -1, p["down"].shape[0])

    def conv(t, height, width):
        image = t.reshape(t.shape[0], height, width, -1).permute(0, 3, 1, 2)
        return F.conv2d(image, p["conv"], p["conv_bias"], padding=1).permute(0, 2, 3, 1).reshape(t.shape)

    parts = [conv(h[:, i:i + 1], 1, 1) for i in range(prefix)] + [conv(h[:, prefix:], rows, columns)]
    h = act(torch.cat(parts, dim=1)).reshape(x.shape[0], -1)
    return scale * F.linear(h, p["up"].T, p["up_bias"])


for grid, scale, start in [([3, 4, 1], 0.1, "identity"), ([4, 2, 0], 10, "xavier"), ([2, 3, 3], 1, "identity")]:
    r, width = 4, 10
    case("convpass", f"rank: {r}, scale: {scale}, dropout: 0, start: {start}", "mlp", width, width,
         {"down": rand(r, width), "up": rand(r, width), "down_bias": rand(r), "up_bias": rand(width),
          "conv": rand(r, r, 3, 3), "conv_bias": rand(r)},
         lambda x, p: convpass(x, p, grid, scale), grid=grid, linear=False,
         name=f"{grid[0]} x {grid[1]} after {grid[2]}")


# Compacter: torch.kron, term by term.
def phm(rule, left, right):
    return sum(torch.kron(a, l @ r) for a, l, r in zip(rule, left, right))


def compacter(x, p, activation):
    h = ACTIVATIONS[activation](x @ phm(p["phm_rule"], p["down_left"], p["down_right"]) + p["down_bias"])
    return h @ phm(p["phm_rule"], p["up_left"], p["up_right"]) + p["up_bias"]


for n, r, k, activation in [(4, 8, 1, "gelu-tanh"), (2, 4, 3, "relu"), (3, 3, 2, "none")]:
    width = 12
    case("compacter", f"phm_dim: {n}, rank: {r}, phm_rank: {k}, activation: {activation}", "attention", width, width,
         {"phm_rule": rand(n, n, n), "down_left": rand(n, width // n, k), "down_right": rand(n, k, r // n),
          "down_bias": rand(r), "up_left": rand(n, r // n, k), "up_right": rand(n, k, width // n),
          "up_bias": rand(width)},
         lambda x, p: compacter(x, p, activation), linear=activation == "none")


# KAdaptation: torch.kron, term by term.
for inputs, outputs, n in [(12, 8, 4), (6, 9, 3)]:
    case("kadaptation", f"phm_dim: {n}, scale: 0.5", "value", inputs, outputs,
         {"u": rand(n, inputs // n), "v": rand(n, outputs // n), "left_value": rand(n, n), "right_value": rand(n, n)},
         lambda x, p: 0.5 * x @ sum(
             torch.kron(torch.outer(l, r), torch.outer(u, v))
             for l, r, u, v in zip(p["left_value"], p["right_value"], p["u"], p["v"])))


# RLRR: the weight in full.
for inputs, outputs in [(12, 7), (5, 9)]:
    weight = rand(outputs, inputs, scale=0.5)
    case("rlrr", "", "value", inputs, outputs,
         {"scale_left": rand(outputs), "scale_right": rand(inputs), "shift": rand(outputs)},
         lambda x, p: F.linear(x, weight * p["scale_left"][:, None] * p["scale_right"][None], p["shift"]),
         weight=weight, name=f"{inputs} to {outputs}")
case("rlrr", "start: zero", "norm1", 6, 6, {"scale": rand(6), "shift": rand(6)},
     lambda y, p: (p["scale"] - 1) * y + p["shift"])


# Consolidator: grouped Conv1d, after ShuffleNet's shuffle where it is asked for.
def consolidator(x, p, groups, shuffles):
    y = 0
    for g in groups:
        h = x.T[None]
        if shuffles:
            h = h.reshape(1, g, h.shape[1] // g, -1).transpose(1, 2).reshape(h.shape)
        y = y + F.conv1d(h, p[f"weight_{g}"][:, :, None], p.get(f"bias_{g}"), groups=g)[0].T
    return y


for inputs, outputs, groups, shuffles, biases in [
        (12, 8, [4], False, True), (12, 18, [6], True, False), (8, 12, [2, 4], True, True)]:
    p = {}
    for g in groups:
        p[f"weight_{g}"] = rand(outputs, inputs // g)
        if biases:
            p[f"bias_{g}"] = rand(outputs)
    case("consolidator",
         f"groups: {groups}, shuffle: {str(shuffles).lower()}, biases: {str(biases).lower()}", "fc1", inputs, outputs,
         p, lambda x, p: consolidator(x, p, groups, shuffles))


# Bi-LoRA and Bi-AdaptFormer: weights of one bit, the rounding straight through.
LEVEL = math.sqrt(2) * float(torch.special.erfinv(torch.tensor(0.5)))


def binarized(w):
    mean, deviation = w.mean(), w.std()
    normal = (w - mean) / (deviation + 1e-5)
    rounded = (LEVEL * torch.sign(normal)).detach() + normal - normal.detach()
    return rounded * deviation + mean


case("bi-lora", "rank: 4, scale: 0.5, dropout: 0", "query", 12, 9, {"lora_A": rand(4, 12), "lora_B": rand(4, 9)},
     lambda x, p: 0.5 * x @ binarized(p["lora_A"]).T @ binarized(p["lora_B"]))
case("bi-adaptformer", "rank: 3, scale: 10, dropout: 0", "mlp", 11, 11, {"down": rand(3, 11), "up": rand(3, 11)},
     lambda x, p: 10 * F.relu(x @ binarized(p["down"]).T) @ binarized(p["up"]), linear=False)

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("vision.json")
    target.write_text(json.dumps({"cases": CASES}) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
