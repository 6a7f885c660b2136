"""Makes Tests/Fixtures/language-training: LoRA of PEFT on tiny models of Tests/Fixtures/language, trained for 20 steps.

Each folder is the adapter as it starts, with `losses.json` beside: the loss of each step, completions alone counted, over
all tokens of the batch. The texts are `texts.jsonl`, whose letters are tokens (5 on), with 2 behind each.

Needs torch, transformers 5, peft 0.21, safetensors. Run: python make_language_training.py
"""

import json
import pathlib

import torch
import transformers
from peft import LoraConfig, get_peft_model

HERE = pathlib.Path(__file__).parent
OUT = HERE / "language-training"
LETTERS = {c: 5 + i for i, c in enumerate("abcdefghijklmnopqrstuvwxyz .\n")}
TEXTS = [
    ("the cat.", " sat"), ("a hat on.", " mat"), ("sun.", " s"), ("dogs ran.", " ran"), ("mat.", " flat"),
    ("one two.", " three"),
]
CASES = {"llama": ["q_proj", "v_proj", "gate_proj"], "gpt2": ["c_fc", "mlp.c_proj"]}


def batch():
    rows, labels = [], []
    for prompt, completion in TEXTS:
        a, b = [LETTERS[c] for c in prompt], [LETTERS[c] for c in completion] + [2]
        rows.append(a + b)
        labels.append([-100] * len(a) + b)
    length = max(map(len, rows))
    mask = torch.tensor([[1] * len(r) + [0] * (length - len(r)) for r in rows])
    ids = torch.tensor([r + [0] * (length - len(r)) for r in rows])
    return ids, mask, torch.tensor([r + [-100] * (length - len(r)) for r in labels])


def losses(name, targets):
    torch.manual_seed(7)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        HERE / "language" / name, dtype=torch.float32, attn_implementation="eager")
    settings = LoraConfig(target_modules=targets, r=4, lora_alpha=8, fan_in_fan_out=name == "gpt2")
    model = get_peft_model(model, settings).train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.peft_config["default"].base_model_name_or_path = name
    model.save_pretrained(OUT / name)
    (OUT / name / "README.md").unlink(missing_ok=True)
    ids, mask, labels = batch()
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=1e-2, weight_decay=0)
    found = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    lines = [json.dumps({"prompt": p, "completion": c}) + "\n" for p, c in TEXTS]
    (OUT / "texts.jsonl").write_text("".join(lines))
    for name, targets in CASES.items():
        (OUT / name).mkdir(exist_ok=True)
        values = losses(name, targets)
        (OUT / name / "losses.json").write_text(json.dumps(values, indent=0) + "\n")
        print(name, values[0], values[-1])
