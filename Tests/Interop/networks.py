"""The networks of Tests/Fixtures/namings as their libraries make them, and how an image goes through each."""

import json
import sys

from peers import HERE

sys.path.insert(0, str(HERE.parent / "Fixtures"))

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from timm.models.swin_transformer import SwinTransformer  # noqa: E402
from timm_peer import small_vit  # noqa: E402

NAMINGS = HERE.parent / "Fixtures" / "namings"
GOLDEN = load_file(NAMINGS / "golden.safetensors")


def images(source):
    return GOLDEN["images.32" if "swin" in source else "images.24"].permute(0, 3, 1, 2).double()


def timm_network(model, source):
    model.load_state_dict(load_file(NAMINGS / source / "model.safetensors"))
    return model.float()


def swin():
    return SwinTransformer(
        num_classes=5, img_size=32, patch_size=2, embed_dim=12, depths=(2, 2, 1), num_heads=(2, 3, 4),
        window_size=4, mlp_ratio=2)


def open_clip_network():
    import open_clip

    described = json.loads((NAMINGS / "open-clip" / "open_clip_config.json").read_text())["model_cfg"]
    model = open_clip.CLIP(described["embed_dim"], described["vision_cfg"], described["text_cfg"], quick_gelu=True)
    model.load_state_dict(load_file(NAMINGS / "open-clip" / "open_clip_model.safetensors"))
    return model


def network(source):
    """The network with its weights in single precision."""
    hf = {
        "hf-vit": transformers.ViTForImageClassification, "hf-clip": transformers.CLIPModel,
        "hf-dinov2-registers": transformers.Dinov2WithRegistersModel,
        "hf-swin": transformers.SwinForImageClassification}
    if source in hf:
        return hf[source].from_pretrained(NAMINGS / source)
    if source == "swin":
        return timm_network(swin(), source)
    if source == "dinov2-registers":
        return timm_network(small_vit(init_values=1e-1, reg_tokens=4, no_embed_class=True), source)
    return open_clip_network()


def compute(source, model, x):
    """Logits; of CLIP the projected image; of a network without a head its features."""
    with torch.no_grad():
        if source in ("hf-vit", "hf-swin"):
            return model(x).logits
        if source == "hf-clip":
            return model.visual_projection(model.vision_model(x).pooler_output)
        if source == "hf-dinov2-registers":
            return model(x).last_hidden_state[:, 0]
        return model.visual(x) if source == "open-clip" else model(x)
