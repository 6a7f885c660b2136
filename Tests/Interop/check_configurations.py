"""The configurations of open_clip and transformers, shrunk: petl gives the library's features, or refuses by name.

    python3 Tests/Interop/check_configurations.py .build/release/petl [--library open_clip|transformers]

Every network is made small (two blocks, narrow, with heads of an odd width), saved as its library saves it with its
own configuration beside it, and measured by `petl predict`. Each is counted as equal (within 1e-4 of the largest),
refused (an exit code that is not 0, with a reason) or WRONG; one that is wrong fails the check.

Needs torch, transformers 5, open_clip, timm, safetensors.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

import peers  # noqa: E402,F401
import torch  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

COUNTS = collections.defaultdict(collections.Counter)
WRONG = []


def randomize(model):
    """Weights that make every bias, norm, token and attention score matter."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if p.ndim == 1 and name.endswith("weight"):
                p.copy_(1 + 0.3 * noise)
            elif p.ndim > 1 and name.endswith(("weight", "proj")) and "position" not in name:
                p.copy_(1.5 * noise / p[0].numel() ** 0.5)
            else:
                p.copy_(0.3 * noise)
    return model.eval()


def images(folder, size):
    """A set of images of that size, and what a network gets: (x/255 - 0.5) / 0.5."""
    pixels = torch.randint(0, 256, (3, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))
    path = folder / f"images-{size}.safetensors"
    if not path.exists():
        save_file(
            {"test_images": pixels, "test_labels": torch.zeros(3, dtype=torch.int64)}, path,
            {"classes": json.dumps(["a"]), "name": "noise"})
    return path, (pixels.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def check(library, name, folder, path, expected, key=None):
    """Lets petl measure a folder of weights and compares."""
    out = folder / "out.safetensors"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [ARGUMENTS.petl, "predict", "--weights", folder / "model", "--data", path, "--normalization", "inception",
         "--output", out], capture_output=True, text=True)
    if done.returncode:
        lines = [x for x in done.stderr.splitlines() if x.startswith("error: ")]
        reason = lines[0] if lines else done.stderr[-200:]
        crashed = done.returncode < 0 or not lines
        COUNTS[library]["WRONG" if crashed else "refused"] += 1
        if crashed:
            WRONG.append((library, name, reason))
        print(f"{'WRONG' if crashed else 'refused':8}{name}: {reason}")
        return
    found = load_file(out)
    found = found[key] if key else found.get("logits", found["features"])
    same = found.shape == expected.shape
    error = ((found - expected).abs().max() / expected.abs().max()).item() if same else float("inf")
    word = "equal" if error <= 1e-4 else "WRONG"
    COUNTS[library][word] += 1
    print(f"{word:8}{name}: {error:.1e}")
    if word == "WRONG":
        WRONG.append((library, name, error))


def clean(folder):
    model = folder / "model"
    model.mkdir(exist_ok=True)
    for file in model.iterdir():
        file.unlink()
    return model


def shrunk_open_clip(config):
    """A configuration of open_clip with small sizes; what changes the function stays."""
    config = json.loads(json.dumps(config))
    vision, text = config["vision_cfg"], config["text_cfg"]
    config["embed_dim"] = 12
    vision["image_size"] = 24
    if not vision.get("timm_model_name") and isinstance(vision.get("layers"), int):
        vision.update(layers=2, width=40, patch_size=8, mlp_ratio=1.5)
        # Heads of 20 or, where the configuration has a width of its own, of 10.
        vision["head_width"] = 10 if "head_width" in vision else 20
        if vision.get("attentional_pool"):
            vision.update(attn_pooler_heads=2, attn_pooler_queries=4)
    elif not vision.get("timm_model_name"):
        vision.update(layers=[1, 1, 1, 1], width=8, head_width=4, image_size=32)
    if not text.get("hf_model_name"):
        text.update(layers=1, width=16, heads=2, vocab_size=60, context_length=8)
        text.pop("mlp_ratio", None)
    if "multimodal_cfg" in config:
        config["multimodal_cfg"].update(layers=1, width=16, heads=2, vocab_size=60, context_length=8)
    return config


def features(tower, x):
    """What a tower of open_clip gives; zeros, which nothing is equal to, where it cannot."""
    try:
        with torch.no_grad():
            found = tower(x)
    except Exception:
        return torch.zeros(3, 12)
    return found[0] if isinstance(found, tuple) else found


