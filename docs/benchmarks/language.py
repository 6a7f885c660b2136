"""A training step of a language model, by petl and by PEFT on transformers, whole processes in turn.

    python3 docs/benchmarks/language.py SmolLM2-135M.gguf book.txt --petl .build/release/petl --rounds 3

LoRA of rank 8 on query and value, 8 texts of 128 tokens a step, two threads, AdamW. Of petl the tokens a second are those
of an epoch without its evaluation, of PEFT those of the steps after the first two. Peak memory is the process's. The
same weights: petl writes them as a folder of Hugging Face's for transformers. Needs torch, transformers 5 and peft.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

BATCH, LENGTH, STEPS = 8, 128, 8


def peft_step(folder, precision):
    import peft
    import torch
    import transformers

    # Before any thread of the pool begins, which then does the same.
    torch.set_flush_denormal("flushed" in precision)
    torch.set_num_threads(2)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model = peft.get_peft_model(model, peft.LoraConfig(target_modules=["q_proj", "v_proj"], r=8)).train()
    step = torch.compile(model) if "compiled" in precision else model
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-4)
    ids = torch.randint(0, model.config.vocab_size, (BATCH, LENGTH))
    seconds = []
    for _ in range(STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in precision):
            loss = step(input_ids=ids, labels=ids).loss
        loss.backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(BATCH * LENGTH / statistics.median(seconds[2:])))


def measured(command, **options):
    """What a process prints, and its peak memory in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return output, usage.ru_maxrss / 1024


def petl_step(petl, weights, text, folder, settings):
    recipe = folder / "r.yaml"
    recipe.write_text(f"""task: language-model
threads: 2
backbone: {{weights: {weights}}}
data: {{type: text, path: {text}}}
text: {{length: {LENGTH}, packing: true}}
adapter: {{type: lora, rank: 8, sites: [query, value]}}
optimizer: {{learning_rate: 5e-4}}
batch_size: {BATCH}
drop_last: true
epochs: 1
""")
    out = folder / f"run-{time.monotonic_ns()}"
    command = [petl, "run", recipe, "--output", out, "--quiet"]
    _, memory = measured(command + [part for text in settings for part in ("--set", text)])
    record = json.loads((out / "metrics.jsonl").read_text().splitlines()[0])
    return record["tokensPerSecond"], memory


if __name__ == "__main__":
    if sys.argv[1] == "--peft":
        sys.exit(peft_step(*sys.argv[2:]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--petl", default=".build/release/petl")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="fp32,bf16", help="of PEFT: fp32, bf16, compiled; with -flushed behind, subnormal numbers are zero (torch.set_flush_denormal)")
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        text = folder / "t.txt"
        # Some six steps of it: a token has three to five characters.
        text.write_text(options.text.read_text()[: 4 * BATCH * LENGTH * 7])
        subprocess.run(
            [options.petl, "convert", options.weights, "--to", "hf", "--dtype", "f32", "--output", folder / "hf"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cases = {
            "petl fp32": ["backbone.precision=fp32"],
            "petl mixed": ["backbone.precision=mixed"],
            "petl int8": ["backbone.precision=int8"],
            "petl as stored": ["backbone.precision=as-stored"],
            "petl as stored, recompute": ["backbone.precision=as-stored", "text.recompute=true"],
        }
        for _ in range(options.rounds):
            for name, settings in cases.items():
                found.setdefault(name, []).append(petl_step(options.petl, options.weights.resolve(), text, folder, settings))
                print(name, *found[name][-1], file=sys.stderr, flush=True)
            for peer in options.peers.split(","):
                name = f"PEFT {peer}"
                output, memory = measured([sys.executable, __file__, "--peft", folder / "hf", peer])
                found.setdefault(name, []).append((json.loads(output), memory))
                print(name, *found[name][-1], file=sys.stderr, flush=True)
    print("| | tokens a second | peak memory, MiB |\n|---|---|---|")
    for name, values in found.items():
        speed, memory = (statistics.median(part) for part in zip(*values))
        print(f"| {name} | {speed:.0f} ({min(v[0] for v in values):.0f} to {max(v[0] for v in values):.0f}) | {memory:.0f} |")
