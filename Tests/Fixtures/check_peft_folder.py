"""Checks a PEFT LoRA folder against PEFT itself.

    python check_peft_folder.py --make-base BASE
        writes the weights of timm's vit_tiny_patch16_224 (seed 0, 10 classes) to BASE

    python check_peft_folder.py FOLDER EXPECTED
        loads FOLDER with PeftModel.from_pretrained on that model, merges it, and prints the largest
        difference between the merged weights and those in EXPECTED (safetensors, timm's names).
        Fails if PEFT warns, if a key is missing or unexpected, if the difference is over 1e-6, or if
        a weight that EXPECTED does not hold has changed.

Needs torch, timm, peft, safetensors. No network: the model is made, not fetched.
"""

import sys
import warnings

import torch
from safetensors.torch import load_file, save_file

import real_data  # noqa: F401
import timm
from peft import PeftModel


def backbone():
    torch.manual_seed(0)
    return timm.create_model("vit_tiny_patch16_224", pretrained=False, num_classes=10).eval()


if sys.argv[1] == "--make-base":
    save_file(backbone().state_dict(), sys.argv[2])
    sys.exit(0)

folder, expected = sys.argv[1], load_file(sys.argv[2])
base = {name: value.clone() for name, value in backbone().state_dict().items()}

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = PeftModel.from_pretrained(backbone(), folder)
    active = {name for name, _ in model.named_parameters() if ".lora_A." in name}
    merged = model.merge_and_unload(safe_merge=True).state_dict()

for warning in caught:
    print(f"warning: {warning.category.__name__}: {warning.message}")
worst = max((merged[name] - value).abs().max().item() for name, value in expected.items())
moved = max((value - base[name]).abs().max().item() for name, value in expected.items())
strays = [n for n in base if n not in expected and not torch.equal(base[n], merged[n])]
print(f"adapted maps: {len(active)}, compared weights: {len(expected)}, warnings: {len(caught)}")
print(f"largest change by the adapter: {moved:.6g}")
print(f"largest difference from the expected merged weights: {worst:.6g}")
if strays:
    print(f"changed though not expected: {strays}")
sys.exit(bool(caught or strays or worst > 1e-6 or moved == 0))
