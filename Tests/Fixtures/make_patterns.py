"""Expressions and texts with what Python's `re` says of them: Tests/Fixtures/patterns/patterns.json.

    python3 Tests/Fixtures/make_patterns.py

A row is [pattern, [[text, fullmatch, match], ...]], a row of an expression that Python refuses [pattern, null].
Made with Python 3.11.
"""

import json
import pathlib
import random
import re
import warnings

warnings.simplefilter("ignore")
PATHS = [
    "", "blocks.0.attn.qkv", "blocks.1.attn.proj", "blocks.11.mlp.fc1", "patch_embed.proj", "head", "proj",
    "vit.layers.3.attention.q_proj", "encoder.layer.10.attention.attention.query", "norm", "blocks.0.norm1",
    "text_model.encoder.layers.0.self_attn.k_proj", "a\nb", "head\n", "blocks.٣.attn.qkv", "bloçks.0.é", "aab", "aba",
    "ab", "aaaa", "abcabc", "foo-bar_1",
]
WRITTEN = r"""
qkv|.*qkv|.*\.qkv|blocks\..*|blocks\.\d+\.attn\.(qkv|proj)|.*(?<!patch_embed\.)proj|.*(?<=attn\.)proj|.*(?<!\.)proj
(?!.*mlp).*|(?=blocks).*qkv|.*\.(?:0|1|2)\..*|^blocks.*$|\Ablocks.*\Z|.*(qkv|fc1)$|blocks\.(?P<layer>\d+)\..*
(?P<x>a)(?P=x)b|(a)\1b|(a|b)*|(a*)*b|(a*)+|(a|ab)(c|bcd)?|(?:a|b)+?|a{2}b|a{2,}b?|a{,2}b|a{1,3}b|a{|a{,}b|a{b|a{1|x{0}aab
(blocks\.(\d+)\.)?(?(1)attn.*|head)|(vit\.)?(?(1)layers.*|.*)|(?P<v>vit)?(?(v)\..*|blocks.*)|(a)?(?(1)b|c)|(a)?b(?(1)a|c)
[^.]+|[^.]+\..*|[a-z_.]+|[]a]+|[^]]+|[a\-z]+|[a-]+|[-a]+|[\w.]+|[\d\D]+|[^\W\d_]+|[\x61-\x63]+|[\u0061b]+|[\b]|[a-c-e]+
\w+|\W+|\S+|\s|\d+|\D+|[\S\s]*|.*\d.*|.*\b0\b.*|\bhead\b|.*\Bd.*|\B|\b|(?a:\w+)|(?a)\w.*|(?a)[^\W].*|(?i)HEAD|(?i:HEAD)
(?i)blocks.*QKV|(?i)[A-Z_.\d]+|(?s).*|(?s:a.b)|a.b|(?m)^b$|(?m)a$|(?x) head  # the head|(?x)h e a d\ ?|(?i)(a)\1B|(?-i:a)ab
(?x: h ead )|(?>a+)b|(?>a+)ab|a*+b|a*+ab|a?+ab|a++|(?:a|ab)++c?|(?>a|ab)b|a{1,2}+ab|a{1,2}+b|.*+|(?#note)head|head(?#x)
(?=(a+))a*b\1|(?=(a))\1ab|(?!(b))aab|(?<=a)b|a(?<=a)b|(?<!a)aab|aa(?<!b)b|(?<=^)head|head(?=\n)\n|head$|head\Z|head\n$
.*?qkv|.+?|.??|a??b?|(.*?)(\d*)|(.*\.)?(qkv)$|(.*\.)?(proj|qkv)$|(.*\.)?(attn\..*)$|(^|.*\.)head($|\..*)
(?:^|.*?\.)blocks\.(?P<idx>\d+)\.|.*?\.[^.]*\.(?P<idx>\d+)\.|\.|\\|\.\*|a\|b|\(|\)|\[|\]|\{|\}|\$|\^|\-|\/|\_x|\ |\@
\141ab|[\141b]+|\x41|\0|\07|\1|(a)\2|\8|\18|(a)\11|\400|[\400]|\q|\Y|[\q]|\x4|\u12|\N{DIGIT ONE}|(?P<1>a)|(?P<a>x)(?P<a>y)
(|)|[|]|a)|(a|*a|+|?|a**|a*?|a*??|a+*|a?{2}|^*|$?|\b+|(?:^)*head|(?:a*)*b|(?=a)*aab|(?<=a*)b|(?<=a|bc)d|(?<=ab|cd)c|{2}
(?|(?P|(?P>a)|(?<a>b)|(?a|(?ai|(?i-:a)|(?i)|a(?i)|(?iL)a|(?-u:a)|(?z)|(?P=a)|((a)|b)*\2|(?(1)a|b)|(a)(?(2)a|b)|(?(1)a)(b)
(?(0)a)|(a)(?(1)a|b|c)|(?(x)a|b)|((?(1)a))|(a\1)|[z-a]|[a-\d]|[\d-a]|a{3,2}|(?:|a)+|(?:a|)+b|(?:a?)+?b|(a?)*?b|()|()*|(?:)*
(a|b)*?b|(?:a{0,2}){2,3}b|((a)|(b))*\2|((a)|(b))*\3|(a(b)?)+\2|(?:(a)|b)*(?(1)b|a)|(a?){3}b|(?:(a)|(b)|c)*|(a)*(?(1)b|ab)
aa|a[b]|(a)(b)?\2|(b)?aa\1b|(?=a(?=a)).*|(?!a(?!a)).*|(?<=(?<!b)a)a.*|(?<=\b)head|(?<!\w)a.*|((((a))))\4b|(?P<é>a)|é
.*(?<=\d)|.*\.(?!proj).*|(?!head$)\w+|(?:(?!attn).)*|blocks\.([02468]|1[02])\..*|.*\.(q|k|v|o)_proj|.*(query|key|value)
(?:layers?|blocks)\.(\d+).*|[\w\-.]+|[^\n]*|[^a]*|(?:[^.]*\.){3}[^.]*|([^.]*\.)*qkv|(.*)*qkv|(.*)*(.*)*(.*)*x|(a+)+b|(a|a)*b
"""


