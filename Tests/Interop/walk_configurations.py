"""Every architecture of a library, made small, through petl: equal, or refused with a reason, never wrong.

    python3 Tests/Interop/walk_configurations.py .build/release/petl [--library timm] [--only PART] [--verbose]

Each network has random weights and keeps its architecture's own flags; its folder is written by the library
itself. Prints the counts and the reasons of refusals; an exit code of 1 where an answer is wrong. Needs torch and
timm.
"""

import argparse
import collections
import concurrent.futures
import functools
import pathlib
import re
import subprocess
import sys
import tempfile

import peers  # noqa: F401  (makes timm importable without torchvision)

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file

CLASSES, IMAGES = 5, 2


class Case:
    """A network in a folder, and what it answers."""

    def __init__(self, name, folder, expected, images):
        self.name, self.folder, self.expected, self.images = name, folder, expected, images


def scramble(model, seed=0):
    """Random weights under which every part of the network has a say."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if p.ndim > 1 and name.endswith("weight") and "norm" not in name:
                p.copy_(noise * (1.5 / p[0].numel() ** 0.5))
            elif "norm" in name and name.endswith("weight") or "gamma" in name:
                p.copy_(1 + 0.3 * noise)
            else:
                p.copy_(0.5 * noise)
    return model.eval()


@functools.cache
def write_images(folder, height, width):
    """Images of exactly the network's size, and as tensors in [0, 1]."""
    folder.mkdir(exist_ok=True, parents=True)
    pixels = numpy.random.default_rng(height * 1000 + width).integers(0, 256, (IMAGES, height, width, 3), "uint8")
    for index, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"{index}.png")
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).double() / 255


