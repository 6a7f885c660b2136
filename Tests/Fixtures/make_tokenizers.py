"""Writes small tokenizers of every family with the `tokenizers` library, and the tokens that it gives odd texts.

    python Tests/Fixtures/make_tokenizers.py

Each is trained on the words of odd_texts.py and has the parts that the real tokenizer of its name has. `mixed` ones
have the parts that no family has. Needs tokenizers 0.23 and sentencepiece.
"""

import gzip
import io
import json
import os
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import odd_texts

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizers")
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def corpus():
    """Lines to train on."""
    return [" ".join(odd_texts.WORDS[start:] + odd_texts.WORDS[:start]) for start in range(0, len(odd_texts.WORDS), 9)]


def special(*names, **flags):
    return [AddedToken(name, special=True, normalized=False, **flags) for name in names]


def byte_level(pre_tokenizer, names, normalizer=None, size=420, lines=None, **model):
    """A byte-level BPE."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        lines or corpus(), trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False))
    state = json.loads(tokenizer.to_str())
    state["model"].update(model)
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens(special(*names))
    return tokenizer


def byte_fallback(names, lines=None, size=300, space=True, **model):
    """A BPE over characters with a token for each byte, as SentencePiece's become."""
    tokenizer = Tokenizer(models.BPE(unk_token=names[0]))
    lines = [line.replace(" ", "▁") if space else line for line in lines or corpus()]
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.train_from_iterator(
        lines, trainers.BpeTrainer(vocab_size=size, limit_alphabet=90, show_progress=False))
    state = json.loads(tokenizer.to_str())["model"]
    order = sorted(state["vocab"], key=state["vocab"].get)
    vocabulary = {name: index for index, name in enumerate(names + BYTES + order)}
    merges = [tuple(merge) for merge in state["merges"]]
    tokenizer = Tokenizer(models.BPE(
        vocabulary, merges, unk_token=names[0], fuse_unk=True, byte_fallback=True, **model))
    tokenizer.add_special_tokens(special(*names))
    return tokenizer


def enclosed(tokenizer, start, end=None):
    """Puts tokens around texts."""
    names = [name for name in (start, end) if name]
    one = lambda part, kind: " ".join(
        ([f"{start}:{kind}"] if start else []) + [f"${part}:{kind}"] + ([f"{end}:{kind}"] if end else []))
    return processors.TemplateProcessing(
        single=one("A", 0), pair=one("A", 0) + " " + one("B", 1),
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])


def bert_ends(tokenizer):
    return processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")])


def gpt2(**options):
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False), [], **options)
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True, normalized=True)])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def roberta(**options):
    tokenizer = byte_level(
        pre_tokenizers.ByteLevel(add_prefix_space=False), ["<s>", "<pad>", "</s>", "<unk>"], **options)
    tokenizer.add_special_tokens(special("<mask>", lstrip=True))
    ids = {name: tokenizer.token_to_id(name) for name in ("<s>", "</s>")}
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", ids["</s>"]), ("<s>", ids["<s>"]), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def split(regex):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(regex), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def llama3(**options):
    names = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    tokenizer = byte_level(split(LLAMA3), names, ignore_merges=True, **options)
    tokenizer.post_processor = processors.Sequence(
        [processors.ByteLevel(trim_offsets=True), enclosed(tokenizer, names[0])])
    return tokenizer


def qwen2(**options):
    tokenizer = byte_level(
        split(QWEN2), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], normalizer=normalizers.NFC(), **options)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def smollm2(**options):
    return byte_level(
        pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]),
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], **options)


def llama2(**options):
    tokenizer = byte_fallback(["<unk>", "<s>", "</s>"], **options)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = enclosed(tokenizer, "<s>")
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def llama2_metaspace(**options):
    tokenizer = llama2(**options)
    tokenizer.normalizer = None
    state = json.loads(tokenizer.to_str())
    state["normalizer"] = None
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="first", split=False)
    return tokenizer


def gemma(**options):
    names = ["<unk>", "<pad>", "<eos>", "<bos>", "<mask>"]
    tokenizer = byte_fallback(names, **options)
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in ("\n\n", "\n\n\n", "▁▁", "▁▁▁")])
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = enclosed(tokenizer, "<bos>")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return tokenizer


def bert(lowercase, lines=None, size=500):
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(lines or corpus(), trainers.WordPieceTrainer(
        vocab_size=size, limit_alphabet=100, special_tokens=special(*names), show_progress=False))
    tokenizer.post_processor = bert_ends(tokenizer)
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


