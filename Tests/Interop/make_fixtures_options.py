"""Makes Tests/Fixtures/interop-options: adapters with PEFT's options that train more than the adapter, or choose.

As make_fixtures.py, on the same network: each folder an adapter that PEFT saved, `expected.safetensors` the
logits of its images in double precision by folder. `refused.json` lists the values of LoraConfig that are refused
by name, each as PEFT itself writes it.

Needs torch, timm, transformers 5, peft 0.21, safetensors. Run: python make_fixtures_options.py [FOLDER]
"""

import json
import pathlib
import shutil
import sys

from peers import HERE, network

import peft
import torch
from safetensors.torch import load_file, save_file

fixtures = HERE.parent / "Fixtures"
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else fixtures / "interop-options")
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
state = load_file(fixtures / "interop" / "base.safetensors")
images = load_file(fixtures / "interop" / "expected.safetensors")["images"].permute(0, 3, 1, 2)
expected = {}


def make(name, naming, config):
    torch.manual_seed(sum(map(ord, name)))
    model = peft.get_peft_model(network(naming, state), config)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.3)
    model.save_pretrained(folder / name)
    (folder / name / "README.md").unlink()
    model = model.double().eval()
    with torch.no_grad():
        expected[name] = model(images.double()).float()


LoRA, LN = peft.LoraConfig, peft.LNTuningConfig
make("timm-bias-lora", "timm", LoRA(r=2, target_modules=["qkv", "fc1"], bias="lora_only", modules_to_save=["head"]))
make("timm-bias-all", "timm", LoRA(r=2, target_modules=["qkv"], bias="all", modules_to_save=["head", "norm"]))
make("timm-bias-head", "timm", LoRA(r=2, target_modules=["attn.proj"], bias="all"))
make("timm-whole", "timm", LoRA(
    r=2, target_modules=["qkv", "fc1"], modules_to_save=["head", "blocks.0.norm1", "blocks.1", "patch_embed"]))
make("timm-lora-bias", "timm", LoRA(r=2, lora_alpha=3, target_modules=["qkv", "fc2"], lora_bias=True))
make("timm-patterns", "timm", LoRA(
    r=2, lora_alpha=3, target_modules=["qkv", "proj", "fc1", "fc2"], exclude_modules=r".*embed.*|.*0\.mlp\.fc2",
    rank_pattern={r"blocks\.(0|1)\.attn\.qkv": 5, "fc1": 1}, alpha_pattern={r"^blocks\.1\.mlp\.fc1": 7, "mlp.fc1": 2},
    layers_to_transform=[0, 1], layers_pattern=["blocks"]))
make("timm-vera-bias", "timm", peft.VeraConfig(r=3, target_modules=["attn.proj", "fc1"], bias="vera_only"))
make("timm-adalora-bias", "timm", peft.AdaLoraConfig(
    init_r=3, target_r=2, total_step=9, tinit=1, tfinal=1, target_modules=["attn.proj"], bias="lora_only",
    modules_to_save=["norm2"]))
make("vit-bias-lora", "hf-vit-v5", LoRA(r=2, target_modules=["q_proj", "v_proj"], bias="lora_only"))
make("vit-bias-all", "hf-vit-v5", LoRA(r=2, target_modules=["k_proj"], bias="all", modules_to_save=["classifier"]))
make("vit-legacy-whole", "hf-vit", LoRA(
    r=2, target_modules=["query"], modules_to_save=["classifier", "layernorm_after", "projection"]))
make("timm-norms", "timm", LN(target_modules=r"norm|blocks\.\d\.norm[12]", modules_to_save=["head"]))
make("timm-maps", "timm", LN(target_modules=["norm1", "qkv", "patch_embed.proj"]))
make("vit-norms", "hf-vit-v5", LN(target_modules=["layernorm_before", "v_proj"], modules_to_save=["classifier"]))
save_file(expected, folder / "expected.safetensors")

# What a LoraConfig says where an option is not the default: the tensors are those of a plain LoRA.
refused = {}


def refuse(key, **options):
    config = LoRA(r=2, target_modules=["qkv"], **options)
    config.base_model_name_or_path = None
    plain = LoRA(r=2, target_modules=["qkv"]).to_dict()
    place = folder / "scratch"
    config.save_pretrained(place)
    saved = json.loads((place / "adapter_config.json").read_text())
    refused[key] = {k: v for k, v in saved.items() if k == key or plain.get(k) != v and k in options}
    assert key in refused[key], (key, saved)
    shutil.rmtree(place)


refuse("use_qalora", use_qalora=True)
refuse("use_bdlora", use_bdlora=peft.BdLoraConfig(target_modules_bd_a=["qkv"], nblocks=2))
refuse("layer_replication", layer_replication=[(0, 1), (0, 2)])
refuse("trainable_token_indices", trainable_token_indices=[0, 1])
refuse("target_parameters", target_parameters=["mlp.fc1.weight"])
refuse("kasa_config", kasa_config=peft.KasaConfig())
refuse("velora_config", velora_config=peft.VeloraConfig())
refuse("arrow_config", arrow_config=peft.ArrowConfig())
refuse("alora_invocation_tokens", alora_invocation_tokens=[1, 2])
refuse("monteclora_config", monteclora_config=peft.MontecloraConfig())
refuse("megatron_config", megatron_config={"tensor_model_parallel_size": 1})
refuse("fan_in_fan_out", fan_in_fan_out=True)
for start in ["pissa", "pissa_niter_4", "olora", "corda", "lora_ga"]:
    more = {"lora_ga_config": peft.LoraGAConfig()} if start == "lora_ga" else {}
    refuse("init_lora_weights", init_lora_weights=start, **more)
    refused["init_lora_weights=" + start] = refused.pop("init_lora_weights")
(folder / "refused.json").write_text(json.dumps(refused, indent=1, sort_keys=True) + "\n")
