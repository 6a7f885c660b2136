"""Golden values of the regularizers that see a whole step, from their equations, in double precision.

    python Tests/Fixtures/make_context_regularizers.py      # needs torch

Writes Tests/Fixtures/context_regularizers.json. Sites are not square: 7 inputs, 6 outputs, rank 3.
"""

import json
import pathlib

import torch

torch.manual_seed(20261128)
torch.set_default_dtype(torch.float64)
IMAGES, TOKENS, IN, OUT, RANK = 3, 5, 7, 6, 3
PLACES = [("query", 0), ("value", 0), ("query", 1), ("value", 2)]
CASES = []


def rand(*shape):
    return torch.randn(*shape).float().double()


def plain(t):
    values = [float(f"{v:.9g}") for v in t.detach().float().reshape(-1).tolist()]
    return {"shape": list(t.shape), "values": values}


class Step:
    """Leaves and constants of a step; every gradient is with respect to a leaf."""

    def __init__(self):
        n = IMAGES * TOKENS
        self.a = [rand(RANK, IN) for _ in PLACES]
        self.b = [rand(RANK, OUT) for _ in PLACES]
        common = rand(n, IN)
        self.x = [(common + rand(n, IN)).float().double() for _ in PLACES]
        self.w = [rand(OUT, IN) for _ in PLACES]
        self.references = [[(rand(2, IN), rand(2, OUT)) for _ in PLACES] for _ in range(2)]
        self.features, self.then_features = rand(IMAGES, OUT), rand(IMAGES, OUT)
        self.logits, self.then_logits = 3 * rand(IMAGES, 4), 3 * rand(IMAGES, 4)
        self.starts = [rand(4, 5), rand(5)]
        self.weights = [s + rand(*s.shape) for s in self.starts]
        self.weights = [w.float().double() for w in self.weights]

    def leaves(self):
        named = {"features": self.features, "logits": self.logits}
        named |= {f"a{i}": t for i, t in enumerate(self.a)}
        named |= {f"b{i}": t for i, t in enumerate(self.b)}
        named |= {f"weight{i}": t for i, t in enumerate(self.weights)}
        return named


STEP = Step()


def case(regularizer, options, function, tunes=False):
    """A value with its gradients; `tunes`: there are trained weights and no sites."""
    for t in STEP.leaves().values():
        t.requires_grad_(True)
    value = function(STEP)
    leaves = STEP.leaves()
    grads = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    CASES.append({
        "regularizer": regularizer, "options": options, "tunes": tunes, "value": value.item(),
        "gradients": {n: plain(g) for n, g in zip(leaves, grads) if g is not None},
    })


def written(step):
    return {
        "images": IMAGES,
        "sites": [{
            "kind": kind, "layer": layer, "a": plain(step.a[i]), "b": plain(step.b[i]),
            "x": plain(step.x[i]), "w": plain(step.w[i]),
            "references": [{"a": plain(r[i][0]), "b": plain(r[i][1])} for r in step.references],
        } for i, (kind, layer) in enumerate(PLACES)],
        "features": plain(step.features), "thenFeatures": plain(step.then_features),
        "logits": plain(step.logits), "thenLogits": plain(step.then_logits),
        "weights": [plain(w) for w in step.weights], "starts": [plain(t) for t in step.starts],
    }


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def sites(function):
    return lambda step: mean(function(step, i) for i in range(len(PLACES)))


# O-LoRA: the sum over earlier adapters and entries.
def o_lora(count, power, factors):
    def at(step, i):
        total = 0
        for reference in step.references[:count]:
            if "a" in factors:
                total = total + (step.a[i] @ reference[i][0].T).abs().pow(power).sum()
            if "b" in factors:
                total = total + (step.b[i] @ reference[i][1].T).abs().pow(power).sum()
        return total
    return sites(at)


case("o-lora", "reference: [r0]", o_lora(1, 1, "a"))
case("o-lora", "reference: [r0, r1], power: 2", o_lora(2, 2, "a"))
case("o-lora", "reference: [r1, r0], of: both", o_lora(2, 1, "ab"))
case("o-lora", "reference: [r0], of: basis, power: 2", o_lora(1, 2, "b"))


# CLoRA: P in the place of all directions, and the leading singular directions.
case("clora", "k: 7", sites(lambda s, i: (s.a[i].square().sum() + s.b[i].square().sum()) / 2))


