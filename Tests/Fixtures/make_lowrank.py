"""Golden values of low-rank adapters that peft itself computes: LoHa, LoKr, DeLoRA, RandLoRA, MiSS, GraLoRA, VB-LoRA
and the starts of LoRA; and, by their equations, MiLoRA and LoRA-XS.

Cases as in make_adapters.py, whose helpers this uses.

    python Tests/Fixtures/make_lowrank.py     # writes Tests/Fixtures/lowrank.json

needs torch and peft.
"""

import json
import pathlib

import real_data  # noqa: F401
import peft
import torch
import torch.nn.functional as F
from make_adapters import CASES, ROWS, case, peft_case, plain, rand

CASES.clear()
torch.manual_seed(20261129)
INPUTS, OUTPUTS = 12, 10


def turned(tensor):
    return tensor.T


def of(kind, options, config, parameters, store=None, inputs=INPUTS, outputs=OUTPUTS, places=None, fixed=()):
    """A case whose parameters are `name: tensor` in peft's shapes; `places` says where peft keeps some of them, and
    `fixed` are constants."""
    def place(layer, name):
        owner, key = (places or {}).get(name, lambda l: (getattr(l, name), "default"))(layer)
        return owner, key

    def assign(layer, values):
        for name, value in values.items():
            owner, key = place(layer, name)
            if isinstance(owner, torch.nn.ParameterDict):
                owner[key].data = value.clone()
            elif isinstance(owner, torch.nn.Linear):
                owner.weight.data = value.clone()
            else:
                owner[key] = value.clone()

    def collect(layer):
        found = {}
        for name in parameters:
            if name in fixed:
                continue
            owner, key = place(layer, name)
            found[name] = owner.weight if isinstance(owner, torch.nn.Linear) else owner[key]
        return found

    peft_case(kind, options, config, parameters, assign, collect, store or {}, inputs, outputs)


for rank, alpha in ((3, 6), (2, 1)):
    of("loha", f"rank: {rank}, alpha: {alpha}", peft.LoHaConfig(r=rank, alpha=alpha, target_modules=["map"]),
       {"hada_w1_a": rand(OUTPUTS, rank), "hada_w1_b": rand(rank, INPUTS), "hada_w2_a": rand(OUTPUTS, rank),
        "hada_w2_b": rand(rank, INPUTS)}, {"hada_w1_a": turned, "hada_w2_a": turned})

for options, keys, shapes in [
    ("rank: 8", dict(r=8), {"lokr_w1": (2, 3), "lokr_w2": (5, 4)}),
    ("rank: 2, alpha: 3", dict(r=2, alpha=3), {"lokr_w1": (2, 3), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 4)}),
    ("rank: 1, decompose_both: true", dict(r=1, decompose_both=True),
     {"lokr_w1_a": (2, 1), "lokr_w1_b": (1, 3), "lokr_w2_a": (5, 1), "lokr_w2_b": (1, 4)}),
    ("rank: 2, decompose_factor: 4", dict(r=2, decompose_factor=4),
     {"lokr_w1": (2, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 3)}),
]:
    of("lokr", options, peft.LoKrConfig(target_modules=["map"], **keys), {k: rand(*s) for k, s in shapes.items()})

of("delora", "rank: 3, lambda: 7", peft.DeloraConfig(r=3, delora_lambda=7, target_modules=["map"]),
   {"delora_A": rand(3, INPUTS), "delora_B": rand(OUTPUTS, 3), "delora_lambda": rand(1).abs() + 1,
    "delora_w_norm": rand(INPUTS).abs() + 0.5}, {"delora_B": turned}, fixed=["delora_w_norm"])

