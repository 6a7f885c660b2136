"""Golden values of the regularizers, from their definitions on ΔH itself, in double precision.

    python Tests/Fixtures/make_regularizers.py      # needs torch; writes Tests/Fixtures/regularizers.json
"""

import json
import pathlib

import torch

torch.manual_seed(20261122)
torch.set_default_dtype(torch.float64)
CASES = []


def rand(*shape):
    return torch.randn(*shape).float().double()


def plain(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().float().reshape(-1)]}


def case(regularizer, options, function, rank=8, dimension=1, tokens=24, width=11, inputs=13):
    s, b, a = rand(tokens, rank), rand(rank, width), rand(rank, inputs)
    s = s + 0.7 * s[:, :1]          # redundant
    s = s.float().double()
    leaves = [t.clone().requires_grad_(True) for t in (s, b, a)]
    value = function(*leaves)
    grads = torch.autograd.grad(value, leaves, allow_unused=True)
    CASES.append({
        "regularizer": regularizer, "options": options, "dimension": dimension, "images": 3,
        "s": plain(s), "b": plain(b), "a": plain(a), "value": float(value),
        "gradients": {n: (None if g is None else plain(g)) for n, g in zip("sba", grads)},
    })


def pairs(r):
    return [(i, j) for i in range(r) for j in range(i + 1, r)]


def orthogonality(w):
    return ((w @ w.T - torch.eye(len(w))) ** 2).mean()


case("weight-orthogonality", "", lambda s, b, a: (orthogonality(a) + orthogonality(b)) / 2)
case("weight-orthogonality", "of: basis", lambda s, b, a: orthogonality(b))
case("weight-orthogonality", "of: directions", lambda s, b, a: orthogonality(a))
case("group-orthogonality", "", lambda s, b, a: sum(orthogonality(b[k:k + 4]) for k in (0, 4)) / 2)
case("group-orthogonality", "of: both, size: 2", lambda s, b, a: sum(
    orthogonality(w[k:k + 2]) for w in (a, b) for k in range(0, 8, 2)) / 8)


def decov(s, b, a):
    c = torch.cov(s.T, correction=0)
    return 0.5 * ((c ** 2).sum() - (torch.diagonal(c) ** 2).sum())


case("decov", "", decov)
case("decov", "normalized: true", lambda s, b, a: sum(
    torch.corrcoef(s.T)[i, j] ** 2 for i, j in pairs(8)) / 28)
for gamma in (1.0, 1.5):
    case("vicreg-variance", f"gamma: {gamma}", lambda s, b, a, g=gamma: torch.relu(
        g - torch.sqrt(s.var(dim=0) + 1e-4)).mean())


def spectrum(s, b):
    return torch.linalg.svdvals(s @ b)[:s.shape[1]]


def stable(s, b, a):
    w = spectrum(s, b)
    return 1 - (w ** 2).sum() / w[0] ** 2 / len(w)


def nuclear(s, b, a):
    w = spectrum(s, b)
    return 1 - w.sum() ** 2 / (len(w) * (w ** 2).sum())


case("rank-pressure", "", stable)
case("rank-pressure", "measure: nuclear", nuclear)


# Grouped ReSoRA, on the feature maps ΔHᵢ in full.
def maps(s, b, dimension):
    return [s[:, k:k + dimension] @ b[k:k + dimension] for k in range(0, s.shape[1], dimension)]


def linear(s, b, a, dimension, centered=True, power=1):
    h = maps(s - s.mean(0) if centered else s, b, dimension)
    n = [torch.linalg.norm(m.T @ m) for m in h]
    found = [(torch.linalg.norm(h[i].T @ h[j]) / torch.sqrt(n[i] * n[j])) ** power for i, j in pairs(len(h))]
    return sum(found) / len(found)


def cosine(s, b, a, dimension):
    h = maps(s, b, dimension)
    found = [((h[i] * h[j]).sum() / h[i].norm() / h[j].norm()).abs() for i, j in pairs(len(h))]
    return sum(found) / len(found)


def euclidean(s, b, a, dimension):
    h = maps(s, b, dimension)
    found = [torch.exp(-((h[i] - h[j]) ** 2).sum() / h[i].numel()) for i, j in pairs(len(h))]
    return sum(found) / len(found)


for group in (1, 2, 4):
    text = f"group: {group}"
    case("resora", text, lambda s, b, a, g=group: linear(s, b, a, g))
    case("resora", text + ", centered: false, exponent: 2",
         lambda s, b, a, g=group: linear(s, b, a, g, False, 2))
    case("resora", text + ", measure: cosine, over: batch", lambda s, b, a, g=group: cosine(s, b, a, g))
    case("resora", text + ", measure: euclidean, over: batch",
         lambda s, b, a, g=group: euclidean(s, b, a, g))
case("resora", "", lambda s, b, a: linear(s, b, a, 2), dimension=2)

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("regularizers.json")
    target.write_text(json.dumps({"cases": CASES}) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
