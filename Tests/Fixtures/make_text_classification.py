"""Writes the folder `text-classification`: what transformers and scikit-learn compute of labelled texts.

    HF_HUB_OFFLINE=1 /path/to/python make_text_classification.py   (torch 2.13, transformers 5, scikit-learn, scipy)

`heads.safetensors` has, for some tiny models of the folder `language` and each kind of label (`classes`, `number`,
`several`), a head of random numbers (`MODEL.KIND.head.weight`, `.head.bias`, `.head.pooler.weight`,
`.head.pooler.bias`), and of the texts below, filled up, the logits, the loss of `*ForSequenceClassification` with that
`problem_type`, and its gradients (`….gradient.NAME`) with respect to the head and to the map of the queries in the
first block. Everything is computed in 64-bit floats. `metrics.json` has answers, labels and figures.
"""
import json
import pathlib

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from scipy import stats
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
OUT = HERE / "text-classification"
TEXTS = [[3, 17, 5, 29, 11, 8, 40], [2, 9, 9], [31, 4, 22, 7, 19]]
TYPES = [[0, 0, 0, 1, 1, 1, 1], [0, 1, 1], [0, 0, 0, 0, 1]]
KINDS = {
    "classes": ("single_label_classification", 3, torch.tensor([2, 0, 1])),
    "number": ("regression", 1, torch.tensor([0.5, -1.25, 3.0], dtype=torch.float64)),
    "several": ("multi_label_classification", 4,
                torch.tensor([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 1, 1]], dtype=torch.float64)),
}
T = transformers
# The class, the modules of the head (the first map, the last one), and the map of queries.
MODELS = {
    "bert": (T.BertForSequenceClassification, "bert.pooler.dense", "classifier",
             "bert.encoder.layer.0.attention.self.query"),
    "roberta": (T.RobertaForSequenceClassification, "classifier.dense", "classifier.out_proj",
                "roberta.encoder.layer.0.attention.self.query"),
    "distilbert": (T.DistilBertForSequenceClassification, "pre_classifier", "classifier",
                   "distilbert.transformer.layer.0.attention.q_lin"),
    "qwen3-classifier": (T.Qwen3ForSequenceClassification, None, "score", "model.layers.0.self_attn.q_proj"),
    "deberta": (T.DebertaV2ForSequenceClassification, "pooler.dense", "classifier",
                "deberta.encoder.layer.0.attention.self.query_proj"),
}


def heads():
    out = {}
    for name, (make, first, last, query) in MODELS.items():
        for kind, (problem, outputs, labels) in KINDS.items():
            generator = torch.Generator().manual_seed(len(out))
            model = make.from_pretrained(HERE / "language" / name, dtype=torch.float32, num_labels=outputs,
                                         problem_type=problem, ignore_mismatched_sizes=True)
            parts = {"head": model.get_submodule(last)}
            if first:
                parts["head.pooler"] = model.get_submodule(first)
            tensors = {}
            for key, module in parts.items():
                for end, weight in module.named_parameters():
                    with torch.no_grad():
                        weight.copy_(torch.randn(weight.shape, generator=generator) * 0.3)
                    tensors[f"{key}.{end}"] = weight
            model = model.double().eval()
            tensors = {key: model.get_parameter(path) for key, path in [
                (f"{key}.{end}", f"{module}.{end}") for key, module in [("head", last), ("head.pooler", first)]
                if module for end in dict(model.get_submodule(module).named_parameters())]}
            pad = model.config.pad_token_id or 0
            longest = max(map(len, TEXTS))
            inputs = {
                "input_ids": torch.tensor([text + [pad] * (longest - len(text)) for text in TEXTS]),
                "attention_mask": torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in TEXTS]),
            }
            if name == "bert":
                inputs["token_type_ids"] = torch.tensor([row + [0] * (longest - len(row)) for row in TYPES])
            answer = model(**inputs, labels=labels)
            answer.loss.backward()
            start = f"{name}.{kind}"
            out[f"{start}.logits"] = answer.logits
            out[f"{start}.loss"] = answer.loss.reshape(1)
            for key, weight in tensors.items():
                out[f"{start}.{key}"] = weight
                out[f"{start}.gradient.{key}"] = weight.grad
            out[f"{start}.gradient.query"] = model.get_submodule(query).weight.grad
    return {key: value.detach().float().contiguous() for key, value in out.items()}


def figures():
    generator = np.random.default_rng(7)
    cases = []
    for classes, count in [(2, 40), (3, 60), (5, 17)]:
        labels = generator.integers(0, classes, count)
        guesses = np.where(generator.random(count) < 0.6, labels, generator.integers(0, classes, count))
        average = "binary" if classes == 2 else "macro"
        cases.append(dict(kind="classes", classes=classes, labels=labels.tolist(), guesses=guesses.tolist(),
                          f1=metrics.f1_score(labels, guesses, average=average),
                          matthews=metrics.matthews_corrcoef(labels, guesses)))
    # A class that nobody has and nobody tells, and one answer for all.
    labels, guesses = [0, 2, 2, 0], [2, 2, 2, 2]
    cases.append(dict(kind="classes", classes=3, labels=labels, guesses=guesses,
                      f1=metrics.f1_score(labels, guesses, average="macro"),
                      matthews=metrics.matthews_corrcoef(labels, guesses)))
    for labels, guesses in [([1, 1, 0, 1], [0, 0, 0, 0]), ([0, 0], [0, 0])]:
        cases.append(dict(kind="classes", classes=2, labels=labels, guesses=guesses,
                          f1=metrics.f1_score(labels, guesses, zero_division=0),
                          matthews=metrics.matthews_corrcoef(labels, guesses)))
    labels = generator.random((12, 4)) < 0.4
    guesses = labels ^ (generator.random((12, 4)) < 0.2)
    cases.append(dict(kind="several", classes=4, labels=labels.ravel().astype(int).tolist(),
                      guesses=guesses.ravel().astype(int).tolist(),
                      f1=metrics.f1_score(labels, guesses, average="micro"),
                      accuracy=metrics.accuracy_score(labels, guesses)))
    # Halves, so that there are ties.
    values = np.round(generator.random(25) * 10) / 2
    answers = np.round((values + generator.normal(size=25)) * 2) / 2
    cases.append(dict(kind="number", classes=1, values=values.tolist(), answers=answers.tolist(),
                      pearson=stats.pearsonr(values, answers).statistic,
                      spearman=stats.spearmanr(values, answers).statistic))
    return cases


def main():
    OUT.mkdir(exist_ok=True)
    save_file(heads(), OUT / "heads.safetensors")
    (OUT / "metrics.json").write_text(json.dumps(figures(), indent=1) + "\n")


if __name__ == "__main__":
    main()
