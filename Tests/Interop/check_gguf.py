"""Compares GGUF files with transformers and the `gguf` package of llama.cpp, in both directions.

    python check_gguf.py PETL [FILE.gguf ...]

For each family a tiny network of transformers is written to a folder, `petl convert` makes a GGUF file of it
and a folder of that again: every tensor must come back, and transformers, where it reads the family's GGUF
files itself, must compute the same from the file. Of each FILE the tensors that petl writes are compared with
those that `gguf` unpacks, and the logits with those of transformers' own reading of the file. Needs torch, transformers 5, gguf, safetensors.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from gguf import GGUFReader  # noqa: E402
from gguf.quants import dequantize  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

petl, files = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2:]
small = dict(vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=2,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64)
FAMILIES = {
    "llama": (transformers.LlamaConfig(**small, tie_word_embeddings=False), True),
    "llama3": (transformers.LlamaConfig(**small, head_dim=32, rope_parameters={
        "rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}), False),
    "mistral": (transformers.MistralConfig(**small, sliding_window=8), False),
    "qwen2": (transformers.Qwen2Config(**small, tie_word_embeddings=True), True),
    # transformers reads no width of heads from a file of Qwen3, no scale from one of
    # Gemma 3, and no vocabulary from one of GPT-2: these are its defaults.
    "qwen3": (transformers.Qwen3Config(**small, head_dim=128), True),
    "gemma3": (transformers.Gemma3TextConfig(**small, head_dim=256, query_pre_attn_scalar=256,
                                             sliding_window=8), True),
    "gpt2": (transformers.GPT2Config(n_embd=64, n_layer=2, n_head=4), True),
}


def convert(*arguments):
    subprocess.run([petl, "convert", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def logits(model):
    with torch.no_grad():
        return model.eval()(torch.arange(24).reshape(2, 12) * 7 % 96).logits


for family, (config, is_read) in FAMILIES.items():
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        torch.manual_seed(3)
        model = transformers.AutoModelForCausalLM.from_config(config)
        for parameter in model.parameters():
            # Halves: what F16 keeps is exact.
            parameter.data = torch.nn.init.normal_(parameter.data, std=0.1).half().float()
        model.save_pretrained(place / "hf")
        wanted = logits(model)
        for dtype in ["f32", "f16", "q8_0"]:
            file = place / f"{dtype}.gguf"
            convert(place / "hf", "--to", "gguf", "--dtype", dtype, "--output", file)
            convert(file, "--to", "hf", "--output", place / dtype)
            reader = GGUFReader(file)
            assert all(np.isfinite(dequantize(t.data, t.tensor_type)).all() for t in reader.tensors)
            before = load_file(place / "hf" / "model.safetensors")
            after = load_file(place / dtype / "model.safetensors")
            assert before.keys() == after.keys(), before.keys() ^ after.keys()
            # A norm of Gemma's is kept as 1 + w, which costs a few bits; Q8_0 has 127 steps.
            worst = max((before[k] - after[k].float()).abs().max().item() for k in before)
            assert worst <= (5e-3 if dtype == "q8_0" else 1e-6), (family, dtype, worst)
            again = transformers.AutoModelForCausalLM.from_pretrained(place / dtype, dtype=torch.float32)
            apart = (logits(again) - wanted).abs().max().item() / wanted.abs().max().item()
            assert apart <= (0.05 if dtype == "q8_0" else 1e-5), (family, dtype, apart)
            line = f"{family} {dtype}: tensors {worst:.1e}, logits {apart:.1e}"
            if is_read and dtype == "f16":
                own = transformers.AutoModelForCausalLM.from_pretrained(
                    place, gguf_file=file.name, dtype=torch.float32)
                apart = (logits(own) - wanted).abs().max().item() / wanted.abs().max().item()
                line += f", by transformers from the file {apart:.1e}"
                assert apart <= 1e-2, (family, apart)
            print(line, flush=True)

for file in files:
    with tempfile.TemporaryDirectory() as place:
        convert(file, "--to", "hf", "--output", pathlib.Path(place) / "hf")
        found = load_file(pathlib.Path(place) / "hf" / "model.safetensors")
        config = json.loads((pathlib.Path(place) / "hf" / "config.json").read_text())
        unpacked = {t.name: dequantize(t.data, t.tensor_type) for t in GGUFReader(file).tensors}
        heads = config["num_attention_heads"], config["num_key_value_heads"]
        for layer in range(config["num_hidden_layers"]):
            for key, name in [("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"),
                              ("attn_v", "self_attn.v_proj"), ("ffn_down", "mlp.down_proj"),
                              ("attn_norm", "input_layernorm")]:
                w = unpacked[f"blk.{layer}.{key}.weight"]
                if config["model_type"] in ("llama", "mistral") and key in ("attn_q", "attn_k"):
                    n = heads[key == "attn_k"]
                    w = w.reshape(n, w.shape[0] // n // 2, 2, -1).swapaxes(1, 2).reshape(w.shape)
                if "gemma" in config["model_type"] and "norm" in key:
                    w = w - 1
                assert np.array_equal(found[f"model.layers.{layer}.{name}.weight"].numpy(), w), (layer, name)
        own = transformers.AutoModelForCausalLM.from_pretrained(
            pathlib.Path(file).parent, gguf_file=pathlib.Path(file).name, dtype=torch.float32)
        ours = transformers.AutoModelForCausalLM.from_pretrained(pathlib.Path(place) / "hf", dtype=torch.float32)
        tokens = torch.tensor([[504, 2240, 282, 7042, 314, 260, 3575, 282, 4649, 30, 657, 5721, 335, 260]])
        with torch.no_grad():
            a, b = own(tokens).logits, ours(tokens).logits
        print(f"{file}: {len(found)} tensors, attention and MLP equal, logits {(a - b).abs().max() / a.abs().max():.1e} apart, "
              f"loss {torch.nn.functional.cross_entropy(b[0, :-1], tokens[0, 1:]):.4f}")
