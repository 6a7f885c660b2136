"""Loads with PEFT the folders that LowRankWrittenTests wrote, and compares what the networks give.

    PETL_INTEROP=FOLDER swift test --filter LowRankWrittenTests
    python check_written_lowrank.py FOLDER

Every warning is an error. Needs torch, timm, transformers 5, peft 0.21, safetensors.
"""

import collections
import pathlib
import sys
import warnings

from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1]) / "lowrank"
fixtures = HERE.parent / "Fixtures" / "interop"
state = load_file(fixtures / "base.safetensors")
images = load_file(fixtures / "expected.safetensors")["images"].permute(0, 3, 1, 2)
worst, kinds = 0.0, collections.Counter()

for name, expected in sorted(load_file(folder / "expected.safetensors").items()):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # PEFT asks transformers 5 for an attribute that is going away, whatever the adapter.
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        model = peft.PeftModel.from_pretrained(network(name.split("@")[1], state), folder / name).eval()
    status = peft.get_model_status(model)
    assert status.enabled is True and status.active_adapters == ["default"], (name, status)
    kind = model.peft_config["default"].peft_type.value
    with torch.no_grad():
        adapted = (model.base_model.model(images) - expected).abs().max().item()
        merged = (model.merge_and_unload(safe_merge=True)(images) - expected).abs().max().item()
    print(f"{name}: {kind}, {adapted:.1e}, merged {merged:.1e}")
    worst = max(worst, adapted, merged)
    kinds[kind] += 1

assert worst < 1e-4, worst
assert set(kinds) == {"LORA", "LOHA", "LOKR", "DELORA", "RANDLORA", "MISS", "GRALORA", "VBLORA"}, kinds
print(f"{sum(kinds.values())} folders, outputs within {worst:.1e}: {dict(kinds)}")
