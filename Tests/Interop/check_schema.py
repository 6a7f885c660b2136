"""The JSON Schema of recipes against the recipes that come with the project, and against mistakes.

    python3 Tests/Interop/check_schema.py .build/release/petl

Needs jsonschema and PyYAML.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Loader(yaml.SafeLoader):
    """YAML as editors read it: 1e-3 is a number."""


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789"))

MISTAKES = [
    "epochs: {}", "epochs: 0", "rank: 4", "selection: beste", "adapter: {rank: 4}", "adapter: {type: lora, rank: big}",
    "adapter: {type: vpt, rank: 4}", "adapter: {type: lora, r: 4}", "adapter: {type: lora, sites: [quer]}",
    "regularizers: [{weight: 1}]", "regularizers: [{type: resora, measure: near}]", "optimizer: {lr: 1}",
    "stages: [{name: a, epochs: 1, rate: 1}]", "backbone: {weight: x}", "sweep: {seed: [1]}", "loss: {type: focal, alpha: x}",
]
RIGHT = [
    "adapter: {type: lora, rank: 4, rank_pattern: {query: 8}}", "adapter: {type: lora, sites: 'blocks\\.[01]\\..*'}",
    "adapter: {type: of-a-plugin-file, anything: [1]}", "threads: ~", "data: {normalization: {mean: [0, 0, 0], std: [1, 1, 1]}}",
    "regularizers: [{type: resora, weight: {type: linear, from: 0, to: 1}}]", "adapter: {type: lora, layers: [0, 1]}",
]


def main(petl):
    schema = json.loads((ROOT / "docs/recipe.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    recipes = [path for path in sorted((ROOT / "Examples").rglob("*.yaml")) if "\nmodel:" not in path.read_text()]
    for path in recipes:
        for error in validator.iter_errors(yaml.load(path.read_text(), Loader)):
            sys.exit(f"{path}: {error.json_path}: {error.message}")
    for text in RIGHT:
        for error in validator.iter_errors(yaml.load(text, Loader)):
            sys.exit(f"{text} is right: {error.message}")
    for text in MISTAKES:
        if validator.is_valid(yaml.load(text, Loader)):
            sys.exit(f"{text} is taken for right")
    with tempfile.TemporaryDirectory() as folder:
        # What the program writes, first by itself and then with all defaults.
        first, run = pathlib.Path(folder, "r.yaml"), pathlib.Path(folder, "run")
        subprocess.run([petl, "init", "recipe", "--weights", "embedded:vit-micro", "--data", "embedded:digits", "--output",
                        first], check=True, capture_output=True)
        short = [part for text in ("data.shots=1", "stages=~", "epochs=1", "schedule.warmup_epochs=0") for part in ("--set", text)]
        subprocess.run([petl, "run", first, "--output", run, "--quiet", *short], check=True, capture_output=True)
        for path in (first, run / "recipe.yaml"):
            for error in validator.iter_errors(yaml.load(path.read_text(), Loader)):
                sys.exit(f"{path.read_text()}{error.json_path}: {error.message}")
    print(f"{len(recipes)} recipes and {len(RIGHT)} others are right, {len(MISTAKES)} mistakes are seen")


if __name__ == "__main__":
    main(*sys.argv[1:])
