"""A copy of a challenge that may be spoilt, and the edits that an author's tools make for him."""

from __future__ import annotations

import csv
import functools
import random
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge, Predictions, Scores, Spec, write_spec
from synth_gym.grading.measure import BASELINE, REFERENCE, Run, command_of, run_script, scores_of

Row = dict[str, str]

TRAIN, TEST = "workspace/data/train.csv", "workspace/data/test.csv"
SAMPLE, LABELS = "workspace/sample_submission.csv", "grader/labels.csv"
INSTRUCTION = "workspace/instruction.md"
SCRIPTS = (BASELINE, REFERENCE)


@dataclass(frozen=True)
class Copy:
    """One challenge directory and the source of everything random in it."""

    folder: Path
    rng: random.Random
    sandbox: str

    @property
    def challenge(self) -> Challenge:
        return Challenge.load(self.folder)

    @property
    def spec(self) -> Spec:
        return _spec(self.folder, self.read("challenge.yaml"))

    @property
    def predictions(self) -> Predictions:
        submission = self.spec.submission
        assert isinstance(submission, Predictions)
        return submission

    @property
    def key(self) -> str:
        """The id column's name."""
        return self.predictions.id_column

    @property
    def target(self) -> str:
        """The only submission column's name."""
        [name] = self.predictions.columns
        return name

    def has(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def replace(self, name: str, before: str, after: str) -> bool:
        """Replace text wherever it stands in a file; False where it does not."""
        text = self.read(name)
        self.write(name, text.replace(before, after))
        return before in text

    def append(self, name: str, text: str) -> None:
        self.write(name, f"{self.read(name).rstrip()}\n\n{text}")

    def rows(self, name: str) -> list[Row]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def put_rows(self, name: str, rows: Iterable[Row]) -> None:
        table = list(rows)
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)

    def change_rows(self, name: str, change: Callable[[Row], Row]) -> None:
        self.put_rows(name, map(change, self.rows(name)))

    def truth(self) -> dict[str, str]:
        """The true value of each test id."""
        return {row[self.key]: row[self.target] for row in self.rows(LABELS)}

    def update(self, **changes: Any) -> None:
        """Change keys of `challenge.yaml`; the values of a dict change the keys below."""
        data = self.spec.model_dump()
        for name, value in changes.items():
            data[name] = data[name] | value if isinstance(value, dict) and isinstance(data[name], dict) else value
        write_spec(Spec.model_validate(data), self.folder)

    def rename(self, name: str) -> Copy:
        """The same challenge under another id, made by hand: nothing that is remembered of the original applies."""
        version = self.spec.version
        made = self.spec.provenance.model_copy(update={"generator": "hand", "recipe": None})
        target = self.folder.with_name(f"{name}-v{version}")
        self.update(id=name, provenance=made.model_dump())
        shutil.move(self.folder, target)
        return Copy(target, self.rng, self.sandbox)

    def run(self, script: str, seeds: tuple[int, ...] = (0,)) -> list[Run]:
        return run_script(self.challenge, script, seeds, self.sandbox)

    def measure(self, *scripts: str, seeds: tuple[int, ...] = (0,)) -> None:
        """Store what the scripts really earn, as an honest author does after an edit.

        Raises:
            ValueError: the reference is no better than the baseline, so that no challenge.yaml can be written.
        """
        scores = {script: scores_of(self.run(script, seeds), command_of(script)) for script in scripts or SCRIPTS}
        self.store(scores.get(BASELINE), scores.get(REFERENCE))

    def store(self, baseline: Scores | None = None, reference: Scores | None = None) -> None:
        """Write stored scores, and the baseline's public one where the instruction tells it."""
        before = self.spec.baseline.public_mean
        found = {"baseline": baseline, "reference": reference}
        self.update(**{name: scores.model_dump() for name, scores in found.items() if scores})
        if baseline:
            told = f"{before:.4g}".rstrip(".")
            self.replace(INSTRUCTION, f"is\n{told}.", f"is\n{baseline.public_mean:.4g}.")
            self.replace(INSTRUCTION, f"is {told}.", f"is {baseline.public_mean:.4g}.")

    def count_train(self) -> None:
        """Tell the number of training rows anew."""
        counted = re.sub(r"(`data/train\.csv`: )\d+", rf"\g<1>{len(self.rows(TRAIN))}", self.read(INSTRUCTION))
        self.write(INSTRUCTION, counted)


@functools.lru_cache(maxsize=4)
def _spec(folder: Path, text: str) -> Spec:
    """The text tells whether it was read before: rows are changed one by one, and each asks for the columns' names."""
    return Challenge.load(folder).spec
