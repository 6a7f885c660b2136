"""Makes Tests/Fixtures/clip: a small CLIP with random weights as Hugging Face and open_clip write it, a small
vocabulary in every form that CLIP's tokenizer comes in, and what the libraries give for them.

`golden.json` holds texts with their numbers, `golden.safetensors` the features of both towers.
The contrastive loss and its gradients are PyTorch's, in double precision.

Needs torch, transformers 5.23, open_clip_torch 3.3, tokenizers, safetensors.
Run: python make_clip.py
"""

import gzip
import json
import os
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"

from timm_peer import HERE  # noqa: E402

import open_clip  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from make_namings import randomize, single  # noqa: E402
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers  # noqa: E402

FOLDER = HERE / "clip"
START, END = "<|startoftext|>", "<|endoftext|>"
MERGES = 180
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"

TEXTS = [
    "", " ", "a red circle, top left", "A RED Circle", "  two   spaces\tand\na line  ",
    "it's we're they've i'm she'll he'd don't", "'string 'tis o'clock ''", "!'s ?!...'re", "12 345 6",
    "½ ² ٣ Ⅷ", "café", "cafe\u0301", "ΣΊΣΥΦΟΣ", "İstanbul ẞ", "日本語のテキスト", "naïve–—…", "🙂👩‍👩‍👧 ok",
    "a\u00a0b\u3000c\u2028d", "tab\u000bform\u000c", "zero\u200bwidth", "x<|endoftext|>y", "<|startoftext|>",
    "<|ENDOFTEXT|>", "<| not a token |>", "under_score-dash/slash", "a" * 100, "the quick brown fox " * 30,
    "\u0000\u0001\u007f", "\u1e9b\u0323", "한국어", "ǅ ﬁ", "-1.5e3", "' s", "'S IT'S", "\ufeffbom",
]


def corpus():
    """Captions as those of the tests of training, and the texts themselves."""
    shapes = ["circle", "square", "triangle", "star", "cross", "ring"]
    return TEXTS + [f"a {c} {s}, {v} {h}" for c in ["red", "green", "blue", "yellow"] for s in shapes
                    for v in ["top", "bottom"] for h in ["left", "right"]]


