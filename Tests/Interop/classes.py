"""The classes of transformers that a folder written for a naming is put onto."""

import transformers


def tiny(family, swin=False, **options):
    """A configuration of the sizes of the networks that WrittenForPeersTests writes for."""
    if swin:
        return transformers.SwinConfig(
            image_size=32, patch_size=2, embed_dim=12, depths=[2, 2, 1], num_heads=[2, 3, 4], window_size=4,
            mlp_ratio=2, num_labels=3)
    return getattr(transformers, family + "Config")(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=16, patch_size=4, **options)


def models(naming, variant):
    """The models that a user puts a folder onto."""
    if naming == "hf-swin-v5":
        return [transformers.SwinForImageClassification if variant == "head" else transformers.SwinModel], \
            tiny("Swin", swin=True)
    if naming.startswith("hf-clip"):
        sizes = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2)
        vision = dict(sizes, image_size=16, patch_size=4)
        both = transformers.CLIPConfig(vision_config=vision, text_config=sizes, projection_dim=8)
        own, kind = (both.text_config, "Text") if naming.endswith("text") else (both.vision_config, "Vision")
        if variant == "bare":
            return [getattr(transformers, f"CLIP{kind}Model")], own
        return [getattr(transformers, f"CLIP{kind}ModelWithProjection"), transformers.CLIPModel], {
            "CLIPModel": both, f"CLIP{kind}ModelWithProjection": own}
    family = {"hf-vit-v5": "ViT", "hf-deit-v5": "DeiT", "hf-dinov2-v5": "Dinov2",
              "hf-dinov2-with-registers-v5": "Dinov2WithRegisters"}[naming]
    sizes = {} if "dinov2" in naming else dict(intermediate_size=24)
    config = tiny(family, num_labels=3, **sizes)
    names = [f"{family}ForImageClassification"] if variant == "head" else [f"{family}Model"]
    names += ["Dinov2Backbone"] if names == ["Dinov2Model"] else []
    return [getattr(transformers, name) for name in names], config
