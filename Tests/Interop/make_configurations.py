"""Makes Tests/Fixtures/configurations: small Vision Transformers of timm, each with timm's own config.json.

`cases.json` has for each case its file of weights and its configuration; `expected.safetensors` the images,
[images, height, width, 3], and for each case the logits in double precision. Needs torch, timm, safetensors.
Run: python make_configurations.py
"""

import json
import shutil
import tempfile

from peers import HERE

import timm
import torch
from safetensors.torch import save_file
from timm.models._hub import save_config_for_hf

from walk_configurations import scramble

FOLDER = HERE.parent / "Fixtures" / "configurations"
SIZES = dict(img_size=12, patch_size=4, embed_dim=24, depth=1, mlp_ratio=1, num_classes=3)
# Case: weights, architecture, arguments. Weights of one name are the same in all their cases.
CASES = {
    "heads of the architecture": ("plain", "vit_tiny_patch16_224", {}),
    "heads of another architecture": ("plain", "vit_small_patch16_224", {}),
    "heads of model_args": ("plain", "vit_base_patch16_224", dict(num_heads=4)),
    "gelu_tanh": ("plain", "vit_tiny_patch16_224", dict(act_layer="gelu_tanh")),
    "quick_gelu": ("plain", "vit_tiny_patch16_224", dict(act_layer="quick_gelu")),
    "relu": ("plain", "vit_tiny_patch16_224", dict(act_layer="relu")),
    "silu": ("plain", "vit_tiny_patch16_224", dict(act_layer="silu")),
    "norms of another architecture": ("pre-norm", "vit_base_patch16_clip_quickgelu_224", {}),
    "mean of the patches": ("plain", "vit_tiny_patch16_224", dict(global_pool="avg", fc_norm=False)),
    "mean of all tokens": (
        "plain", "vit_tiny_patch16_224", dict(global_pool="avg", fc_norm=False, pool_include_prefix=True)),
    "mean, then norm": ("after", "vit_tiny_patch16_224", dict(global_pool="avg")),
    "class token, then norm": ("after", "vit_tiny_patch16_224", dict(fc_norm=True)),
    "registers": ("registers", "vit_tiny_patch16_224", dict(reg_tokens=4, no_embed_class=True)),
    "mean without registers": (
        "registers", "vit_tiny_patch16_224",
        dict(reg_tokens=4, no_embed_class=True, global_pool="avg", fc_norm=False)),
}


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    images = torch.rand(2, 3, 12, 12, generator=torch.Generator().manual_seed(1)) * 2 - 1
    expected = {"images": images.permute(0, 2, 3, 1).contiguous()}
    cases, weights = {}, {}
    for name, (file, architecture, arguments) in CASES.items():
        model = scramble(timm.create_model(architecture, **SIZES, **arguments), seed=len(file))
        if file in weights:
            model.load_state_dict(weights[file])
        weights[file] = model.state_dict()
        save_file(weights[file], FOLDER / f"{file}.safetensors")
        with tempfile.NamedTemporaryFile("r") as configuration:
            save_config_for_hf(model, configuration.name)
            cases[name] = {"weights": file, "config": json.load(configuration)}
        with torch.no_grad():
            expected[name] = model.double()(images.double()).float()
    save_file(expected, FOLDER / "expected.safetensors")
    (FOLDER / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


main()
