"""Makes Tests/Fixtures/interop-networks: adapters that PEFT saved on the networks of Tests/Fixtures/namings.

`expected.safetensors` holds by folder what the adapted network computes in double precision: logits, of
CLIP the projected image, of a network without a head its features.

Needs torch, timm, transformers 5, open_clip_torch, peft 0.21, safetensors. Run: python make_networks.py
"""

import json
import shutil
import sys

from peers import HERE

sys.path.insert(0, str(HERE.parent / "Fixtures"))

import open_clip  # noqa: E402
import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from timm.models.swin_transformer import SwinTransformer  # noqa: E402
from timm_peer import small_vit  # noqa: E402

NAMINGS = HERE.parent / "Fixtures" / "namings"
FOLDER = HERE.parent / "Fixtures" / "interop-networks"
golden = load_file(NAMINGS / "golden.safetensors")
expected = {}


def make(name, model, config, compute, source):
    """Adapts a network of the namings with random factors, and keeps what it gives."""
    torch.manual_seed(sum(map(ord, name)))
    adapted = peft.get_peft_model(model.float(), config)
    with torch.no_grad():
        for key, parameter in adapted.named_parameters():
            if any(part in key for part in ("lora_A", "lora_B", "modules_to_save")):
                parameter.normal_(0, 0.3)
            elif "magnitude" in key:
                parameter.mul_(1 + 0.2 * torch.rand_like(parameter))
    adapted.save_pretrained(FOLDER / name)
    (FOLDER / name / "README.md").unlink()
    images = golden["images.32" if "swin" in source else "images.24"].permute(0, 3, 1, 2).double()
    with torch.no_grad():
        expected[name] = compute(adapted.double().eval().base_model.model, images).float()


def from_folder(kind, source):
    return kind.from_pretrained(NAMINGS / source)


def timm_weights(model, source):
    model.load_state_dict(load_file(NAMINGS / source / "model.safetensors"))
    return model


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    LoRA = peft.LoraConfig
    make("hf-vit", from_folder(transformers.ViTForImageClassification, "hf-vit"),
         LoRA(r=2, lora_alpha=3, target_modules=["q_proj", "v_proj", "fc2"], modules_to_save=["classifier"]),
         lambda m, x: m(x).logits, "hf-vit")
    make("hf-clip", from_folder(transformers.CLIPModel, "hf-clip"),
         LoRA(r=2, lora_alpha=3, target_modules=r"vision_model\..*\.(q_proj|v_proj|out_proj|fc1)"),
         lambda m, x: m.visual_projection(m.vision_model(x).pooler_output), "hf-clip")
    make("hf-dinov2-registers", from_folder(transformers.Dinov2WithRegistersModel, "hf-dinov2-registers"),
         LoRA(r=2, target_modules=["q_proj", "k_proj", "fc1"]),
         lambda m, x: m(x).last_hidden_state[:, 0], "hf-dinov2-registers")
    make("hf-swin", from_folder(transformers.SwinForImageClassification, "hf-swin"),
         LoRA(r=2, lora_alpha=3, target_modules=["q_proj", "o_proj", "fc2"], modules_to_save=["classifier"]),
         lambda m, x: m(x).logits, "hf-swin")
    swin = SwinTransformer(
        num_classes=5, img_size=32, patch_size=2, embed_dim=12, depths=(2, 2, 1), num_heads=(2, 3, 4),
        window_size=4, mlp_ratio=2)
    make("swin", timm_weights(swin, "swin"),
         LoRA(r=2, target_modules=["qkv", "attn.proj", "fc1"], modules_to_save=["head.fc"]),
         lambda m, x: m(x), "swin")
    registers = small_vit(init_values=1e-1, reg_tokens=4, no_embed_class=True)
    make("dinov2-registers", timm_weights(registers, "dinov2-registers"),
         LoRA(r=2, use_dora=True, target_modules=["qkv", "fc2"]), lambda m, x: m(x), "dinov2-registers")

    described = json.loads((NAMINGS / "open-clip" / "open_clip_config.json").read_text())["model_cfg"]
    clip = open_clip.CLIP(described["embed_dim"], described["vision_cfg"], described["text_cfg"], quick_gelu=True)
    clip.load_state_dict(load_file(NAMINGS / "open-clip" / "open_clip_model.safetensors"))
    make("open-clip", clip,
         LoRA(r=2, target_modules=r"visual\..*\.(attn|c_fc|c_proj)"),
         lambda m, x: m.visual(x), "open-clip")
    save_file(expected, FOLDER / "expected.safetensors")


main()
