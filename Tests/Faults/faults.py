"""Lets every single write, open, rename … of petl's commands fail, one at a time, and looks at what is left.

    swift build -c release
    python3 Tests/Faults/faults.py runs/faults                # from the project's folder; --every 5 for each fifth

A small network is trained, resumed, merged, converted and asked, each time with one call of the file system failing as
on a full (ENOSPC) or broken (EIO) disk. A command must then end with a sentence and a code other than 0, or do its work
without what failed; no file may be left half under its name; and a run that failed must go on with `petl resume` to the same
adapter, byte for byte.
"""

import argparse
import collections
import errno
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def network(folder):
    """A Vision Transformer of width 16 for images of 8 pixels, and 44 images, from a fixed seed."""
    import random
    stream = random.Random(0)
    shapes = {"cls_token": [1, 1, 16], "pos_embed": [1, 5, 16], "patch_embed.proj.weight": [16, 3, 4, 4],
              "patch_embed.proj.bias": [16], "norm.weight": [16], "norm.bias": [16]}
    for layer in range(2):
        block = f"blocks.{layer}."
        shapes |= {block + "norm1.weight": [16], block + "norm1.bias": [16], block + "attn.qkv.weight": [48, 16],
                   block + "attn.qkv.bias": [48], block + "attn.proj.weight": [16, 16], block + "attn.proj.bias": [16],
                   block + "norm2.weight": [16], block + "norm2.bias": [16], block + "mlp.fc1.weight": [32, 16],
                   block + "mlp.fc1.bias": [32], block + "mlp.fc2.weight": [16, 32], block + "mlp.fc2.bias": [16]}

    def count(shape):
        total = 1
        for axis in shape:
            total *= axis
        return total

    weights = {name: ("F32", shape, struct.pack(f"<{count(shape)}f", *(stream.gauss(0, 0.3) for _ in range(count(shape)))))
               for name, shape in shapes.items()}
    data = {}
    for split, images in (("train", 24), ("val", 8), ("test", 12)):
        data[f"{split}_images"] = ("U8", [images, 8, 8, 3], bytes(stream.randrange(256) for _ in range(images * 192)))
        data[f"{split}_labels"] = ("I64", [images], struct.pack(f"<{images}q", *(i % 3 for i in range(images))))
    for name, tensors, metadata in (("tiny", weights, {"heads": "2"}), ("data", data, {})):
        header, offset = {"__metadata__": metadata}, 0
        for tensor, (kind, shape, raw) in tensors.items():
            header[tensor] = {"dtype": kind, "shape": shape, "data_offsets": [offset, offset + len(raw)]}
            offset += len(raw)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        body = b"".join(raw for _, _, raw in tensors.values())
        (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    (folder / "r.yaml").write_text(f"""name: tiny
threads: 1
backbone: {{weights: {folder}/tiny.safetensors, heads: 2}}
data: {{type: safetensors, path: {folder}/data.safetensors, normalization: none}}
adapter: {{type: lora, rank: 2}}
regularizers: [{{type: resora, weight: 0.1}}]
batch_size: 8
stages: [{{name: base, epochs: 2, regularize: false}}, {{name: refine, epochs: 2}}]
""")


def is_whole(path):
    """Whether a file that has its name has all its bytes."""
    raw = path.read_bytes()
    if path.suffix == ".safetensors":
        if len(raw) < 8:
            return False
        length = struct.unpack("<Q", raw[:8])[0]
        if 8 + length > len(raw):
            return False
        header = json.loads(raw[8:8 + length])
        return 8 + length + max((t["data_offsets"][1] for n, t in header.items() if n != "__metadata__"), default=0) == len(raw)
    if path.suffix == ".json":
        try:
            json.loads(raw)
        except ValueError:
            return False
    return path.suffix not in (".yaml", ".html", ".csv", ".md") or raw.endswith((b"\n", b">"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--every", type=int, default=1, help="leaves faults out")
    options = parser.parse_args()
    root = options.folder.resolve()
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    network(root)
    library = root / "faults.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", library, HERE / "faults.c", "-ldl"], check=True)
    petl = str(pathlib.Path(options.petl).resolve())
    target, counter = root / "target", root / "count"

    def run(words, at, number):
        environment = os.environ | {
            "LD_PRELOAD": str(library), "FAULT_BELOW": str(target), "FAULT_AT": str(at), "FAULT_ERRNO": str(number),
            "FAULT_COUNT": str(counter), "XDG_CACHE_HOME": str(target / "cache")}
        return subprocess.run([petl, *words], env=environment, capture_output=True, text=True, timeout=120)

    def adapter(folder):
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((folder / "adapter").glob("*"))}

    train = ["run", str(root / "r.yaml"), "--quiet", "--output", str(target / "run")]
    finished = root / "finished"
    target.mkdir()
    assert run(train, 0, 0).returncode == 0
    shutil.copytree(target / "run", finished)
    expected = adapter(finished)
    w = str(root / "tiny.safetensors")
    commands = {
        "run": train,
        "resume": ["resume", str(target / "run")],
        "report": ["report", str(target / "run")],
        "merge": ["merge", str(finished), "--head", "keep", "--output", str(target / "merged.safetensors")],
        "convert": ["convert", str(finished), "--weights", w, "--to", "petl", "--output", str(target / "own")],
        "convert weights": ["convert", w, "--to", "hf-vit", "--output", str(target / "hf")],
        "predict": ["predict", str(finished), "--output", str(target / "answers.safetensors")],
        "canonicalize": ["canonicalize", str(finished), "--output", str(target / "canonical")],
    }
    faults, wrong = collections.Counter(), []
    for name, words in commands.items():
        def prepare():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            if name == "report":
                shutil.copytree(finished, target / "run")
            if name == "resume":
                # A run whose last stage has to be trained again.
                run(train, 60, errno.EIO)
        prepare()
        result = run(words, 0, 0)
        if result.returncode != 0:
            sys.exit(f"{name} fails without a fault: {result.stderr}")
        total = int(counter.read_text())
        for at in range(1, total + 1, options.every):
            for number in (errno.ENOSPC, errno.EIO):
                prepare()
                result = run(words, at, number)
                faults[name] += 1
                label = f"{name}, call {at} of {total}, {errno.errorcode[number]}"
                words_of_it = result.stdout + result.stderr
                if result.returncode < 0 or result.returncode > 2 or "Fatal error" in words_of_it:
                    wrong.append(f"{label}: ended with {result.returncode}: {words_of_it[-300:]}")
                elif result.returncode and not result.stderr.strip():
                    wrong.append(f"{label}: no sentence")
                for path in target.rglob("*"):
                    hidden = path.name.startswith(".") or "cache" in path.parts
                    if path.is_file() and not hidden and not is_whole(path):
                        wrong.append(f"{label}: {path.relative_to(target)} is left half")
                if name in ("run", "resume"):
                    # Before there is a run.json nothing has been trained, and nothing is lost.
                    if result.returncode and (target / "run/run.json").exists():
                        result = run(["resume", str(target / "run")], 0, 0)
                        if result.returncode:
                            wrong.append(f"{label}: does not go on: {result.stderr[-300:]}")
                    if result.returncode == 0 and adapter(target / "run") != expected:
                        wrong.append(f"{label}: another adapter")
        print(f"{name:16} {faults[name]:5} faults in {total} calls")
    print("\n".join(wrong))
    print(f"{sum(faults.values())} faults, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
