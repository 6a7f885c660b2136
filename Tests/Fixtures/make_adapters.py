"""Golden values of the adapters: PyTorch code written from the papers' equations, in double precision.

Each case holds options, site, parameters, an input and an upstream gradient, and what came out: the output,
and the gradients of the input and of every parameter. DoRA, VeRA and LoRA are computed by peft itself.

    python Tests/Fixtures/make_adapters.py     # writes Tests/Fixtures/adapters.json

needs torch and peft.
"""

import json
import math
import pathlib

import real_data  # noqa: F401
import torch
import torch.nn.functional as F

torch.manual_seed(20261121)
torch.set_default_dtype(torch.float64)
CASES = []
ROWS = 9


def rand(*shape, scale=1.0):
    # What single precision can hold, so that both sides start from the same numbers.
    return (torch.randn(*shape) * scale).float().double()


def plain(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().float().reshape(-1)]}


def case(adapter, options, kind, inputs, outputs, parameters, function, heads=1, layer=0, width=None,
         constants=(), map_weight=None, map_bias=None, name=""):
    """`parameters` by the plugin's names; `function(x, p)` is the definition."""
    leaves = {k: v.clone().requires_grad_(k not in constants) for k, v in parameters.items()}
    x = rand(ROWS, width or inputs).requires_grad_(True)
    y = function(x, leaves)
    upstream = rand(*y.shape)
    wanted = [k for k in leaves if k not in constants]
    grads = torch.autograd.grad(y, [x] + [leaves[k] for k in wanted], upstream, allow_unused=True)
    CASES.append({
        "adapter": adapter, "options": options, "name": name or options,
        "site": {"kind": kind, "layer": layer, "inputs": inputs, "outputs": outputs, "heads": heads},
        "parameters": {k: plain(v) for k, v in leaves.items()},
        "weight": None if map_weight is None else plain(map_weight),
        "bias": None if map_bias is None else plain(map_bias),
        "x": plain(x), "upstream": plain(upstream), "output": plain(y),
        "gradients": {k: (None if g is None else plain(g)) for k, g in zip(["x"] + wanted, grads)},
    })


# AOFT: Q(q) in full, its first d columns.
def rotation(q):
    v = q[1:]
    top = torch.cat([q[:1], -v])[None]
    rest = torch.cat([v[:, None], torch.eye(len(v)) - torch.outer(v, v) / (1 + q[0])], dim=1)
    return torch.cat([top, rest])


def aoft(x, p, d, scale=1.0, unit=False, start=False):
    def ao(name):
        q = p[name]
        if unit:
            q = q / torch.sqrt((q * q).sum() + 1e-12)
        return rotation(q)[:, :d]
    s = x @ ao("q_down")
    if "lambda" in p:
        s = s * p["lambda"]
    y = s @ ao("q_up").T
    if start:
        y = y - x @ ao("start_down") @ ao("start_up").T
    return scale * y


for q_scale in (0.3, 0.05):
    case("aoft", "rank: 4", "query", 13, 11,
         {"q_down": rand(13, scale=q_scale), "q_up": rand(11, scale=q_scale), "lambda": rand(4)},
         lambda x, p: aoft(x, p, 4), name=f"q scale {q_scale}")
case("aoft", "rank: 1, lambda: none, scale: 0.5", "value", 13, 11,
     {"q_down": rand(13, scale=0.3), "q_up": rand(11, scale=0.3)}, lambda x, p: aoft(x, p, 1, 0.5))
case("aoft", "rank: 5, norm: unit, placement: adapter", "mlp", 12, 12,
     {"q_down": rand(12), "q_up": rand(12), "lambda": rand(5)}, lambda x, p: aoft(x, p, 5, unit=True))
case("aoft", "rank: 3, lambda: subtracted", "query", 13, 11,
     {"q_down": rand(13, scale=0.3), "q_up": rand(11, scale=0.3), "start_down": rand(13, scale=0.3),
      "start_up": rand(11, scale=0.3)}, lambda x, p: aoft(x, p, 3, start=True),
     constants=("start_down", "start_up"))
