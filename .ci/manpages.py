#!/usr/bin/env python3
"""Manual pages of petl in mdoc, one for each command, from what the program says of itself.

    .ci/manpages.py PETL FOLDER     # petl.1, petl-run.1, …

swift-argument-parser has a tool for this, too. It is not taken: it takes two minutes to build, runs the lines of examples
together, and repeats the options of every command on one page.
"""

import json
import pathlib
import re
import subprocess
import sys
import textwrap

# Characters that roff takes for something else.
SPECIAL = str.maketrans({"\\": "\\e", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})
MONTHS = ("January February March April May June July August September October November December").split()


def escaped(text):
    """A line of text as it is printed."""
    line = re.sub(r"(?<![\w-])-+(?=\w)", lambda found: found[0].replace("-", "\\-"), text.translate(SPECIAL))
    return "\\&" + line if line.startswith(".") else line


def word(text):
    """An argument of a macro."""
    text = text.translate(SPECIAL)
    # Two letters may be a macro's name.
    text = "\\&" + text if re.fullmatch("[A-Z][a-z]", text) else text
    return f'"{text}"' if re.search(r"\s", text) else text


def prose(text):
    """A paragraph, each sentence on lines of its own."""
    for sentence in re.split(r"(?<=[^A-Z\s][.!?]) +(?=[A-Z])", text.strip()):
        for line in textwrap.wrap(sentence, 78, break_on_hyphens=False, break_long_words=False):
            yield escaped(line)


def discussion(text):
    """Paragraphs; lines that are set in, or stand together, stay lines."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip("\n"))):
        if number:
            yield ".Pp"
        lines = paragraph.split("\n")
        if len(lines) == 1 and not lines[0].startswith(" "):
            yield from prose(lines[0])
            continue
        yield ".Bd -literal -compact"
        yield from (escaped(line) if line.strip() else "" for line in lines)
        yield ".Ed"


def spelled(argument):
    """Its names and its value, as macros."""
    if argument["kind"] == "positional":
        return f"Ar {word(argument['valueName'])}" + (" ..." if argument["isRepeating"] else "")
    flags = [f"Fl {'-' if name['kind'] == 'long' else ''}{name['name']}" for name in argument["names"]]
    value = f" Ar {word(argument['valueName'])}" if argument["kind"] == "option" else ""
    return " , ".join(flags) + value + (" ..." if argument["isRepeating"] and value else "")


def described(argument):
    """What an argument means, what it can be and what it is when it is left out."""
    yield f".It {spelled(argument)}"
    text = " ".join(argument.get("abstract", "").split())
    if values := argument.get("allValues"):
        text += f" One of {', '.join(values)}."
    if default := argument.get("defaultValue"):
        text += f" {default} when left out."
    yield from prose(text)


def arguments(command, own):
    """What is shown of a command's arguments; what all have in common is on the first page alone."""
    common = {"help", "version"}
    return [a for a in command.get("arguments", []) if a["shouldDisplay"] and not (own and a["valueName"] in common)]


def subcommands(command):
    return [c for c in command.get("subcommands", []) if c["shouldDisplay"] and c["commandName"] != "help"]


def page(command, path, version, date):
    """The page of a command, whose names with those above it are the path."""
    name, title = "-".join(path), " ".join(path)
    given, below = arguments(command, len(path) > 1), subcommands(command)
    abstract = " ".join(command["abstract"].split()).rstrip(".")
    year, month, day = date
    yield from [f".Dd {MONTHS[month - 1]} {day}, {year}", f".Dt {name.upper()} 1", f".Os petl {version}", ".Sh NAME", f".Nm {name}",
                f".Nd {escaped(abstract)}", ".Sh SYNOPSIS", f".Nm {title}"]
    for argument in given:
        spelling = spelled(argument)
        yield f".Op {spelling}" if argument["isOptional"] else f".{spelling}"
    if below:
        yield ".Ar command"
    if "discussion" in command:
        yield ".Sh DESCRIPTION"
        yield from discussion(command["discussion"])
    if below:
        yield from [".Sh COMMANDS", ".Bl -tag -width Ds"]
        for other in below:
            yield f".It Xr {name}-{other['commandName']} 1"
            yield from prose(other["abstract"])
        yield ".El"
    sections = dict.fromkeys(a.get("sectionTitle", "") for a in given)
    if given:
        yield ".Sh OPTIONS"
    for section in sorted(sections, key=lambda s: s != ""):
        if section:
            yield f".Ss {escaped(section[0].upper() + section[1:])}"
        yield ".Bl -tag -width Ds"
        for argument in (a for a in given if a.get("sectionTitle", "") == section):
            yield from described(argument)
        yield ".El"
    others = (["-".join(path[:-1])] if len(path) > 1 else []) + sorted(f"{name}-{other['commandName']}" for other in below)
    yield ".Sh SEE ALSO"
    yield from (f".Xr {other} 1{' ,' if other != others[-1] else ''}" for other in others)


def pages(petl, version, date):
    """The text of each page by the name of its file."""
    found = {}

    def walk(command, path):
        found[f"{'-'.join(path)}.1"] = "\n".join(page(command, path, version, date)) + "\n"
        for other in subcommands(command):
            walk(other, [*path, other["commandName"]])

    dump = subprocess.run([str(petl), "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout
    top = json.loads(dump)["command"]
    walk(top, [top["commandName"]])
    return found


def main():
    petl, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    version = subprocess.run([petl, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(petl, version, (2020, 1, 1)).items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