def ask(petl, case):
    """petl's verdict: equal, refused or wrong, and why."""
    out = case.folder / "out.safetensors"
    done = subprocess.run(
        [petl, "predict", "--weights", case.folder, case.images, "--normalization", "none", "--output", out],
        capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        return ("refused", errors[0][7:]) if errors else ("wrong", f"exit {done.returncode}: {done.stderr[-200:]}")
    answers = load_file(out)
    found = answers["logits" if "logits" in answers else "features"].double()
    if found.shape != case.expected.shape:
        return "wrong", f"shape {tuple(found.shape)}, not {tuple(case.expected.shape)}"
    error = ((found - case.expected).abs().max() / case.expected.abs().max()).item()
    return ("equal", "") if error < 2e-4 else ("wrong", f"differs by {error:.1e}; {done.stderr.strip()[-300:]}")


def timm_cases(root, only):
    """timm's architectures, and one of them with one argument after the other changed."""
    import timm

    modules = [
        "vision_transformer", "vision_transformer_hybrid", "deit", "swin_transformer", "vision_transformer_relpos",
        "vision_transformer_sam", "swin_transformer_v2", "swin_transformer_v2_cr", "beit", "eva", "naflexvit",
        "vitamin"]
    for module in modules:
        for name in timm.list_models(module=module):
            # Those that cannot be made small are large: one of them is enough.
            if module in ("vitamin", "naflexvit", "vision_transformer_hybrid") and "tiny" not in name:
                continue
            if only in name:
                yield timm_case(root, name, name, small_timm(module, name))
    base = dict(img_size=24, patch_size=8, depth=2, embed_dim=24, num_heads=3)
    for label, arguments in TIMM_ARGUMENTS.items():
        name = f"vit_tiny_patch16_224 {label}"
        if only in name:
            yield timm_case(root, name, "vit_tiny_patch16_224", {**base, **arguments})
    swin = dict(img_size=32, patch_size=2, depths=(2, 1), num_heads=(2, 3), embed_dim=12, window_size=4)
    for label, arguments in SWIN_ARGUMENTS.items():
        name = f"swin_tiny_patch4_window7_224 {label}"
        if only in name:
            yield timm_case(root, name, "swin_tiny_patch4_window7_224", {**swin, **arguments})


TIMM_ARGUMENTS = {
    "plain": {},
    "heads 2": dict(num_heads=2),
    "heads 6": dict(num_heads=6),
    "relu": dict(act_layer="relu"),
    "gelu_tanh": dict(act_layer="gelu_tanh"),
    "quick_gelu": dict(act_layer="quick_gelu"),
    "silu": dict(act_layer="silu"),
    "mish": dict(act_layer="mish"),
    "avg": dict(global_pool="avg"),
    "avg, norm before": dict(global_pool="avg", fc_norm=False),
    "avg over all": dict(global_pool="avg", pool_include_prefix=True),
    "avg, registers": dict(global_pool="avg", reg_tokens=3),
    "avg without class token": dict(global_pool="avg", class_token=False),
    "avg, no positions of the class": dict(global_pool="avg", no_embed_class=True),
    "max": dict(global_pool="max"),
    "avgmax": dict(global_pool="avgmax"),
    "map": dict(global_pool="map"),
    "prr": dict(global_pool="prr"),
    "no pooling": dict(global_pool=""),
    "token, norm after": dict(fc_norm=True),
    "layernorm": dict(norm_layer="layernorm"),
    "rmsnorm": dict(norm_layer="rmsnorm"),
    "no qkv bias": dict(qkv_bias=False),
    "qk norm": dict(qk_norm=True),
    "scale norms": dict(scale_attn_norm=True, scale_mlp_norm=True),
    "no proj bias": dict(proj_bias=False),
    "layer scale": dict(init_values=0.1),
    "registers": dict(reg_tokens=3),
    "registers without positions": dict(reg_tokens=4, no_embed_class=True),
    "4 registers, 3 x 3 patches": dict(reg_tokens=4, no_embed_class=True, img_size=24),
    "pre-norm": dict(pre_norm=True),
    "no last norm": dict(final_norm=False),
    "no positions": dict(pos_embed="none"),
    "diff attention": dict(attn_layer="diff", num_heads=3, embed_dim=24),
    "rectangle": dict(img_size=(16, 32)),
    "rectangle of 16 patches": dict(img_size=(16, 64), patch_size=8),
    "rectangular patches": dict(img_size=(32, 32), patch_size=(8, 4)),
    "dynamic size": dict(dynamic_img_size=True),
    "image of 30 px": dict(img_size=30),
    "one channel": dict(in_chans=1),
    "no head": dict(num_classes=0),
    "dropout": dict(drop_rate=0.1, drop_path_rate=0.1),
}
SWIN_ARGUMENTS = {
    "plain": {},
    "other heads": dict(num_heads=(1, 4)),
    "larger images": dict(img_size=64),
    "windows of each stage": dict(window_size=(8, 4)),
    "long windows": dict(window_size=(2, 8)),
    "always partition": dict(always_partition=True, img_size=16),
    "max": dict(global_pool="max"),
    "head width": dict(head_dim=8),
    "no qkv bias": dict(qkv_bias=False),
    "rectangle": dict(img_size=(32, 64)),
    "no head": dict(num_classes=0),
}


def small_timm(module, name):
    """Arguments that make an architecture small and leave its flags alone."""
    import timm

    if module.startswith("swin_transformer"):
        heads = (3, 6, 12, 24)
        small = dict(img_size=64, depths=(2, 1, 1, 1), embed_dim=24, window_size=2)
        found = architecture_arguments(name).get("num_heads") or heads
        return {**small, "embed_dim": found[0] * 4}
    known = architecture_arguments(name)
    heads, patch = known.get("num_heads") or 4, known.get("patch_size") or 16
    if module == "vision_transformer_hybrid":
        return dict(img_size=64, embed_dim=heads * 8, depth=1)
    if module in ("vitamin", "naflexvit"):
        return {}
    return dict(img_size=3 * patch, embed_dim=heads * 8, depth=2)


def architecture_arguments(name):
    """What an entrypoint of timm gives its constructor, from its source."""
    import inspect
    import timm

    source = inspect.getsource(timm.model_entrypoint(name))
    found = {}
    for key, value in re.findall(r"(num_heads|patch_size)=(\([0-9, ]+\)|[0-9]+)", source):
        found[key] = eval(value)
    return found


def timm_case(root, name, architecture, arguments):
    import timm
    from timm.models._hub import save_for_hf

    folder = root / re.sub(r"[^\w]", "_", name)
    torch.manual_seed(0)
    try:
        model = timm.create_model(architecture, **{"num_classes": CLASSES, **arguments})
    except Exception as error:  # An architecture that has no such arguments.
        return Case(name, None, f"{type(error).__name__}: {error}", None)
    scramble(model)
    if sum(p.numel() for p in model.parameters()) > 30e6:
        return Case(name, None, "too large to be walked", None)
    save_for_hf(model, folder, safe_serialization=True, data_config=dict(crop_pct=1.0))
    if hasattr(model, "patch_embed") and hasattr(model.patch_embed, "img_size"):
        height, width = model.patch_embed.img_size or (64, 64)
    else:
        height = width = 64
    x = write_images(root / f"images-{height}x{width}", height, width)
    channels = arguments.get("in_chans", 3)
    try:
        with torch.no_grad():
            expected = model.double()(x[:, :channels])
    except Exception as error:
        return Case(name, None, f"{type(error).__name__}: {error}", None)
    return Case(name, folder, expected, root / f"images-{height}x{width}")


LIBRARIES = {"timm": timm_cases}


def walk(petl, library, only, verbose):
    """The counts of one library; whether nothing is wrong."""
    counts, reasons, wrong = collections.Counter(), collections.defaultdict(list), []
    with tempfile.TemporaryDirectory() as temporary, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = []
        for case in LIBRARIES[library](pathlib.Path(temporary), only):
            if case.folder is None:
                counts["not made"] += 1
                reasons[f"(not made) {case.expected[:100]}"].append(case.name)
                continue
            jobs.append((case, pool.submit(ask, petl, case)))
        for case, job in jobs:
            verdict, reason = job.result()
            counts[verdict] += 1
            if verdict == "wrong":
                wrong.append(f"{case.name}: {reason}")
            elif verdict == "refused":
                plain = reason.replace(str(case.folder), "").lstrip("/")
                reasons[re.sub(r"'[\w.]*(vit|deit|eva|beit|swin)[\w.]*'", "'…'", plain)].append(case.name)
            if verbose:
                print(f"{verdict:8}{case.name}: {reason}")
    for reason, names in sorted(reasons.items(), key=lambda item: -len(item[1])):
        print(f"{len(names):4}  {reason}\n      {', '.join(names[:4])}{' …' if len(names) > 4 else ''}")
    for line in wrong:
        print(f"WRONG {line}")
    print(f"{library}: " + ", ".join(f"{counts[key]} {key}" for key in ("equal", "refused", "wrong", "not made")))
    return not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("petl", nargs="?", default=".build/release/petl")
    parser.add_argument("--library", choices=sorted(LIBRARIES), action="append")
    parser.add_argument("--only", default="", help="a part of the names of architectures")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(2)
    results = [
        walk(options.petl, library, options.only, options.verbose)
        for library in options.library or sorted(LIBRARIES)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
