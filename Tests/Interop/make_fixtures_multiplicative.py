"""Makes Tests/Fixtures/interop-multiplicative: OFT, BOFT, HRA, IA3, RoAd, FourierFT and C3A that PEFT saved.

On the network and with the images of Tests/Fixtures/interop (make_fixtures.py). `expected.safetensors` has by
folder the logits in double precision (`NAME.logits`).

Needs torch, timm, transformers 5, peft 0.21, safetensors. Run: python make_fixtures_multiplicative.py [FOLDER]
"""

import pathlib
import shutil
import sys

from peers import HERE, network

import peft
import torch
from peft.tuners.boft import layer as boft
from safetensors.torch import load_file, save_file


class ManyBlocks:
    """What peft's kernel for GPUs computes: the blocks of each factor along its diagonal."""

    @staticmethod
    def apply(blocks):
        return torch.stack([torch.block_diag(*own) for own in blocks])


def allow_butterflies():
    boft.get_fbd_cuda = lambda: True
    boft.FastBlockDiag = ManyBlocks


def randomised(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "modules_to_save" in name:
                parameter.normal_(0, 0.3)
            elif "boft_s" in name or "ia3_l" in name or "road_alpha" in name:
                parameter.add_(0.3 * torch.randn_like(parameter))
            elif any(part in name for part in ("oft_R", "hra_u", "road_theta", "fourierft", "c3a")):
                # C3A divides by the width, FourierFT by that of both sides.
                parameter.normal_(0, 4 if "c3a" in name else 1 if "fourier" in name else 0.4)


def make(name, naming, config):
    torch.manual_seed(sum(map(ord, name)))
    model = peft.get_peft_model(network(naming, state), config)
    randomised(model)
    if getattr(config, "coft", False):
        # PEFT keeps the weights as they are until they are used.
        model(images)
    model.save_pretrained(folder / name)
    (folder / name / "README.md").unlink()
    model = model.double().eval()
    with torch.no_grad():
        expected[f"{name}.logits"] = model(images.double()).float()


if __name__ == "__main__":
    folder = HERE.parent / "Fixtures" / "interop-multiplicative"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    state = load_file(HERE.parent / "Fixtures" / "interop" / "base.safetensors")
    images = load_file(HERE.parent / "Fixtures" / "interop" / "expected.safetensors")["images"]
    images = images.permute(0, 3, 1, 2)
    expected = {}
    allow_butterflies()
    make("timm-oft", "timm", peft.OFTConfig(
        oft_block_size=4, target_modules=["qkv", "attn.proj", "fc1", "fc2"], modules_to_save=["head"]))
    make("timm-oft-shared", "timm", peft.OFTConfig(
        oft_block_size=8, block_share=True, num_cayley_neumann_terms=8, module_dropout=0.1,
        target_modules=["attn.proj", "fc2"]))
    make("vit-oft-exact", "hf-vit-v5", peft.OFTConfig(
        r=2, oft_block_size=0, use_cayley_neumann=False, target_modules=["q_proj", "v_proj", "fc2"],
        modules_to_save=["classifier"]))
    make("vit-oft-coft", "hf-vit-v5", peft.OFTConfig(
        oft_block_size=4, coft=True, eps=1.5, target_modules=["k_proj", "fc1"]))
    make("timm-boft", "timm", peft.BOFTConfig(
        boft_block_size=4, boft_dropout=0.1, target_modules=["qkv", "fc1"], modules_to_save=["head"]))
    make("vit-boft-butterfly", "hf-vit-v5", peft.BOFTConfig(
        boft_block_size=0, boft_block_num=4, boft_n_butterfly_factor=3, target_modules=["q_proj", "o_proj"]))
    make("vit-boft-many", "hf-vit-v5", peft.BOFTConfig(
        boft_block_size=2, boft_n_butterfly_factor=3, target_modules=["v_proj", "fc2"]))
    make("timm-hra", "timm", peft.HRAConfig(r=4, target_modules=["qkv", "fc2"], modules_to_save=["head"]))
    make("vit-hra-gs", "hf-vit-v5", peft.HRAConfig(r=3, apply_GS=True, target_modules=["q_proj", "fc1"]))
    make("timm-ia3", "timm", peft.IA3Config(
        target_modules=["qkv", "fc1", "fc2"], feedforward_modules=["fc2"], modules_to_save=["head"]))
    make("vit-ia3-regex", "hf-vit-v5", peft.IA3Config(
        target_modules=["k_proj", "v_proj", "o_proj", "fc2"], feedforward_modules=r".*\.1\.mlp\.fc2|.*o_proj"))
    make("timm-road", "timm", peft.RoadConfig(
        group_size=8, target_modules=["qkv", "attn.proj", "fc1"], modules_to_save=["head"]))
    make("timm-road-two", "timm", peft.RoadConfig(variant="road_2", group_size=4, target_modules=["qkv", "fc1"]))
    make("timm-road-four", "timm", peft.RoadConfig(variant="road_4", group_size=8, target_modules=["qkv", "fc2"]))
    make("timm-fourierft", "timm", peft.FourierFTConfig(
        n_frequency=40, target_modules=["attn.proj", "fc1"], modules_to_save=["head"]))
    make("vit-fourierft-pattern", "hf-vit-v5", peft.FourierFTConfig(
        n_frequency=30, scaling=80.0, random_loc_seed=5, target_modules=["q_proj", "v_proj", "fc2"],
        n_frequency_pattern={"fc2": 55, r"layers\.0\.attention\.q_proj": 12}))
    make("timm-c3a", "timm", peft.C3AConfig(
        block_size=8, target_modules=["qkv", "fc1", "fc2"], block_size_pattern={"mlp.fc2": 4},
        modules_to_save=["head"]))
    make("vit-c3a", "hf-vit-v5", peft.C3AConfig(
        block_size=4, init_weights=True, target_modules=["q_proj", "fc1"]))
    save_file(expected, folder / "expected.safetensors")
