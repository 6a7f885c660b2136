"""Loads with PEFT the folders that OptionsWrittenForPeersTests wrote, and compares what the networks give.

    PETL_INTEROP=FOLDER swift test --filter OptionsWrittenForPeersTests
    python check_written_options.py FOLDER

Every tensor of a file must get into the model, and every warning is an error. Needs torch, timm, transformers 5,
peft 0.21, safetensors.
"""

import json
import pathlib
import sys
import warnings

import networks
from classes import models
from peers import HERE, network, timm_vit

import peft
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
fixtures = HERE.parent / "Fixtures" / "interop"
state = load_file(fixtures / "base.safetensors")
images = load_file(fixtures / "expected.safetensors")["images"].permute(0, 3, 1, 2)
worst, count = 0.0, 0
for name, expected in sorted(load_file(folder / "options.safetensors").items()):
    path = folder / "options" / name
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        # PEFT says so of every norm, which LN_TUNING is for.
        warnings.filterwarnings("ignore", message="Unsupported layer type")
        model = peft.PeftModel.from_pretrained(network(name.split("@")[1], state), path).eval()
    written, found = load_file(path / "adapter_model.safetensors"), peft.get_peft_model_state_dict(model)
    for key, value in written.items():
        assert torch.equal(found[key], value), (name, key)
    # What PEFT holds beside: biases of modules that are saved whole, once more.
    more = [key for key in found.keys() - written.keys() if ".modules_to_save." not in key]
    assert all(".original_module." in key or key.endswith("head.bias") or key.endswith("classifier.bias") for key in more), (name, more)
    with torch.no_grad():
        adapted = (model(images) - expected).abs().max().item()
        merged = (model.merge_and_unload()(images) - expected).abs().max().item()
    print(f"{name}: {adapted:.1e}, merged {merged:.1e}, {model.__class__.__name__}")
    worst, count = max(worst, adapted, merged), count + 1
assert count == 42 and worst < 1e-4, (count, worst)
for naming, names in json.loads((folder / "names.json").read_text()).items():
    if naming == "timm":
        found = timm_vit()
    elif naming == "swin":
        found = networks.network("swin")
    elif naming.endswith("-v5") or naming == "hf-clip":
        kinds, config = models(naming, "head")
        found = kinds[0](config[kinds[0].__name__] if isinstance(config, dict) else config)
    else:
        continue
    # CLIP embeds patches without a bias, our small network has one.
    lacking = set(names) - set(found.state_dict()) - {"vision_model.embeddings.patch_embedding.bias"}
    assert not lacking, (naming, sorted(lacking))
    print(f"{naming}: {len(names)} names of {type(found).__name__}")
print(f"{count} folders, outputs within {worst:.1e}")
