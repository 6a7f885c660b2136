"""Writes text_operations.json: what PyTorch makes of the operations of language models.

    /path/to/python make_text_operations.py          (torch 2.13, numpy)

The cases are as those of make_operations.py: 32-bit inputs, outputs and gradients computed from them in 64-bit
floats and rounded.
"""
import json
import pathlib

import numpy
import torch
import torch.nn.functional as F

random = numpy.random.default_rng(17)
cases = []


def draw(*shape, scale=1.0):
    """A 32-bit input with few decimals, so that the file stays small."""
    return numpy.round(random.normal(size=shape) * scale, 2).astype(numpy.float32)


def packed(x):
    x = numpy.asarray(x.detach().numpy() if torch.is_tensor(x) else x).astype(numpy.float32)
    return {"shape": list(x.shape), "values": [float(str(v)) for v in x.ravel()]}


def case(operation, name, inputs, function, frozen=(), **numbers):
    """Runs `function` on 64-bit leaves and records its output and every gradient."""
    leaves = [torch.tensor(x.astype(numpy.float64), requires_grad=i not in frozen)
              for i, x in enumerate(inputs)]
    output = function(*leaves)
    upstream = draw(*output.shape)
    (output * torch.tensor(upstream.astype(numpy.float64))).sum().backward()
    cases.append({
        "operation": operation, "name": name, "numbers": numbers, "frozen": sorted(frozen),
        "inputs": [packed(x) for x in inputs], "upstream": packed(upstream),
        "output": packed(output),
        "gradients": [None if i in frozen else packed(x.grad) for i, x in enumerate(leaves)]})


for shape in [(2, 3, 19), (5, 64), (1, 1), (4, 33)]:
    for one in (0, 1):
        case("rmsNorm", f"{shape} {one}", [draw(*shape), draw(shape[-1])],
             lambda x, w: F.rms_norm(x, (shape[-1],), eps=1e-5) * (one + w), eps=[1e-5], one=[one])


def rotated(x, frequencies, starts):
    texts, tokens, width = x.shape
    angles = (torch.tensor(starts)[:, None] + torch.arange(tokens)).double()[..., None] * torch.tensor(frequencies)
    cos, sin = (torch.cat([f(angles)] * 2, -1)[:, :, None] for f in (torch.cos, torch.sin))
    heads = x.reshape(texts, tokens, -1, 2 * len(frequencies))
    half = len(frequencies)
    turned = torch.cat([-heads[..., half:], heads[..., :half]], -1)
    return (heads * cos + turned * sin).reshape(x.shape)


for texts, tokens, heads, pairs in [(2, 3, 2, 3), (1, 5, 1, 16), (3, 1, 3, 1)]:
    frequencies = [float(numpy.float32(100.0 ** (-i / pairs))) for i in range(pairs)]
    starts = [4 * i for i in range(texts)]
    case("rotated", f"{texts} {tokens} {heads} {pairs}", [draw(texts, tokens, heads * 2 * pairs)],
         lambda x: rotated(x, frequencies, starts), frequencies=frequencies, starts=starts)


