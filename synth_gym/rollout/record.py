"""The record of one episode: everything that happened, in one JSON file.

A superset of SWE-agent's `.traj`: `trajectory`, `history`, `info`, `environment` and `replay_config` mean what they
mean there, so that its inspectors open our files. What training needs is beside them: `messages` and `tools` are rows
for supervised fine-tuning as they are; `env_id`, `challenge_hash`, `seed`, `limits`, `bundles` and `sandbox` are enough
to run the episode again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, FiniteFloat

from synth_gym.challenge import Limits
from synth_gym.errors import InvalidFileError
from synth_gym.files import write_text
from synth_gym.outcome import Outcome
from synth_gym.schema import Strict, parse
from synth_gym.shaping import RewardMode

FORMAT: Literal["synth-gym-1"] = "synth-gym-1"
SUFFIX = ".traj"


class TokenUsage(Strict):
    """What the policy's model calls used, all in all."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: FiniteFloat = 0.0
    """US dollars."""
    calls: int = 0


class Step(Strict):
    """One turn: what the policy did and what came of it. The first six keys are SWE-agent's."""

    action: str
    """The command line that ran; empty when none did."""
    observation: str
    response: str
    """What the policy said beside its tool call."""
    thought: str
    execution_time: FiniteFloat
    """Seconds that the command took."""
    state: dict[str, str]
    """`working_dir` after the command, and what the state commands of foreign bundles tell."""
    kind: Literal["command", "rejected", "stopped"]
    """`rejected`: the action could not be read, the observation says why. `stopped`: the policy ended the episode."""
    tool: str
    arguments: dict[str, Any]
    reward: FiniteFloat
    exit_code: int | None
    score: FiniteFloat | None
    """The public score, if this very step validated one."""
    outcome: Outcome
    """How the episode stood after the step."""
    usage: TokenUsage | None
    """Of the model call that chose the action; null when no model did."""


class ModelStats(Strict):
    """Usage under SWE-agent's names."""

    instance_cost: FiniteFloat
    tokens_sent: int
    tokens_received: int
    api_calls: int


class EpisodeInfo(Strict):
    """How the episode ended. The first three keys are SWE-agent's."""

    exit_status: str
    """The outcome."""
    submission: str | None
    """Always null: SWE-agent keeps a patch here, our submissions are graded outside the record."""
    model_stats: ModelStats
    outcome: Outcome
    trainable: bool
    """False when the infrastructure, not the policy, decided the end or ended the sandbox on the way."""
    reward: FiniteFloat
    """Sum of the steps' rewards."""
    raw_score: FiniteFloat | None
    """Score of the final submission on the private split; null without a valid one."""
    normalized: FiniteFloat | None
    """`raw_score` on the scale where the baseline is 0 and the reference 1, not cut."""
    scores: dict[str, FiniteFloat] = Field(default_factory=dict)
    """Only of a published benchmark's task: `compat` (by its own evaluator) and `strict` (by the grader)."""
    best_score: FiniteFloat | None
    """Best validated score on the public split."""
    steps: int
    validations: int
    error: str
    """The exception that ended the episode, when one did: `ValueError: message`."""


class PolicyInfo(Strict):
    """Who played."""

    name: str
    options: dict[str, Any] = Field(default_factory=dict)
    """What it was made with, except the seed."""


class MetricInfo(Strict):
    """The challenge's scale, so that a reader of the record needs nothing else to judge a score."""

    name: str
    direction: Literal["maximize", "minimize"]
    baseline: FiniteFloat
    """Mean private score of the baseline."""
    reference: FiniteFloat
    public_baseline: FiniteFloat
    """Mean public score of the baseline: what validated scores are to be read against."""
    public_reference: FiniteFloat


class Record(Strict):
    """One episode. See the module's description for how the parts relate."""

    trajectory_format: Literal["synth-gym-1"] = FORMAT
    env_id: str
    suite: str
    family: str
    title: str
    challenge_hash: str
    metric: MetricInfo
    seed: int
    policy: PolicyInfo
    reward_mode: RewardMode
    limits: Limits
    bundles: list[str]
    """The tool bundles, as `Toolset.load` takes them."""
    variables: dict[str, str] = Field(default_factory=dict)
    """Environment variables of foreign bundles."""
    registry: dict[str, Any] = Field(default_factory=dict)
    """Registry of foreign bundles."""
    sandbox: dict[str, Any]
    """What the sandbox says of itself, and `workspace`: the path that commands saw."""
    package_version: str
    started: str
    """UTC, ISO 8601."""
    seconds: FiniteFloat
    """Wall-clock time of the whole episode, the policy's thinking, grading and the wait for a slot included."""
    usage: TokenUsage
    info: EpisodeInfo
    environment: str
    """SWE-agent's name for `env_id`."""
    replay_config: None = None
    """SWE-agent's own replay is not offered; `synth-gym replay` is."""
    tools: list[dict[str, Any]]
    """JSON schemas of the tools, as OpenAI's API takes them."""
    messages: list[dict[str, Any]]
    """One system turn, one user turn (the first observation), then assistant and tool turns. Arguments are mappings."""
    trajectory: list[Step]
    history: list[dict[str, Any]]
    """`messages` in SWE-agent's words."""

    @property
    def spoilt(self) -> bool:
        """The infrastructure ended the episode, or the sandbox in its middle."""
        return not self.info.trainable and self.info.outcome is not Outcome.CANCELLED

    @property
    def faulty(self) -> bool:
        """The infrastructure or an exception spoilt the episode: to be run again rather than kept."""
        return bool(self.info.error) or self.spoilt


class _Head(Strict, extra="ignore"):
    """Just enough to tell whose file it is."""

    trajectory_format: str = Field(default="")


def write_record(record: Record, path: Path) -> None:
    """Write one record, atomically."""
    write_text(path, record.model_dump_json(indent=2) + "\n")


def read_record(path: str | Path) -> Record:
    """Read one record.

    Raises:
        InvalidFileError: one line that says whether the file is broken, foreign or from another version.
    """
    path = Path(path)
    data = _read_json(path)
    found = parse(data, _Head, source=str(path)).trajectory_format
    if found != FORMAT:
        what = f"its trajectory_format is {found!r}" if found else "it has no trajectory_format"
        raise InvalidFileError(f"{path}: is not a record that this version reads ({what}, not {FORMAT!r})")
    return parse(data, Record, source=str(path))


def record_files(path: str | Path) -> list[Path]:
    """The records' files below a folder, sorted; or the file itself.

    Raises:
        InvalidFileError: no such folder or file.
    """
    path = Path(path)
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InvalidFileError(f"{path}: no such folder of records; make some with: synth-gym rollout --out {path}")
    return sorted(file for file in path.rglob(f"*{SUFFIX}") if not file.name.startswith("."))


def read_records(path: str | Path) -> Iterator[Record]:
    """Every record below a folder, one after the other, sorted by file name; only one is in memory at a time.

    Raises:
        InvalidFileError: no such folder, or a file in it is not a record.
    """
    return (read_record(file) for file in record_files(path))


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidFileError(f"{path}: is not UTF-8 text") from None
    except ValueError as error:
        raise InvalidFileError(f"{path}: is not JSON: {error}") from None
