"""What the practitioner remembers of an episode: only what it has read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from synth_gym.policies.practitioner.instruction import Metric, Task
from synth_gym.policies.practitioner.observations import Table, Verdict, is_number


@dataclass(frozen=True)
class Trial:
    """An approach that was scored."""

    name: str
    title: str
    restore: str
    """Command that brings its submission back."""
    score: float
    output: str = field(default="", repr=False)
    """What the terminal said when it was scored."""

    @property
    def cross_validation(self) -> float:
        """What the script printed as its score in cross-validation, the best if it printed several; more is better."""
        found = re.findall(r"^cv (?:[a-z0-9_]+: )?(-?[\d.]+)", self.output, re.MULTILINE)
        return max(map(float, found), default=-math.inf)

    @property
    def past_error(self) -> float | None:
        """The error on the known past that a forecasting script printed."""
        match = re.search(r"in the past: ([\d.]+)", self.output)
        return float(match[1]) if match else None


@dataclass
class Notebook:
    """The task and what was found out about it."""

    task: Task
    tables: dict[str, Table] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """Lines per file."""
    facts: dict[str, str] = field(default_factory=dict)
    """What a profile of the data printed, as `name: value` lines."""
    sources: dict[str, str] = field(default_factory=dict)
    """Text of the scripts that were read."""
    trials: list[Trial] = field(default_factory=list)
    baseline: float | None = None
    validations_left: int = 0
    gave_up: bool = False
    """Whether the last attempt was left without a score."""
    saw_warnings: bool = False
    """Whether a script printed warnings, which the next ones are told to keep to themselves."""
    trusts_past: bool = False
    """Whether what a script measures on known data counts as much as the public score."""
    steps: int = 0
    """Actions taken."""

    def __post_init__(self) -> None:
        self.validations_left = self.task.validations

    @property
    def metric(self) -> Metric:
        return self.task.metric

    @property
    def steps_left(self) -> int:
        return self.task.steps - self.steps

    @property
    def best(self) -> Trial | None:
        """The best trial."""
        ranked = self.ranked()
        return ranked[0] if ranked else None

    @property
    def beats_baseline(self) -> bool:
        """Whether something was better than the baseline."""
        best = self.best
        if best is None or best.name == "baseline":
            return False
        return self.baseline is None or self.metric.better(best.score, self.baseline)

    def ranked(self) -> list[Trial]:
        """Trials, best first: by the public score, or with `trusts_past` by ranks in that and in past error.

        Of equal scores the better in cross-validation goes first, then the later.
        """
        sign = 1 if self.metric.maximize else -1
        later_first = self.trials[::-1]
        public = sorted(later_first, key=lambda trial: (sign * trial.score, trial.cross_validation), reverse=True)
        if not self.trusts_past:
            return public
        tellers = [trial for trial in public if trial.past_error is not None]
        past = sorted(tellers, key=lambda trial: trial.past_error or 0.0)
        ranks = {trial.name: public.index(trial) + past.index(trial) for trial in tellers}
        others = [trial for trial in public if trial not in tellers]
        return sorted(tellers, key=lambda trial: ranks[trial.name]) + others

    def learn(self, verdict: Verdict) -> None:
        """Take over what a verdict says besides the score."""
        if verdict.baseline is not None:
            self.baseline = verdict.baseline
        if verdict.validations_left is not None:
            self.validations_left = verdict.validations_left

    def table(self, part: str) -> Table | None:
        """The table whose file name begins with `train`, `test`, `sample` ..."""
        return next((table for path, table in self.tables.items() if path.rsplit("/", 1)[-1].startswith(part)), None)

    def column_names(self) -> tuple[str, ...]:
        """Every column seen so far."""
        return tuple(dict.fromkeys(name for table in self.tables.values() for name in table.columns))

    def rows(self, path: str) -> int | None:
        """Rows of a CSV file, if its lines were counted."""
        return self.counts[path] - 1 if path in self.counts else None

    def paths(self) -> list[str]:
        """Every file that was named or seen."""
        return list(dict.fromkeys([*self.task.files, *self.tables, *self.counts]))

    @property
    def columns(self) -> tuple[str, ...]:
        """The submission's columns: of a sample that was seen, else as the instruction lists them."""
        sample = self.tables.get("sample_submission.csv")
        return sample.columns if sample else self.task.columns

    @property
    def id_column(self) -> str:
        test = self.table("test")
        shared = [name for name in self.columns if test and name in test.columns]
        return (shared or list(self.columns) or ["id"])[0]

    @property
    def targets(self) -> tuple[str, ...]:
        """The submission's columns without the id."""
        return tuple(name for name in self.columns if name != self.id_column)

    @property
    def target(self) -> str:
        """What the training table has and the test table lacks; what is submitted when that is not one column."""
        extra = self.only_in_train()
        if len(extra) == 1:
            return extra[0]
        return self.targets[0] if self.targets else ""

    def only_in_train(self) -> list[str]:
        """Columns of the training table that the test table lacks, as a profile printed them or as the heads show."""
        if "only in train" in self.facts:
            return re.findall(r"'([^']+)'", self.facts["only in train"])
        train, test = self.table("train"), self.table("test")
        if not train or not test or not train.complete or not test.complete:
            return []
        return [name for name in train.columns if name not in test.columns]

    def has_gaps(self) -> bool:
        """Whether values are known to be missing."""
        return self.facts.get("missing", "0") != "0" or bool(re.search(r"\bmissing\b|\bempty\b", self.task.data_text))

    def has_words(self, skip: tuple[str, ...] = ()) -> bool:
        """Whether a feature seen in the training table holds something else than numbers."""
        if "words" in self.facts:
            return self.facts["words"] != "0"
        table = self.table("train")
        if table is None:
            return False
        columns = [name for name in table.columns if name not in skip]
        return any(not all(map(is_number, table.sample(name))) for name in columns)
