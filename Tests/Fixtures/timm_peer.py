"""What make_vit.py and make_training.py share: timm's VisionTransformer in small, and real images."""

import functools
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# First: it finds the packages.
from real_data import CLOTHES as REAL_SET, WEIGHTS as REAL_WEIGHTS  # noqa: E402, I001
import numpy  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from timm.layers import LayerNorm, resample_abs_pos_embed  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

SIZE, PATCH, WIDTH, DEPTH, HEADS, MLP, CLASSES = 24, 4, 24, 2, 3, 40, 5


def small_vit(size=SIZE, eps=1e-6, class_token=True, pool=None, **options):
    """timm's network in double precision, so that what it gives is right to single precision."""
    model = VisionTransformer(
        img_size=size, patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS,
        mlp_ratio=MLP / WIDTH + 1e-9, num_classes=CLASSES, class_token=class_token,
        global_pool=pool or ("token" if class_token else "avg"),
        norm_layer=functools.partial(LayerNorm, eps=eps), **options)
    assert model.blocks[0].mlp.fc1.out_features == MLP
    return model.double().eval()


def resampled(state, size, patch, prefix=1):
    """The weights with their position embedding for images of another size."""
    positions = resample_abs_pos_embed(
        state["pos_embed"].float(), [size // patch] * 2, num_prefix_tokens=prefix)
    return {**state, "pos_embed": positions}


def real_vit(size, dtype=torch.float32):
    """ViT-Ti/16 with the real weights at an image size."""
    model = VisionTransformer(
        img_size=size, patch_size=16, embed_dim=192, depth=12, num_heads=3, num_classes=1000)
    model.load_state_dict(resampled(load_file(REAL_WEIGHTS), size, 16))
    return model.to(dtype).eval()


def real_images(split, indices, size):
    """Images of clothing10 resized by Pillow and normalised to -1...1, [n, 3, size, size], and labels."""
    with safe_open(REAL_SET, "pt") as file:
        images = file.get_tensor(f"{split}_images")[indices].numpy()
        labels = file.get_tensor(f"{split}_labels")[indices].long()
    resize = [numpy.asarray(Image.fromarray(i).resize((size, size), Image.BICUBIC)) for i in images]
    x = torch.from_numpy(numpy.stack(resize)).permute(0, 3, 1, 2).float()
    return (x / 255 - 0.5) / 0.5, labels


def rows_last(images):
    """[n, 3, h, w] as [n, h, w, 3], in half precision, which the values are exact in."""
    half = images.permute(0, 2, 3, 1).contiguous().half()
    assert torch.equal(half.permute(0, 3, 1, 2).to(images.dtype), images)
    return half


def random_images(n, size):
    """Noise that half precision holds exactly."""
    return torch.randn(n, 3, size, size).half().double()
