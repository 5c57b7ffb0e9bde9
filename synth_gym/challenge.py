"""What a challenge is: a directory of plain files, described by a strict `challenge.yaml`.

    challenge.yaml    this module's `Spec`
    workspace/        exactly what the agent sees: instruction.md, baseline.py, data/ ...
    grader/           labels and opponents; never visible in the agent's sandbox
    solution/         a reference solution that is run, not believed; never visible either
    environment/      optional: a Dockerfile and what it needs, for the `docker` sandbox
    certificate.json  what the gates measured (not part of the content hash)

The folder's name is the id with its version (`WineCultivars-v0`), so that a suite of hundreds is registered without
opening one file.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from synth_gym.errors import InvalidFileError
from synth_gym.schema import Strict, load, to_yaml

SCHEMA_VERSION = 1
_UNHASHED = {"certificate.json"}


class Dataset(Strict):
    """The data a challenge was made from, pinned."""

    source: str
    """Who carries it: `scikit-learn`, `statsmodels`, `python`, `huggingface`, `none` ..."""
    id: str
    """Its name at the source."""
    config: str | None = None
    split: str | None = None
    revision: str
    """Version of the carrying package, or commit on the Hub."""
    licence: str
    """SPDX identifier."""
    url: str | None = None
    content_hash: str
    """`sha256:<hex>` of the rows as they were read."""
    hide: tuple[str, ...] = ()
    """Places under the Python library folders (`sklearn/datasets/data`) where a copy of the data lies. The sandbox
    mounts an empty folder over each, so that the labels cannot be looked up."""


class Metric(Strict):
    """The number that counts."""

    name: str
    """A built-in metric (`synth_gym.grading.metrics`), a program protocol's score, or any name if `grader/grade.py`
    exists."""
    direction: Literal["maximize", "minimize"]
    optimum: float
    worst: float | None = None
    """The worst possible value; null when the metric has no bound."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Keyword arguments of the built-in metric (`{"quantile": 0.9}`)."""

    @property
    def sign(self) -> int:
        """+1 when more is better, -1 when less is."""
        return 1 if self.direction == "maximize" else -1

    def better(self, score: float, than: float) -> bool:
        return self.sign * score > self.sign * than


class Column(Strict):
    """One column that a predictions file must have."""

    type: Literal["category", "integer", "number"]
    values: tuple[str, ...] | None = None
    """The allowed values of a category, as they are written in the file."""
    minimum: float | None = None
    maximum: float | None = None


class Predictions(Strict):
    """A submission that is a CSV file: one row for each row of the test set, in any order."""

    kind: Literal["predictions"]
    path: str = "submission.csv"
    id_column: str = "id"
    columns: dict[str, Column]


class Program(Strict):
    """A submission that is a Python file. It runs in a sandbox of its own; a trusted process talks to it over a
    pipe."""

    kind: Literal["program"]
    path: str
    protocol: str
    """The trusted process's side, by name (`synth_gym.grading.protocols`)."""
    entry: str
    """The function that the file must define."""
    seconds: float = 60.0
    """Wall-clock limit of one whole grading."""


class Evaluator(Strict):
    """A published benchmark's own evaluation script, for scores that compare with the published ones.

    It prints a JSON object, and may import what the agent wrote: its number is not one that was surely earned.
    """

    command: tuple[str, ...] = Field(min_length=1)
    """Run in the workspace."""
    metric: str
    """The key of the JSON object that counts."""
    seconds: float = Field(1800.0, gt=0)
    """Wall-clock limit of one run."""
    decides: bool = False
    """If so, it runs over the agent's own workspace and its number is the episode's score. If not, it runs over
    `grader/evaluator/` and a copy of the submission when the episode ends, and its number is stated beside the
    score."""


class Limits(Strict):
    """What one episode may use. Seconds are wall clock."""

    steps: int = Field(50, gt=0)
    seconds: float = Field(1800.0, gt=0)
    command_seconds: float = Field(300.0, gt=0)
    validations: int = Field(20, ge=0)
    memory_mb: int = Field(2048, gt=0)
    disk_mb: int = Field(1024, gt=0)
    processes: int = Field(256, gt=0)
    cpus: float = Field(2.0, gt=0)
    """Processor time per second of wall clock, all processes together."""
    gpus: int = Field(0, ge=0)
    """Only the `docker` sandbox has any to give."""
    output_bytes: int = Field(16_384, gt=0)
    """Bytes of one observation; the middle of anything longer is left out."""


class Scores(Strict):
    """A program's measured scores: one entry per seed, in the same order in every list."""

    command: str
    """What was run in the workspace, with the seed in the environment variable `SEED`."""
    seeds: tuple[int, ...] = Field(min_length=1)
    public: tuple[float, ...]
    private: tuple[float, ...]
    mean: float
    """Mean of the private scores."""
    sd: float
    """Their sample standard deviation (0 for one seed)."""

    @classmethod
    def measured(
        cls, command: str, seeds: tuple[int, ...], public: tuple[float, ...], private: tuple[float, ...]
    ) -> Scores:
        return cls(command=command, seeds=seeds, public=public, private=private, mean=_mean(private), sd=_sd(private))

    @model_validator(mode="after")
    def _consistent(self) -> Scores:
        if not len(self.seeds) == len(self.public) == len(self.private):
            raise ValueError("seeds, public and private must have one entry each per seed")
        if not math.isclose(self.mean, _mean(self.private), rel_tol=1e-9, abs_tol=1e-12):
            raise ValueError(f"mean {self.mean} is not the mean of the private scores ({_mean(self.private)})")
        if not math.isclose(self.sd, _sd(self.private), rel_tol=1e-6, abs_tol=1e-9):
            raise ValueError(f"sd {self.sd} is not the standard deviation of the private scores ({_sd(self.private)})")
        return self

    @property
    def public_mean(self) -> float:
        return _mean(self.public)


