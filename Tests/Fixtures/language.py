"""Writes the folder `language`: tiny random language models, and what transformers computes with them.

    HF_HUB_OFFLINE=1 /path/to/python language.py       (torch 2.13, transformers 5, safetensors, tokenizers)

Each model is a folder as transformers saves it, `config.json` and `model.safetensors`. Beside them lies
`expected.safetensors`: the tokens of a padded batch (`ids`, `lengths`), the hidden states after the last norm
(`hidden`, each text by itself, with zeros where it is filled up), of a decoder the logits after each text's last token (`logits`)
and the loss of the next tokens (`loss`), and the gradients of that loss (of an encoder, of the sum of
`hidden * slopes`) with respect to a low-rank change of the output of some maps, `down` [r, in] and `up`
[r, out] each (`gradient.LAYER.SITE.down`). Everything is computed in 64-bit floats from the numbers of the
file; the configurations named `-v4` are rewritten with the keys of transformers 4.
"""
import json
import pathlib
import zlib

import torch
import transformers
from safetensors.torch import load_file, save_file

OUT = pathlib.Path(__file__).parent / "language"
TEXTS = [[3, 17, 5, 29, 11, 8, 40], [2, 9, 9], [31, 4, 22, 7, 19]]
RANK = 2


def decoder(**more):
    return dict(vocab_size=41, hidden_size=24, intermediate_size=37, num_hidden_layers=2, num_attention_heads=3,
                num_key_value_heads=1, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, **more)


def llama3(**more):
    return dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                original_max_position_embeddings=16, **more)


