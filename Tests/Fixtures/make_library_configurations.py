"""Makes Tests/Fixtures/library-configurations: what open_clip and transformers give for the networks of
Tests/Fixtures/namings with another value in their configuration.

`cases.json` has the folder, the changed keys and the name of the expected logits in `expected.safetensors`.

Needs torch, transformers 5.23, open_clip_torch 3.3, safetensors.
Run: python make_library_configurations.py
"""

import json
import os

os.environ["HF_HUB_OFFLINE"] = "1"

from timm_peer import HERE

import torch  # noqa: E402
import transformers  # noqa: E402
from open_clip.model import CLIPVisionCfg, _build_vision_tower  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

OPEN_CLIP = [
    {"head_width": 12}, {"head_width": 6}, {"pool_type": "avg"}, {"pool_type": "avg", "final_ln_after_pool": True},
    {"final_ln_after_pool": True}, {"norm_kwargs": {"eps": 0.1}},
    {"quick_gelu": False, "act_kwargs": {"approximate": "tanh"}}, {"quick_gelu": False}]
VIT = [
    {"hidden_act": "gelu_new"}, {"hidden_act": "quick_gelu"}, {"hidden_act": "relu"}, {"hidden_act": "silu"},
    {"num_attention_heads": 6}, {"layer_norm_eps": 0.1}]

golden = load_file(HERE / "namings" / "golden.safetensors")
images = golden["images.24"].permute(0, 3, 1, 2).double()
cases, expected = [], {}


def keep(folder, change, logits):
    name = f"{folder}.{len(cases)}"
    cases.append({"folder": folder, "change": change, "name": name})
    expected[name] = logits.float().contiguous()


described = json.loads((HERE / "namings/open-clip/open_clip_config.json").read_text())["model_cfg"]
state = load_file(HERE / "namings/open-clip/open_clip_model.safetensors")
state = {k.removeprefix("visual."): v for k, v in state.items() if k.startswith("visual.")}
for change in OPEN_CLIP:
    vision = {**described["vision_cfg"], **{k: v for k, v in change.items() if k != "quick_gelu"}}
    tower = _build_vision_tower(described["embed_dim"], CLIPVisionCfg(**vision), change.get("quick_gelu", True))
    tower.load_state_dict(state)
    with torch.no_grad():
        keep("open-clip", change, tower.double().eval()(images))
for change in VIT:
    config = transformers.ViTConfig.from_pretrained(HERE / "namings/hf-vit", **change)
    model = transformers.ViTForImageClassification.from_pretrained(HERE / "namings/hf-vit", config=config)
    with torch.no_grad():
        keep("hf-vit", change, model.double().eval()(images).logits)

folder = HERE / "library-configurations"
folder.mkdir(exist_ok=True)
save_file(expected, folder / "expected.safetensors")
(folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
