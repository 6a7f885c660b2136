"""Makes Tests/Fixtures/language-evaluation: choices measured by transformers, and the diversity of some texts.

`choices.json`: of each model of Tests/Fixtures/language the sum of the log-probabilities of each choice, computed in 64-bit
floats as lm-evaluation-harness does it: a space before the choice, white space at the question's end moved to the choice,
the whole tokenized at once and split at the tokens of the question, `<s>` before an empty question. A letter is a token
(5 on). `diversity.json`: texts with distinct-n, self-BLEU-4 and entropy, straight from the definitions; `--check-nltk`
compares self-BLEU with NLTK's `sentence_bleu` (`SmoothingFunction().method1`).

Needs torch, transformers 5. Run: python make_language_evaluation.py [--check-nltk]
"""

import json
import math
import pathlib
import sys
from collections import Counter

HERE = pathlib.Path(__file__).parent
OUT = HERE / "language-evaluation"
LETTERS = {c: 5 + i for i, c in enumerate("abcdefghijklmnopqrstuvwxyz .\n")}

QUESTIONS = [
    ("the cat sat on", ["the mat", "a hat.", "it"], 0),
    ("where is it. ", ["here", "there is none", "no", "on the mat."], 3),
    ("", ["yes", "no"], 1),
    ("a\n", ["b", "c and d"], 0),
    ("does the sun go round.", ["it does", "it does not"], 1),
]

TEXTS = [
    "the cat sat on the mat and the cat ran",
    "the cat sat on the mat",
    "a dog ran\tto the mat and\n the cat sat",
    "the the the",
    "Stop.",
    "",
    "nothing here is like any other of them",
    "the cat sat on the mat and the dog ran",
]


def parts(context, choice):
    rest = context[len(context.rstrip()):] + " " + choice
    context = context.rstrip()
    ids = [LETTERS[c] for c in context]
    whole = [LETTERS[c] for c in context + rest]
    # Nothing before the choice: the token that begins a text.
    before = ids if ids else [1]
    return before, whole[len(ids):]


def log_probability(model, context, choice, longest):
    import torch

    before, rest = parts(context, choice)
    with torch.no_grad():
        logs = model(input_ids=torch.tensor([(before + rest)[-longest:]])).logits[0].log_softmax(-1)
    rows = logs[-1 - len(rest):-1]
    return sum(row[token].item() for row, token in zip(rows, rest))


def choices():
    import torch
    import transformers

    models = {}
    for name in ["llama", "gpt2"]:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            HERE / "language" / name, dtype=torch.float64, attn_implementation="eager").eval()
        # GPT-2 here has 20 positions: longer questions lose their beginnings.
        longest = 20 if name == "gpt2" else 64
        models[name] = [
            [log_probability(model, context, choice, longest) for choice in options]
            for context, options, _ in QUESTIONS]
    return {"questions": [{"question": q, "choices": c, "answer": a} for q, c, a in QUESTIONS], "models": models}


def grams(words, n):
    return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))


def bleu(own, others):
    """BLEU-4 of a list of words against others, with NLTK's smoothing method 1."""
    precisions = []
    for n in range(1, 5):
        mine = grams(own, n)
        most = Counter()
        for other in others:
            most |= grams(other, n)
        matches = sum(min(count, most[gram]) for gram, count in mine.items())
        if n == 1 and matches == 0:
            return 0.0
        precisions.append((matches or 0.1) / max(1, sum(mine.values())))
    nearest = min((abs(len(other) - len(own)), len(other)) for other in others)[1]
    brevity = 1.0 if len(own) > nearest else math.exp(1 - nearest / len(own))
    return brevity * math.exp(sum(math.log(p) for p in precisions) / 4)


def diversity(texts):
    words = [text.split() for text in texts]

    def distinct(n):
        counts = sum((grams(own, n) for own in words), Counter())
        return len(counts) / sum(counts.values()) if counts else None

    counts = sum((grams(own, 1) for own in words), Counter())
    total = sum(counts.values())
    scores = [bleu(own, words[:i] + words[i + 1:]) for i, own in enumerate(words)] if len(words) > 1 else []
    return {
        "texts": texts, "words": total, "distinct1": distinct(1), "distinct2": distinct(2), "distinct3": distinct(3),
        "selfBLEU4": sum(scores) / len(scores) if scores else None,
        "entropy": -sum(c / total * math.log2(c / total) for c in counts.values()) if counts else None,
    }


def check_nltk():
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    words = [text.split() for text in TEXTS]
    for i, own in enumerate(words):
        others = words[:i] + words[i + 1:]
        theirs = sentence_bleu(others, own, smoothing_function=SmoothingFunction().method1) if own else 0.0
        assert abs(theirs - bleu(own, others)) < 1e-12, (own, theirs, bleu(own, others))
        print(f"{theirs:.6f}", " ".join(own))


if __name__ == "__main__":
    if "--check-nltk" in sys.argv:
        check_nltk()
    OUT.mkdir(exist_ok=True)
    cases = [TEXTS, TEXTS[:2], TEXTS[:1], ["", " \n"], ["a b c", "d e f"]]
    (OUT / "diversity.json").write_text(json.dumps([diversity(texts) for texts in cases], indent=1) + "\n")
    (OUT / "choices.json").write_text(json.dumps(choices(), indent=1) + "\n")