for inputs, outputs, rank in ((12, 10, 4), (10, 12, 5), (10, 10, 3)):
    least, most = min(inputs, outputs), max(inputs, outputs)
    count = -(-least // rank)
    of("randlora", f"rank: {rank}, alpha: 7", peft.RandLoraConfig(r=rank, randlora_alpha=7, target_modules=["map"]),
       {"randlora_lambda": rand(rank, count), "randlora_gamma": rand(count, least),
        "randlora_A": rand(rank, 1, least), "randlora_B": rand(most, count, rank)},
       inputs=inputs, outputs=outputs, fixed=["randlora_A", "randlora_B"])

for options, keys, columns in [
    ("rank: 4", dict(r=4), OUTPUTS), ("rank: 5", dict(r=5), OUTPUTS),
    ("rank: 5, init_weights: mini, mini_r: 2", dict(r=5, init_weights="mini", mini_r=2), 2),
]:
    of("miss", options, peft.MissConfig(target_modules=["map"], **keys), {"miss_block": rand(keys["r"], columns)})

for options, keys in [
    ("rank: 4, alpha: 6", dict(r=4, alpha=6)),
    ("rank: 6, alpha: 6, hybrid_r: 3", dict(r=6, alpha=6, hybrid_r=3)),
]:
    r, hybrid = keys["r"], keys.get("hybrid_r", 0)
    parameters = {"gralora_A": rand(2, INPUTS // 2, r), "gralora_B": rand(2, r, OUTPUTS // 2)}
    if hybrid:
        parameters |= {"gralora_A_general": rand(hybrid, INPUTS), "gralora_B_general": rand(OUTPUTS, hybrid)}
    of("gralora", options, peft.GraloraConfig(target_modules=["map"], **keys), parameters,
       {"gralora_B_general": turned},
       places={n: (lambda l, n=n: (getattr(l, n)["default"], None)) for n in parameters if "general" in n})

for top in (2, 3):
    of("vb-lora", f"rank: 3, num_vectors: 7, vector_length: 2, topk: {top}",
       peft.VBLoRAConfig(r=3, num_vectors=7, vector_length=2, topk=top, target_modules=["map"]),
       {"vblora_logits_A": rand(3, INPUTS // 2, 7), "vblora_logits_B": rand(OUTPUTS // 2, 3, 7),
        "vblora_vector_bank": rand(7, 2)})


class Net(torch.nn.Module):
    def __init__(self, weight, offset):
        super().__init__()
        self.map = torch.nn.Linear(weight.shape[1], weight.shape[0])
        self.map.weight.data, self.map.bias.data = weight.float(), offset.float()

    def forward(self, x):
        return self.map(x)


def start_case(start, inputs, outputs, rslora):
    """LoRA on what its start leaves of the weight, as peft has it; MiLoRA's start as PiSSA's, of the other end."""
    rank, alpha = 4, 6
    weight, offset = rand(outputs, inputs, scale=0.5), rand(outputs)
    scale = alpha / rank**0.5 if rslora else alpha / rank
    config = peft.LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=["map"], use_rslora=rslora,
        init_lora_weights=True if start == "milora" else start)
    model = peft.get_peft_model(Net(weight, offset), config)
    layer = model.base_model.model.map
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    if start == "milora":
        left, values, right = torch.linalg.svd(weight, full_matrices=False)
        roots = (values[-rank:] / scale).sqrt()
        down.data, up.data = roots[:, None] * right[-rank:], left[:, -rank:] * roots
        layer.base_layer.weight.data = weight - scale * up.data @ down.data
    fixed = {"lora_A0": down.data.double(), "lora_B0": up.data.double().T}
    assert not torch.allclose(layer.base_layer.weight.double(), weight, atol=1e-3)
    model.double()
    down.data, up.data = rand(rank, inputs), rand(outputs, rank)
    x = rand(ROWS, inputs).requires_grad_(True)
    y = model(x) - F.linear(x, weight, offset)
    upstream = rand(*y.shape)
    grads = torch.autograd.grad(y, [x, down, up], upstream)
    options = f"rank: {rank}, alpha: {alpha}, start: {start}" + (", rslora: true" if rslora else "")
    CASES.append({
        "adapter": "lora", "options": options, "name": options,
        "site": {"kind": "query", "layer": 0, "inputs": inputs, "outputs": outputs, "heads": 1},
        "parameters": {k: plain(v) for k, v in ({"lora_A": down, "lora_B": up.T} | fixed).items()},
        "weight": plain(weight), "bias": plain(offset), "x": plain(x), "upstream": plain(upstream),
        "output": plain(y),
        "gradients": {"x": plain(grads[0]), "lora_A": plain(grads[1]), "lora_B": plain(grads[2].T)},
    })


for start in ("pissa", "olora", "milora"):
    start_case(start, 12, 10, False)
    start_case(start, 10, 12, True)

# LoRA-FA: LoRA with a constant A.
case("lora", "rank: 4, alpha: 6, lora_fa: plain", "query", INPUTS, OUTPUTS,
     {"lora_A": rand(4, INPUTS), "lora_B": rand(4, OUTPUTS)},
     lambda x, p: 1.5 * x @ p["lora_A"].T @ p["lora_B"], constants=("lora_A",))

# LoRA-XS, with rows as inputs: h = x W + x A R B.
case("lora-xs", "rank: 4, alpha: 6", "query", INPUTS, OUTPUTS,
     {"lora_A": rand(4, INPUTS), "lora_R": rand(4, 4), "lora_B": rand(4, OUTPUTS)},
     lambda x, p: 1.5 * x @ p["lora_A"].T @ p["lora_R"] @ p["lora_B"], constants=("lora_A", "lora_B"),
     map_weight=rand(OUTPUTS, INPUTS), map_bias=rand(OUTPUTS))

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("lowrank.json")
    target.write_text(json.dumps({"cases": CASES}) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
