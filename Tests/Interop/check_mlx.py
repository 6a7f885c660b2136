"""Loads with mlx-lm the mlx folders that WrittenForPeersTests wrote, and compares logits.

    PETL_INTEROP=FOLDER swift test --filter WrittenForPeersTests
    python check_mlx.py FOLDER

The network is timm's ViT of Tests/Interop/peers.py written for mlx. Needs mlx (`mlx[cpu]` on Linux), mlx-lm.
"""

import pathlib
import sys

import mlx.core as mx
import mlx.nn as nn
from mlx_lm.tuner.utils import load_adapters

WIDTH, DEPTH, HEADS, MLP, PATCH = 16, 2, 2, 24, 4


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def __call__(self, x):
        n, t, _ = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
        scores = mx.softmax(q @ k.swapaxes(-1, -2) / (WIDTH // HEADS) ** 0.5, axis=-1)
        return self.proj((scores @ v).transpose(0, 2, 1, 3).reshape(n, t, WIDTH))


class MLPBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(WIDTH, MLP), nn.Linear(MLP, WIDTH)

    def __call__(self, x):
        return self.fc2(nn.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(WIDTH, 1e-6), Attention()
        self.norm2, self.mlp = nn.LayerNorm(WIDTH, 1e-6), MLPBlock()

    def __call__(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_token, self.pos_embed = mx.zeros((1, 1, WIDTH)), mx.zeros((1, 17, WIDTH))
        self.patch_embed = {"proj": nn.Linear(PATCH * PATCH * 3, WIDTH)}
        self.blocks = [Block() for _ in range(DEPTH)]
        self.norm, self.head = nn.LayerNorm(WIDTH, 1e-6), nn.Linear(WIDTH, 3)

    @property
    def layers(self):
        return self.blocks

    def __call__(self, images):
        n, side = images.shape[0], images.shape[1] // PATCH
        patches = images.reshape(n, side, PATCH, side, PATCH, 3).transpose(0, 1, 3, 2, 4, 5)
        x = self.patch_embed["proj"](patches.reshape(n, side * side, -1))
        x = mx.concatenate([mx.broadcast_to(self.cls_token, (n, 1, WIDTH)), x], axis=1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


folder = pathlib.Path(sys.argv[1])
fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "interop"
base = mx.load(str(fixtures / "base.safetensors"))
# A patch is [height, width, channel] here, [channel, height, width] in PyTorch.
base["patch_embed.proj.weight"] = base["patch_embed.proj.weight"].transpose(0, 2, 3, 1).reshape(WIDTH, -1)
images = mx.load(str(fixtures / "expected.safetensors"))["images"]
logits = mx.load(str(folder / "small.safetensors"))
worst, names = 0.0, sorted(path.name for path in (folder / "mlx").iterdir())
for name in names:
    model = Network()
    model.load_weights(list(base.items()))
    plain = model(images)
    head = folder / "mlx" / name / "head.safetensors"
    model.load_weights(list(mx.load(str(head)).items()), strict=False)
    load_adapters(model, str(folder / "mlx" / name))
    model.eval()
    expected = logits[f"{name}@timm"]
    difference = mx.abs(model(images) - expected).max().item()
    print(f"{name}: {difference:.1e} (without the adapter {mx.abs(plain - expected).max().item():.1e})")
    worst = max(worst, difference)
assert len(names) == 4 and worst < 1e-4, (names, worst)
print(f"{len(names)} folders, logits within {worst:.1e}")