def clora(k, factors):
    def at(step, i):
        u, _, vt = torch.linalg.svd(step.w[i])
        total = 0
        if "a" in factors:
            total = total + (step.a[i] @ vt[:k].T).square().sum() / 2
        if "b" in factors:
            total = total + (step.b[i] @ u[:, :k]).square().sum() / 2
        return total
    return sites(at)


case("clora", "p: null-space, k: 2", clora(2, "ab"))
case("clora", "p: null-space, k: 4, of: directions", clora(4, "a"))


# The norm of a change.
NORMS = {
    "frobenius": lambda m: torch.linalg.norm(m),
    "nuclear": lambda m: torch.linalg.svdvals(m).sum(),
    "spectral": lambda m: torch.linalg.svdvals(m)[0],
}
for p, norm in NORMS.items():
    for squared in (True, False):
        power = 2 if squared else 1
        text = f"p: {p}, squared: {str(squared).lower()}"
        case("delta-norm", text,
             sites(lambda s, i, n=norm, q=power: n(s.b[i].T @ s.a[i]) ** q))
        case("delta-norm", text, lambda s, n=norm, q=power: mean(
            n((w - t).reshape(1, -1) if w.dim() < 2 else w - t) ** q
            for w, t in zip(s.weights, s.starts)), tunes=True)


# Answers near those without adapters.
def divergence(step, t):
    p, q = torch.softmax(step.then_logits / t, 1), torch.softmax(step.logits / t, 1)
    return t * t * (p * (p.log() - q.log())).sum(1).mean()


case("keep", "", lambda s: divergence(s, 2))
case("keep", "temperature: 0.5", lambda s: divergence(s, 0.5))
case("keep", "distance: squared", lambda s: (s.features - s.then_features).square().mean())
case("keep", "distance: cosine", lambda s: (1 - torch.nn.functional.cosine_similarity(
    s.features, s.then_features, dim=1)).mean())


# ReSoRA's linear measure between sites.
def across(pairs, exponent):
    def value(step):
        found = []
        for i, j in pairs:
            x, y = step.x[i] @ step.a[i].T, step.x[j] @ step.a[j].T
            rho = torch.corrcoef(torch.cat([x, y], 1).T)[:RANK, RANK:]
            found.append(rho.abs().pow(exponent).mean())
        return mean(found)
    return value


case("resora-across", "", across([(0, 1)], 1))
case("resora-across", "pairs: neighbours", across([(0, 2), (1, 3)], 1))
case("resora-across", "pairs: all, exponent: 2",
     across([(i, j) for i in range(4) for j in range(i + 1, 4)], 2))


# ΔW and the leading directions of W.
def intruder(k, mode, factors):
    def at(step, i):
        u, sigma, vt = torch.linalg.svd(step.w[i])
        change = step.b[i].T @ step.a[i]
        inside = change
        if "b" in factors:
            inside = u[:, :k].T @ inside
        if "a" in factors:
            inside = inside @ vt[:k].T
        whole, part = change.square().sum(), inside.square().sum()
        part = part if mode == "with" else whole - part
        return part / (whole + 1e-6 * sigma[:k].square().mean())
    return sites(at)


case("intruder", "k: 2", intruder(2, "against", "b"))
case("intruder", "k: 3, mode: with, of: both", intruder(3, "with", "ab"))
case("intruder", "k: 1, mode: with, of: directions", intruder(1, "with", "a"))


def orthogonal(rows):
    return (rows @ rows.T - torch.eye(len(rows))).square().sum()


case("orthogonal", "", sites(lambda s, i: orthogonal(s.a[i]) + orthogonal(s.b[i])))
case("orthogonal", "of: basis", sites(lambda s, i: orthogonal(s.b[i])))


def log_det(epsilon):
    def at(step, i):
        c = torch.corrcoef((step.x[i] @ step.a[i].T).T)
        return -torch.logdet((c + epsilon * torch.eye(RANK)) / (1 + epsilon)) / RANK
    return sites(at)


case("log-det", "", log_det(1e-3))
case("log-det", "epsilon: 0.1", log_det(0.1))

if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("context_regularizers.json")
    target.write_text(json.dumps({"step": written(STEP), "cases": CASES}) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
