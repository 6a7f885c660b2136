"""Loads with PEFT the folders that WrittenLanguageTests wrote, and compares what the models give.

    PETL_INTEROP=FOLDER swift test --filter WrittenLanguageTests
    python check_written_language.py FOLDER

Every warning is an error. Needs torch, transformers 5, peft 0.21, safetensors.
"""

import json
import pathlib
import sys
import warnings

import peft
import torch
import transformers
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).parent
MODELS = HERE.parent / "Fixtures" / "language"
TEXTS = torch.tensor([[3, 17, 5, 29, 11, 8, 40, 7, 19], [12, 9, 9, 31, 24, 22, 7, 19, 6]])
KINDS = {
    "CAUSAL_LM": (transformers.AutoModelForCausalLM, peft.PeftModelForCausalLM),
    "SEQ_CLS": (transformers.AutoModelForSequenceClassification, peft.PeftModelForSequenceClassification),
    "FEATURE_EXTRACTION": (transformers.AutoModel, peft.PeftModelForFeatureExtraction),
}

folder = pathlib.Path(sys.argv[1]) / "language"
worst = 0.0
expected = load_file(folder / "values.safetensors")


def model(name, task):
    """The model without the adapter, with five classes where it has classes."""
    more = dict(num_labels=5, ignore_mismatched_sizes=True) if task == "SEQ_CLS" else {}
    return KINDS[task][0].from_pretrained(MODELS / name, dtype=torch.float32, attn_implementation="eager", **more)


def values(model, task):
    with torch.no_grad():
        output = model(input_ids=TEXTS)
    return output.last_hidden_state if task == "FEATURE_EXTRACTION" else output.logits


for name, wanted in sorted(expected.items()):
    task = json.loads((folder / name / "adapter_config.json").read_text())["task_type"]
    plain = model(name.split("@")[1], task)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        adapted = peft.PeftModel.from_pretrained(plain, folder / name).eval()
    assert type(adapted) is KINDS[task][1], (name, type(adapted))
    status = peft.get_model_status(adapted)
    assert status.enabled is True and status.active_adapters == ["default"], (name, status)
    stored = load_file(folder / name / "adapter_model.safetensors")
    found = peft.get_peft_model_state_dict(adapted)
    assert stored.keys() == found.keys(), (name, stored.keys() ^ found.keys())
    scale = wanted.abs().max()
    beside = (values(adapted, task) - wanted).abs().max() / scale
    # PEFT's IA3 cannot take a head of several maps out of its wrapper.
    whole = adapted if name == "ia3@roberta" else adapted.merge_and_unload(safe_merge=True)
    merged = (values(whole, task) - wanted).abs().max() / scale
    print(f"{name}: {beside:.1e}, merged {merged:.1e}")
    worst = max(worst, beside.item(), merged.item())
print(f"{len(expected)} folders, {worst:.1e} of the largest at most")
assert worst < 1e-4