def vocabulary():
    """Merges trained with the tokenizers library on the corpus, numbered as OpenAI numbers them."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), behavior="removed", invert=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=10_000, end_of_word_suffix="</w>", show_progress=False, min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    merges = [tuple(m) for m in json.loads(tokenizer.to_str())["model"]["merges"]][:MERGES]
    letters = list(bytes_to_unicode().values())
    names = letters + [c + "</w>" for c in letters] + ["".join(m) for m in merges] + [START, END]
    # Two merges can make one token; OpenAI's list has none such.
    assert len(set(names)) == len(names), "a token is made by two merges"
    return {name: i for i, name in enumerate(names)}, merges


def write_tokenizers(vocab, merges):
    hf = FOLDER / "hf"
    hf.mkdir(parents=True)
    (hf / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    text = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    (hf / "merges.txt").write_text(text)
    (FOLDER / "openai").mkdir()
    (FOLDER / "openai/bpe_simple_vocab_16e6.txt").write_text(text)
    with open(FOLDER / "openai/vocabulary.txt.gz", "wb") as file:
        # Without a last line end, which OpenAI's code would take for one more merge in so short a list.
        file.write(gzip.compress(text.strip().encode(), mtime=0))
    peer = transformers.CLIPTokenizer(vocab=vocab, merges=merges)
    peer.backend_tokenizer.save(str(FOLDER / "tokenizer.json"))
    golden = []
    for value in TEXTS:
        ids = peer(value, padding="max_length", truncation=True, max_length=77)["input_ids"]
        golden.append({"text": value, "ids": ids})
    openai = SimpleTokenizer(bpe_path=str(FOLDER / "openai/vocabulary.txt.gz"))
    plain = [t for t in TEXTS if t.isascii() and not any(ord(c) < 32 for c in t) and "<|" not in t]
    own = [{"text": t, "ids": openai([t], context_length=77)[0].tolist()} for t in plain]
    (FOLDER / "golden.json").write_text(
        json.dumps({"huggingFace": golden, "openAI": own}, ensure_ascii=True))
    return peer


def write_hugging_face(vocab, images, ids, golden):
    sizes = dict(num_attention_heads=2, num_hidden_layers=2, intermediate_size=28)
    config = transformers.CLIPConfig(
        text_config=dict(
            sizes, hidden_size=20, vocab_size=len(vocab), max_position_embeddings=77, hidden_act="quick_gelu",
            bos_token_id=vocab[START], eos_token_id=vocab[END], pad_token_id=vocab[END]),
        vision_config=dict(
            sizes, hidden_size=16, image_size=16, patch_size=8, hidden_act="quick_gelu"),
        projection_dim=12)
    model = transformers.CLIPModel(config)
    randomize(model)
    with torch.no_grad():
        model.logit_scale.fill_(2.0)
        out = model(input_ids=ids, pixel_values=images.permute(0, 3, 1, 2).double())
    save_file(single(model.state_dict()), FOLDER / "hf/model.safetensors")
    (FOLDER / "hf/config.json").write_text(json.dumps(config.to_dict(), indent=1, default=str))
    golden |= {"hf.text": out.text_embeds.float(), "hf.image": out.image_embeds.float(),
               "hf.logits": out.logits_per_image.float()}


def write_open_clip(vocab, images, ids, golden):
    torch.manual_seed(5)
    config = dict(
        embed_dim=12, quick_gelu=False,
        vision_cfg=dict(image_size=16, patch_size=8, width=16, layers=2, head_width=8, mlp_ratio=28 / 16 + 1e-9),
        text_cfg=dict(context_length=77, vocab_size=len(vocab), width=20, heads=2, layers=2, mlp_ratio=28 / 20 + 1e-9))
    model = open_clip.model.CLIP(**config)
    randomize(model)
    with torch.no_grad():
        model.logit_scale.fill_(2.0)
        text = model.encode_text(ids, normalize=True)
        image = model.encode_image(images.permute(0, 3, 1, 2).double(), normalize=True)
    (FOLDER / "open-clip").mkdir()
    save_file(single(model.state_dict()), FOLDER / "open-clip/open_clip_model.safetensors")
    (FOLDER / "open-clip/open_clip_config.json").write_text(json.dumps({"model_cfg": config}, indent=1))
    golden |= {"open.text": text.float(), "open.image": image.float()}


def contrastive(golden):
    """InfoNCE both ways on features that are not normalised yet, and its gradients."""
    torch.manual_seed(9)
    images = torch.randn(5, 7, dtype=torch.double, requires_grad=True)
    texts = torch.randn(5, 7, dtype=torch.double, requires_grad=True)
    scale = torch.tensor([1.7], dtype=torch.double, requires_grad=True)
    norm = torch.nn.functional.normalize
    logits = scale.exp() * norm(images) @ norm(texts).T
    own = torch.arange(5)
    cross = torch.nn.functional.cross_entropy
    loss = (cross(logits, own) + cross(logits.T, own)) / 2
    loss.backward()
    golden |= {"loss.images": images, "loss.texts": texts, "loss.scale": scale, "loss.value": loss[None],
               "loss.images.gradient": images.grad, "loss.texts.gradient": texts.grad,
               "loss.scale.gradient": scale.grad}


def main():
    torch.manual_seed(3)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    vocab, merges = vocabulary()
    peer = write_tokenizers(vocab, merges)
    texts = ["a red circle, top left", "it's a star", "", "the quick brown fox " * 30]
    ids = torch.tensor(peer(texts, padding="max_length", truncation=True, max_length=77)["input_ids"])
    images = torch.randn(3, 16, 16, 3)
    golden = {"images": images}
    write_hugging_face(vocab, images, ids, golden)
    # open_clip takes the feature at the largest id: pad with what OpenAI pads with.
    first = (ids == vocab[END]).int().argmax(1)
    ids = torch.where(torch.arange(77)[None] > first[:, None], 0, ids)
    write_open_clip(vocab, images, ids, golden)
    contrastive(golden)
    save_file({k: v.detach().float().contiguous() for k, v in golden.items()}, FOLDER / "golden.safetensors")


if __name__ == "__main__":
    main()
