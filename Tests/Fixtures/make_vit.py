"""Makes Tests/Fixtures/vit: small Vision Transformers with random weights, and what timm gives for them.

`token`, `average` and `fcnorm` are networks with a class token, without one, and without one but with the
norm after pooling; `token-f16` and `token-bf16` are the first in 16 bits. `golden` holds images, features
and logits. With the real weights and set beside the checkout, `real` holds logits of ViT-Ti/16.

Needs torch, timm 1.0.31, safetensors, Pillow, numpy. Run: python make_vit.py
"""

import torch
from safetensors.torch import save_file

from timm_peer import (
    HEADS, HERE, PATCH, REAL_SET, REAL_WEIGHTS, SIZE, random_images, real_images, real_vit, resampled,
    rows_last, small_vit)

FOLDER = HERE / "vit"
IMAGES = 3


def randomize(model):
    """Weights that make every bias, norm and attention score matter."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "norm" in name and name.endswith("weight"):
                p.copy_(1 + 0.3 * torch.randn_like(p))
            elif p.ndim > 1 and name.endswith("weight"):
                p.copy_(1.5 * torch.randn_like(p) / p[0].numel() ** 0.5)
            else:
                p.copy_(0.3 * torch.randn_like(p))
    return {name: value.float() for name, value in model.state_dict().items()}


def run(golden, name, model, state, images):
    """Adds what timm gives for these weights."""
    model.load_state_dict(state)
    with torch.no_grad():
        features = model.forward_head(model.forward_features(images), pre_logits=True)
        golden[f"{name}.features"] = features.float()
        golden[f"{name}.logits"] = model(images).float()


def small():
    torch.manual_seed(1)
    golden = {}
    images = {size: random_images(IMAGES if size == SIZE else 2, size) for size in (16, SIZE, 36)}
    for size, x in images.items():
        golden[f"images.{size}"] = rows_last(x)

    token = randomize(small_vit())
    save_file(token, FOLDER / "token.safetensors", metadata={"heads": str(HEADS)})
    run(golden, "token", small_vit(), token, images[SIZE])
    run(golden, "epsilon", small_vit(eps=0.1), token, images[SIZE])
    for size in (16, 36):
        run(golden, f"token.{size}", small_vit(size), resampled(token, size, PATCH), images[size])
    for name, dtype in (("f16", torch.float16), ("bf16", torch.bfloat16)):
        state = {key: value.to(dtype) for key, value in token.items()}
        save_file(state, FOLDER / f"token-{name}.safetensors")
        run(golden, name, small_vit(), state, images[SIZE])

    # The same weights where the mean of the patch tokens is the feature, normalised after pooling.
    pooled = {"fc_" + key if key.startswith("norm.") else key: value for key, value in token.items()}
    run(golden, "pooled", small_vit(pool="avg"), pooled, images[SIZE])

    for name, fc_norm in (("average", False), ("fcnorm", True)):
        options = dict(class_token=False, fc_norm=fc_norm)
        state = randomize(small_vit(**options))
        save_file(
            state, FOLDER / f"{name}.safetensors", metadata={"heads": str(HEADS), "epsilon": "0.01"})
        run(golden, name, small_vit(eps=0.01, **options), state, images[SIZE])
        run(
            golden, f"{name}.16", small_vit(16, eps=0.01, **options),
            resampled(state, 16, PATCH, prefix=0), images[16])

    rates = [block.drop_path1.drop_prob for block in deep_blocks(0.3)[1:]]
    golden["drop_path"] = torch.tensor([0.0] + rates)
    save_file(golden, FOLDER / "golden.safetensors")


def deep_blocks(rate):
    """The blocks of a timm network of depth 5 with drop-path."""
    from timm.models.vision_transformer import VisionTransformer
    return VisionTransformer(
        img_size=8, patch_size=4, embed_dim=8, depth=5, num_heads=2, drop_path_rate=rate).blocks


def real():
    golden = {}
    for size in (224, 112):
        images, _ = real_images("test", list(range(16)), size)
        with torch.no_grad():
            exact = real_vit(size, torch.float64)(images.double())
            error = (real_vit(size)(images) - exact).abs().max().item()
        golden[f"logits.{size}"] = exact.float()
        print(f"{size} px: timm itself is off by {error:.1e} in single precision")
    save_file(golden, FOLDER / "real.safetensors")


FOLDER.mkdir(exist_ok=True)
small()
if REAL_WEIGHTS.exists() and REAL_SET.exists():
    real()
else:
    print("left out real.safetensors: there are no real weights and images beside the checkout")
