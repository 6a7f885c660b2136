"""A tiny Llama whose matrices bitsandbytes and mlx have quantised, and what both compute with it.

    python quantized_language.py

Needs torch, transformers, accelerate, bitsandbytes, mlx (`mlx[cpu]` on Linux), mlx-lm, safetensors. Writes
language-quantized/NAME/{config.json,model.safetensors,expected.safetensors}: `logits` of `ids` and, of each quantised
matrix, the first three rows and the last as the library unpacks them.
"""

import pathlib
import shutil
import tempfile

import bitsandbytes.functional as bnb
import mlx.core as mx
import mlx.nn as nn
import numpy as np
import torch
from mlx_lm.utils import load_model, quantize_model, save_config, save_model
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM

OUT = pathlib.Path(__file__).parent / "language-quantized"
IDS = np.array([[3, 17, 5, 29, 11, 8, 40, 7, 19], [12, 9, 9, 31, 24, 22, 7, 19, 6]])


def rows(matrix):
    return np.concatenate([matrix[:3], matrix[-1:]])


def model(folder):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=41, hidden_size=128, intermediate_size=192, num_hidden_layers=1, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, initializer_range=0.15)
    LlamaForCausalLM(config).float().save_pretrained(folder)


def of_bitsandbytes(base, name, double):
    settings = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=double, bnb_4bit_compute_dtype=torch.float32)
    network = AutoModelForCausalLM.from_pretrained(base, quantization_config=settings, device_map="cpu", dtype=torch.float32)
    network.save_pretrained(OUT / name)
    (OUT / name / "generation_config.json").unlink(missing_ok=True)
    expected = {}
    for path, module in network.named_modules():
        if hasattr(getattr(module, "weight", None), "quant_state"):
            whole = bnb.dequantize_4bit(module.weight.data, module.weight.quant_state)
            expected[f"{path}.weight"] = rows(whole.float().numpy())
    with torch.no_grad():
        expected["logits"] = network(torch.from_numpy(IDS)).logits.numpy()
    save_file({**expected, "ids": IDS}, OUT / name / "expected.safetensors")


def of_mlx(base, name, bits, group, others):
    """`others`: bits and groups of modules by the end of their names."""
    network, config = load_model(base)

    def choice(path, module):
        if not hasattr(module, "to_quantized"):
            return False
        for end, (own_bits, own_group) in others.items():
            if path.endswith(end):
                return {"bits": own_bits, "group_size": own_group, "mode": "affine"}
        return True

    network, config = quantize_model(network, config, group, bits, quant_predicate=choice)
    folder = OUT / name
    folder.mkdir(parents=True)
    save_model(folder, network)
    (folder / "model.safetensors.index.json").unlink(missing_ok=True)
    save_config(config, folder / "config.json")
    expected = {}
    for path, module in network.named_modules():
        if isinstance(module, (nn.QuantizedLinear, nn.QuantizedEmbedding)):
            whole = mx.dequantize(module.weight, module.scales, module.biases, module.group_size, module.bits)
            expected[f"{path}.weight"] = rows(np.array(whole.astype(mx.float32)))
    expected["logits"] = np.array(network(mx.array(IDS)).astype(mx.float32))
    save_file({**expected, "ids": IDS}, folder / "expected.safetensors")


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as base:
        model(base)
        base = pathlib.Path(base)
        for name, double in [("nf4", False), ("nf4-double", True)]:
            of_bitsandbytes(base, name, double)
        of_mlx(base, "mlx4", 4, 64, {"down_proj": (8, 32), "lm_head": (8, 64)})
        of_mlx(base, "mlx4-groups", 4, 32, {"q_proj": (4, 128)})


if __name__ == "__main__":
    main()
