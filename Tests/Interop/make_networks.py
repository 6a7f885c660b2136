"""Makes Tests/Fixtures/interop-networks: adapters that PEFT saved on the networks of Tests/Fixtures/namings.

`expected.safetensors` holds by folder what the adapted network computes in double precision: logits, of
CLIP the projected image, of a network without a head its features.

Needs torch, timm, transformers 5, open_clip_torch, peft 0.21, safetensors. Run: python make_networks.py
"""

import shutil

from networks import NAMINGS, compute, images, network

import peft
import torch
from peft import LoraConfig
from safetensors.torch import save_file

FOLDER = NAMINGS.parent / "interop-networks"
CONFIGURATIONS = {
    "hf-vit": LoraConfig(
        r=2, lora_alpha=3, target_modules=["q_proj", "v_proj", "fc2"], modules_to_save=["classifier"]),
    "hf-clip": LoraConfig(
        r=2, lora_alpha=3, target_modules=r"vision_model\..*\.(q_proj|v_proj|out_proj|fc1)"),
    "hf-dinov2-registers": LoraConfig(r=2, target_modules=["q_proj", "k_proj", "fc1"]),
    "hf-swin": LoraConfig(
        r=2, lora_alpha=3, target_modules=["q_proj", "o_proj", "fc2"], modules_to_save=["classifier"]),
    "swin": LoraConfig(r=2, target_modules=["qkv", "attn.proj", "fc1"], modules_to_save=["head.fc"]),
    "dinov2-registers": LoraConfig(r=2, use_dora=True, target_modules=["qkv", "fc2"]),
    "open-clip": LoraConfig(r=2, target_modules=r"visual\..*\.(attn|c_fc|c_proj)"),
}


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    expected = {}
    for name, configuration in CONFIGURATIONS.items():
        torch.manual_seed(sum(map(ord, name)))
        adapted = peft.get_peft_model(network(name), configuration)
        with torch.no_grad():
            for key, parameter in adapted.named_parameters():
                if any(part in key for part in ("lora_A", "lora_B", "modules_to_save")):
                    parameter.normal_(0, 0.3)
                elif "magnitude" in key:
                    parameter.mul_(1 + 0.2 * torch.rand_like(parameter))
        adapted.save_pretrained(FOLDER / name)
        (FOLDER / name / "README.md").unlink()
        model = adapted.double().eval().base_model.model
        expected[name] = compute(name, model, images(name)).float()
    save_file(expected, FOLDER / "expected.safetensors")


main()
