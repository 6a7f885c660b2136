"""Makes Tests/Fixtures/positions.safetensors: what transformers gives for images of another size than the
positions are for, by the networks of Tests/Fixtures/namings, and a grid that torch resamples.

Needs torch, transformers 5.23, safetensors.
Run: python make_positions.py
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

from timm_peer import HERE, random_images, rows_last

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

SIZES = (16, 36)
KINDS = {
    "hf-vit": transformers.ViTForImageClassification, "hf-dinov2": transformers.Dinov2Model,
    "hf-dinov2-registers": transformers.Dinov2WithRegistersModel,
    "hf-clip-vision": transformers.CLIPVisionModelWithProjection,
}

golden = {}
torch.manual_seed(0)
for size in SIZES:
    images = random_images(3, size)
    golden[f"images.{size}"] = rows_last(images).float()
    for name, kind in KINDS.items():
        model = kind.from_pretrained(HERE / "namings" / name).double().eval()
        options = {} if "dinov2" in name else {"interpolate_pos_encoding": True}
        with torch.no_grad():
            out = model(images.double(), **options)
        feature = (out.logits if "logits" in out else out.image_embeds if "image_embeds" in out
                   else out.last_hidden_state[:, 0])
        golden[f"{name}.{size}"] = feature.float()

for size in ((7, 7), (3, 5), (9, 20)):
    grid = torch.randn(6, 9, 2)
    there = torch.nn.functional.interpolate(
        grid.permute(2, 0, 1)[None], size=size, mode="bicubic", align_corners=False)
    golden[f"grid.{size[0]}.{size[1]}"] = grid
    golden[f"resampled.{size[0]}.{size[1]}"] = there[0].permute(1, 2, 0)

path = HERE / "positions.safetensors"
save_file({k: v.contiguous() for k, v in golden.items()}, path)
print(f"{path}: {path.stat().st_size} bytes")
