"""Makes Tests/Fixtures/namings: small networks with random weights as each library writes them, and what
that library gives for them.

One folder a library, with the `config.json` that it writes, if any; `golden.safetensors` holds the images
and, by the folder's name, features and logits (in CLIP, the projected image).

Needs torch, timm 1.0.31, transformers 5.23, open_clip_torch 3.3, safetensors, numpy.
Run: python make_namings.py
"""

import json
import os
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"

from timm_peer import HERE, SIZE, PATCH, WIDTH, DEPTH, HEADS, MLP, CLASSES, small_vit, random_images, rows_last

import numpy  # noqa: E402
import open_clip  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from timm.layers import QuickGELU  # noqa: E402
from timm.models.swin_transformer import SwinTransformer  # noqa: E402

FOLDER = HERE / "namings"
GOLDEN = {}


def randomize(model):
    """Weights that make every bias, norm, token and attention score matter."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.ndim == 1 and name.endswith("weight"):
                p.copy_(1 + 0.3 * torch.randn_like(p))
            elif p.ndim > 1 and name.endswith(("weight", "proj")) and "position" not in name:
                p.copy_(1.5 * torch.randn_like(p) / p[0].numel() ** 0.5)
            else:
                p.copy_(0.3 * torch.randn_like(p))
    # What is stored in single precision is what is computed with.
    return model.float().double().eval()


def single(state):
    return {name: value.float().contiguous() for name, value in state.items()}


def keep(name, images, features, logits=None):
    GOLDEN[f"{name}.features"] = features.float()
    if logits is not None:
        GOLDEN[f"{name}.logits"] = logits.float()


def timm_case(name, model, images):
    """A file with timm's names."""
    randomize(model)
    (FOLDER / name).mkdir()
    save_file(single(model.state_dict()), FOLDER / name / "model.safetensors")
    with torch.no_grad():
        features = model.forward_head(model.forward_features(images), pre_logits=True)
        keep(name, images, features, model(images))
    return model


def gradients(name, model, images):
    """The gradient of every weight, in the order of the labels 0, 1, ..."""
    labels = torch.arange(len(images)) % CLASSES
    loss = torch.nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    found = {key: p.grad.float() for key, p in model.named_parameters() if p.grad is not None}
    save_file({"loss": loss.detach().float(), **found}, FOLDER / name / "gradients.safetensors")


def timm_config(name, **values):
    (FOLDER / name / "config.json").write_text(json.dumps(values, indent=2) + "\n")


def huggingface(name, model, images, features, logits=None):
    """A folder as save_pretrained writes it."""
    randomize(model)
    model.float().save_pretrained(FOLDER / name)
    model.double()
    with torch.no_grad():
        keep(name, images, features(model), logits and logits(model))
    return model


def vit(images):
    config = transformers.ViTConfig(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=MLP,
        image_size=SIZE, patch_size=PATCH, num_labels=CLASSES, layer_norm_eps=1e-3,
        id2label={i: f"class {i}" for i in range(CLASSES)})
    model = huggingface(
        "hf-vit", transformers.ViTForImageClassification(config), images,
        lambda m: m.vit(images).last_hidden_state[:, 0], lambda m: m(images).logits)
    # The names that the modules have in memory, which a plain torch save gives.
    (FOLDER / "hf-vit-v5").mkdir()
    save_file(single(model.state_dict()), FOLDER / "hf-vit-v5" / "model.safetensors")
    shutil.copy(FOLDER / "hf-vit" / "config.json", FOLDER / "hf-vit-v5")
    for part in ("features", "logits"):
        GOLDEN[f"hf-vit-v5.{part}"] = GOLDEN[f"hf-vit.{part}"].clone()
    # The model alone, with its pooler and without a prefix.
    bare = huggingface(
        "hf-vit-bare", transformers.ViTModel(config), images,
        lambda m: m(images).last_hidden_state[:, 0])
    assert any(key.startswith("pooler") for key in bare.state_dict())


