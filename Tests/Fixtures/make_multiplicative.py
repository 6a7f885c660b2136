"""Golden values of adapters that peft itself computes: OFT, BOFT, HRA, IA3, RoAd, FourierFT and C3A.

Cases as in make_adapters.py, whose helpers this uses, and the first numbers of PyTorch's permutations by seed.

    python Tests/Fixtures/make_multiplicative.py     # writes Tests/Fixtures/multiplicative.json

needs torch and peft.
"""

import json
import pathlib

import real_data  # noqa: F401
import peft
import torch
from make_adapters import CASES, peft_case, rand
from peft.tuners.boft import layer as boft
from peft.tuners.c3a import layer as c3a
from peft.tuners.c3a.utils import get_circulant_fast

CASES.clear()
torch.manual_seed(20261128)
INPUTS, OUTPUTS = 12, 10


class ManyBlocks:
    """What peft's kernel for GPUs computes: the blocks of each factor along its diagonal."""

    @staticmethod
    def apply(blocks):
        return torch.stack([torch.block_diag(*own) for own in blocks])


boft.get_fbd_cuda = lambda: True
boft.FastBlockDiag = ManyBlocks


def flat(tensor):
    return tensor.reshape(-1)


def of(kind, options, config, parameters, store=None, inputs=INPUTS, outputs=OUTPUTS):
    """A case of a layer whose parameters are `name: tensor` in peft's shapes, kept as `store` has them."""
    def assign(layer, values):
        for name, value in values.items():
            if name == "oft_R":
                layer.oft_R["default"].weight.data = value.clone()
            else:
                getattr(layer, name)["default"].data = value.clone()

    def collect(layer):
        return {
            name: layer.oft_R["default"].weight if name == "oft_R" else getattr(layer, name)["default"]
            for name in parameters}

    peft_case(kind, options, config, parameters, assign, collect, store or {}, inputs, outputs)


