"""Loads with PEFT the folders that WrittenForPeersTests wrote, and compares logits.

    PETL_INTEROP=FOLDER swift test --filter WrittenForPeersTests
    python check_written.py FOLDER

Every warning is an error. Needs torch, timm, transformers 5, peft 0.21, safetensors.
"""

import pathlib
import sys
import warnings

from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
fixtures = HERE.parent / "Fixtures" / "interop"
state = load_file(fixtures / "base.safetensors")
images = load_file(fixtures / "expected.safetensors")["images"].permute(0, 3, 1, 2)
written = load_file(folder / "logits.safetensors")
worst = 0.0
for name, logits in sorted(written.items()):
    naming = name.split("@")[1]
    plain = network(naming, state)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = peft.PeftModel.from_pretrained(plain, folder / name).eval()
    status = peft.get_model_status(model)
    assert status.enabled is True and status.active_adapters == ["default"], (name, status)
    with torch.no_grad():
        difference = (model(images) - logits).abs().max().item()
        # What PEFT merges gives the same, too.
        merged = (model.merge_and_unload(safe_merge=True)(images) - logits).abs().max().item()
    print(f"{name}: {difference:.1e}, merged {merged:.1e}")
    worst = max(worst, difference, merged)
assert len(written) == 36 and worst < 1e-4, worst
print(f"{len(written)} folders, logits within {worst:.1e}")
