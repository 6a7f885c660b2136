"""The small networks of the interoperability checks, as timm, transformers 5 and transformers 4 name them.

All compute the same: weights are drawn for timm's network and translated to the other names.
"""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, str(HERE.parent / "Fixtures"))

import real_data  # noqa: E402, F401
import torch  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402
from torch import nn  # noqa: E402
from transformers import CLIPVisionConfig, CLIPVisionModel, ViTConfig, ViTForImageClassification  # noqa: E402

SIZE, PATCH, WIDTH, DEPTH, HEADS, MLP, CLASSES = 16, 4, 16, 2, 2, 24, 3


def timm_vit():
    model = VisionTransformer(
        img_size=SIZE, patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS,
        mlp_ratio=MLP / WIDTH, num_classes=CLASSES)
    assert model.blocks[0].mlp.fc1.out_features == MLP
    return model.eval()


def shared_settings():
    return dict(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=MLP,
        image_size=SIZE, patch_size=PATCH)


def hf_vit():
    config = ViTConfig(
        **shared_settings(), num_labels=CLASSES, layer_norm_eps=1e-6, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0)
    return Logits(ViTForImageClassification(config)).eval()


def hf_clip():
    return CLIPVisionModel(CLIPVisionConfig(**shared_settings())).eval()


class Logits(nn.Module):
    """A transformers classifier that takes images and gives logits, without a name of its own before the
    modules'."""

    def __init__(self, model):
        super().__init__()
        self.vit, self.classifier = model.vit, model.classifier

    def forward(self, images):
        return self.classifier(self.vit(pixel_values=images).last_hidden_state[:, 0])


class Legacy(nn.Module):
    """ViTForImageClassification with the module names of transformers up to 4.57."""

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.ModuleDict({n: nn.Linear(WIDTH, WIDTH) for n in ("query", "key", "value")})
            self.output = nn.ModuleDict({"dense": nn.Linear(WIDTH, WIDTH)})

        def forward(self, x):
            parts = [self.attention[n](x) for n in ("query", "key", "value")]
            q, k, v = (p.unflatten(-1, (HEADS, -1)).transpose(1, 2) for p in parts)
            mixed = nn.functional.scaled_dot_product_attention(q, k, v)
            return self.output["dense"](mixed.transpose(1, 2).flatten(2))

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.layernorm_before = nn.LayerNorm(WIDTH, 1e-6)
            self.attention = Legacy.Attention()
            self.layernorm_after = nn.LayerNorm(WIDTH, 1e-6)
            self.intermediate = nn.ModuleDict({"dense": nn.Linear(WIDTH, MLP)})
            self.output = nn.ModuleDict({"dense": nn.Linear(MLP, WIDTH)})

        def forward(self, x):
            x = x + self.attention(self.layernorm_before(x))
            hidden = nn.functional.gelu(self.intermediate["dense"](self.layernorm_after(x)))
            return x + self.output["dense"](hidden)

    def __init__(self):
        super().__init__()
        self.vit = nn.Module()
        self.vit.embeddings = nn.Module()
        self.vit.embeddings.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.vit.embeddings.position_embeddings = nn.Parameter(torch.zeros(1, (SIZE // PATCH) ** 2 + 1, WIDTH))
        self.vit.embeddings.patch_embeddings = nn.ModuleDict({"projection": nn.Conv2d(3, WIDTH, PATCH, PATCH)})
        self.vit.encoder = nn.ModuleDict({"layer": nn.ModuleList([Legacy.Layer() for _ in range(DEPTH)])})
        self.vit.layernorm = nn.LayerNorm(WIDTH, 1e-6)
        self.classifier = nn.Linear(WIDTH, CLASSES)

    def forward(self, images):
        embeddings = self.vit.embeddings
        x = embeddings.patch_embeddings["projection"](images).flatten(2).transpose(1, 2)
        x = torch.cat([embeddings.cls_token.expand(x.shape[0], -1, -1), x], 1)
        x = x + embeddings.position_embeddings
        for layer in self.vit.encoder["layer"]:
            x = layer(x)
        return self.classifier(self.vit.layernorm(x)[:, 0])


NEW_BLOCK = {
    "attn.qkv": ["attention.q_proj", "attention.k_proj", "attention.v_proj"], "attn.proj": ["attention.o_proj"],
    "mlp.fc1": ["mlp.fc1"], "mlp.fc2": ["mlp.fc2"], "norm1": ["layernorm_before"], "norm2": ["layernorm_after"]}
OLD_BLOCK = {
    "attn.qkv": [f"attention.attention.{n}" for n in ("query", "key", "value")],
    "attn.proj": ["attention.output.dense"], "mlp.fc1": ["intermediate.dense"], "mlp.fc2": ["output.dense"],
    "norm1": ["layernorm_before"], "norm2": ["layernorm_after"]}
CLIP_BLOCK = {
    "attn.qkv": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], "attn.proj": ["self_attn.out_proj"],
    "mlp.fc1": ["mlp.fc1"], "mlp.fc2": ["mlp.fc2"], "norm1": ["layer_norm1"], "norm2": ["layer_norm2"]}
OUTSIDE = {
    "cls_token": "vit.embeddings.cls_token", "pos_embed": "vit.embeddings.position_embeddings",
    "patch_embed.proj": "vit.embeddings.patch_embeddings.projection", "norm": "vit.layernorm", "head": "classifier"}


def translated(state, block, prefix):
    """The state of timm's network under transformers' names."""
    result = {}
    for name, value in state.items():
        if not name.startswith("blocks."):
            owner, _, kind = name.rpartition(".")
            key = name if name in OUTSIDE else owner
            result[name.replace(key, OUTSIDE[key], 1)] = value
            continue
        _, layer, *module, kind = name.split(".")
        names = block[".".join(module)]
        for target, part in zip(names, value.chunk(len(names))):
            result[f"{prefix}.{layer}.{target}.{kind}"] = part.contiguous()
    return result


def network(naming, state):
    """The network in a naming with the weights of timm's, in the same precision."""
    if naming == "timm":
        model = timm_vit()
        model.load_state_dict(state)
    elif naming == "hf-vit-v5":
        model = hf_vit()
        model.load_state_dict(translated(state, NEW_BLOCK, "vit.layers"))
    elif naming == "hf-vit":
        model = Legacy().eval()
        model.load_state_dict(translated(state, OLD_BLOCK, "vit.encoder.layer"))
    elif naming == "hf-clip":
        # The same blocks in another network: only what an adapter changes is compared.
        model = hf_clip()
        blocks = {n: v for n, v in state.items() if n.startswith("blocks.")}
        model.load_state_dict(translated(blocks, CLIP_BLOCK, "encoder.layers"), strict=False)
    return model