case("aoft-prompt", "prompts: 4, scale: 0.5", "tokens", 12, 12, {"q": rand(12, scale=0.3)},
     lambda x, p: 0.5 * rotation(p["q"])[:, :4].T + 0 * x.sum())


# HTA: the matrices in full.
def hta(x, p, normalized=False):
    def h(v):
        if normalized:
            return torch.eye(len(v)) - 2 * torch.outer(v, v) / ((v * v).sum() + 2e-12)
        return torch.eye(len(v)) - torch.outer(v, v)
    w = h(p["v"]) @ torch.diag(p["d"]) @ h(p["w"])
    if "down" in p:
        w = w + p["down"].T @ p["up"]
    return x @ w


case("hta", "rank: 2", "key", 12, 12,
     {"v": rand(12), "w": rand(12), "d": rand(12), "down": rand(2, 12), "up": rand(2, 12)}, hta)
case("hta", "rank: 0, placement: adapter", "attention", 12, 12,
     {"v": rand(12), "w": rand(12), "d": rand(12)}, hta)
case("hta", "rank: 1, reflection: normalized", "output", 12, 12,
     {"v": rand(12), "w": rand(12), "d": rand(12), "down": rand(1, 12), "up": rand(1, 12)},
     lambda x, p: hta(x, p, True))


# LoRTA: the update of one matrix from the five-way tensor.
def lorta(x, p, matrix, scale, heads_on_input):
    weights = scale * p["lorta_C_m"][matrix] * p["lorta_C_l"][0]
    # [head, wide, narrow]
    blocks = torch.einsum("ko,kj,hk,k->hoj", p["lorta_A"], p["lorta_B"], p["lorta_C_h"], weights)
    if heads_on_input:
        w = torch.cat([b.T for b in blocks], dim=0)      # [in = heads · narrow, out = wide]
    else:
        w = torch.cat(list(blocks), dim=1)               # [in = wide, out = heads · narrow]
    return x @ w


for kind, index in (("query", 0), ("key", 1), ("value", 2), ("output", 3)):
    flipped = kind == "output"
    case("lorta", "rank: 3, alpha: 6", kind, 15 if flipped else 10, 10 if flipped else 15,
         {"lorta_A": rand(3, 10), "lorta_B": rand(3, 5), "lorta_C_h": rand(3, 3), "lorta_C_m": rand(4, 3),
          "lorta_C_l": rand(1, 3)},
         lambda x, p, i=index, f=flipped: lorta(x, p, i, 2.0, f), heads=3, name=kind)


# LSR-Adapt: torch.kron, term by term.
def lsr(x, p, scale):
    a = sum(torch.kron(a1, a2) for a1, a2 in zip(p["a1"], p["a2"]))
    b = sum(torch.kron(b1, b2) for b1, b2 in zip(p["b1"], p["b2"]))
    return scale * x @ a.T @ b


case("lsr", "rank: 4, terms: 3, scale: 0.5", "query", 12, 10,
     {"a1": rand(3, 2, 4), "a2": rand(3, 2, 3), "b1": rand(3, 2, 5), "b2": rand(3, 2, 2)},
     lambda x, p: lsr(x, p, 0.5))
case("lsr", "rank: 6, terms: 2", "value", 12, 10,
     {"a1": rand(2, 3, 4), "a2": rand(2, 2, 3), "b1": rand(2, 3, 5), "b2": rand(2, 2, 2)},
     lambda x, p: lsr(x, p, 1.0))

# SSF.
case("ssf", "", "fc1", 12, 10, {"scale": rand(10), "shift": rand(10)},
     lambda y, p: (p["scale"] - 1) * y + p["shift"], width=10)


