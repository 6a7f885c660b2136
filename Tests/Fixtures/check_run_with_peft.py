#!/usr/bin/env python3
"""Loads a run's adapter folder with PEFT onto timm's ViT and measures it on the test split.

    python check_run_with_peft.py RUN/adapter WEIGHTS.safetensors SET.safetensors SIZE

Prints one line of JSON, to be compared with `petl evaluate RUN --json`. Needs torch, timm, peft, pillow,
safetensors; no test calls it.
"""
import json, sys, warnings

import real_data  # noqa: F401
import numpy, timm, torch
from peft import PeftModel
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from timm.layers import resample_abs_pos_embed

folder, weights, images, size = sys.argv[1:4] + [int(sys.argv[4])]
with safe_open(images, "pt") as file:
    pixels, labels = file.get_tensor("test_images").numpy(), file.get_tensor("test_labels").long()
classes = int(labels.max()) + 1
model = timm.create_model("vit_tiny_patch16_224", pretrained=False, img_size=size, num_classes=classes)
state = load_file(weights)
state["pos_embed"] = resample_abs_pos_embed(state["pos_embed"], [size // 16, size // 16])
del state["head.weight"], state["head.bias"]
print(model.load_state_dict(state, strict=False), file=sys.stderr)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = PeftModel.from_pretrained(model, folder).eval()
resized = [numpy.asarray(Image.fromarray(x.squeeze()).convert("RGB").resize((size, size), Image.BICUBIC)) for x in pixels]
batch = (torch.tensor(numpy.stack(resized)).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
with torch.no_grad():
    logits = torch.cat([model(x) for x in batch.split(100)])
print(json.dumps(dict(
    examples=len(labels), accuracy=(logits.argmax(1) == labels).double().mean().item(),
    loss=torch.nn.functional.cross_entropy(logits, labels).item(), warnings=[str(w.message) for w in caught])))
