"""Makes the files of Tests/Fixtures/gguf with the `gguf` package of llama.cpp.

Needs numpy, gguf, safetensors. Run: python make_gguf.py
"""

import pathlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as T, GGUFWriter, quants
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent / "gguf"
folder.mkdir(exist_ok=True)
rng = np.random.default_rng(17)

# MARK: blocks.safetensors: blocks of random bits, what they unpack to, and numbers as Q8_0.

scales = {"Q8_0": [0], "Q4_0": [0], "Q5_0": [0], "Q4_1": [0, 2], "Q5_1": [0, 2], "Q4_K": [0, 2],
          "Q5_K": [0, 2], "Q6_K": [208]}
tensors = {}
for name in ["F32", "F16", "BF16", *scales]:
    length, size = GGML_QUANT_SIZES[T[name]]
    raw = rng.integers(0, 256, (256 if length == 1 else 512 // length, size), dtype=np.uint8)
    # No infinities and NaNs: their payloads are not compared.
    for offset in scales.get(name, []):
        half = raw[:, offset:offset + 2].copy().view(np.uint16)
        raw[:, offset:offset + 2] = np.where(half & 0x7C00 == 0x7C00, half & 0xBFFF, half).view(np.uint8)
    values = quants.dequantize(raw.reshape(1, -1).copy(), T[name]).reshape(-1).astype(np.float32)
    if name in ("F32", "F16", "BF16"):
        keep = np.isfinite(values)
        raw, values = raw[keep], values[keep]
    tensors[f"{name}.bytes"], tensors[f"{name}.values"] = raw.reshape(-1), values
numbers = np.concatenate([
    np.arange(-16, 16, dtype=np.float32) / 2, np.zeros(32, np.float32),
    *[rng.standard_normal(64).astype(np.float32) * np.float32(s) for s in (1, 1e-3, 1e-7, 1e5, 1e-40)]])
numbers[0] = 127  # The scale is 1, and halves are ties.
with np.errstate(all="ignore"):
    packed = quants.quantize(numbers.reshape(1, -1), T.Q8_0).reshape(-1)
tensors["quantized.values"], tensors["quantized.bytes"] = numbers, packed
save_file(tensors, folder / "blocks.safetensors")

# MARK: kinds.gguf: every kind of value, and tensors of several types.

writer = GGUFWriter(folder / "kinds.gguf", "test")
writer.add_uint8("a.uint8", 200)
writer.add_int8("a.int8", -100)
writer.add_uint16("a.uint16", 60000)
writer.add_int16("a.int16", -30000)
writer.add_uint32("a.uint32", 4_000_000_000)
writer.add_int32("a.int32", -2_000_000_000)
writer.add_float32("a.float32", 1e-5)
writer.add_bool("a.bool", True)
writer.add_string("a.string", "é ▁ \n")
writer.add_uint64("a.uint64", 2**63)
writer.add_int64("a.int64", -(2**62))
writer.add_float64("a.float64", 0.1)
writer.add_array("a.strings", ["", "b", "ß"])
writer.add_array("a.numbers", [1, -2, 3])
writer.add_array("a.floats", [0.5, -0.25])
writer.add_array("a.flags", [True, False])
writer.add_array("a.nested", [[1, 2], [3]])
ramp = np.arange(64, dtype=np.float32).reshape(2, 32) / 8 - 4
writer.add_tensor("f32", ramp)
writer.add_tensor("f16", ramp.astype(np.float16))
writer.add_tensor("cube", np.arange(24, dtype=np.float32).reshape(2, 3, 4))
writer.add_tensor("odd", np.arange(3, dtype=np.float32))
writer.add_tensor("i32", np.arange(5, dtype=np.int32))
writer.add_tensor("q8", quants.quantize(ramp, T.Q8_0), raw_dtype=T.Q8_0)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

# MARK: networks: tensors whose numbers follow from their place, as llama.cpp's converter lays them out.

VOCABULARY, WIDTH, HIDDEN, HEADS, KEY_HEADS, HEAD = 40, 32, 64, 4, 2, 8


def numbers_of(index, shape):
    """The numbers of the tensor that is `index`-th by Hugging Face's names: halves of whole ones."""
    count = int(np.prod(shape))
    return ((np.arange(count) * 37 + index * 11) % 61 - 30).astype(np.float32).reshape(shape) / 2


def permute(w, heads):
    """The rows of each head, from halves that turn each other to neighbours."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def decoder(architecture, norms, biases=(), tied=True, head=HEAD):
    """A network of one layer."""
    layer, block = "model.layers.0.", "blk.0."
    sizes = {"q": (HEADS * head, WIDTH), "k": (KEY_HEADS * head, WIDTH), "v": (KEY_HEADS * head, WIDTH),
             "o": (WIDTH, HEADS * head)}
    names = {"model.embed_tokens.weight": ("token_embd.weight", (VOCABULARY, WIDTH)),
             "model.norm.weight": ("output_norm.weight", (WIDTH,))}
    for key, gguf in [("q", "attn_q"), ("k", "attn_k"), ("v", "attn_v"), ("o", "attn_output")]:
        names[f"{layer}self_attn.{key}_proj.weight"] = (f"{block}{gguf}.weight", sizes[key])
        if key in biases:
            names[f"{layer}self_attn.{key}_proj.bias"] = (f"{block}{gguf}.bias", sizes[key][:1])
    for key, shape in [("gate", (HIDDEN, WIDTH)), ("up", (HIDDEN, WIDTH)), ("down", (WIDTH, HIDDEN))]:
        names[f"{layer}mlp.{key}_proj.weight"] = (f"{block}ffn_{key}.weight", shape)
    for key, gguf in norms.items():
        shape = (head,) if key.startswith("self_attn") else (WIDTH,)
        names[f"{layer}{key}.weight"] = (f"{block}{gguf}.weight", shape)
    if not tied:
        names["lm_head.weight"] = ("output.weight", (VOCABULARY, WIDTH))
    found = {}
    for index, name in enumerate(sorted(names)):
        gguf, shape = names[name]
        w = numbers_of(index, shape)
        if architecture == "llama" and ("q_proj" in name or "k_proj" in name):
            w = permute(w, HEADS if "q_proj" in name else KEY_HEADS)
        if architecture == "gemma3" and "norm" in name:
            w = w + 1
        found[gguf] = w
    return found


def gpt2():
    names = {"transformer.wte.weight": ("token_embd.weight", (VOCABULARY, WIDTH)),
             "transformer.wpe.weight": ("position_embd.weight", (24, WIDTH)),
             "transformer.ln_f.weight": ("output_norm.weight", (WIDTH,)),
             "transformer.ln_f.bias": ("output_norm.bias", (WIDTH,))}
    for key, gguf, shape in [("ln_1", "attn_norm", (WIDTH,)), ("ln_2", "ffn_norm", (WIDTH,)),
                             ("attn.c_attn", "attn_qkv", (WIDTH, 3 * WIDTH)),
                             ("attn.c_proj", "attn_output", (WIDTH, WIDTH)),
                             ("mlp.c_fc", "ffn_up", (WIDTH, HIDDEN)),
                             ("mlp.c_proj", "ffn_down", (HIDDEN, WIDTH))]:
        names[f"transformer.h.0.{key}.weight"] = (f"blk.0.{gguf}.weight", shape)
        names[f"transformer.h.0.{key}.bias"] = (f"blk.0.{gguf}.bias", shape[-1:])
    found = {}
    for index, name in enumerate(sorted(names)):
        gguf, shape = names[name]
        w = numbers_of(index, shape)
        found[gguf] = w.T if ".c_" in name and w.ndim == 2 else w
    return found


def llama3_divisors(head, theta, factor, low, high, original):
    """As the converter computes the tensor rope_freqs of Llama 3.1."""
    divisors = []
    for f in 1 / theta ** (np.arange(0, head, 2, dtype=np.float32) / head):
        length = 2 * np.pi / f
        if length < original / high:
            divisors.append(1)
        elif length > original / low:
            divisors.append(factor)
        else:
            smooth = (original / length - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(divisors, np.float32)


def write(architecture, name, found, head=HEAD, quantized=(), more=lambda writer: None):
    writer = GGUFWriter(folder / f"{name}.gguf", architecture)
    writer.add_block_count(1)
    writer.add_context_length(24)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    if architecture == "gpt2":
        writer.add_layer_norm_eps(1e-5)
    else:
        writer.add_head_count_kv(KEY_HEADS)
        writer.add_layer_norm_rms_eps(1e-6)
        writer.add_rope_freq_base(500000.0)
        if head != WIDTH // HEADS:
            writer.add_key_length(head)
            writer.add_value_length(head)
    more(writer)
    for key in found:
        if key in quantized:
            writer.add_tensor(key, quants.quantize(found[key], T.Q8_0), raw_dtype=T.Q8_0)
        else:
            writer.add_tensor(key, np.ascontiguousarray(found[key]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


plain = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
headed = {"self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}
gemma = {"input_layernorm": "attn_norm", "post_attention_layernorm": "post_attention_norm",
         "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm", **headed}


def tokens(writer):
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    words = ["<|end|>"] + [chr(97 + i % 26) * (1 + i // 26) for i in range(VOCABULARY - 1)]
    writer.add_token_list(words)
    writer.add_token_types([3] + [1] * (VOCABULARY - 1))
    writer.add_token_merges(["a a", "b b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(0)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template("{{ messages[0]['content'] }}")


found = decoder("llama", plain)
write("llama", "llama", found, quantized=("blk.0.attn_q.weight", "token_embd.weight"), more=tokens)
scaled = {"rope_freqs.weight": llama3_divisors(16, 500000.0, 8.0, 1.0, 4.0, 8192),
          **decoder("llama", plain, tied=False, head=16)}
write("llama", "llama3", scaled, head=16)
write("qwen2", "qwen2", decoder("qwen2", plain, biases="qkv"))
write("qwen3", "qwen3", decoder("qwen3", {**plain, **headed}, head=16), head=16)
write("gemma3", "gemma3", decoder("gemma3", gemma, head=16), head=16,
      more=lambda writer: writer.add_sliding_window(8))
write("gpt2", "gpt2", gpt2())
