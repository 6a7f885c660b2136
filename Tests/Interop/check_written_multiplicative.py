"""Loads with PEFT what WrittenForPeersTests wrote of OFT, BOFT, HRA, IA3, RoAd, FourierFT and C3A.

    PETL_INTEROP=FOLDER swift test --filter WrittenForPeersTests
    python check_written_multiplicative.py FOLDER

The adapter beside the network's weights and merged into them gives the logits that were computed here, within 1e-4.
Warnings are errors.
"""

import json
import pathlib
import sys
import warnings

from make_fixtures_multiplicative import allow_butterflies
from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1]) / "multiplicative"
fixtures = HERE.parent / "Fixtures" / "interop"
state = load_file(fixtures / "base.safetensors")
images = load_file(fixtures / "expected.safetensors")["images"].permute(0, 3, 1, 2)
allow_butterflies()
worst, types = 0.0, []
for name, expected in sorted(load_file(folder / "logits.safetensors").items()):
    _, naming, method = name.split("@")
    kind = json.loads((folder / name / "adapter_config.json").read_text())["peft_type"]
    assert kind == "LORA" or kind == method.upper(), (name, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        # Said of a start that the loaded values replace.
        warnings.filterwarnings("ignore", message="The symmetric initialization")
        model = peft.PeftModel.from_pretrained(network(naming, state), folder / name).eval()
    status = peft.get_model_status(model)
    assert status.enabled is True and status.active_adapters == ["default"], (name, status)
    stored = load_file(folder / name / "adapter_model.safetensors")
    found = peft.get_peft_model_state_dict(model)
    assert found.keys() == stored.keys(), (name, found.keys() ^ stored.keys())
    with torch.no_grad():
        adapted = (model(images) - expected).abs().max().item()
        merged = (model.merge_and_unload(safe_merge=True)(images) - expected).abs().max().item()
    print(f"{name}: {kind}, {adapted:.1e}, merged {merged:.1e}")
    worst = max(worst, adapted, merged)
    types.append(kind)
assert worst < 1e-4, worst
assert set(types) == {"LORA", "OFT", "BOFT", "HRA", "IA3", "ROAD", "FOURIERFT", "C3A"}, set(types)
print(f"{len(types)} folders, logits within {worst:.1e}")
