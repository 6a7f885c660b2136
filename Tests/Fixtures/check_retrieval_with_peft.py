"""Measures a run of retrieval by transformers and PEFT: the contrastive loss and the recalls of its test split.

The text adapter is loaded by PEFT from RUN/adapter/text; the image adapter is in the merged weights:
    petl merge RUN/adapter/image --weights CLIP --output MERGED
    python check_retrieval_with_peft.py RUN CLIP MERGED PAIRS.jsonl > peft.json
    petl evaluate RUN --json
Both are to say the same. Images come from safetensors sets of the network's size, in CLIP's normalization; the run's
projections and scale are those of the weights (retrieval.logit_scale: frozen).

Needs torch, transformers, peft, safetensors.
"""

import json
import os
import sys
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"

import real_data  # noqa: E402, F401
import torch  # noqa: E402
from peft import PeftModel  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer  # noqa: E402

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])


def recall(ranks, k):
    return sum(r < k for r in ranks) / len(ranks)


def main(run, clip, merged, pairs):
    warnings.simplefilter("error", UserWarning)
    model = CLIPModel(CLIPConfig.from_pretrained(clip))
    model.load_state_dict(load_file(merged))
    model = PeftModel.from_pretrained(model, f"{run}/adapter/text").eval()
    vocab = json.load(open(f"{clip}/vocab.json"))
    merges = [tuple(line.split()) for line in open(f"{clip}/merges.txt").read().splitlines()[1:]]
    tokenizer = CLIPTokenizer(vocab=vocab, merges=merges)
    folder, images, texts = pathlib.Path(pairs).parent, [], []
    for line in map(json.loads, open(pairs)):
        if line.get("split") == "test":
            name, place = line["image"].split("#")
            split, index = place.split("/")
            images.append(load_file(folder / name)[f"{split}_images"][int(index)])
            texts.append(line["captions"])
    pixels = ((torch.stack(images).float() / 255 - MEAN) / DEVIATION).permute(0, 3, 1, 2)
    flat = [t for own in texts for t in own]
    owners = [i for i, own in enumerate(texts) for _ in own]
    ids = tokenizer(flat, padding="max_length", truncation=True, max_length=77, return_tensors="pt")
    with torch.no_grad():
        out = model(input_ids=ids["input_ids"], pixel_values=pixels)
    cosines = out.image_embeds @ out.text_embeds.T
    firsts = [owners.index(i) for i in range(len(texts))]
    logits = cosines[:, firsts] * model.logit_scale.exp()
    own = torch.arange(len(texts))
    cross = torch.nn.functional.cross_entropy
    # What comes before the best own caption, and before the own image.
    to_text = [min(sum((row > row[c]).tolist()[d] for d in range(len(flat)) if owners[d] != i)
                   for c in range(len(flat)) if owners[c] == i) for i, row in enumerate(cosines)]
    to_image = [int((cosines[:, c] > cosines[owners[c], c]).sum()) for c in range(len(flat))]
    result = {"loss": float((cross(logits, own) + cross(logits.T, own)) / 2)}
    for name, ranks in [("imageToText", to_text), ("textToImage", to_image)]:
        result[name] = {f"at{k}": recall(ranks, k) for k in (1, 5, 10)}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