# LoRA, DoRA and VeRA by peft. The base map's own output is taken off again.
def with_peft(config, parameters, assign, collect, inputs, outputs, bias=True):
    from peft import get_peft_model

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.map = torch.nn.Linear(inputs, outputs, bias=bias)

        def forward(self, x):
            return self.map(x)

    net = Net()
    weight, offset = rand(outputs, inputs, scale=0.5), rand(outputs)
    net.map.weight.data, net.map.bias.data = weight.clone(), offset.clone()
    model = get_peft_model(net, config).double().train()
    layer = model.base_model.model.map
    assign(layer, parameters)
    x = rand(ROWS, inputs).requires_grad_(True)
    y = model(x) - F.linear(x, weight, offset)
    upstream = rand(*y.shape)
    leaves = collect(layer)
    grads = torch.autograd.grad(y, [x] + list(leaves.values()), upstream)
    gradients = dict(zip(["x"] + list(leaves), grads))
    return weight, offset, x, y, upstream, gradients


def peft_case(adapter, options, config, parameters, assign, collect, store, inputs=12, outputs=10):
    weight, offset, x, y, upstream, g = with_peft(
        config, parameters, assign, collect, inputs, outputs)
    CASES.append({
        "adapter": adapter, "options": options, "name": "peft: " + options,
        "site": {"kind": "query", "layer": 0, "inputs": inputs, "outputs": outputs, "heads": 1},
        "parameters": {k: plain(f(v)) for k, v in parameters.items() for f in [store.get(k, lambda t: t)]},
        "weight": plain(weight), "bias": plain(offset), "x": plain(x), "upstream": plain(upstream),
        "output": plain(y),
        "gradients": {k: plain(store.get(k, lambda t: t)(v)) for k, v in g.items()},
    })


def peft_cases():
    from peft import LoraConfig, VeraConfig

    up = {"lora_B": lambda t: t.T}

    def assign_lora(layer, p):
        layer.lora_A["default"].weight.data = p["lora_A"].clone()
        layer.lora_B["default"].weight.data = p["lora_B"].clone()
        if "magnitude" in p:
            layer.lora_magnitude_vector["default"].weight.data = p["magnitude"].clone()

    def collect_lora(layer):
        found = {"lora_A": layer.lora_A["default"].weight, "lora_B": layer.lora_B["default"].weight}
        if getattr(layer, "use_dora", {}).get("default"):
            found["magnitude"] = layer.lora_magnitude_vector["default"].weight
        return found

    for rslora in (False, True):
        for dora in (False, True):
            config = LoraConfig(r=4, lora_alpha=6, target_modules=["map"], use_rslora=rslora, use_dora=dora)
            parameters = {"lora_A": rand(4, 12), "lora_B": rand(10, 4)}
            if dora:
                parameters["magnitude"] = rand(10).abs() + 0.5
            peft_case("dora" if dora else "lora",
                      "rank: 4, alpha: 6" + (", rslora: true" if rslora else ""), config, parameters,
                      assign_lora, collect_lora, up)

    def assign_vera(layer, p):
        layer.vera_lambda_d["default"].data = p["vera_lambda_d"].clone()
        layer.vera_lambda_b["default"].data = p["vera_lambda_b"].clone()
        layer.vera_A["default"] = p["vera_A"].clone()
        layer.vera_B["default"] = p["vera_B"].clone()

    def collect_vera(layer):
        return {"vera_lambda_d": layer.vera_lambda_d["default"],
                "vera_lambda_b": layer.vera_lambda_b["default"]}

    config = VeraConfig(r=5, target_modules=["map"])
    peft_case("vera", "rank: 5", config,
              {"vera_lambda_d": rand(5), "vera_lambda_b": rand(10), "vera_A": rand(5, 12),
               "vera_B": rand(10, 5)}, assign_vera, collect_vera, {"vera_B": lambda t: t.T})


peft_cases()

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("adapters.json")
    target.write_text(json.dumps({"cases": CASES}) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