def cases():
    t = transformers
    yield ("llama", t.LlamaForCausalLM, t.LlamaConfig(**decoder(tie_word_embeddings=False)), torch.float32, None)
    yield ("llama3", t.LlamaForCausalLM, t.LlamaConfig(**{
        **decoder(tie_word_embeddings=True, rope_parameters=llama3(), attention_bias=True, mlp_bias=True),
        "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 6}), torch.bfloat16, None)
    yield ("llama-linear-v4", t.LlamaForCausalLM, t.LlamaConfig(**{
        **decoder(tie_word_embeddings=False,
                  rope_parameters=dict(rope_type="linear", rope_theta=1000.0, factor=3.0)),
        "num_key_value_heads": 3}), torch.float32,
        dict(rope_theta=1000.0, rope_scaling={"type": "linear", "factor": 3.0}))
    yield ("mistral", t.MistralForCausalLM, t.MistralConfig(**decoder(sliding_window=3, head_dim=8)), torch.float32,
           None)
    yield ("qwen2", t.Qwen2ForCausalLM, t.Qwen2Config(**decoder(
        tie_word_embeddings=True, use_sliding_window=True, sliding_window=4, max_window_layers=1)), torch.float32,
        None)
    yield ("qwen3-v4", t.Qwen3ForCausalLM, t.Qwen3Config(**decoder(head_dim=10, tie_word_embeddings=False)),
           torch.float32, dict(rope_theta=10000.0, rope_scaling=None))
    yield ("qwen3-classifier", t.Qwen3ForSequenceClassification, t.Qwen3Config(**decoder(
        head_dim=10, pad_token_id=0, num_labels=4, tie_word_embeddings=True)), torch.float32, None)
    yield ("gemma3", t.Gemma3ForCausalLM, t.Gemma3TextConfig(**decoder(
        head_dim=12, query_pre_attn_scalar=20, sliding_window=3, layer_types=["sliding_attention", "full_attention"],
    )), torch.float32, None)
    yield ("gemma3-v4", t.Gemma3ForCausalLM, t.Gemma3TextConfig(**{
        **decoder(head_dim=12, query_pre_attn_scalar=20, sliding_window=3,
                  layer_types=["sliding_attention", "full_attention"]),
    }), torch.bfloat16,
        dict(rope_theta=1000000.0, rope_local_base_freq=10000.0, rope_scaling=None, sliding_window_pattern=2,
             layer_types=None))
    yield ("gpt2", t.GPT2LMHeadModel, t.GPT2Config(
        vocab_size=41, n_positions=20, n_embd=24, n_layer=2, n_head=3, bos_token_id=1, eos_token_id=2),
        torch.float32, None)
    encoder = dict(vocab_size=41, hidden_size=24, intermediate_size=37, num_hidden_layers=2, num_attention_heads=3,
                   max_position_embeddings=20)
    yield ("bert", t.BertModel, t.BertConfig(**encoder), torch.float32, None)
    yield ("bert-classifier", t.BertForSequenceClassification, t.BertConfig(num_labels=3, **encoder), torch.float32,
           None)
    yield ("roberta", t.RobertaForSequenceClassification, t.RobertaConfig(
        type_vocab_size=1, pad_token_id=1, **encoder), torch.float32, None)
    yield ("distilbert", t.DistilBertForSequenceClassification, t.DistilBertConfig(
        vocab_size=41, dim=24, hidden_dim=37, n_layers=2, n_heads=3, max_position_embeddings=20), torch.float32, None)
    deberta = dict(layer_norm_eps=1e-7, relative_attention=True, **encoder)
    # As DeBERTa-v3: maps shared by tokens and distances, of which those above three are counted by their logarithms.
    yield ("deberta", t.DebertaV2ForSequenceClassification, t.DebertaV2Config(
        pos_att_type="p2c|c2p", position_buckets=6, share_att_key=True, norm_rel_ebd="layer_norm",
        position_biased_input=False, num_labels=3, **deberta), torch.float32, None)
    yield ("deberta-own-maps", t.DebertaV2Model, t.DebertaV2Config(
        pos_att_type=["c2p", "p2c"], max_relative_positions=5, type_vocab_size=2, **deberta), torch.float32, None)
    yield ("deberta-p2c", t.DebertaV2Model, t.DebertaV2Config(
        pos_att_type=["p2c"], share_att_key=True, position_buckets=5, position_biased_input=False, **deberta),
        torch.bfloat16, None)


# What a site's map is called below a block.
SITES = {
    "llama": dict(query="self_attn.q_proj", value="self_attn.v_proj", output="self_attn.o_proj", fc1="mlp.up_proj",
                  gate="mlp.gate_proj", fc2="mlp.down_proj"),
    "gpt2": dict(query="attn.c_attn", output="attn.c_proj", fc1="mlp.c_fc", fc2="mlp.c_proj"),
    "bert": dict(query="attention.self.query", value="attention.self.value", output="attention.output.dense",
                 fc1="intermediate.dense", fc2="output.dense"),
    "distilbert": dict(query="attention.q_lin", value="attention.v_lin", output="attention.out_lin", fc1="ffn.lin1",
                       fc2="ffn.lin2"),
}
SITES["roberta"] = SITES["bert"]
SITES["deberta-v2"] = SITES["bert"] | dict(
    query="attention.self.query_proj", key="attention.self.key_proj", value="attention.self.value_proj")


def blocks(model, kind):
    body = model.base_model
    return {"gpt2": lambda: body.h, "bert": lambda: body.encoder.layer, "roberta": lambda: body.encoder.layer,
            "deberta-v2": lambda: body.encoder.layer,
            "distilbert": lambda: body.transformer.layer}.get(kind, lambda: body.layers)()


def adapt(model, kind, generator):
    """Adds x downᵀ up to the output of some maps; gives the factors by layer and site."""
    factors = {}
    names = SITES.get(kind, SITES["llama"])
    for layer, block in enumerate(blocks(model, kind)):
        for site, path in names.items():
            if (layer == 0) == (site in ("query", "fc2", "gate")):
                continue
            module = block.get_submodule(path)
            conv = type(module).__name__ == "Conv1D"
            inputs, outputs = module.weight.shape if conv else module.weight.shape[::-1]
            if site == "query" and conv:
                outputs = outputs // 3
            down = (torch.randn(RANK, inputs, generator=generator, dtype=torch.float32) * 0.3).double()
            up = (torch.randn(RANK, outputs, generator=generator, dtype=torch.float32) * 0.3).double()
            down.requires_grad_()
            up.requires_grad_()
            factors[f"{layer}.{site}"] = (down, up)

            def hook(module, args, output, down=down, up=up):
                change = args[0] @ down.T @ up
                if change.shape == output.shape:
                    return output + change
                return torch.cat([output[..., :change.shape[-1]] + change, output[..., change.shape[-1]:]], -1)

            module.register_forward_hook(hook)
    return factors


def randomize(model, generator):
    """Weights of order one over the square root of the width, so that every part of the network matters."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if weight.dim() == 1:
                centre = 0 if "bias" in name or model.config.model_type.startswith("gemma3") else 1
                weight.copy_(centre + 0.2 * noise)
            else:
                weight.copy_(noise * (0.7 if "emb" in name or "wte" in name or "wpe" in name else 0.3))


def save(name, model, kind_of_number, keys):
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    model.to(kind_of_number).save_pretrained(folder)
    for extra in folder.glob("generation_config.json"):
        extra.unlink()
    path = folder / "config.json"
    config = json.loads(path.read_text())
    if keys is not None:
        config.pop("rope_parameters", None)
        config["torch_dtype"] = config.pop("dtype")
        config.update(keys)
        config = {key: value for key, value in config.items() if key != "layer_types" or value is not None}
    path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def expected(name, model, kind, generator):
    model = model.double().eval()
    longest = max(map(len, TEXTS))
    pad = model.config.pad_token_id or 0
    ids = torch.tensor([text + [pad] * (longest - len(text)) for text in TEXTS])
    mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in TEXTS])
    out = {"ids": ids.int(), "lengths": mask.sum(1).int()}
    factors = adapt(model, kind, generator)
    for key, (down, up) in factors.items():
        out[f"factor.{key}.down"], out[f"factor.{key}.up"] = down.detach().float(), up.detach().float()
    more = [{} for _ in TEXTS]
    if kind == "bert" or kind == "deberta-v2" and model.config.type_vocab_size > 1:
        types = (torch.arange(longest) >= 3).int().repeat(len(TEXTS), 1) * mask
        out["types"] = types.int()
        more = [{"token_type_ids": types[i:i + 1, :len(text)].long()} for i, text in enumerate(TEXTS)]

    def each(function):
        """Each text by itself, filled up with zeros."""
        rows = [function(torch.tensor([text]), **keys)[0] for text, keys in zip(TEXTS, more)]
        return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)

    hidden = each(lambda text, **keys: model.base_model(input_ids=text, **keys).last_hidden_state)
    out["hidden"] = hidden.detach().float()
    if hasattr(model, "lm_head"):
        logits = model.lm_head(hidden)
        ends = mask.sum(1) - 1
        out["logits"] = logits[torch.arange(len(TEXTS)), ends].detach().float()
        targets = ids.masked_fill(mask == 0, -100)
        losses = torch.nn.functional.cross_entropy(
            logits[:, :-1].reshape(-1, logits.shape[-1]), targets[:, 1:].reshape(-1), reduction="none")
        loss = losses.sum() / (targets[:, 1:] != -100).sum()
        out["losses"] = losses.detach().float().reshape(len(TEXTS), -1)
    else:
        slopes = torch.randn(hidden.shape, generator=generator, dtype=torch.float32).double() * mask[..., None]
        out["slopes"] = slopes.float()
        loss = (hidden * slopes).sum()
        if hasattr(model, "classifier") or hasattr(model, "score"):
            out["class_logits"] = each(lambda text, **keys: model(input_ids=text, **keys).logits).detach().float()
    out["loss"] = loss.detach().float().reshape(1)
    loss.backward()
    for key, (down, up) in factors.items():
        out[f"gradient.{key}.down"], out[f"gradient.{key}.up"] = down.grad.float(), up.grad.float()
    save_file({key: value.contiguous() for key, value in out.items()}, OUT / name / "expected.safetensors")


def main():
    for name, make, config, kind_of_number, keys in cases():
        generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        model = make(config)
        randomize(model, generator)
        save(name, model, kind_of_number, keys)
        # From the file's own configuration, so that both spellings are transformers' reading.
        attention = {} if config.model_type == "deberta-v2" else {"attn_implementation": "sdpa"}
        again = make.from_pretrained(OUT / name, dtype=torch.float32, **attention)
        expected(name, again, config.model_type.replace("gemma3_text", "gemma3"), generator)
        print(name, sum(path.stat().st_size for path in (OUT / name).iterdir()))


if __name__ == "__main__":
    main()
