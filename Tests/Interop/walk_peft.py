"""Every option of PEFT's tuners, one after the other, through petl: equal, or refused by its name, never wrong.

    python3 Tests/Interop/walk_peft.py .build/release/petl [--only PART] [--verbose]

PEFT itself makes an adapter with the option on a small timm network, its numbers are made random, and its logits
are compared with those of `petl predict`; a refusal must name the option or its tensor. Prints a line for each
method; an exit code of 1 where an answer is wrong, or a refusal does not say what is in the way.
"""

import argparse
import dataclasses
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

from peers import CLASSES, timm_vit

import numpy
import peft
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

warnings.filterwarnings("ignore")
LIMIT = 1e-4
TARGETS = ["attn.proj", "fc1", "fc2"]
# Options of all tuners that choose modules, with what they are set to.
PLACES = [
    {"target_modules": ["qkv", "fc2"]}, {"target_modules": r"blocks\.[01]\.mlp\.fc[12]"},
    {"target_modules": "all-linear"}, {"layers_to_transform": [1], "layers_pattern": "blocks"},
    {"exclude_modules": ["blocks.0.mlp.fc1"]}, {"modules_to_save": ["head"]}, {"modules_to_save": ["head", "norm1"]},
    {"modules_to_save": ["blocks.1"], "target_modules": [f"blocks.0.{m}" for m in ("attn.proj", "mlp.fc1")]},
    {"bias": "all"}, {"task_type": "FEATURE_EXTRACTION"},
]
LORA = [
    {"use_rslora": True}, {"use_dora": True}, {"lora_bias": True}, {"bias": "lora_only"}, {"lora_dropout": 0.3},
    {"rank_pattern": {"fc1": 3}, "alpha_pattern": {"fc2": 5}}, {"alpha_pattern": {"^blocks.1": 2}},
    {"init_lora_weights": "gaussian"}, {"init_lora_weights": "orthogonal"}, {"init_lora_weights": "pissa"},
    {"init_lora_weights": "pissa_niter_4"}, {"init_lora_weights": "olora"}, {"init_lora_weights": False},
    {"target_parameters": ["blocks.0.attn.proj.weight"]}, {"trainable_token_indices": [0]}, {"use_qalora": True},
    {"layer_replication": [(0, 2), (0, 2)]}, {"ensure_weight_tying": True}, {"use_bdlora": True},
]
# Options of each tuner: what all variants have, then one variant each.
CASES = {
    "LoraConfig": ({"r": 4, "lora_alpha": 6}, LORA),
    "AdaLoraConfig": ({"init_r": 4, "target_r": 2, "tinit": 2, "tfinal": 3, "total_step": 20}, [{"lora_alpha": 3}, {"orth_reg_weight": 0.1}]),
    "VeraConfig": ({"r": 6}, [{"save_projection": False}, {"projection_prng_key": 3}, {"d_initial": 0.3}, {"bias": "vera_only"}]),
    "LoHaConfig": ({"r": 3, "alpha": 5}, [{"rank_pattern": {"fc1": 2}}, {"alpha_pattern": {"fc2": 2}}, {"rank_dropout": 0.1, "module_dropout": 0.1}, {"use_effective_conv2d": True}, {"init_weights": False}]),
    "LoKrConfig": ({"r": 2, "alpha": 3}, [{"decompose_both": True}, {"decompose_factor": 4}, {"r": 16}, {"rank_pattern": {"fc1": 1}}, {"alpha_pattern": {"fc2": 2}}, {"rank_dropout": 0.2, "rank_dropout_scale": True}, {"init_weights": "lycoris"}]),
    "DeloraConfig": ({"r": 3}, [{"delora_lambda": 4}, {"lambda_pattern": {"fc1": 2}}, {"rank_pattern": {"fc1": 2}}, {"bias": "delora_only"}, {"module_dropout": 0.2}]),
    "RandLoraConfig": ({"r": 3, "randlora_alpha": 7}, [{"sparse": True}, {"very_sparse": True}, {"save_projection": False}, {"projection_prng_key": 4}, {"bias": "randlora_only"}]),
    "MissConfig": ({"r": 4}, [{"init_weights": "bat"}, {"init_weights": "mini", "mini_r": 2}, {"miss_dropout": 0.2}, {"bias": "miss_only"}]),
    "GraloraConfig": ({"r": 4, "gralora_k": 2, "alpha": 6}, [{"hybrid_r": 2}, {"gralora_dropout": 0.2}, {"gralora_k": 4, "r": 8}, {"bias": "gralora_only"}]),
    "VBLoRAConfig": ({"r": 2, "num_vectors": 8, "vector_length": 8}, [{"topk": 3}, {"save_only_topk_weights": True}, {"bias": "vblora_only"}]),
    "OFTConfig": ({"oft_block_size": 4}, [{"oft_block_size": 0, "r": 2}, {"block_share": True}, {"coft": True, "eps": 1e-2}, {"use_cayley_neumann": False}, {"num_cayley_neumann_terms": 3}, {"module_dropout": 0.2}, {"bias": "oft_only"}]),
    "BOFTConfig": ({"boft_block_size": 4}, [{"boft_block_size": 0, "boft_block_num": 2}, {"boft_n_butterfly_factor": 2}, {"boft_dropout": 0.1}, {"bias": "boft_only"}]),
    "HRAConfig": ({"r": 4}, [{"apply_GS": True}, {"r": 3}, {"bias": "hra_only"}]),
    "IA3Config": ({"feedforward_modules": ["fc2"]}, [{"feedforward_modules": []}, {"feedforward_modules": r".*\.fc[12]"}, {"feedforward_modules": ["fc1", "fc2"], "target_modules": ["qkv", "fc1", "fc2"]}]),
    "FourierFTConfig": ({"n_frequency": 20, "scaling": 10.0}, [{"random_loc_seed": 5}, {"n_frequency_pattern": {"fc1": 30}}, {"init_weights": True}, {"bias": "fourier_only"}]),
    "C3AConfig": ({"block_size": 4}, [{"block_size_pattern": {"fc1": 8}}, {"block_size": 2}, {"init_weights": "gaussian"}, {"bias": "c3a_only"}]),
    "RoadConfig": ({"group_size": 4}, [{"variant": "road_2"}, {"variant": "road_4"}, {"group_size": 8}]),
    "LNTuningConfig": ({"target_modules": ["norm1", "norm2"]}, [{"target_modules": ["norm"]}, {"modules_to_save": ["head"]}]),
}


