"""Writes Sources/Backbones/Descriptions/TIMMArchitecture+Table.swift: what timm's architectures are made with.

Each name of timm's ViT, DeiT and Swin (and of networks with similar names) with those arguments of its
constructor that its weights do not show. Needs timm. Run: python make_architectures.py
"""

import functools
import importlib
import inspect
import json
import textwrap

from peers import HERE

import timm
from timm.models import _registry

OUT = HERE.parents[1] / "Sources" / "Backbones" / "Descriptions" / "TIMMArchitecture+Table.swift"
MODULES = ["vision_transformer", "vision_transformer_hybrid", "deit", "swin_transformer"]
# Networks of other modules, which are refused by their names.
OTHERS = {
    "beit": "Beit", "eva": "Eva", "gemma4_vit": "Gemma4", "naflexvit": "NaFlexVit", "deepseek_vit": "DeepSeek",
    "qwen3_vit": "Qwen3", "swin_transformer_v2": "SwinTransformerV2",
    "swin_transformer_v2_cr": "SwinTransformerV2Cr", "vision_transformer_relpos": "VisionTransformerRelPos",
    "vision_transformer_sam": "VisionTransformerSAM", "vitamin": "ViTamin"}
# What a file of weights shows, or what changes no answer.
SHOWN = {
    "img_size", "patch_size", "in_chans", "num_classes", "embed_dim", "depth", "depths", "mlp_ratio", "qkv_bias",
    "init_values", "class_token", "reg_tokens", "pre_norm", "dynamic_img_size", "weight_init", "strict_img_size",
    "drop_path_rate", "drop_rate"}


class Made(Exception):
    pass


def name(value):
    if isinstance(value, functools.partial):
        value = value.func
    return value.__name__ if inspect.isclass(value) or inspect.isfunction(value) else value


def arguments(architecture):
    """The constructor's arguments that the weights do not show, as a config.json would have them."""
    try:
        timm.create_model(architecture)
    except Made as made:
        kind, given = made.args
    found = {} if kind == "VisionTransformer" else {"class": kind}
    for key, value in given.items():
        if key in SHOWN:
            continue
        if key == "norm_layer":
            found["norm_layer"] = str(name(value)).lower()
            if isinstance(value, functools.partial):
                found["norm_eps"] = value.keywords.get("eps")
        elif key == "act_layer":
            found[key] = {"GELU": "gelu"}.get(name(value), str(name(value)).lower())
        elif key == "embed_layer":
            found[key] = value.func.__name__ if isinstance(value, functools.partial) else value.__name__
        else:
            found[key] = name(value)
    return found


def refuse(cls):
    def init(self, *_, **given):
        raise Made(type(self).__name__, given)

    cls.__init__ = init


def main():
    from timm.models.deit import VisionTransformerDistilled
    from timm.models.swin_transformer import SwinTransformer
    from timm.models.vision_transformer import VisionTransformer

    for cls in (VisionTransformer, VisionTransformerDistilled, SwinTransformer):
        refuse(cls)
    groups, made = {}, {}
    for module in MODULES:
        for architecture in timm.list_models(module=module):
            made[architecture] = arguments(architecture)
    for module, kind in OTHERS.items():
        importlib.import_module(f"timm.models.{module}")
        for architecture in timm.list_models(module=module):
            made[architecture] = {"class": kind}
    for old, new in _registry._deprecated_models.items():
        new = new and new.partition(".")[0]
        if new in made:
            made.setdefault(old, made[new])
    for architecture in sorted(made):
        groups.setdefault(json.dumps(made[architecture], sort_keys=True), []).append(architecture)
    lines = []
    for key in sorted(groups):
        lines += textwrap.wrap(key, 92, subsequent_indent=" ")
        lines += textwrap.wrap(" ".join(groups[key]), 92, initial_indent="  ", subsequent_indent="  ")
    body = "\n".join("    " + line for line in lines)
    OUT.write_text(f'''// Written by Tests/Interop/make_architectures.py from timm {timm.__version__}: do not edit.

extension TIMMArchitecture {{
  /// The arguments that timm makes its architectures with, as JSON, each followed by those architectures.
  ///
  /// Left out are arguments that the weights show. `class` is a network of another class than
  /// VisionTransformer, `norm_eps` the ε of the norms where timm says it.
  static let table = """
{body}
    """
}}
''')
    print(f"{len(made)} architectures, {len(groups)} kinds")


main()
