"""Golden values of training rules: LoRA+ by PyTorch's parameter groups, EMA by its averaged model, and
AdaLoRA by PEFT's own model and rank allocator.

    python Tests/Fixtures/make_rules.py      # needs torch and peft; writes Tests/Fixtures/rules.json
"""

import json
import pathlib
import types

import torch
from peft import AdaLoraConfig, get_peft_model
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(20261128)


def plain(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().float().reshape(-1)]}


def lora_plus(ratio=16.0, steps=6):
    shapes = {"a": (2, 6), "b": (2, 5), "head": (3, 4)}
    parameters = {n: torch.nn.Parameter(torch.randn(s)) for n, s in shapes.items()}
    start = {n: plain(p) for n, p in parameters.items()}
    settings = {"lr": 1e-2, "weight_decay": 0.1}
    optimizer = torch.optim.AdamW([
        {"params": [parameters["a"], parameters["head"]], **settings},
        {"params": [parameters["b"]], **settings, "lr": 1e-2 * ratio},
    ])
    trace = []
    for _ in range(steps):
        gradients = {n: torch.randn(s) for n, s in shapes.items()}
        for name, parameter in parameters.items():
            parameter.grad = gradients[name].clone()
        optimizer.step()
        trace.append({"gradients": {n: plain(g) for n, g in gradients.items()},
                      "values": {n: plain(p) for n, p in parameters.items()}})
    return {"ratio": ratio, "start": start, "steps": trace}


def ema(decay=0.9, steps=5):
    layer = torch.nn.Linear(4, 3)
    average = AveragedModel(layer, multi_avg_fn=get_ema_multi_avg_fn(decay))
    average.update_parameters(layer)  # copies
    values = [plain(layer.weight)]
    for _ in range(steps):
        with torch.no_grad():
            layer.weight.add_(torch.randn_like(layer.weight))
        average.update_parameters(layer)
        values.append(plain(layer.weight))
    return {"decay": decay, "values": values, "mean": plain(average.module.weight)}


class Maps(torch.nn.Module):
    """Three maps of other widths; its outputs have a loss, to which PEFT adds AdaLoRA's term."""

    def __init__(self):
        super().__init__()
        for index, (inputs, outputs) in enumerate([(9, 7), (6, 11), (8, 8)]):
            setattr(self, f"map{index}", torch.nn.Linear(inputs, outputs))

    def forward(self, x):
        return types.SimpleNamespace(loss=torch.zeros(()))


def adalora(tinit, tfinal, delta, steps=14, rate=0.1):
    config = AdaLoraConfig(
        init_r=4, target_r=2, tinit=tinit, tfinal=tfinal, deltaT=delta, beta1=0.85, beta2=0.7,
        orth_reg_weight=0.5, lora_alpha=8, total_step=steps, target_modules=["map0", "map1", "map2"])
    model = get_peft_model(Maps(), config)
    named = {n: p for n, p in model.named_parameters() if "lora_" in n}
    with torch.no_grad():
        for p in named.values():
            p.copy_(torch.randn_like(p))

    def name(n):
        part, kind = n.split(".")[-3:-1]
        return f"{part}.{kind}"

    def ours(n, t):  # B is stored the other way round, E as a vector
        return plain(t.T.contiguous() if "lora_B" in n else t[:, 0] if "lora_E" in n else t)

    start = {name(n): ours(n, p) for n, p in named.items()}
    loss = model.base_model(torch.zeros(1)).loss
    term = {name(n): ours(n, g) for n, g in zip(named, torch.autograd.grad(loss, list(named.values()),
                                                                           allow_unused=True)) if g is not None}
    deltas = {f"map{i}": plain(getattr(model.base_model.model, f"map{i}").get_delta_weight("default"))
              for i in range(3)}
    trace = []
    for step in range(steps):
        gradients = {n: torch.randn_like(p) for n, p in named.items()}
        with torch.no_grad():
            for n, p in named.items():
                p.grad = gradients[n].clone()
                p -= rate * p.grad
        model.base_model.update_and_allocate(step)
        trace.append({
            "gradients": {name(n): ours(n, g) for n, g in gradients.items()},
            "diagonals": {name(n): ours(n, p) for n, p in named.items() if "lora_E" in n}})
    return {"tinit": tinit, "tfinal": tfinal, "delta": delta, "rate": rate, "start": start,
            "orthogonality": float(loss), "slopes": term, "deltas": deltas, "steps": trace}


if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("rules.json")
    content = {"loraPlus": lora_plus(), "ema": ema(),
               "adalora": [adalora(0, 3, 1), adalora(2, 4, 3), adalora(3, 1, 2)]}
    target.write_text(json.dumps(content) + "\n")
    print(f"{target.stat().st_size // 1024} KiB")
