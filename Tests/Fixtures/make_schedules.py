"""Writes schedules.json: the learning rate of each epoch or step as timm's scheduler has it, called as published code does.

    /path/to/python make_schedules.py          (timm 1.0.31, torch 2.13)

`schedule` is the section of a recipe that has to give the same rates; `steps` are those of an epoch.
"""
import json
import math
import pathlib

import real_data  # noqa: F401
import torch
from timm.scheduler.cosine_lr import CosineLRScheduler

HERE = pathlib.Path(__file__).resolve().parent


def optimizer(rate):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def by_epoch(epochs, rate, offset, **options):
    """The rate during each epoch, where the code calls `step(epoch + offset)` after it."""
    moved = optimizer(rate)
    scheduler = CosineLRScheduler(moved, **options)
    rates = []
    for epoch in range(epochs):
        rates.append(moved.param_groups[0]["lr"])
        scheduler.step(epoch + offset)
    return rates


def by_step(count, rate, **options):
    moved = optimizer(rate)
    scheduler = CosineLRScheduler(moved, t_in_epochs=False, **options)
    rates = []
    for number in range(count):
        rates.append(moved.param_groups[0]["lr"])
        scheduler.step_update(number + 1)
    return rates


def lambda_lr(epochs, rate, warmup):
    """VPT's: torch's LambdaLR, a warm-up from zero, half a cosine over the rest, stepped after each epoch."""
    moved = optimizer(rate)

    def factor(epoch):
        if epoch < warmup:
            return epoch / warmup
        return (1 + math.cos(math.pi * (epoch - warmup) / (epochs - warmup))) / 2

    scheduler = torch.optim.lr_scheduler.LambdaLR(moved, factor)
    rates = []
    for _ in range(epochs):
        rates.append(moved.param_groups[0]["lr"])
        moved.step()
        scheduler.step()
    return rates


timm_epochs = "step: epoch, cosine_from: start"
cases = [
    {"name": "petl-vit", "schedule": f"{{warmup_epochs: 10, warmup_factor: 1e-3, minimum_factor: 1e-2, {timm_epochs}, lag_epochs: 1}}",
     "rate": 1e-3, "epochs": 100, "steps": 15,
     "rates": by_epoch(100, 1e-3, 0, t_initial=100, warmup_t=10, lr_min=1e-5, warmup_lr_init=1e-6)},
    {"name": "noah", "schedule": f"{{warmup_epochs: 10, warmup_factor: 2e-4, minimum_factor: 2e-3, {timm_epochs}, lag_epochs: 1}}",
     "rate": 5e-3, "epochs": 100, "steps": 15,
     "rates": by_epoch(100, 5e-3, 0, t_initial=100, warmup_t=10, lr_min=1e-5, warmup_lr_init=1e-6)},
    {"name": "ssf", "schedule": f"{{warmup_epochs: 10, warmup_factor: 5e-5, minimum_factor: 5e-6, {timm_epochs}, cooldown_epochs: 10}}",
     "rate": 2e-3, "epochs": 110, "steps": 15,
     "rates": by_epoch(110, 2e-3, 1, t_initial=100, warmup_t=10, lr_min=1e-8, warmup_lr_init=1e-7)},
    {"name": "vpt", "schedule": "{warmup_epochs: 10, warmup_factor: 0, minimum_factor: 0, step: epoch}",
     "rate": 0.625, "epochs": 100, "steps": 16, "rates": lambda_lr(100, 0.625, 10)},
    {"name": "timm, every update", "schedule": "{warmup_epochs: 2, warmup_factor: 0.2, minimum_factor: 0.1, cosine_from: start, cooldown_epochs: 1}",
     "rate": 0.3, "epochs": 8, "steps": 4,
     "rates": by_step(32, 0.3, t_initial=28, warmup_t=8, lr_min=0.03, warmup_lr_init=0.06)},
    {"name": "timm, warmup_prefix", "schedule": "{warmup_epochs: 3, warmup_factor: 0.25, minimum_factor: 0.05, step: epoch}",
     "rate": 0.4, "epochs": 9, "steps": 2,
     "rates": by_epoch(9, 0.4, 1, t_initial=6, warmup_t=3, lr_min=0.02, warmup_lr_init=0.1, warmup_prefix=True)},
]
lines = ",\n".join(" " + json.dumps(case) for case in cases)
(HERE / "schedules.json").write_text(f"[\n{lines}\n]\n")
