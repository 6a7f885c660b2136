"""Makes the PEFT and mlx folders of Tests/Fixtures/language-adapters on the tiny models of Tests/Fixtures/language.

Each folder is as PEFT's `save_pretrained` writes it, with `expected.safetensors` beside: token ids [2, 9] and the logits
(of an encoder without a head the hidden states) that PEFT computes.

Needs torch, transformers 5, peft 0.21, safetensors. Run: python language_adapters.py [FOLDER]
"""

import pathlib
import sys

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent

CASES = {
    "llama-lora": ("llama", dict(target_modules=["q_proj", "v_proj", "gate_proj", "down_proj"], r=2, lora_alpha=3)),
    "llama-dora": ("llama", dict(target_modules="all-linear", r=2, use_dora=True, rank_pattern={"k_proj": 1})),
    "gpt2-lora": ("gpt2", dict(target_modules=["c_attn", "mlp.c_proj"], r=3, fan_in_fan_out=True)),
    "bert-lora": ("bert", dict(target_modules=["query", "value"], r=2)),
    # Without the pooler, which PEFT does not save by itself.
    "bert-classes": ("bert-classifier", dict(target_modules=["query"], r=2, task_type="SEQ_CLS")),
    # PEFT saves the map before the last too, as its name ends in `classifier`.
    "distilbert-classes": ("distilbert", dict(target_modules=["v_lin"], r=2, task_type="SEQ_CLS")),
    # As PoLAR's GLUE, with the pooler that PEFT does not save by itself; maps meet tokens and distances.
    "deberta-classes": ("deberta", dict(
        target_modules=["query_proj", "key_proj", "value_proj", "output.dense", "intermediate.dense"], r=2,
        task_type="SEQ_CLS", modules_to_save=["pooler"])),
    "qwen3-classes": ("qwen3-classifier", dict(target_modules=["up_proj"], r=2, task_type="SEQ_CLS")),
}


def make(name, source, settings, out):
    folder = HERE / "language" / source
    kind = transformers.AutoModel if source == "bert" else transformers.AutoModelForCausalLM
    if settings.get("task_type") == "SEQ_CLS":
        kind = transformers.AutoModelForSequenceClassification
    torch.manual_seed(len(name))
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model = get_peft_model(model, LoraConfig(init_lora_weights=False, **settings)).eval()
    model.peft_config["default"].base_model_name_or_path = source
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if "modules_to_save" in key:
                weight.copy_(0.5 * torch.randn(weight.shape))
    ids = torch.randint(5, 41, (2, 9))
    with torch.no_grad():
        outputs = model(input_ids=ids)
    values = outputs.last_hidden_state if source == "bert" else outputs.logits
    model.save_pretrained(out / name)
    (out / name / "README.md").unlink(missing_ok=True)
    save_file({"ids": ids.int(), "values": values.contiguous()}, out / name / "expected.safetensors")


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "language-adapters"
    for name, (source, settings) in CASES.items():
        make(name, source, settings, out)