RULES = [("\ufb01", "fi"), ("\u212b", "\u00c5"), ("\u00bd", "1\u20442"), ("\t", " "), ("\n", " "), ("\r", " "),
         ("\u3000", " "), ("\u00a0", " "), ("\u200b", ""), ("\u0007", ""), ("\uff76\uff9e", "\u30ac"),
         ("\uff76", "\u30ab"), ("e\u0301", "\u00e9"), ("\u337f", "\u682a\u5f0f\u4f1a\u793e"), ("\u2026", "..."),
         ("\u00b2", "2"), ("\U0001d49c", "A"), ("\u0e33", "\u0e4d\u0e32")]


def charsmap(rules):
    """SentencePiece's own compiled table: of a few rules, or with None of all of `nmt_nfkc`."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    options = {"normalization_rule_name": "nmt_nfkc"}
    if rules:
        path = "/tmp/rules.tsv"
        code = lambda text: " ".join(f"{ord(c):X}" for c in text)
        open(path, "w").write("".join(f"{code(a)}\t{code(b)}\n" for a, b in rules))
        options = {"normalization_rule_tsv": path}
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h i j k l m n o p"] * 9), model_writer=model, vocab_size=20,
        minloglevel=2, **options)
    parsed = proto.ModelProto()
    parsed.ParseFromString(model.getvalue())
    return parsed.normalizer_spec.precompiled_charsmap


def unigram(names, normalizer, pre_tokenizer, lines=None, size=400, byte_fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(lines or corpus(), trainers.UnigramTrainer(
        vocab_size=size, special_tokens=names, unk_token="[UNK]", show_progress=False))
    state = json.loads(tokenizer.to_str())
    vocabulary = [(token, round(score, 6)) for token, score in state["model"]["vocab"]]
    if byte_fallback:
        vocabulary += [(token, 0.0) for token in BYTES]
    tokenizer = Tokenizer(models.Unigram(vocabulary, state["model"]["unk_id"], byte_fallback))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.add_special_tokens(special(*names))
    return tokenizer


def deberta(rules=RULES, **options):
    tokenizer = unigram(
        ["[PAD]", "[CLS]", "[SEP]", "[UNK]"],
        normalizers.Sequence([
            normalizers.Strip(), normalizers.Precompiled(charsmap(rules)), normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizers.Metaspace("▁", prepend_scheme="always"), **options)
    tokenizer.add_special_tokens(special("[MASK]"))
    tokenizer.post_processor = bert_ends(tokenizer)
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    return tokenizer


def deberta_again(**options):
    """As transformers 5 writes DeBERTa-v3's again: without SentencePiece's table."""
    tokenizer = unigram(
        ["[PAD]", "[CLS]", "[SEP]", "[UNK]"],
        normalizers.Sequence([
            normalizers.Replace(Regex(r"\s{2,}|[\n\r\t]"), " "), normalizers.NFC(), normalizers.Strip(False, True)]),
        pre_tokenizers.Sequence([pre_tokenizers.Metaspace("▁", prepend_scheme="always")]), **options)
    tokenizer.add_special_tokens(special("[MASK]"))
    tokenizer.post_processor = bert_ends(tokenizer)
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    return tokenizer


def mixed_unigram(**options):
    """Byte fallback, marks that go, tokens that are normalized."""
    tokenizer = unigram(
        ["[UNK]"],
        normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Strip(True, False)]),
        pre_tokenizers.Sequence([
            pre_tokenizers.Punctuation("merged_with_previous"), pre_tokenizers.Metaspace("▁", prepend_scheme="always")]),
        byte_fallback=True, **options)
    tokenizer.add_tokens([AddedToken("<norm>", normalized=True), AddedToken("<word>", normalized=True, single_word=True)])
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("▁", prepend_scheme="always")])
    return tokenizer


def mixed_first(**options):
    """A space before the first word only, where nothing was stripped before it."""
    tokenizer = llama2_metaspace(**options)
    tokenizer.normalizer = normalizers.Strip()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("merged_with_next"), pre_tokenizers.Metaspace("▁", prepend_scheme="first")])
    tokenizer.add_tokens([AddedToken("<norm>", normalized=True), AddedToken("<left>", lstrip=True, normalized=True)])
    return tokenizer


def mixed_bpe(**options):
    """Prefix, suffix and unknown tokens that do not fuse; tokens of every kind."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="@", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("``", '"'), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    lines = [line.replace("@", "") for line in options.pop("lines", None) or corpus()]
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=400, limit_alphabet=60, continuing_subword_prefix="@", end_of_word_suffix="</w>",
        special_tokens=["<unk>"], show_progress=False))
    tokenizer.add_tokens([
        AddedToken("<one>", single_word=True, normalized=False), AddedToken("<left>", lstrip=True, normalized=False),
        AddedToken("<right>", rstrip=True, normalized=False), AddedToken("<Norm>", normalized=True),
        AddedToken("word", single_word=True, normalized=True)])
    tokenizer.decoder = decoders.BPEDecoder("</w>")
    return tokenizer


