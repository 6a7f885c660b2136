"""What `petl report --format tensorboard` writes, read by the package tensorboard, against metrics.jsonl.

    python3 Tests/Interop/check_tensorboard.py .build/release/petl RUN

RUN is the folder of a run. Needs tensorboard.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(petl, run):
    records = [json.loads(line) for line in pathlib.Path(run, "metrics.jsonl").read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([petl, "report", run, "--format", "tensorboard", "--output", folder], check=True, stdout=subprocess.DEVNULL)
        stages = sorted({record["stage"] for record in records})
        if sorted(path.name for path in pathlib.Path(folder).iterdir()) != stages:
            sys.exit(f"not a folder for each of {stages}")
        count = 0
        for stage in stages:
            events = EventAccumulator(str(pathlib.Path(folder, stage)))
            events.Reload()
            own = [record for record in records if record["stage"] == stage]
            found = [(event.step, event.value) for event in events.Scalars("train/loss")]
            for (step, value), record in zip(found, own, strict=True):
                if step != record["step"] or abs(value - record["taskLoss"]) > 1e-6 * abs(record["taskLoss"]):
                    sys.exit(f"{stage}: {step}: {value} instead of {record['step']}: {record['taskLoss']}")
            for name in events.Tags()["scalars"]:
                count += len(events.Scalars(name))
        print(f"{len(stages)} stages, {len(records)} epochs, {count} figures")


if __name__ == "__main__":
    main(*sys.argv[1:])
