"""Makes Tests/Fixtures/training: what training in PyTorch gives, in double precision.

LoRA is written from its equation, S = x Aᵀ and ΔH = S B added to the queries and values of timm's blocks;
R_l is the mean over sites of the mean over pairs of |correlation of coefficients over all tokens of the
batch|. AdamW takes 20 steps. `gradients` is one step of training all weights instead.

With the real weights and set beside the checkout, the same is done with ViT-Ti/16 at 112 pixels; of its
gradients and final values only figures are kept (`sketch`).

Needs what make_vit.py needs, and its files. Run: python make_training.py
"""

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import cross_entropy

from timm_peer import (
    CLASSES, DEPTH, HERE, REAL_SET, REAL_WEIGHTS, SIZE, WIDTH, random_images, real_images, real_vit,
    rows_last, small_vit)

FOLDER, VIT = HERE / "training", HERE / "vit"
RANK, STEPS, RATE, DECAY, WEIGHT = 8, 20, 1e-3, 0.05, 0.1


class AdaptedProjection(nn.Module):
    """A fused query-key-value map with LoRA on queries and values."""

    def __init__(self, base, factors):
        super().__init__()
        self.base, self.factors, self.coefficients = base, factors, []

    def forward(self, x):
        y = self.base(x)
        width = y.shape[-1] // 3
        parts = list(y.split(width, dim=-1))
        self.coefficients = []
        for part, (a, b) in zip((0, 2), self.factors):
            s = x @ a.T
            parts[part] = parts[part] + s @ b
            self.coefficients.append(s.reshape(-1, s.shape[-1]))
        return torch.cat(parts, dim=-1)


def redundancy(s):
    """R_l of one site."""
    s = s - s.mean(0)
    gram = s.T @ s
    norm = gram.diagonal().sqrt()
    rho = gram / norm[:, None] / norm[None, :]
    return rho[tuple(torch.triu_indices(len(rho), len(rho), 1))].abs().mean()


def train(model, initial, depth, batches, regularized):
    """20 steps; gives the task losses, the totals, the gradients of step 1 and the final values."""
    values = {name: value.double().clone().requires_grad_() for name, value in initial.items()}
    model.requires_grad_(False)
    projections = []
    for layer, block in enumerate(model.blocks):
        factors = [
            [values[f"blocks.{layer}.{kind}.lora_{part}"] for part in "AB"] for kind in ("query", "value")]
        projections.append(AdaptedProjection(block.attn.qkv, factors))
        block.attn.qkv = projections[-1]
    decayed = [value for name, value in values.items() if name != "head.bias"]
    optimizer = torch.optim.AdamW(
        [{"params": decayed}, {"params": [values["head.bias"]], "weight_decay": 0}], lr=RATE,
        weight_decay=DECAY)
    tasks, totals, gradients = [], [], {}
    for step in range(STEPS):
        images, labels = batches(step)
        features = model.forward_head(model.forward_features(images), pre_logits=True)
        task = cross_entropy(features @ values["head.weight"].T + values["head.bias"], labels)
        sites = [s for projection in projections for s in projection.coefficients]
        r = torch.stack([redundancy(s) for s in sites]).mean()
        total = task + WEIGHT * r if regularized else task
        optimizer.zero_grad()
        total.backward()
        if step == 0:
            gradients = {name: value.grad.clone() for name, value in values.items()}
        optimizer.step()
        tasks.append(task.item())
        totals.append(total.item())
    for block in model.blocks:
        block.attn.qkv = block.attn.qkv.base
    return tasks, totals, gradients, {name: value.detach() for name, value in values.items()}


def sketch(x):
    """The norm of a tensor and its product with two waves."""
    i = torch.arange(x.numel(), dtype=torch.float64)
    x = x.flatten()
    return torch.stack([x.norm(), x @ torch.cos(0.37 * i), x @ torch.cos(0.91 * i + 1)])


def starts(width, depth, classes, head, dtype=torch.float32):
    """A of every site, uniform as in LoRA, and a random head."""
    bound = width ** -0.5
    values = {
        f"blocks.{layer}.{kind}.lora_A": torch.empty(RANK, width).uniform_(-bound, bound)
        for layer in range(depth) for kind in ("query", "value")}
    values["head.weight"] = head * torch.randn(classes, width)
    values["head.bias"] = head * torch.randn(classes)
    return {name: value.to(dtype) for name, value in values.items()}


def with_basis(start, small):
    """B zero, or small: a tenth of the A of the site before it."""
    start = {name: value.float() for name, value in start.items()}
    names = [name for name in start if name.endswith("lora_A")]
    for i, name in enumerate(names):
        basis = 0.1 * start[names[i - 1]] if small else torch.zeros_like(start[name])
        start[name[:-1] + "B"] = basis
    return start


def variants(golden, names, model, start, depth, batches, kept):
    for name in names:
        basis, loss = name.split(".")
        tasks, totals, gradients, finals = train(
            model, with_basis(start, basis == "small"), depth, batches, loss == "regularized")
        print(name, tasks[0], totals[0], "->", tasks[-1], totals[-1])
        golden[f"{name}.tasks"] = torch.tensor(tasks)
        golden[f"{name}.totals"] = torch.tensor(totals)
        for key in gradients:
            golden[f"{name}.gradients.{key}"] = kept(gradients[key]).float()
            golden[f"{name}.finals.{key}"] = kept(finals[key]).float()


def all_weights(golden, name, images, labels, **options):
    """The gradients of every tensor, the head's among them, at the first step."""
    model = small_vit(**options)
    model.load_state_dict(load_file(VIT / f"{name}.safetensors"))
    loss = cross_entropy(model(images), labels)
    loss.backward()
    golden[f"{name}.loss"] = loss.detach().float()
    for key, parameter in model.named_parameters():
        golden[f"{name}.{key}"] = parameter.grad.float()


def small():
    torch.manual_seed(2)
    images = [random_images(4, SIZE) for _ in range(5)]
    labels = torch.randint(CLASSES, (5, 4))
    start = starts(WIDTH, DEPTH, CLASSES, head=0.2)
    golden = {f"start.{name}": value for name, value in start.items()}
    golden["images"] = rows_last(torch.cat(images))
    golden["labels"] = labels.flatten()
    model = small_vit()
    model.load_state_dict(load_file(VIT / "token.safetensors"))
    names = [f"{basis}.{loss}" for basis in ("zero", "small") for loss in ("plain", "regularized")]
    variants(
        golden, names, model, start, DEPTH, lambda step: (images[step % 5], labels[step % 5]), lambda x: x)
    save_file(golden, FOLDER / "small.safetensors")

    golden = {}
    all_weights(golden, "token", images[0], labels[0])
    all_weights(golden, "average", images[0], labels[0], eps=0.01, class_token=False, fc_norm=False)
    save_file(golden, FOLDER / "gradients.safetensors")


def real():
    torch.manual_seed(3)
    images, labels = real_images("train", list(range(8 * STEPS)), 112)
    start = starts(192, 12, 10, head=0.02, dtype=torch.float16)
    golden = {f"start.{name}": value for name, value in start.items()}

    def batches(step):
        part = slice(8 * step, 8 * step + 8)
        return images[part].double(), labels[part]

    names = ["zero.plain", "small.regularized"]
    variants(golden, names, real_vit(112, torch.float64), start, 12, batches, sketch)
    save_file(golden, FOLDER / "real.safetensors")


FOLDER.mkdir(exist_ok=True)
small()
if REAL_WEIGHTS.exists() and REAL_SET.exists():
    real()
else:
    print("left out real.safetensors: there are no real weights and images beside the checkout")