def mixed_words(**options):
    """Digits in runs, white space, punctuation and texts to cut at, each with another rule."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>", max_input_chars_per_word=12))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=False),
        normalizers.NFD()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("contiguous"),
        pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Split("aa", "merged_with_next"),
        pre_tokenizers.Split("o", "merged_with_previous"), pre_tokenizers.Split("!", "removed", invert=False)])
    tokenizer.train_from_iterator(options.get("lines") or corpus(), trainers.WordPieceTrainer(
        vocab_size=300, limit_alphabet=80, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(
        ("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>")))
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    return tokenizer


FAMILIES = {
    "gpt2": gpt2, "roberta": roberta, "llama3": llama3, "qwen2": qwen2, "smollm2": smollm2, "llama2": llama2,
    "llama2-metaspace": llama2_metaspace, "gemma": gemma, "bert-uncased": lambda **o: bert(True, **o),
    "bert-cased": lambda **o: bert(False, **o), "deberta-v3": deberta,
    "deberta-v3-again": deberta_again, "mixed-unigram": mixed_unigram, "mixed-first": mixed_first,
    "mixed-bpe": mixed_bpe, "mixed-words": mixed_words,
}


def golden(tokenizer, texts, count=None):
    """The tokens that the library gives texts, and their texts again."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    count = count or len(texts)
    row = lambda ids: " ".join(map(str, ids))  # noqa: E731
    bare = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts[:20]]
    pairs = []
    for index in range(0, 40, 2):
        first, second = texts[30 + index], texts[31 + index]
        for length in (None, 7, 12):
            for adds in (True, False):
                tokenizer.no_truncation()
                if length:
                    tokenizer.enable_truncation(length)
                encoding = tokenizer.encode(first, second, add_special_tokens=adds)
                single = tokenizer.encode(first, add_special_tokens=adds).ids
                pairs.append([30 + index, length, adds, encoding.ids, encoding.type_ids, single])
    tokenizer.no_truncation()
    return {
        "ids": [row(i) for i in ids], "bare": [row(i) for i in bare], "pairs": pairs,
        "text": [tokenizer.decode(i, skip_special_tokens=True) for i in ids[:count]],
        "whole": [tokenizer.decode(i, skip_special_tokens=False) for i in ids[:40]],
    }


def write(folder, tokenizer, texts, count=None):
    """Writes a tokenizer and what it gives."""
    os.makedirs(folder, exist_ok=True)
    state = json.loads(tokenizer.to_str())
    with open(os.path.join(folder, "tokenizer.json"), "w") as file:
        json.dump(state, file, ensure_ascii=False, separators=(",", ":"))
    data = json.dumps(golden(tokenizer, texts, count), ensure_ascii=False).encode()
    with open(os.path.join(folder, "golden.json.gz"), "wb") as file:
        file.write(gzip.compress(data, mtime=0))


def sentence_piece(folder, texts):
    """SentencePiece's own byte pairs, as a GGUF file has them, and what SentencePiece itself gives."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus() * 3), model_writer=model, model_type="bpe", vocab_size=700,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2,
        character_coverage=0.98)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    kinds = [2 if processor.is_unknown(i) else 3 if processor.is_control(i) else 6 if processor.is_byte(i) else 1
             for i in range(len(processor))]
    # SentencePiece finds no special token in a text, and ends a text at a NUL.
    texts = [text for text in texts if not any(name in text for name in ("<s>", "</s>", "<unk>", "\0"))]
    values = {
        "tokens": [processor.id_to_piece(i) for i in range(len(processor))],
        "scores": [processor.get_score(i) for i in range(len(processor))], "token_type": kinds,
        "texts": texts, "ids": [processor.encode(text) for text in texts],
        "text": [processor.decode(processor.encode(text)) for text in texts]}
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "values.json.gz"), "wb") as file:
        file.write(gzip.compress(json.dumps(values, ensure_ascii=False).encode(), mtime=0))


if __name__ == "__main__":
    texts = odd_texts.texts(300)
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "texts.json.gz"), "wb") as file:
        file.write(gzip.compress(json.dumps(texts, ensure_ascii=False).encode(), mtime=0))
    for name in sys.argv[1:] or FAMILIES:
        write(os.path.join(FOLDER, name), FAMILIES[name](), texts, count=150)
        print(name)
    sentence_piece(os.path.join(FOLDER, "sentencepiece"), texts)
