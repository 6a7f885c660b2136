"""Tokens a second that a language model writes: by petl, by transformers, by llama.cpp; whole processes in turn.

    python3 docs/benchmarks/generation.py SmolLM2-135M-Instruct.Q4_1.gguf --petl .build/release/petl --rounds 3
    python3 docs/benchmarks/generation.py … --llama python-with-gpt4all

Greedy, after a short prompt, two threads, 128 tokens. Each peer's time is that of the tokens after the first, so that
loading and the prompt do not count: of petl the difference of two processes, of 128 tokens and of one. transformers gets
the weights unpacked, as petl writes them for it, and tokens in the place of the prompt. llama.cpp is that of the wheel gpt4all, of 2024, in a Python of its own;
a file with a way of splitting words that it does not know is given another's name, which changes what is written and not
how fast. Needs torch and transformers 5.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

COUNT, PROMPT = 128, "Once upon a time there was a"

TRANSFORMERS = """
import json, sys, time, torch, transformers
torch.set_num_threads(2)
folder, count, prompt = sys.argv[1], int(sys.argv[2]), sys.argv[3]
model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
# A GGUF file keeps its tokenizer: any tokens do, as many as there are words.
ids = torch.arange(100, 100 + len(prompt.split()))[None]
def seconds(n):
    start = time.perf_counter()
    model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=n, min_new_tokens=n, do_sample=False)
    return time.perf_counter() - start
seconds(4)
print(json.dumps((count - 1) / (seconds(count) - seconds(1))))
"""

LLAMA = """
import json, pathlib, sys, time
from gpt4all import GPT4All
path, count, prompt = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
model = GPT4All(path.name, model_path=path.parent, allow_download=False, device="cpu", n_threads=2)
times = [time.perf_counter() for _ in model.generate(prompt, max_tokens=count, temp=0, repeat_penalty=1.0, streaming=True)]
print(json.dumps((len(times) - 1) / (times[-1] - times[0])))
"""


def petl(program, weights, precision):
    def seconds(count):
        start = time.perf_counter()
        subprocess.run([program, "generate", "--weights", weights, "--prompt", PROMPT, "--raw", "--quiet", "--precision",
                        precision, "--max-tokens", str(count)], check=True, capture_output=True)
        return time.perf_counter() - start
    return (COUNT - 1) / (seconds(COUNT) - seconds(1))


def python(interpreter, code, weights):
    command = [interpreter, "-c", code, str(weights), str(COUNT), PROMPT]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{interpreter}: {result.stderr.strip().splitlines()[-1:]}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def renamed(weights, folder):
    """A copy for an older llama.cpp, with a way of splitting words that it knows."""
    data = bytearray(pathlib.Path(weights).read_bytes())
    place = data.find(b"smollm", data.find(b"tokenizer.ggml.pre"))
    if place >= 0:
        data[place:place + 6] = b"falcon"
    path = folder / "model.gguf"
    path.write_bytes(data)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--llama", help="a Python with gpt4all")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([options.petl, "convert", options.weights, "--to", "hf", "--output", folder / "hf"], check=True)
        peers = {
            "petl, fp32": lambda: petl(options.petl, options.weights, "fp32"),
            "petl, as stored": lambda: petl(options.petl, options.weights, "as-stored"),
            "transformers, fp32": lambda: python(sys.executable, TRANSFORMERS, folder / "hf"),
        }
        if options.llama:
            copy = renamed(options.weights, folder)
            peers["llama.cpp (gpt4all)"] = lambda: python(options.llama, LLAMA, copy)
        found = {name: [] for name in peers}
        for _ in range(options.rounds):
            for name, measure in peers.items():
                found[name].append(measure())
    for name, rates in found.items():
        print(f"{name:22} {statistics.median(rates):7.1f} tokens/s   ({', '.join(f'{rate:.1f}' for rate in rates)})")


if __name__ == "__main__":
    main()