class Provenance(Strict):
    """Who made the challenge, from what."""

    generator: str
    """`recipes`, `llm`, `hand` ..."""
    recipe: str | None = None
    model: str | None = None
    prompt_hash: str | None = None
    target: str | None = None
    """What is asked for; with the dataset and the twists it tells challenges apart."""
    twists: tuple[str, ...] = ()
    """What was done to the data or the rules (`missing-values`, `label-noise` ...); empty when nothing was."""
    approaches: dict[str, float] = Field(default_factory=dict)
    """Scores of named approaches as the reference measured them on what the agent sees; more is better. Twists that
    do not change their order do not change what the best approach is."""
    seed: int
    created: str
    """ISO 8601 date. Recipes write their own release date, so that the same seed gives the same bytes."""
    tool_version: str


class Spec(Strict):
    """The content of `challenge.yaml`, version 1."""

    schema_version: Literal[1] = 1
    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)?$")
    """CamelCase name; before it, for a task of a published benchmark, that one's name and a hyphen.
    `synth-ml/<id>-v<version>` is the environment."""
    version: int = Field(0, ge=0)
    title: str
    family: str
    """The kind of task: `tabular-classification`, `forecasting`, `matrix-game` ..."""
    tags: tuple[str, ...] = ()
    dataset: Dataset
    metric: Metric
    submission: Annotated[Predictions | Program, Field(discriminator="kind")]
    limits: Limits = Limits()
    requirements: tuple[str, ...] = ()
    """Import names that the challenge's scripts need (`sklearn`, `pandas`)."""
    evaluator: Evaluator | None = None
    """Only for tasks of published benchmarks."""
    baseline: Scores
    reference: Scores
    provenance: Provenance

    @field_validator("family")
    @classmethod
    def _kebab(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise ValueError(f"{value!r} must be lower-case words joined by hyphens")
        return value

    @model_validator(mode="after")
    def _headroom(self) -> Spec:
        if not self.metric.better(self.reference.mean, self.baseline.mean):
            raise ValueError(
                "the reference's mean must be better than the baseline's: the reward is scaled by their distance"
            )
        return self


@dataclass(frozen=True)
class Challenge:
    """A challenge directory that was read and checked."""

    path: Path
    spec: Spec

    @classmethod
    def load(cls, path: str | Path) -> Challenge:
        """Read a challenge directory.

        Raises:
            InvalidFileError: one line that names the file and every fault in it.
        """
        path = Path(path).resolve()
        if not (path / "challenge.yaml").is_file():
            raise InvalidFileError(f"{path}: is not a challenge directory (it holds no challenge.yaml)")
        spec = load(path / "challenge.yaml", Spec)
        expected = f"{spec.id}-v{spec.version}"
        if path.name != expected:
            raise InvalidFileError(f"{path}: the folder must be named {expected!r}, as its challenge.yaml says")
        for needed in ("workspace/instruction.md", "grader"):
            if not (path / needed).exists():
                raise InvalidFileError(f"{path}: {needed} is missing")
        return cls(path, spec)

    @property
    def env_id(self) -> str:
        return f"synth-ml/{self.path.name}"

    @property
    def suite(self) -> str:
        """Name of the suite that the directory lies in."""
        return self.path.parent.name

    @property
    def workspace(self) -> Path:
        return self.path / "workspace"

    @property
    def grader(self) -> Path:
        return self.path / "grader"

    @property
    def solution(self) -> Path:
        return self.path / "solution"

    @property
    def image_folder(self) -> Path | None:
        """`environment/`, if it holds the Dockerfile of an image for the sandbox."""
        folder = self.path / "environment"
        return folder if (folder / "Dockerfile").is_file() else None

    @property
    def certificate(self) -> Path:
        return self.path / "certificate.json"

    @property
    def instruction(self) -> str:
        return (self.workspace / "instruction.md").read_text(encoding="utf-8")

    @functools.cached_property
    def content_hash(self) -> str:
        return content_hash(self.path)


def content_hash(folder: Path) -> str:
    """`sha256:<hex>` over the path and bytes of every file of a challenge directory, except the certificate."""
    digest = hashlib.sha256()
    for file in sorted(found for found in folder.rglob("*") if found.is_file() and "__pycache__" not in found.parts):
        name = file.relative_to(folder).as_posix()
        if name not in _UNHASHED:
            digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"


class SuiteFile(Strict):
    """The content of `suite.yaml`, which a suite may have beside its challenges."""

    title: str = ""
    description: str = ""
    splits: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """`train` and `test`, each a list of challenge folders."""


def load_suite_file(suite: Path) -> SuiteFile:
    """A suite's own description, or an empty one."""
    path = suite / "suite.yaml"
    return load(path, SuiteFile) if path.is_file() else SuiteFile()


def write_spec(spec: Spec, folder: Path) -> None:
    """Write `challenge.yaml`; keys that hold their default are left out."""
    (folder / "challenge.yaml").write_text(
        to_yaml(spec.model_dump(mode="json", exclude_defaults=True)), encoding="utf-8"
    )


def _mean(values: tuple[float, ...]) -> float:
    return statistics.fmean(values)


def _sd(values: tuple[float, ...]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0