# OFT: blocks by size and number, shared, kept small; the exact transform and its series.
for options, keys, rows, size in [
    ("oft_block_size: 4", dict(oft_block_size=4), 3, 4),
    ("oft_block_size: 4, use_cayley_neumann: false", dict(oft_block_size=4, use_cayley_neumann=False), 3, 4),
    ("r: 2, oft_block_size: 0, num_cayley_neumann_terms: 2",
     dict(r=2, oft_block_size=0, num_cayley_neumann_terms=2), 2, 6),
    ("oft_block_size: 4, num_cayley_neumann_terms: 3", dict(oft_block_size=4, num_cayley_neumann_terms=3), 3, 4),
    ("oft_block_size: 4, num_cayley_neumann_terms: 4", dict(oft_block_size=4, num_cayley_neumann_terms=4), 3, 4),
    ("oft_block_size: 3, num_cayley_neumann_terms: 8", dict(oft_block_size=3, num_cayley_neumann_terms=8), 4, 3),
    ("oft_block_size: 4, block_share: true, use_cayley_neumann: false",
     dict(oft_block_size=4, block_share=True, use_cayley_neumann=False), 1, 4),
    ("oft_block_size: 12, block_share: true", dict(oft_block_size=12, block_share=True), 1, 12),
    ("oft_block_size: 4, coft: true, eps: 2.5", dict(oft_block_size=4, coft=True, eps=2.5), 3, 4),
]:
    weight = rand(rows, size * (size - 1) // 2, scale=0.5)
    if "coft" in keys:
        # Some blocks stay inside, others are scaled back.
        weight[0] *= 0.2
        weight[1:] *= 4
    of("oft", options, peft.OFTConfig(target_modules=["map"], **keys), {"oft_R": weight})

# BOFT: one factor, several of them, blocks by number, a width that is no power of two.
for options, keys, shape, inputs in [
    ("", {}, (1, 3, 4, 4), 12),
    ("boft_n_butterfly_factor: 2, boft_block_size: 2", dict(boft_n_butterfly_factor=2, boft_block_size=2), (2, 6, 2, 2), 12),
    ("boft_n_butterfly_factor: 3", dict(boft_n_butterfly_factor=3), (3, 4, 4, 4), 16),
    ("boft_n_butterfly_factor: 3, boft_block_size: 0, boft_block_num: 4",
     dict(boft_n_butterfly_factor=3, boft_block_size=0, boft_block_num=4), (3, 4, 6, 6), 24),
    ("boft_n_butterfly_factor: 4, boft_block_size: 2",
     dict(boft_n_butterfly_factor=4, boft_block_size=2), (4, 8, 2, 2), 16),
]:
    of("boft", options, peft.BOFTConfig(target_modules=["map"], **keys),
       {"boft_R": rand(*shape, scale=0.5), "boft_s": rand(OUTPUTS, 1)}, {"boft_s": flat}, inputs)

# HRA: an even number, an odd one, one alone, as many as inputs, and made orthogonal.
for options, keys, parameters in [
    ("r: 4", dict(r=4), {"hra_u": rand(INPUTS, 4)}),
    ("r: 5", dict(r=5), {"hra_u": rand(INPUTS, 5)}),
    ("r: 1", dict(r=1), {"hra_u": rand(INPUTS, 1)}),
    ("r: 12", dict(r=12), {"hra_u": rand(INPUTS, 12)}),
    ("r: 4, apply_GS: true", dict(r=4, apply_GS=True), {"hra_u": rand(INPUTS, 4)}),
]:
    of("hra", options, peft.HRAConfig(target_modules=["map"], **keys), parameters, {"hra_u": lambda t: t.T})

# IA3: outputs and inputs.
of("ia3", "", peft.IA3Config(target_modules=["map"], feedforward_modules=[]),
   {"ia3_l": rand(OUTPUTS, 1)}, {"ia3_l": flat})
of("ia3", "feedforward: true", peft.IA3Config(target_modules=["map"], feedforward_modules=["map"]),
   {"ia3_l": rand(1, INPUTS)}, {"ia3_l": flat})

# RoAd: the three variants, in groups.
for variant, count in (("road_1", 6), ("road_2", 12), ("road_4", 24)):
    for group in (12, 4):
        of("road", f"variant: {variant}, group_size: {group}",
           peft.RoadConfig(variant=variant, group_size=group, target_modules=["map"]),
           {"road_theta": rand(count), "road_alpha": rand(count)}, inputs=10, outputs=12)

# FourierFT: another seed, a dense spectrum. Its transform is in single precision.
torch.set_default_dtype(torch.float32)
for options, keys in [
    ("n_frequency: 7", dict(n_frequency=7)),
    ("n_frequency: 30, scaling: 4, random_loc_seed: 3", dict(n_frequency=30, scaling=4.0, random_loc_seed=3)),
    ("n_frequency: 120, scaling: 20.5", dict(n_frequency=120, scaling=20.5)),
]:
    of("fourierft", options, peft.FourierFTConfig(target_modules=["map"], **keys),
       {"fourierft_spectrum": rand(keys["n_frequency"])})

class Circulant:
    """What peft's convolution computes, with the derivative of it.

    The gradient of the input that peft 0.21 has of its own takes the kernels the other way round, which
    `torch.autograd.gradcheck` refuses; that of the kernels is right.
    """

    @staticmethod
    def apply(x, kernels):
        return x @ get_circulant_fast(kernels).T


# C3A: kernels of several lengths.
c3a.BlockCircularConvolution = Circulant
for size, inputs, outputs in ((2, 12, 10), (6, 12, 18), (12, 12, 12), (1, 12, 10)):
    of("c3a", f"block_size: {size}", peft.C3AConfig(block_size=size, target_modules=["map"]),
       {"c3a_kernel": rand(outputs // size, inputs // size, size)}, inputs=inputs, outputs=outputs)


def permutation(seed, count, length):
    found = torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:length]
    return {"seed": seed, "count": count, "first": found.tolist()}


PERMUTATIONS = [
    permutation(777, 576, 20), permutation(777, 768 * 768, 1000), permutation(0, 10, 10), permutation(5, 1, 1),
    permutation(2**31 - 1, 2, 2), permutation(123456789, 3072 * 768, 700)]



def short(value):
    """The same with the digits that single precision has."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {name: short(own) for name, own in value.items()}
    return [short(own) for own in value] if isinstance(value, list) else value


if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("multiplicative.json")
    target.write_text(json.dumps(short({"cases": CASES, "permutations": PERMUTATIONS})) + "\n")
    print(f"{len(CASES)} cases, {target.stat().st_size // 1024} KiB")
