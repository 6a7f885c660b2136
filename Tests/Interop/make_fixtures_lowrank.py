"""Makes Tests/Fixtures/interop-lowrank: low-rank adapters that PEFT saved on the networks of make_fixtures.py.

Each folder is an adapter; `expected.safetensors` has by folder the logits in double precision (`NAME.logits`), and of
`vit-pissa` what A and B started with and were after training, by module.

Needs torch, timm, transformers 5, peft 0.21, safetensors. Run: python make_fixtures_lowrank.py [FOLDER]
"""

import pathlib
import shutil
import sys

from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file, save_file

fixtures = HERE.parent / "Fixtures"
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else fixtures / "interop-lowrank")
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
state = load_file(fixtures / "interop" / "base.safetensors")
images = load_file(fixtures / "interop" / "expected.safetensors")["images"].permute(0, 3, 1, 2)
expected = {}
PARTS = ("hada_", "lokr_", "delora_A", "delora_B", "randlora_lambda", "randlora_gamma", "miss_block", "gralora_",
         "vblora_", "lora_A", "lora_B", "modules_to_save")


def randomised(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if any(part in name for part in PARTS):
                parameter.normal_(0, 0.5)
            elif "delora_lambda" in name:
                parameter.mul_(0.1)


def logits(name, model):
    with torch.no_grad():
        expected[f"{name}.logits"] = model.double().eval()(images.double()).float()


def make(name, config):
    torch.manual_seed(sum(map(ord, name)))
    naming = "timm" if name.startswith("timm") else "hf-vit-v5"
    model = peft.get_peft_model(network(naming, state), config)
    randomised(model)
    model.save_pretrained(folder / name)
    (folder / name / "README.md").unlink()
    logits(name, model)


FUSED, APART = ["qkv", "fc1"], ["attn.proj", "fc2"]
VIT = ["q_proj", "v_proj", "fc1"]
make("timm-loha", peft.LoHaConfig(
    r=2, alpha=3, target_modules=["qkv", "attn.proj", "fc1"], rank_pattern={"fc1": 3}, alpha_pattern={"proj": 2},
    rank_dropout=0.1, module_dropout=0.2, modules_to_save=["head"]))
make("vit-loha", peft.LoHaConfig(r=3, target_modules=VIT, modules_to_save=["classifier"]))
make("timm-lokr", peft.LoKrConfig(r=2, alpha=3, target_modules=FUSED, decompose_factor=4))
make("timm-lokr-both", peft.LoKrConfig(
    r=1, decompose_both=True, target_modules=APART, rank_dropout=0.1, rank_dropout_scale=True))
make("vit-lokr", peft.LoKrConfig(
    r=2, target_modules=VIT, rank_pattern={"fc1": 8}, alpha_pattern={"q_proj": 3}, init_weights="lycoris"))
make("timm-delora", peft.DeloraConfig(r=2, target_modules=FUSED))
make("vit-delora", peft.DeloraConfig(
    r=2, delora_lambda=12, target_modules=VIT, rank_pattern={"fc1": 3}, lambda_pattern={"q_proj": 9},
    module_dropout=0.1))
make("timm-randlora", peft.RandLoraConfig(r=5, randlora_alpha=3, target_modules=FUSED))
make("vit-randlora", peft.RandLoraConfig(
    r=5, randlora_alpha=2, randlora_dropout=0.1, sparse=True, target_modules=["q_proj", "fc1", "fc2"]))
make("timm-miss", peft.MissConfig(r=5, miss_dropout=0.1, target_modules=["qkv", "fc2"]))
make("vit-miss", peft.MissConfig(r=4, init_weights="mini", mini_r=4, target_modules=VIT))
make("vit-miss-bat", peft.MissConfig(r=4, init_weights="bat", target_modules=VIT))
make("timm-gralora", peft.GraloraConfig(r=4, alpha=3, target_modules=FUSED))
make("vit-gralora", peft.GraloraConfig(
    r=4, alpha=3, gralora_k=4, hybrid_r=2, gralora_dropout=0.1, target_modules=VIT))
make("timm-vblora", peft.VBLoRAConfig(r=2, num_vectors=6, vector_length=8, target_modules=FUSED))
make("vit-vblora", peft.VBLoRAConfig(
    r=3, num_vectors=7, vector_length=4, topk=3, vblora_dropout=0.1, target_modules=VIT))

# PiSSA as PEFT converts it: what it started with goes into the adapter with the other sign.
torch.manual_seed(5)
config = peft.LoraConfig(r=2, lora_alpha=3, init_lora_weights="pissa", target_modules=VIT)
model = peft.get_peft_model(network("hf-vit-v5", state), config)
start = folder / "start"
model.save_pretrained(start)
own = peft.get_peft_model_state_dict(model)
expected |= {f"vit-pissa.start.{name}": value.clone() for name, value in own.items()}
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.add_(torch.randn_like(parameter) * 0.2)
own = peft.get_peft_model_state_dict(model)
expected |= {f"vit-pissa.end.{name}": value.clone() for name, value in own.items()}
model.save_pretrained(folder / "vit-pissa", path_initial_model_for_weight_conversion=str(start))
(folder / "vit-pissa" / "README.md").unlink()
shutil.rmtree(start)
logits("vit-pissa", model)
save_file(expected, folder / "expected.safetensors")