def grouped(q, k, v, heads, shared, lengths, causal, window):
    texts, tokens, _ = q.shape

    def split(x, count):
        return x.reshape(texts, tokens, count, -1).transpose(1, 2)

    q = split(q, heads)
    k, v = (split(x, shared).repeat_interleave(heads // shared, 1) for x in (k, v))
    place = torch.arange(tokens)
    seen = (place < torch.tensor(lengths)[:, None])[:, None, None, :].expand(texts, 1, tokens, tokens)
    if causal:
        behind = place[:, None] - place
        seen = seen & (behind >= 0) & (behind < (window or tokens))
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen | torch.eye(tokens, dtype=torch.bool))
    y = y * (place < torch.tensor(lengths)[:, None])[:, None, :, None]
    return y.transpose(1, 2).reshape(texts, tokens, -1)


for tokens, heads, shared, width, lengths, causal, window in [
        (5, 1, 1, 3, [5], 1, 0), (7, 6, 2, 5, [7, 3], 1, 0), (9, 3, 1, 8, [4, 9, 1], 1, 3), (6, 2, 2, 4, [6, 2], 0, 0),
        (23, 2, 1, 6, [23], 1, 1)]:
    texts = len(lengths)
    case("groupedAttention", f"{tokens} {heads}/{shared} {causal} {window}",
         [draw(texts, tokens, heads * width), draw(texts, tokens, shared * width), draw(texts, tokens, shared * width)],
         lambda q, k, v: grouped(q, k, v, heads, shared, lengths, causal, window), heads=[heads], shared=[shared],
         lengths=lengths, causal=[causal], window=[window])

wide = numpy.array([-90, -12, -3, -0.125, 0.125, 1, 6.25, 30], numpy.float32)
for name, function in [("silu", F.silu), ("geluTanh", lambda x: F.gelu(x, approximate="tanh"))]:
    gate = numpy.concatenate([draw(29, scale=2), wide])
    case("gated", name, [draw(37), gate], lambda u, g: function(g) * u, tanh=[int(name != "silu")])

    def branch(x, gate, up, down):
        return F.linear(function(F.linear(x, gate)) * F.linear(x, up), down)

    case("gatedFeedForward", name, [draw(2, 3, 5), draw(11, 5), draw(11, 5), draw(4, 11)], branch,
         frozen=[1, 2, 3], tanh=[int(name != "silu")])


def vocabulary(h, w, targets, count):
    return F.cross_entropy(F.linear(h, w).reshape(-1, w.shape[0]), torch.tensor(targets), ignore_index=-100,
                           reduction="sum") / count


for shape, size, targets in [((2, 3, 7), 19, [3, -100, 18, 0, -100, 7]), ((4, 5), 3, [0, 2, 1, 1]),
                             ((2, 5), 300, [-100, 299])]:
    case("vocabularyLoss", f"{shape} {size}", [draw(*shape), draw(size, shape[-1])],
         lambda h, w: vocabulary(h, w, targets, 5), frozen=[1], targets=targets, count=[5])


def by_distance(q, k, v, *tables, heads, lengths, rows, scale, keys, queries):
    """Each text by itself: the scores of every pair of tokens, one distance at a time."""
    tables = list(tables)
    a, b = tables.pop(0) if keys else None, tables.pop(0) if queries else None
    texts, tokens, width = q.shape
    split = lambda x: x.reshape(x.shape[:-1] + (heads, -1)).transpose(-3, -2)  # noqa: E731
    whole = []
    for text, own in enumerate(lengths):
        q1, k1, v1 = (split(x[text, :own]) for x in (q, k, v))
        place = torch.tensor([[rows[i - j + tokens - 1] for j in range(own)] for i in range(own)])
        scores = q1 @ k1.transpose(-1, -2)
        if keys:
            scores = scores + torch.einsum("hid,hijd->hij", q1, split(a)[:, place])
        if queries:
            scores = scores + torch.einsum("hjd,hijd->hij", k1, split(b)[:, place])
        y = (torch.softmax(scale * scores, -1) @ v1).transpose(0, 1).reshape(own, width)
        whole.append(F.pad(y, (0, 0, 0, tokens - own)))
    return torch.stack(whole)


for heads, width, lengths, rows, size, keys, queries in [
        (3, 4, [6, 2, 4], [0, 1, 1, 2, 3, 4, 5, 6, 7, 7, 8], 9, 1, 1),
        (1, 5, [3], [2, 2, 2, 3, 3], 4, 1, 0), (2, 3, [1, 4], [0, 1, 2, 3, 4, 5, 6], 8, 0, 1), (2, 2, [1], [1], 3, 1, 1)]:
    tokens = max(lengths)
    tables = [draw(size, heads * width) for _ in range(keys + queries)]
    case("distanceAttention", f"{heads} {lengths} {keys}{queries}",
         [draw(len(lengths), tokens, heads * width) for _ in range(3)] + tables,
         lambda *x: by_distance(*x, heads=heads, lengths=lengths, rows=rows, scale=0.375, keys=keys, queries=queries),
         heads=[heads], lengths=lengths, rows=rows, scale=[0.375], keys=[keys], queries=[queries])

path = pathlib.Path(__file__).with_name("text_operations.json")
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
path.write_text(f'{{"cases":[\n{lines}\n],"adamW":[]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