def dinov2(images):
    sizes = dict(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, mlp_ratio=2,
        image_size=SIZE, patch_size=PATCH)
    token = lambda m: m(images).last_hidden_state[:, 0]  # noqa: E731
    huggingface("hf-dinov2", transformers.Dinov2Model(transformers.Dinov2Config(**sizes)), images, token)
    config = transformers.Dinov2WithRegistersConfig(num_register_tokens=4, **sizes)
    huggingface("hf-dinov2-registers", transformers.Dinov2WithRegistersModel(config), images, token)


def clip(images):
    vision = dict(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=MLP,
        image_size=SIZE, patch_size=PATCH)
    text = dict(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, vocab_size=30,
        max_position_embeddings=7, bos_token_id=1, eos_token_id=2, pad_token_id=0)
    config = transformers.CLIPConfig(vision_config=vision, text_config=text, projection_dim=10)
    model = transformers.CLIPModel(config)
    pooled = lambda m: m.vision_model(images).pooler_output  # noqa: E731
    huggingface("hf-clip", model, images, pooled, lambda m: m.visual_projection(pooled(m)))
    model = transformers.CLIPVisionModelWithProjection(
        transformers.CLIPVisionConfig(hidden_act="gelu", projection_dim=10, **vision))
    huggingface("hf-clip-vision", model, images, pooled, lambda m: m.visual_projection(pooled(m)))


def openclip(images):
    vision = dict(image_size=SIZE, layers=DEPTH, width=WIDTH, head_width=WIDTH // HEADS, patch_size=PATCH,
                  mlp_ratio=MLP / WIDTH + 1e-9)
    text = dict(context_length=7, vocab_size=30, width=16, heads=2, layers=1)
    model = randomize(open_clip.CLIP(10, vision, text, quick_gelu=True))
    folder = FOLDER / "open-clip"
    folder.mkdir()
    save_file(single(model.state_dict()), folder / "open_clip_model.safetensors")
    described = {"model_cfg": {"embed_dim": 10, "quick_gelu": True, "vision_cfg": vision, "text_cfg": text}}
    (folder / "open_clip_config.json").write_text(json.dumps(described, indent=2) + "\n")
    with torch.no_grad():
        projection, model.visual.proj = model.visual.proj, None
        features = model.visual(images)
        keep("open-clip", images, features, features @ projection)


def jax_names(model, big_vision):
    """timm's weights in the layout of the JAX archives."""
    state = {name: value.double().numpy() for name, value in model.state_dict().items()}
    mha, mlp, norm2 = (0, 0, 1) if big_vision else (1, 3, 2)
    prefix = "params/" if big_vision else ""
    dh = WIDTH // HEADS
    out = {
        "cls": state["cls_token"],
        "pos_embedding" if big_vision else "Transformer/posembed_input/pos_embedding": state["pos_embed"],
        "embedding/kernel": state["patch_embed.proj.weight"].transpose(2, 3, 1, 0),
        "embedding/bias": state["patch_embed.proj.bias"],
        "Transformer/encoder_norm/scale": state["norm.weight"],
        "Transformer/encoder_norm/bias": state["norm.bias"],
        "head/kernel": state["head.weight"].T, "head/bias": state["head.bias"],
    }
    for n in range(DEPTH):
        own, block = f"blocks.{n}", f"Transformer/encoderblock_{n}"
        attention = f"{block}/MultiHeadDotProductAttention_{mha}"
        for i, part in enumerate(("query", "key", "value")):
            rows = slice(i * WIDTH, (i + 1) * WIDTH)
            out[f"{attention}/{part}/kernel"] = state[f"{own}.attn.qkv.weight"][rows].T.reshape(WIDTH, HEADS, dh)
            out[f"{attention}/{part}/bias"] = state[f"{own}.attn.qkv.bias"][rows].reshape(HEADS, dh)
        out[f"{attention}/out/kernel"] = state[f"{own}.attn.proj.weight"].T.reshape(HEADS, dh, WIDTH)
        out[f"{attention}/out/bias"] = state[f"{own}.attn.proj.bias"]
        for i, fc in enumerate(("fc1", "fc2")):
            out[f"{block}/MlpBlock_{mlp}/Dense_{i}/kernel"] = state[f"{own}.mlp.{fc}.weight"].T
            out[f"{block}/MlpBlock_{mlp}/Dense_{i}/bias"] = state[f"{own}.mlp.{fc}.bias"]
        for ours, theirs in (("norm1", 0), ("norm2", norm2)):
            out[f"{block}/LayerNorm_{theirs}/scale"] = state[f"{own}.{ours}.weight"]
            out[f"{block}/LayerNorm_{theirs}/bias"] = state[f"{own}.{ours}.bias"]
    return {prefix + name: numpy.ascontiguousarray(value.astype(numpy.float32)) for name, value in out.items()}