def configuration(name, options):
    return getattr(peft, name)(**{"target_modules": TARGETS, **options})


def randomise(model):
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.requires_grad:
                start = p.clone()
                p.normal_(0, 0.2)
                # What is a factor stays near it.
                if any(part in name for part in ("norm", "ia3_l", "magnitude", "boft_s", "alpha", "lambda")):
                    p.add_(start)


def case(petl, folder, name, options):
    """What came of it: equal, refused, wrong, or not made, and why."""
    torch.manual_seed(1)
    try:
        model = timm_vit()
        model.load_state_dict(load_file(folder / "base.safetensors"))
        model = peft.get_peft_model(model, configuration(name, options)).eval()
        randomise(model)
        adapter = folder / "adapter"
        shutil.rmtree(adapter, ignore_errors=True)
        model.save_pretrained(adapter)
        # What PEFT itself makes of the folder: some start from other weights than they are loaded on.
        again = timm_vit()
        again.load_state_dict(load_file(folder / "base.safetensors"))
        again = peft.PeftModel.from_pretrained(again, adapter).eval()
        with torch.no_grad():
            expected = again(load_file(folder / "images.safetensors")["images"])
            if not torch.isfinite(expected).all():
                return "not made", "PEFT's own logits are not finite"
    except Exception as error:
        return "not made", f"{type(error).__name__}: {str(error)[:100]}"
    out = folder / "out.safetensors"
    out.unlink(missing_ok=True)
    result = subprocess.run(
        [petl, "predict", "--weights", folder / "base.safetensors", "--adapter", adapter, "--normalization", "none",
         folder / "images", "--output", out], capture_output=True, text=True)
    said = (result.stdout + result.stderr).replace(str(folder), "")
    if result.returncode == 2:
        names = [key for key in options] + [str(v) for v in options.values() if isinstance(v, str)]
        tensors = [n.split(".")[-1] for n in load_file(adapter / "adapter_model.safetensors")] if not options else []
        isNamed = any(n in said for n in names + tensors + ["peft_type", "tensor `", "module `"])
        return ("refused" if isNamed else "unclear"), said.strip().splitlines()[0]
    if result.returncode:
        return "wrong", f"exit code {result.returncode}: {said.strip()[:200]}"
    difference = (load_file(out)["logits"] - expected).abs().max() / expected.abs().max().clamp(min=1)
    return ("equal" if difference < LIMIT else "wrong"), f"{difference:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("petl", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp())
    torch.manual_seed(0)
    model = timm_vit()
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.normal_(0, 0.3)
            if "norm" in name and name.endswith("weight"):
                p.add_(1)
    save_file(model.state_dict(), folder / "base.safetensors", metadata={"heads": "2"})
    side = 16
    pixels = numpy.random.default_rng(0).integers(0, 256, (3, side, side, 3), "uint8")
    (folder / "images").mkdir()
    for index, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"images/{index}.png")
    save_file({"images": torch.from_numpy(pixels).permute(0, 3, 1, 2).float().contiguous() / 255}, folder / "images.safetensors")
    assert model.num_classes == CLASSES
    petl, failed = arguments.petl.resolve(), 0
    for name, (base, variants) in CASES.items():
        if arguments.only not in name or not hasattr(peft, name):
            continue
        fields = {f.name for f in dataclasses.fields(getattr(peft, name))}
        places = [p for p in PLACES if set(p) <= fields] if name != "LNTuningConfig" else []
        counts = {}
        for variant in [{}] + variants + places:
            verdict, reason = case(petl, folder, name, {**base, **variant})
            counts[verdict] = counts.get(verdict, 0) + 1
            isFault = verdict in ("wrong", "unclear") or verdict == "refused" and not variant
            failed += isFault
            if arguments.verbose or isFault:
                print(f"  {name} {variant}: {verdict}: {reason}")
        print(f"{name}: " + ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())), flush=True)
    shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
