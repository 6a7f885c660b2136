"""Weights that petl converts and merges, loaded by the libraries themselves: equal outputs or an exit code of 1.

    python3 Tests/Interop/check_weights.py .build/release/petl

Needs torch, timm, transformers, safetensors; works on the fixtures of Tests/Fixtures/namings, and on the real
weights where they are (Tests/Fixtures/real_data.py).
"""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Fixtures")]

from timm_peer import REAL_WEIGHTS, SIZE, small_vit  # noqa: E402

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

transformers.utils.logging.disable_progress_bar()
NAMINGS = HERE.parent / "Fixtures" / "namings"
PETL = sys.argv[1] if len(sys.argv) > 1 else ".build/release/petl"
FAILED = []


def petl(*arguments):
    done = subprocess.run([PETL, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        FAILED.append(arguments)
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


def report(name, found, expected, bound):
    error = ((found.double() - expected.double()).abs().max() / expected.double().abs().max()).item()
    print(f"{'ok ' if error <= bound else 'BAD'} {name}: {error:.1e} of the largest, at most {bound:.0e}")
    if not error <= bound:
        FAILED.append(name)


def images(size, count=2):
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2 - 1


def conversions(folder):
    """Fixtures under other names, loaded by transformers without a word about weights."""
    golden = load_file(NAMINGS / "golden.safetensors")
    x = golden["images.24"].permute(0, 3, 1, 2).double()
    cases = [
        ("jax-npz/ViT.npz", "hf-vit", transformers.ViTForImageClassification, "logits"),
        ("hf-vit-v5", "hf-vit", transformers.ViTForImageClassification, "logits"),
        ("open-clip", "hf-clip", transformers.CLIPVisionModelWithProjection, "logits"),
        ("swin", "hf-swin", transformers.SwinForImageClassification, "logits"),
    ]
    for source, target, kind, output in cases:
        out = folder / f"{source.split('/')[0]}-to-{target}"
        size = [] if source == "swin" else ["--heads", "3"]
        if not petl("convert", NAMINGS / source, "--to", target, "--output", out, *size):
            continue
        model, loading = kind.from_pretrained(out, output_loading_info=True)
        for key, names in loading.items():
            if names and key in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
                FAILED.append((source, target, key, names))
        model = model.double().eval()
        y = golden["images.32"].permute(0, 3, 1, 2).double() if source == "swin" else x
        with torch.no_grad():
            result = model(y)
        found = (result.image_embeds if "CLIP" in kind.__name__ else result.logits if output == "logits"
                 else result.last_hidden_state[:, 0])
        expected = golden[f"{source.split('/')[0]}.{output}"]
        report(f"{source} as {target}, loaded by transformers", found, expected, 1e-5)


def timm_folders(folder):
    """Folders that are written for timm, loaded by timm with the config.json in them."""
    import timm
    source = NAMINGS.parent / "configurations"
    expected = load_file(source / "expected.safetensors")
    x = expected["images"].permute(0, 3, 1, 2).double()
    for number, (name, case) in enumerate(json.loads((source / "cases.json").read_text()).items()):
        theirs, ours = folder / f"timm-{number}", folder / f"timm-{number}-again"
        theirs.mkdir()
        shutil.copy(source / f"{case['weights']}.safetensors", theirs / "model.safetensors")
        (theirs / "config.json").write_text(json.dumps(case["config"]))
        if petl("convert", theirs, "--to", "timm", "--output", ours):
            model = timm.create_model(f"local-dir:{ours}", pretrained=True).double().eval()
            with torch.no_grad():
                report(f"{name}, written for timm", model(x), expected[name], 1e-5)


def dinov2(folder):
    """timm's DINOv2, whose registers have no positions, as Hugging Face's, whose class token has one."""
    x = images(SIZE)
    for name, options, kind in (
            ("dinov2", dict(), transformers.Dinov2Model),
            ("dinov2-registers", dict(reg_tokens=4, no_embed_class=True), transformers.Dinov2WithRegistersModel)):
        model = VisionTransformer(
            img_size=SIZE, patch_size=4, embed_dim=24, depth=2, num_heads=3, mlp_ratio=2, init_values=0.1,
            num_classes=0, **options).eval()
        with torch.no_grad():
            for p in model.parameters():
                p.add_(0.1 * torch.randn(p.shape, generator=torch.Generator().manual_seed(p.numel())))
        save_file(model.state_dict(), folder / f"{name}.safetensors")
        out = folder / f"{name}-hf"
        if petl("convert", folder / f"{name}.safetensors", "--to", "hf-dinov2", "--output", out, "--heads", "3"):
            theirs = kind.from_pretrained(out).double().eval()
            with torch.no_grad():
                report(f"{name} as hf-dinov2", theirs(x).last_hidden_state[:, 0], model.double()(x), 1e-5)


def round_trips(folder):
    """There and back: the same bytes."""
    cases = [("token", "hf-vit"), ("token", "jax-npz"), ("token", "hf-vit-v5"), ("token", "big-vision-npz")]
    for source, target in cases:
        path = NAMINGS.parent / "vit" / f"{source}.safetensors"
        there, back = folder / f"{target}.safetensors", folder / f"{target}-back.safetensors"
        heads = ["--heads", "3"]
        if petl("convert", path, "--to", target, "--output", there, *heads) and petl(
                "convert", there, "--to", "timm", "--output", back, *heads):
            a, b = load_file(path), load_file(back)
            same = a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)
            print(f"{'ok ' if same else 'BAD'} {source} to {target} and back: the same numbers")
            if not same:
                FAILED.append((source, target))


def archives(folder):
    """An .npz of ours, read by timm's own loader of JAX's archives."""
    path, out = NAMINGS.parent / "vit" / "token.safetensors", folder / "ours.npz"
    if petl("convert", path, "--to", "jax-npz", "--output", out, "--heads", "3"):
        model = small_vit().float()
        model.load_pretrained(out)
        expected = load_file(path)
        same = all(torch.equal(value, expected[key]) for key, value in model.state_dict().items())
        print(f"{'ok ' if same else 'BAD'} token as .npz, loaded by timm: the same numbers")
        if not same:
            FAILED.append("npz")


def merged(folder):
    """An adapter in the weights: timm computes what PEFT does with the adapter beside them."""
    import peft
    base = NAMINGS.parent / "vit" / "token.safetensors"
    model = small_vit().float()
    model.load_state_dict(load_file(base))
    config = peft.LoraConfig(
        r=3, lora_alpha=5, target_modules=["qkv", "attn.proj", "fc1"], modules_to_save=["head"])
    model = peft.get_peft_model(model, config)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "lora" in name or "modules_to_save" in name:
                p.copy_(0.2 * torch.randn(p.shape, generator=torch.Generator().manual_seed(len(name))))
    model.save_pretrained(folder / "peft")
    out = folder / "merged.safetensors"
    if not petl("merge", folder / "peft", "--weights", base, "--output", out):
        return
    before, after = load_file(base), load_file(out)
    same = {k: (v.shape, v.dtype) for k, v in before.items()} == {k: (v.shape, v.dtype) for k, v in after.items()}
    print(f"{'ok ' if same else 'BAD'} merged file: names, shapes and types of the base")
    if not same:
        FAILED.append("merged shapes")
    plain = small_vit()
    plain.load_state_dict(after)
    x = images(SIZE)
    with torch.no_grad():
        report("merged, loaded by timm", plain(x), model.double().eval()(x), 1e-5)


def real(folder):
    """ViT-Ti/16: our hf-vit folder in transformers gives timm's logits."""
    if not REAL_WEIGHTS.exists():
        print("skipped: the real weights are not here")
        return
    if not petl("convert", REAL_WEIGHTS, "--to", "hf-vit", "--output", folder / "real"):
        return
    theirs = transformers.ViTForImageClassification.from_pretrained(folder / "real").double().eval()
    timm_model = VisionTransformer(
        img_size=224, patch_size=16, embed_dim=192, depth=12, num_heads=3, num_classes=1000)
    timm_model.load_state_dict(load_file(REAL_WEIGHTS))
    with torch.no_grad():
        report("ViT-Ti/16 as hf-vit", theirs(images(224)).logits, timm_model.double().eval()(images(224)), 1e-5)
    # An adapter in the real weights, and beside them: logits of about 10, in units of 1.
    import peft
    model = peft.get_peft_model(
        timm_model.float(), peft.LoraConfig(r=8, lora_alpha=8, target_modules=["qkv"]))
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "lora_B" in name:
                p.copy_(0.02 * torch.randn(p.shape, generator=torch.Generator().manual_seed(len(name))))
    model.save_pretrained(folder / "real-peft")
    out = folder / "real-merged.safetensors"
    if petl("merge", folder / "real-peft", "--weights", REAL_WEIGHTS, "--output", out):
        plain = VisionTransformer(
            img_size=224, patch_size=16, embed_dim=192, depth=12, num_heads=3, num_classes=1000)
        plain.load_state_dict(load_file(out))
        with torch.no_grad():
            beside, inside = model.double().eval()(images(224)), plain.double().eval()(images(224))
        report("ViT-Ti/16 merged, loaded by timm", inside, beside, 1e-5)
        print(f"   absolutely {(inside - beside).abs().max().item():.1e}, logits up to {beside.abs().max().item():.1f}")


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        conversions(folder)
        timm_folders(folder)
        dinov2(folder)
        round_trips(folder)
        archives(folder)
        merged(folder)
        real(folder)
    if FAILED:
        print(f"failed: {FAILED}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
