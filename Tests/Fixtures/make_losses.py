"""Golden values of the losses, from PyTorch's own in double precision.

    python Tests/Fixtures/make_losses.py      # needs torch; writes Tests/Fixtures/losses.json
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20261128)
torch.set_default_dtype(torch.float64)
LOGITS = (2.5 * torch.randn(7, 5)).float().double()
LABELS = torch.tensor([2, 0, 3, 3, 1, 0, 4])
WEIGHTS = [0.5, 1.0, 2.0, 0.25, 3.0]
CASES = []


def plain(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().float().reshape(-1)]}


def case(loss, options, function):
    leaf = LOGITS.clone().requires_grad_(True)
    value = function(leaf)
    (gradient,) = torch.autograd.grad(value, leaf)
    CASES.append({"loss": loss, "options": options, "value": float(value), "gradient": plain(gradient)})


def balanced():
    counts = torch.bincount(LABELS, minlength=5).double()
    return counts.sum() / (5 * counts)


def focal(z, gamma, alpha=None):
    logs = torch.log_softmax(z, 1).gather(1, LABELS[:, None])[:, 0]
    weight = 1 if alpha is None else alpha[LABELS]
    return (-weight * (1 - logs.exp()) ** gamma * logs).mean()


def one_hot(smoothing=0.0):
    return F.one_hot(LABELS, 5).double() * (1 - smoothing) + smoothing / 5


weights = torch.tensor(WEIGHTS)
listed = f"class_weights: {WEIGHTS}"
case("cross-entropy", "", lambda z: F.cross_entropy(z, LABELS))
case("cross-entropy", "label_smoothing: 0.1", lambda z: F.cross_entropy(z, LABELS, label_smoothing=0.1))
case("cross-entropy", listed, lambda z: F.cross_entropy(z, LABELS, weight=weights))
case("cross-entropy", f"label_smoothing: 0.2, {listed}",
     lambda z: F.cross_entropy(z, LABELS, weight=weights, label_smoothing=0.2))
case("cross-entropy", "class_weights: balanced", lambda z: F.cross_entropy(z, LABELS, weight=balanced()))
case("focal", "", lambda z: focal(z, 2.0))
case("focal", "gamma: 0", lambda z: F.cross_entropy(z, LABELS))
case("focal", f"gamma: 0.5, {listed}", lambda z: focal(z, 0.5, weights))
case("binary", "", lambda z: F.binary_cross_entropy_with_logits(z, one_hot()))
case("binary", "label_smoothing: 0.1", lambda z: F.binary_cross_entropy_with_logits(z, one_hot(0.1)))
case("binary", "sum_classes: true",
     lambda z: F.binary_cross_entropy_with_logits(z, one_hot(), reduction="sum") / 7)

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("losses.json")
    content = {"logits": plain(LOGITS), "labels": LABELS.tolist(), "cases": CASES}
    target.write_text(json.dumps(content) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
