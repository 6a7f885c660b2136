#!/usr/bin/env python3
"""Times a step of LoRA on a frozen Vision Transformer in plain PyTorch: what `petl bench` does, for compare.py.

    python3 docs/benchmarks/pytorch_step.py --model base --batch 8 --steps 5

Needs torch, and torchao for --int8. Random weights and images; LoRA of rank 8 at query and value, cross entropy, AdamW. One step goes before those
that count. Prints one line of JSON with the images a second of the median step and the peak of the process in MiB.
"""
import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

# side of the image, side of a patch, width, blocks, heads
SIZES = {"base": (224, 16, 768, 12, 12), "tiny": (224, 16, 192, 12, 3), "micro": (32, 4, 128, 6, 4)}


class LoRA(nn.Module):
    def __init__(self, width, rank):
        super().__init__()
        self.down = nn.Parameter(0.02 * torch.randn(rank, width))
        self.up = nn.Parameter(0.02 * torch.randn(width, rank))

    def forward(self, x):
        return x @ self.down.t() @ self.up.t()


class Block(nn.Module):
    def __init__(self, width, heads, rank):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.lora_query, self.lora_value = LoRA(width, rank), LoRA(width, rank)

    def forward(self, x):
        images, tokens, width = x.shape
        h = self.norm1(x)
        query, key, value = self.qkv(h).split(width, -1)
        query, value = query + self.lora_query(h), value + self.lora_value(h)
        query, key, value = (
            part.reshape(images, tokens, self.heads, -1).transpose(1, 2) for part in (query, key, value))
        mixed = F.scaled_dot_product_attention(query, key, value)
        x = x + self.output(mixed.transpose(1, 2).reshape(images, tokens, width))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViT(nn.Module):
    def __init__(self, size, classes, rank):
        super().__init__()
        side, patch, width, depth, heads = size
        self.embedding = nn.Conv2d(3, width, patch, patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(0.02 * torch.randn(1, (side // patch) ** 2 + 1, width))
        self.blocks = nn.ModuleList(Block(width, heads, rank) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, classes)

    def forward(self, images):
        x = self.embedding(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--model", choices=SIZES, default="base")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--rank", type=int, default=8)
    p.add_argument("--classes", type=int, default=100)
    p.add_argument("--steps", type=int, default=5, help="steps that count")
    p.add_argument("--forward-only", action="store_true")
    p.add_argument("--compile", action="store_true", help="torch.compile")
    p.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32", help="bf16: autocast")
    p.add_argument("--matmul", choices=["highest", "medium"], default="highest", help="medium: products in bfloat16")
    p.add_argument("--int8", action="store_true",
                   help="frozen products in 8 bits both ways, as torchao's quantized training has them (SwitchBack's)")
    a = p.parse_args()
    torch.manual_seed(0)
    torch.set_float32_matmul_precision(a.matmul)
    size = SIZES[a.model]
    model = ViT(size, a.classes, a.rank)
    for name, weight in model.named_parameters():
        weight.requires_grad_("lora" in name or name.startswith("head"))
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, weight_decay=1e-4)
    images = torch.randn(a.batch, 3, size[0], size[0])
    labels = torch.randint(0, a.classes, (a.batch,))
    if a.int8:
        from torchao import quantize_
        from torchao.prototype.quantized_training import int8_mixed_precision_training

        frozen = lambda module, _: isinstance(module, nn.Linear) and not module.weight.requires_grad  # noqa: E731
        quantize_(model, int8_mixed_precision_training(), filter_fn=frozen)
    network = torch.compile(model) if a.compile else model

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=a.dtype == "bf16"):
            if a.forward_only:
                with torch.no_grad():
                    network(images)
                return
            loss = F.cross_entropy(network(images).float(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    step()
    times = []
    for _ in range(a.steps):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    print(json.dumps(dict(
        peer="pytorch " + torch.__version__, threads=torch.get_num_threads(), seconds=round(median, 4),
        images_per_second=round(a.batch / median, 3),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))))


if __name__ == "__main__":
    main()
