"""Odd texts for tokenizers, the same ones every time."""

import random

WORDS = """the The THE city of Paris is capital France. It lies on Seine, isn't don't I'll we've they're he's I'm
you'd CAN'T I'LL WE'VE naïve café Ünïcödé straße ΑΒΓΣ σίγμας Москва привет שלום مرحبا नमस्ते क्षत्रिय ไทย 中文字符 日本語の
テスト 한국어 ẞ ŉ ﬁne ﬂow ½ Ⅻ ² ٣٤٥ १२३ 𝟘𝟙 1 12 123 1234 1234567 3.14159 1,000,000 0x1F a1b2c3 v2.0 foo_bar __init__
C++ a->b x==y #include <stdio.h> http://example.com/?q=1&b=2#top me@site.org 50% $9.99 (hello) [world] {json} "quoted"
'single' ``tex'' -- --- … — – • ™ © ® € £ ¥ ° § ¶ ª º « » ‹ › “ ” ‘ ’ ‚ „ 's 'S 'ſ 're 'VE 'll 'LL 'd 'm 't ' '' a'b
l'eau o'clock rock'n'roll 😀 👍🏽 👨‍👩‍👧‍👦 🇫🇷🇩🇪 ❤️ ☺ ♥ é ä̈ n̈ e̊́ A̡̢ ﷺ ㍿ ㈱ ｶﾞ ｈｅｌｌｏ Å Å Ω K ſ ǅ İ ı ŭ 가 가 각ᆨ ់ 𝒜𝓫 𠮷 𪛕 龍 〇 、 。 「」
 Dž \u200b \u200d \ufeff \u00ad \u2028 \u3000 \u00a0 \u202f \ufffd \u0000 \u0007 \u001b \u007f \u0085 \ue000 \U000f0000
\u0378 \U000e0001 \u0300 \u0301 \u0e33 \u0eb3 \U0001f1e6 \u1734 \ua9bd \u1885 \u166d \U000111c9 \u1cf2 \u2e43 \U00011938
\U00011935\U00011930 \u32ff \ua7f2 \U0001fae8 \U0001fac6 \U00031350 \U000323b0 \u1c89 \U00010d40 \U0001fbf0 \u0897 \u08e2
\U000110cd a\u0897 \U0002b820 \U0002b920 \U0002ebf0""".split()
SPACES = [" ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", " \n \n  ", "\u00a0", "\u3000", "\r", "\f", "\v", ""]
NAMES = ["<|endoftext|>", "<s>", "</s>", "<mask>", "<unk>", "<pad>", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]",
         "<|begin_of_text|>", "<|im_start|>", "<|im_end|>", "<bos>", "<eos>", "<0x0A>", "##ing", "▁", "▁▁", "Ġ", "Ċ",
         "<one>", "<left>", "<right>", "<Norm>", "<norm>", "<word>", "<worda", "<|im_start", "</w>"]


def scalar(random):
    """A character, of the whole of Unicode or of what is usual."""
    kind = random.random()
    if kind < 0.45:
        return chr(random.randrange(0x20, 0x7F))
    if kind < 0.55:
        return chr(random.randrange(0x80, 0x250))
    if kind < 0.65:
        return chr(random.randrange(0x300, 0x370))
    if kind < 0.85:
        return chr(random.randrange(0x370, 0x3000))
    if kind < 0.9:
        return chr(random.randrange(0xAC00, 0xD7A4))
    if kind < 0.95:
        return chr(random.randrange(0x3000, 0xA000))
    while True:
        value = random.randrange(0x10000 if kind < 0.98 else 0xE000, 0x20000 if kind < 0.98 else 0x110000)
        if not 0xD800 <= value < 0xE000:
            return chr(value)


def text(random, words):
    """One odd text."""
    kind = random.random()
    if kind < 0.1:
        return "".join(scalar(random) for _ in range(random.randrange(1, 30)))
    if kind < 0.15:
        return random.choice(words + SPACES) * random.randrange(1, 12)
    parts = []
    for _ in range(random.randrange(1, 12)):
        choice = random.random()
        if choice < 0.65:
            parts.append(random.choice(words))
        elif choice < 0.75:
            parts.append(random.choice(NAMES))
        elif choice < 0.85:
            parts.append("".join(scalar(random) for _ in range(random.randrange(1, 5))))
        else:
            parts.append(random.choice(words).upper())
        parts.append(" " if random.random() < 0.6 else random.choice(SPACES))
    if random.random() < 0.5:
        parts.pop()
    return "".join(parts)


def texts(count, seed=17, words=()):
    """Odd texts, each other than the rest; those that once went wrong come first."""
    first = ["", " ", "  ", "\n", "a", " a", "a ", "  a  ", "'", "''s", "a" * 130, " " * 40 + "x", "x" + " " * 40,
             "\n" * 20 + "x", "1" * 10, "e" + "\u0301" * 20, "\r\n\r\n", "\u200b", "<mask> <mask>", "a <mask> b",
             "x<one>y", "x <one> y", "<left>  <right>  <left>", "<NORM><norm>", "Hello, y'all! How are you 😁 ?"]
    generator = random.Random(seed)
    found = dict.fromkeys(first)
    everything = WORDS + list(words)
    while len(found) < count:
        found[text(generator, everything)] = None
    return list(found)[:count]
