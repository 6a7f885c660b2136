"""Makes Tests/Fixtures/interop: adapters that PEFT saved on small networks, and what they compute.

`base.safetensors` has the weights in timm's names; each folder an adapter; `expected.safetensors` the images,
and by folder the logits in double precision (`NAME.logits`), or, where the network is another one,
the changed weights of its linear maps (`NAME.MODULE`).

Needs torch, timm, transformers 5, peft 0.21, safetensors. Run: python make_fixtures.py [FOLDER]
"""

import json
import pathlib
import shutil
import sys

from peers import CLASSES, DEPTH, HERE, SIZE, network, timm_vit

import peft
import torch
from safetensors.torch import load_file, save_file

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "Fixtures" / "interop")
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
torch.manual_seed(0)
model = timm_vit()
with torch.no_grad():
    for parameter in model.parameters():
        parameter.normal_(0, 0.2)
    for name, parameter in model.named_parameters():
        if "norm" in name and name.endswith("weight"):
            parameter.add_(1)
state = model.state_dict()
save_file(state, folder / "base.safetensors", metadata={"heads": "2"})
images = torch.rand(3, 3, SIZE, SIZE) * 2 - 1
# Networks of this package take images with their channels last.
expected = {"images": images.permute(0, 2, 3, 1).contiguous()}


def randomised(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            trained = any(part in name for part in ("lora_A", "lora_B", "lora_E", "vera_lambda", "modules_to_save"))
            if trained:
                parameter.normal_(0, 0.3)
            elif "magnitude" in name:
                parameter.mul_(1 + 0.2 * torch.rand_like(parameter))


def make(name, naming, config):
    torch.manual_seed(sum(map(ord, name)))
    model = peft.get_peft_model(network(naming, state), config)
    randomised(model)
    model.save_pretrained(folder / name)
    (folder / name / "README.md").unlink()
    model = model.double().eval()
    with torch.no_grad():
        if naming == "hf-clip":
            merged = model.merge_and_unload().state_dict()
            for key, value in merged.items():
                if "layers." in key and key.endswith("weight") and value.ndim == 2:
                    expected[f"{name}.{key}"] = value.float()
        else:
            expected[f"{name}.logits"] = model(images.double()).float()


LoRA, VeRA = peft.LoraConfig, peft.VeraConfig
make("timm-list", "timm", LoRA(
    r=3, lora_alpha=6.5, lora_dropout=0.1, target_modules=["qkv", "attn.proj", "fc1"], modules_to_save=["head"]))
make("timm-regex", "timm", LoRA(
    r=2, lora_alpha=3, target_modules=r"blocks\.\d+\.mlp\.fc[12]|blocks\.0\.attn\.qkv",
    rank_pattern={"mlp.fc2": 4, r"^blocks\.0\.attn\.qkv": 5}, alpha_pattern={"mlp.fc1": 1.5}))
make("timm-all-linear", "timm", LoRA(r=2, lora_alpha=4, target_modules="all-linear"))
make("timm-layers", "timm", LoRA(
    r=4, lora_alpha=5, use_rslora=True, target_modules=["qkv", "fc2"], layers_to_transform=[1],
    layers_pattern="blocks", modules_to_save=["head"]))
make("timm-exclude", "timm", LoRA(r=2, target_modules=["proj", "fc1"], exclude_modules=["patch_embed.proj"]))
make("timm-dora", "timm", LoRA(
    r=2, lora_alpha=3, use_dora=True, target_modules=["qkv", "fc2"], modules_to_save=["head"]))
make("timm-vera", "timm", VeRA(r=6, target_modules=["attn.proj", "fc1", "fc2"], modules_to_save=["head"]))
make("timm-vera-fused", "timm", VeRA(r=5, target_modules=["qkv", "fc1"]))
make("timm-adalora", "timm", peft.AdaLoraConfig(
    init_r=4, target_r=2, lora_alpha=6, lora_dropout=0.1, tinit=2, tfinal=3, deltaT=2, total_step=9,
    target_modules=["attn.proj", "fc1", "fc2"], modules_to_save=["head"]))
make("vit-qv", "hf-vit-v5", LoRA(
    r=2, lora_alpha=4, target_modules=["q_proj", "v_proj"], modules_to_save=["classifier"]))
make("vit-dora", "hf-vit-v5", LoRA(r=2, use_dora=True, target_modules=["q_proj", "k_proj", "fc1"]))
make("vit-vera", "hf-vit-v5", VeRA(r=4, target_modules=["q_proj", "v_proj"], modules_to_save=["classifier"]))
make("vit-legacy-qv", "hf-vit", LoRA(
    r=2, lora_alpha=4, target_modules=["query", "value"], modules_to_save=["classifier"]))
make("vit-legacy-dense", "hf-vit", LoRA(r=2, target_modules=["dense"], rank_pattern={"output.dense": 3}))
make("clip-mixed", "hf-clip", LoRA(r=2, lora_alpha=3, target_modules=["q_proj", "v_proj", "out_proj", "fc2"]))


def make_mlx(name, source, kind, scale):
    """The adapter of another folder as mlx-lm lays it out: transposed factors, one rank, one scale."""
    tensors = load_file(folder / source / "adapter_model.safetensors")
    result, head, keys = {}, {}, set()
    for key, value in tensors.items():
        key = key.removeprefix("base_model.model.")
        if key.endswith(".lora_A.weight"):
            result[key.replace(".lora_A.weight", ".lora_a")] = value.T.contiguous()
            keys.add(key.removesuffix(".lora_A.weight").split(".", 2)[2])
        elif key.endswith(".lora_B.weight"):
            result[key.replace(".lora_B.weight", ".lora_b")] = value.T.contiguous()
        elif key.endswith(".lora_magnitude_vector"):
            result[key.replace(".lora_magnitude_vector", ".m")] = value
        else:
            head[key] = value
    rank = next(v.shape[1] for k, v in result.items() if k.endswith(".lora_a"))
    (folder / name).mkdir()
    save_file(result, folder / name / "adapters.safetensors")
    save_file(head, folder / name / "head.safetensors")
    config = {
        "fine_tune_type": kind, "num_layers": DEPTH,
        "lora_parameters": {"rank": rank, "scale": scale, "dropout": 0.0, "keys": sorted(keys)}}
    (folder / name / "adapter_config.json").write_text(json.dumps(config, indent=2))
    expected[f"{name}.logits"] = expected[f"{source}.logits"].clone()


make_mlx("mlx-lora", "timm-list", "lora", 6.5 / 3)
make_mlx("mlx-dora", "timm-dora", "dora", 1.5)
assert expected["timm-list.logits"].shape == (3, CLASSES)
save_file(expected, folder / "expected.safetensors")
