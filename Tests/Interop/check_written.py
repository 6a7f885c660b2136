"""Loads with PEFT the folders that WrittenForPeersTests wrote, and compares what the networks give.

    PETL_INTEROP=FOLDER swift test --filter WrittenForPeersTests
    python check_written.py FOLDER

Every warning is an error. Needs torch, timm, transformers 5, peft 0.21, safetensors.
"""

import pathlib
import sys
import warnings

import networks
from classes import models
from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
fixtures = HERE.parent / "Fixtures" / "interop"
state = load_file(fixtures / "base.safetensors")
small = load_file(fixtures / "expected.safetensors")["images"].permute(0, 3, 1, 2)
worst, count = 0.0, 0


def check(name, plain, compute, expected):
    """The adapter on `plain`, and merged into it, gives what was expected."""
    global worst, count
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # PEFT asks transformers 5 for an attribute that is going away, whatever the adapter.
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        model = peft.PeftModel.from_pretrained(plain, folder / name).eval()
    status = peft.get_model_status(model)
    assert status.enabled is True and status.active_adapters == ["default"], (name, status)
    with torch.no_grad():
        adapted = (compute(model.base_model.model) - expected).abs().max().item()
        merged = (compute(model.merge_and_unload(safe_merge=True)) - expected).abs().max().item()
    print(f"{name}: {adapted:.1e}, merged {merged:.1e}")
    worst, count = max(worst, adapted, merged), count + 1


classes = 0


def check_class(path):
    """Every tensor of a folder gets into each model that it is for, and the model has no others."""
    global classes
    kinds, configs = models(*path.name.split("@"))
    for kind in kinds:
        model = kind(configs[kind.__name__] if isinstance(configs, dict) else configs)
        for module in model.modules():
            # The ratio of DINOv2's MLP is a whole number.
            if type(module).__name__.startswith("Dinov2") and hasattr(module, "fc1"):
                module.fc1, module.fc2 = torch.nn.Linear(16, 24), torch.nn.Linear(24, 16)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
            model = peft.PeftModel.from_pretrained(model, path)
        expected = load_file(path / "adapter_model.safetensors")
        found = peft.get_peft_model_state_dict(model)
        assert found.keys() == expected.keys(), (path.name, kind, found.keys() ^ expected.keys())
        assert all(torch.equal(found[name], expected[name]) for name in expected), (path.name, kind)
        print(f"{path.name}: {kind.__name__}, {len(expected)} tensors")
        classes += 1


for name, expected in sorted(load_file(folder / "small.safetensors").items()):
    check(name, network(name.split("@")[1], state), lambda model: model(small), expected)
for name, expected in sorted(load_file(folder / "networks.safetensors").items()):
    source = name.split("@")[0]
    images = networks.images(source).float()
    check(
        name, networks.network(source), lambda model: networks.compute(source, model, images), expected)
for path in sorted((folder / "classes").iterdir()):
    check_class(path)
assert classes == 17, classes
assert count == 48 and worst < 1e-4, (count, worst)
print(f"{classes} classes of transformers, every tensor loaded")
print(f"{count} folders, outputs within {worst:.1e}")