def jax(images):
    for name, big_vision in (("jax-npz", False), ("big-vision-npz", True)):
        source = randomize(small_vit())
        (FOLDER / name).mkdir()
        path = FOLDER / name / "ViT.npz"
        numpy.savez(path, **jax_names(source, big_vision))
        # timm reads its own way back, so that the layout above is right.
        model = small_vit().float()
        model.load_pretrained(path)
        model = model.double()
        with torch.no_grad():
            features = model.forward_head(model.forward_features(images), pre_logits=True)
            keep(name, images, features, model(images))


def swin(images):
    sizes = dict(
        img_size=32, patch_size=2, embed_dim=12, depths=(2, 2, 1), num_heads=(2, 3, 4), window_size=4,
        mlp_ratio=2)
    model = timm_case("swin", SwinTransformer(num_classes=CLASSES, **sizes).double(), images)
    gradients("swin", model, images)
    # The original code merges at the end of a stage, and has a plain head.
    old = {}
    for name, value in single(model.state_dict()).items():
        parts = name.split(".")
        if "downsample" in parts:
            parts[1] = str(int(parts[1]) - 1)
        old[".".join(parts).replace("head.fc", "head")] = value
    (FOLDER / "swin-original").mkdir()
    save_file(old, FOLDER / "swin-original" / "model.safetensors")
    for part in ("features", "logits"):
        GOLDEN[f"swin-original.{part}"] = GOLDEN[f"swin.{part}"].clone()
    config = transformers.SwinConfig(
        image_size=32, patch_size=2, embed_dim=12, depths=[2, 2, 1], num_heads=[2, 3, 4], window_size=4,
        mlp_ratio=2, num_labels=CLASSES, layer_norm_eps=1e-4)
    huggingface(
        "hf-swin", transformers.SwinForImageClassification(config), images,
        lambda m: m.swin(images).pooler_output, lambda m: m(images).logits)


def main():
    torch.manual_seed(7)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    images = random_images(3, SIZE)
    large = random_images(2, 32)
    GOLDEN["images.24"], GOLDEN["images.32"] = rows_last(images), rows_last(large)

    timm_case("dinov2", small_vit(init_values=1e-1), images)
    registers = small_vit(init_values=1e-1, reg_tokens=4, no_embed_class=True)
    gradients("dinov2-registers", timm_case("dinov2-registers", registers, images), images)
    timm_case("registers", small_vit(reg_tokens=3), images)
    timm_case("no-qkv-bias", small_vit(qkv_bias=False), images)
    clip_like = small_vit(eps=1e-5, pre_norm=True, act_layer=QuickGELU)
    gradients("timm-clip", timm_case("timm-clip", clip_like, images), images)
    timm_config("timm-clip", architecture="vit_base_patch16_clip_quickgelu_224", num_classes=CLASSES)
    vit(images)
    dinov2(images)
    clip(images)
    openclip(images)
    jax(images)
    swin(large)
    save_file(GOLDEN, FOLDER / "golden.safetensors")


if __name__ == "__main__":
    main()