def expressions():
    for line in WRITTEN.strip().split("\n"):
        # A bar between expressions has none of a group around it: they are split where both sides compile.
        yield from split(line)


def split(line):
    """The expressions of a line, at bars outside of groups and classes; an odd one stands by itself."""
    depth, klass, current, index = 0, False, "", 0
    while index < len(line):
        c = line[index]
        if c == "\\" and index + 1 < len(line):
            current, index = current + line[index:index + 2], index + 2
            continue
        if klass:
            klass = not (c == "]" and not current.endswith("[") and not current.endswith("[^"))
        elif c == "[":
            klass = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
        if c == "|" and depth == 0 and not klass:
            yield current
            current = ""
        else:
            current += c
        index += 1
    yield current


ODD = [
    "a)", "(a", "(", ")", "[", "(?", "(?P", "(?a", "(?ai", "(|)", "[|]", "a|", "|a", "|", "[^", "[a", "a|*", "(?:", "\\",
    "(?P<x", "(?P<>a)", "(?P=", "(?#", "(?(1", "(?<", "(?=", "x*|aab", "head|norm", "(?:a|b|)ab", "[[]", "[]", "[^]",
    "(?i)\u00c9", "\u00e9", "(?i:\u017f)", "(?x)[ ]", "(?x)a b # c\naab", "(?ms)a$.b", "(?m)^.$", "(?x)a{1, 2}", "a{1, 2}",
]


def random_expressions(count):
    generator = random.Random(13)
    atoms = ["a", "b", "c", ".", "[ab]", "[^a]", r"\w", r"\.", "x", "^", "$", r"\b", r"\1", r"\d"]

    def make(depth):
        kind = generator.random()
        if depth == 0 or kind < 0.35:
            return generator.choice(atoms)
        if kind < 0.6:
            return "".join(make(depth - 1) for _ in range(generator.randint(1, 3)))
        if kind < 0.7:
            return "(" + make(depth - 1) + "|" + make(depth - 1) + ")"
        if kind < 0.8:
            opening = generator.choice(["(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?(1)"])
            return opening + make(depth - 1) + ")"
        return make(depth - 1) + generator.choice(
            ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "*+", "?+"])

    return [make(4) for _ in range(count)]


def row(pattern, texts):
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return [pattern, None]
    return [pattern, [[t, bool(compiled.fullmatch(t)), bool(compiled.match(t))] for t in texts]]


slow = {r"(.*)*(.*)*(.*)*x", r"(.*)*qkv", r"(a+)+b", r"(a|a)*b"}
short = ["", "a", "aab", "xqkv", "ab"]
rows, seen = [], set()
for pattern in [*expressions(), *ODD]:
    if pattern not in seen:
        seen.add(pattern)
        rows.append(row(pattern, short if pattern in slow else PATHS))
generator = random.Random(5)
for pattern in random_expressions(800):
    if pattern not in seen and len(pattern) < 40:
        seen.add(pattern)
        texts = ["".join(generator.choice("abcx.1A") for _ in range(n)) for n in (0, 1, 2, 3, 5, 7)]
        rows.append(row(pattern, texts))
out = pathlib.Path(__file__).resolve().parent / "patterns" / "patterns.json"
out.write_text("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n")
print(len(rows), "expressions,", sum(len(r[1] or []) for r in rows), "texts,",
      sum(r[1] is None for r in rows), "refused")
