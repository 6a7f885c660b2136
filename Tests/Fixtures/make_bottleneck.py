"""Writes bottleneck.json: adapters of the bottleneck family written out in PyTorch (needs torch).

Each case has parameters, an input, ΔH and the gradients of <ΔH, upstream> with respect to the input and
every parameter, computed in float64 from the papers' equations with PyTorch's own layers where those are
what the papers use (nn.functional.linear, conv1d with groups). Parameters are stored as the plugins hold them:
`up` and ARC's projection are [r, width].
"""

import json
import pathlib

import torch
from torch.nn import functional as F

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
ROWS, WIDTH, RANK = 6, 10, 4
ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "silu": F.silu, "none": lambda x: x,
               "quick-gelu": lambda x: x * torch.sigmoid(1.702 * x)}


def leaf(*shape):
    return torch.randn(*shape).to(torch.float32).double().requires_grad_()


def packed(t):
    return {"shape": list(t.shape), "values": t.detach().flatten().to(torch.float32).tolist()}


def bottleneck(x, p, activation, scale):
    """s (W_up φ(W_down x + b_down) + b_up), as nn.Linear has it."""
    h = ACTIVATIONS[activation](F.linear(x, p["down"], p.get("down_bias")))
    y = F.linear(h, p["up"].T, p.get("up_bias"))
    return y * p.get("scale", scale)


def parameters(biases=True, scale=None):
    p = {"down": leaf(RANK, WIDTH), "up": leaf(RANK, WIDTH)}
    if biases:
        p |= {"down_bias": leaf(RANK), "up_bias": leaf(WIDTH)}
    if scale:
        p["scale"] = leaf(scale)
    return p


def repadapter(x, p, groups, scale):
    """The official module's forward without its skip: two pointwise Conv1d, the second one grouped."""
    # A Conv1d's weight [out, in / groups, 1]; channel block g of the output reads block g of the bottleneck.
    blocks = p["up"].reshape(groups, RANK // groups, WIDTH // groups)
    weight = blocks.transpose(1, 2).reshape(WIDTH, RANK // groups, 1)
    h = F.conv1d(x.T[None], p["down"][:, :, None], p.get("down_bias"))
    return F.conv1d(h, weight, p.get("up_bias"), groups=groups)[0].T * scale


def arc(x, p, kind):
    down = p[f"arc_{kind}"].T  # [width, r], as in the paper
    return (x @ (down * p["coefficients"].T)) @ down.T + p["bias"]


cases = []


def case(plugin, name, p, function, **options):
    x = leaf(ROWS, WIDTH)
    y = function(x)
    upstream = torch.randn(ROWS, WIDTH).to(torch.float32).double()
    gradients = torch.autograd.grad((y * upstream).sum(), [x, *p.values()])
    cases.append(dict(
        plugin=plugin, name=name, options=options, input=packed(x), upstream=packed(upstream), output=packed(y),
        parameters={k: packed(v) for k, v in p.items()}, inputGradient=packed(gradients[0]),
        gradients={k: packed(g) for k, g in zip(p, gradients[1:])}))


for name, biases, activation, scale, trained in [
        ("plain", True, "relu", 0.1, None), ("no biases", False, "gelu", 10.0, None),
        ("learned scale", True, "quick-gelu", 1.0, 1), ("linear", True, "none", 0.5, None)]:
    p = parameters(biases, trained)
    case("adaptformer", name, p, lambda x: bottleneck(x, p, activation, scale), biases=biases,
         activation=activation, scale=scale, scaling="learned" if trained else "fixed")
for plugin, activation, biases, trained in [
        ("houlsby", "silu", True, None), ("pfeiffer", "relu", True, None), ("pfeiffer", "quick-gelu", False, None),
        ("adapter-plus", "gelu", True, WIDTH), ("adapter-plus", "none", True, 1)]:
    p = parameters(biases, trained)
    scaling = {None: "fixed", 1: "learned"}.get(trained, "channel")
    case(plugin, f"{activation} {scaling}", p, lambda x: bottleneck(x, p, activation, 1.0), biases=biases,
         activation=activation, scale=1.0, scaling=scaling)
for groups, biases, scale in [(2, True, 0.5), (1, True, 1.0), (2, False, 10.0)]:
    p = {"down": leaf(RANK, WIDTH), "up": leaf(RANK, WIDTH // groups)}
    if biases:
        p |= {"down_bias": leaf(RANK), "up_bias": leaf(WIDTH)}
    case("repadapter", f"{groups} groups", p, lambda x: repadapter(x, p, groups, scale), groups=groups,
         biases=biases, scale=scale)
for kind in ["attention", "mlp"]:
    p = {f"arc_{kind}": leaf(RANK, WIDTH), "coefficients": leaf(RANK, 1), "bias": leaf(WIDTH)}
    case("arc", kind, p, lambda x: arc(x, p, kind), kind=kind)

path = pathlib.Path(__file__).parent / "bottleneck.json"
path.write_text(json.dumps(cases) + "\n")
print(f"{path}: {len(cases)} cases, {path.stat().st_size} bytes")
