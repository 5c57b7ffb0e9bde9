"""A challenge under test, and what several gates need to know of it, found out once."""

from __future__ import annotations

import csv
import io
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from synth_gym.certification.inputs import Inputs
from synth_gym.certification.tables import Table, read_tables
from synth_gym.challenge import Challenge, Predictions, Program, Scores, Spec
from synth_gym.grading import Grade, Grader
from synth_gym.grading.grader import Split
from synth_gym.grading.labels import Labels, parse_labels
from synth_gym.grading.measure import BASELINE, REFERENCE, Run, run_script
from synth_gym.grading.submission import Format

Row = list[str]
Found = TypeVar("Found")


class Case:
    """One challenge directory and everything measured of it.

    Args:
        folder: the challenge directory; it may be broken, and then the properties raise.
        inputs: sandbox and lists.
        scratch: an empty folder.
    """

    def __init__(self, folder: Path, inputs: Inputs, scratch: Path) -> None:
        self.folder = folder
        self.inputs = inputs
        self.approaches: dict[str, float] = {}
        """Private scores of whatever was tried, by name; the gates that try something note it here."""
        self.script_seconds = 0.0
        """Processor time of scripts in sandboxes, whose processes are not this one's children."""
        self._scratch = scratch
        self._found: dict[Callable[[Case], Any], Any] = {}

    def once(self, find: Callable[[Case], Found]) -> Found:
        """What a function finds out about this challenge, found out once for all the gates that ask."""
        if find not in self._found:
            self._found[find] = find(self)
        found: Found = self._found[find]
        return found

    @property
    def sandbox(self) -> str:
        return self.inputs.sandbox

    @cached_property
    def challenge(self) -> Challenge:
        return Challenge.load(self.folder)

    @property
    def spec(self) -> Spec:
        return self.challenge.spec

    @property
    def predictions(self) -> Predictions | None:
        """The submission's description if it is a predictions file."""
        return self.spec.submission if isinstance(self.spec.submission, Predictions) else None

    @property
    def program(self) -> Program | None:
        """The submission's description if it is a program."""
        return self.spec.submission if isinstance(self.spec.submission, Program) else None

    @cached_property
    def grader(self) -> Grader:
        return Grader(self.challenge, sandbox=self.sandbox, scratch=self._scratch)

    @cached_property
    def layout(self) -> Format:
        """The columns of a predictions file."""
        assert self.predictions
        return Format.from_plain(self.predictions.model_dump(include={"id_column", "columns"}))

    @cached_property
    def labels(self) -> Labels:
        """The true values of a predictions challenge."""
        return parse_labels((self.challenge.grader / "labels.csv").read_text(encoding="utf-8"), self.layout)

    @cached_property
    def truth(self) -> list[Row]:
        """The true values as rows of a submission, in the order of `layout.header`."""
        return [[row[name].strip() for name in self.layout.header] for row in self.labels.rows]

    @cached_property
    def tables(self) -> list[Table]:
        """Every table in the workspace."""
        return read_tables(self.challenge.workspace)

    @cached_property
    def baseline(self) -> list[Run]:
        """Runs of the baseline; see `seeds_to_run`."""
        return self._runs("baseline", BASELINE, self.spec.baseline)

    @cached_property
    def reference(self) -> list[Run]:
        """Runs of the reference solution; see `seeds_to_run`."""
        return self._runs("reference", REFERENCE, self.spec.reference)

    def _runs(self, name: str, script: str, stored: Scores) -> list[Run]:
        runs = run_script(self.challenge, script, seeds_to_run(stored), self.sandbox)
        self.script_seconds += sum(run.usage.cpu_seconds for run in runs if run.usage)
        scores = [run.private.score for run in runs if run.private.score is not None]
        if scores:
            self.approaches[name] = statistics.fmean(scores)
        return runs

    def submission(self, rows: Sequence[Row]) -> bytes:
        """Rows in the order of `layout.header` as a predictions file."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.layout.header, *rows])
        return text.getvalue().encode()

    def grade(self, content: bytes, split: Split = "private") -> Grade:
        """What a submission with this content gets, in a grading of its own."""
        return self.grade_all([content], split)[0]

    def grade_all(
        self, contents: Sequence[bytes], split: Split = "private", grader: Grader | None = None
    ) -> list[Grade]:
        """What submissions with these contents get.

        Args:
            contents: one for each submission.
            split: whose true values count.
            grader: in place of the challenge's own.
        """
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            artefacts = [Path(folder) / str(number) for number in range(len(contents))]
            for artefact, content in zip(artefacts, contents, strict=True):
                artefact.write_bytes(content)
            return (grader or self.grader).grade_all(artefacts, split)

    def scratch_file(self, content: bytes) -> Path:
        """A file with this content, until the case is done."""
        with tempfile.NamedTemporaryFile(dir=self._scratch, delete=False) as file:
            file.write(content)
        return Path(file.name)

    def grader_for(self, challenge: Challenge) -> Grader:
        """A grader of a variant of the challenge."""
        return Grader(challenge, sandbox=self.sandbox, scratch=self._scratch)

    def without_paths(self, message: str) -> str:
        """A message for the certificate: on one line, without folders of this machine."""
        for path in (self._scratch, self.folder.resolve(), self.folder):
            message = message.replace(f"{path}/", "").replace(str(path), path.name)
        return " ".join(message.encode("utf-8", "replace").decode().split())


def seeds_to_run(scores: Scores) -> tuple[int, ...]:
    """The seeds that are run again: the first, and the second if scores differ from seed to seed."""
    return scores.seeds[: 2 if scores.sd > 0 else 1]
