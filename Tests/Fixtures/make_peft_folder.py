"""Makes the golden PEFT folder of Tests/Fixtures/peft with PEFT itself.

A tiny model with timm's names, adapted with rank and alpha patterns and a head saved whole, is saved by
`save_pretrained`; beside the folder lie the weights before and after merging.

Needs torch, peft 0.21, safetensors. Run: python make_peft_folder.py [FOLDER]
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn

import real_data  # noqa: F401
from peft import LoraConfig, get_peft_model

WIDTH = 8


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = Attention()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.head = nn.Linear(WIDTH, 3)


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "peft")
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(0)
model = Model()
base = {name: value.clone() for name, value in model.state_dict().items()}
config = LoraConfig(
    r=2, lora_alpha=3, lora_dropout=0.25, use_rslora=True, init_lora_weights=False,
    target_modules=r"blocks\.\d+\.attn\.(qkv|proj)", exclude_modules=["1.attn.proj"],
    rank_pattern={r"1\.attn.qkv": 4, "qkv": 3}, alpha_pattern={"proj": 6.5}, modules_to_save=["head"])
adapted = get_peft_model(model, config)
with torch.no_grad():
    for name, parameter in adapted.named_parameters():
        if "modules_to_save" in name:
            parameter.add_(1)
adapted.save_pretrained(folder)
save_file(base, folder / "base.safetensors")
save_file(adapted.merge_and_unload().state_dict(), folder / "merged.safetensors")
(folder / "README.md").unlink()
