"""Loads with PEFT the folders that WrittenForPeersTests wrote, and compares what the networks give.

    PETL_INTEROP=FOLDER swift test --filter WrittenForPeersTests
    python check_written.py FOLDER

Every warning is an error. Needs torch, timm, transformers 5, peft 0.21, safetensors.
"""

import pathlib
import sys
import warnings

import networks
from peers import HERE, network

import peft
import torch
import transformers
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


def tiny(family, swin=False, **options):
    """A configuration of the sizes of the networks that WrittenForPeersTests writes for."""
    if swin:
        return transformers.SwinConfig(
            image_size=32, patch_size=2, embed_dim=12, depths=[2, 2, 1], num_heads=[2, 3, 4], window_size=4,
            mlp_ratio=2, num_labels=3)
    return getattr(transformers, family + "Config")(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=16, patch_size=4, **options)


def models(naming, variant):
    """The models that a user puts a folder onto."""
    if naming == "hf-swin-v5":
        return [transformers.SwinForImageClassification if variant == "head" else transformers.SwinModel], \
            tiny("Swin", swin=True)
    if naming.startswith("hf-clip"):
        sizes = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2)
        vision = dict(sizes, image_size=16, patch_size=4)
        both = transformers.CLIPConfig(vision_config=vision, text_config=sizes, projection_dim=8)
        own, kind = (both.text_config, "Text") if naming.endswith("text") else (both.vision_config, "Vision")
        if variant == "bare":
            return [getattr(transformers, f"CLIP{kind}Model")], own
        return [getattr(transformers, f"CLIP{kind}ModelWithProjection"), transformers.CLIPModel], {
            "CLIPModel": both, f"CLIP{kind}ModelWithProjection": own}
    family = {"hf-vit-v5": "ViT", "hf-deit-v5": "DeiT", "hf-dinov2-v5": "Dinov2",
              "hf-dinov2-with-registers-v5": "Dinov2WithRegisters"}[naming]
    sizes = {} if "dinov2" in naming else dict(intermediate_size=24)
    config = tiny(family, num_labels=3, **sizes)
    names = [f"{family}ForImageClassification"] if variant == "head" else [f"{family}Model"]
    names += ["Dinov2Backbone"] if names == ["Dinov2Model"] else []
    return [getattr(transformers, name) for name in names], config


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