def walk_open_clip(folder):
    import open_clip
    from open_clip.model import CLIPTextCfg, CLIPVisionCfg, _build_vision_tower  # noqa: F401
    for name in open_clip.list_models():
        config = shrunk_open_clip(open_clip.get_model_config(name))
        vision = config["vision_cfg"]
        size = vision["image_size"]
        path, x = images(folder, size)
        model = clean(folder)
        (model / "open_clip_config.json").write_text(json.dumps(
            {"model_cfg": config, "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3}}))
        expected = torch.zeros(3, 12)
        if vision.get("timm_model_name"):
            # Of a tower of timm the names and the configuration are enough: it is refused.
            state = {"visual.trunk.patch_embed.proj.weight": torch.zeros(8, 3, 8, 8)}
        else:
            tower = randomize(_build_vision_tower(
                config["embed_dim"], CLIPVisionCfg(**vision), config.get("quick_gelu", False)))
            expected = features(tower, x)
            state = {f"visual.{key}": value.contiguous() for key, value in tower.state_dict().items()}
        save_file(state, model / "open_clip_model.safetensors")
        check("open_clip", name, folder, path, expected)
    varied_open_clip(folder)


def varied_open_clip(folder):
    """Every key of the image tower that changes its function, one at a time."""
    from open_clip.model import CLIPVisionCfg, _build_vision_tower
    base = dict(layers=2, width=40, patch_size=8, mlp_ratio=1.5, head_width=20, image_size=24)
    cases = [
        {}, {"head_width": 10}, {"head_width": 40}, {"pool_type": "avg"}, {"pool_type": "none"}, {"no_ln_pre": True},
        {"pool_type": "avg", "final_ln_after_pool": True}, {"final_ln_after_pool": True},
        {"act_kwargs": {"approximate": "tanh"}}, {"norm_kwargs": {"eps": 0.1}}, {"ls_init_value": 0.1},
        {"qk_norm": True}, {"scaled_cosine_attn": True}, {"scale_heads": True}, {"scale_attn_inner": True},
        {"scale_attn": True}, {"scale_fc": True}, {"block_type": "custom"}, {"pos_embed_type": "sin_cos_2d"},
        {"attentional_pool": True, "attn_pooler_heads": 2, "attn_pooler_queries": 4}, {"patch_dropout": 0.5},
        {"image_size": [24, 16]}, {"patch_size": [8, 4]}, {"output_tokens": True}, {"width": 64, "head_width": 64},
    ]
    for change in cases:
        for quick in (False, True):
            if quick and "act_kwargs" in change:
                continue
            vision = {**base, **change}
            sizes = vision["image_size"] if isinstance(vision["image_size"], list) else [24, 24]
            path, x = images(folder, 24)
            model = clean(folder)
            config = {"embed_dim": 12, "quick_gelu": quick, "vision_cfg": vision, "text_cfg": {}}
            (model / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
            tower = randomize(_build_vision_tower(12, CLIPVisionCfg(**vision), quick))
            expected = torch.zeros(3, 12)
            if sizes == [24, 24]:
                expected = features(tower, x)
            save_file(
                {f"visual.{key}": value.contiguous() for key, value in tower.state_dict().items()},
                model / "open_clip_model.safetensors")
            check("open_clip", f"{change} quick_gelu={quick}", folder, path, expected)


def walk_transformers(folder):
    import transformers as t
    t.utils.logging.disable_progress_bar()
    blocks = dict(
        hidden_size=40, num_hidden_layers=2, num_attention_heads=2, image_size=24, patch_size=8)
    vit = dict(blocks, intermediate_size=56, num_labels=3)
    dino = dict(blocks, mlp_ratio=2)
    swin = dict(
        image_size=32, patch_size=4, embed_dim=12, depths=[2, 2], num_heads=[2, 3], window_size=4, num_labels=3,
        mlp_ratio=2.0)
    common = [
        {}, {"num_attention_heads": 4}, {"num_attention_heads": 5}, {"layer_norm_eps": 0.1}, {"hidden_act": "gelu_new"},
        {"hidden_act": "gelu_pytorch_tanh"}, {"hidden_act": "quick_gelu"}, {"hidden_act": "relu"},
        {"hidden_act": "silu"}, {"hidden_act": "gelu_fast"}, {"hidden_act": "mish"}, {"hidden_act": "tanh"},
        {"image_size": [24, 16]}, {"image_size": 16}, {"patch_size": 4}, {"num_channels": 1},
    ]
    kinds = [
        ("vit", t.ViTConfig, t.ViTForImageClassification, vit, common + [{"qkv_bias": False}, {"pooler_act": "relu"}]),
        ("vit-bare", t.ViTConfig, t.ViTModel, vit, [{}]),
        ("deit", t.DeiTConfig, t.DeiTForImageClassification, vit, [{}]),
        ("dinov2", t.Dinov2Config, t.Dinov2Model, dino, common + [
            {"use_swiglu_ffn": True}, {"qkv_bias": False}, {"layerscale_value": 0.1}, {"use_mask_token": False},
            {"mlp_ratio": 3}]),
        ("dinov2-registers", t.Dinov2WithRegistersConfig, t.Dinov2WithRegistersModel, dino, common + [
            {"num_register_tokens": 1}, {"num_register_tokens": 7}, {"use_swiglu_ffn": True}]),
        ("clip-vision", t.CLIPVisionConfig, t.CLIPVisionModelWithProjection,
         dict(blocks, intermediate_size=56, projection_dim=12), common),
        ("clip-vision-bare", t.CLIPVisionConfig, t.CLIPVisionModel, dict(blocks, intermediate_size=56), [{}]),
        ("swin", t.SwinConfig, t.SwinForImageClassification, swin, [
            {}, {"num_heads": [3, 6]}, {"layer_norm_eps": 0.1}, {"hidden_act": "relu"}, {"qkv_bias": False},
            {"use_absolute_embeddings": True}, {"window_size": 8}, {"window_size": 2}, {"depths": [1, 3]}]),
        ("siglip", t.SiglipVisionConfig, t.SiglipVisionModel, dict(blocks, intermediate_size=56), [{}]),
        ("beit", t.BeitConfig, t.BeitForImageClassification, vit, [{}]),
        ("vit_mae", t.ViTMAEConfig, t.ViTMAEModel, dict(blocks, intermediate_size=56), [{}]),
        ("vit_msn", t.ViTMSNConfig, t.ViTMSNForImageClassification, vit, [{}]),
        ("swinv2", t.Swinv2Config, t.Swinv2ForImageClassification, swin, [{}]),
        ("dinov3", t.DINOv3ViTConfig, t.DINOv3ViTModel, dict(blocks, intermediate_size=56), [{}]),
    ]
    for kind, make, network, base, changes in kinds:
        for change in changes:
            options = {**base, **change}
            config = make(**options)
            if options.get("hidden_size", 0) % options.get("num_attention_heads", 1):
                continue
            size = config.image_size
            square = isinstance(size, int) and options.get("num_channels", 3) == 3
            path, x = images(folder, size if square else 24)
            expected = torch.zeros(3, 3)
            try:
                torch.manual_seed(0)
                model = randomize(network(config))
                if square and kind not in ("siglip", "vit_mae"):
                    with torch.no_grad():
                        out = model(x)
                    expected = (
                        out.logits if "logits" in out else out.image_embeds if "image_embeds" in out
                        else out.pooler_output if kind == "clip-vision-bare" else out.last_hidden_state[:, 0])
            except Exception as error:  # What the library itself cannot make.
                print(f"{'-':8}{kind} {change}: transformers: {str(error)[:80]}")
                continue
            model.save_pretrained(clean(folder))
            check("transformers", f"{kind} {change}", folder, path, expected)
    whole_clip(t, folder)


def whole_clip(t, folder):
    """Both towers in one file, whose nested sections leave out what is usual."""
    for change in ({}, {"hidden_act": "gelu"}, {"layer_norm_eps": 0.1}, {"num_attention_heads": 3}):
        vision = dict(
            hidden_size=36, num_hidden_layers=2, num_attention_heads=12, intermediate_size=56, image_size=24,
            patch_size=8, **{k: v for k, v in change.items() if k != "num_attention_heads"})
        vision.update(change)
        text = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, vocab_size=60,
                    max_position_embeddings=8, eos_token_id=59)
        model = randomize(t.CLIPModel(t.CLIPConfig(vision_config=vision, text_config=text, projection_dim=12)))
        path, x = images(folder, 24)
        with torch.no_grad():
            hidden = model.vision_model(x).pooler_output
            expected = model.visual_projection(hidden)
        model.save_pretrained(clean(folder))
        check("transformers", f"clip {change}", folder, path, expected)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for library, walk in (("open_clip", walk_open_clip), ("transformers", walk_transformers)):
            if ARGUMENTS.library in (None, library):
                walk(folder)
    for library, counts in COUNTS.items():
        print(f"{library}: " + ", ".join(f"{counts[word]} {word}" for word in ("equal", "refused", "WRONG")))
    if WRONG:
        print(f"wrong: {WRONG}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("petl", nargs="?", default=".build/release/petl")
    parser.add_argument("--library", choices=["open_clip", "transformers"])
    ARGUMENTS = parser.parse_args()
    torch.set_num_threads(1)
    main()
