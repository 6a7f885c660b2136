"""Writes distances.json: the rows that transformers' DeBERTa-v2 takes from its table for distances between tokens.

    HF_HUB_OFFLINE=1 /path/to/python make_distances.py          (torch 2.13, transformers 5)

Each case has `buckets` (-1 without), `longest`, and `rows`, those of the distances -(tokens - 1) ... tokens - 1.
"""
import json
import pathlib

import torch
from transformers.models.deberta_v2.modeling_deberta_v2 import build_relative_position

cases = []
for buckets, longest, tokens in [(256, 512, 530), (32, 128, 140), (6, 20, 30), (5, 20, 24), (48, 512, 70), (-1, 5, 9)]:
    query = torch.zeros(1, tokens, 1)
    distance = build_relative_position(query, query, buckets, longest)[0]
    span = buckets if buckets > 0 else longest
    rows = torch.clamp(distance + span, 0, 2 * span - 1)
    # From the last key's column downwards, then along the first key's.
    found = rows[0].flip(0).tolist() + rows[1:, 0].tolist()
    cases.append({"buckets": buckets, "longest": longest, "rows": found})
path = pathlib.Path(__file__).with_name("distances.json")
path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
print(path.stat().st_size)
