"""The YAML files of an MLGym checkout: strict in the keys that are used, deaf to all others."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Entrypoint = Literal["CSVSubmissionTasks", "PythonSubmissionTasks", "ModelSubmissionTasks", "LMSubmissionTasks"]
"""MLGym's task classes; they differ in how the evaluator is called and what must be handed in."""

DEFAULT_SECONDS = 3600
"""MLGym's limit of one training command when a task states none."""


class Tolerant(BaseModel):
    """Base of what others write: keys that are not used may be anything."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TaskFile(Tolerant):
    """One file of `configs/tasks/`. Paths are relative to the checkout, unless said otherwise."""

    id: str = Field(pattern=r"^[A-Za-z0-9]+$")
    name: str
    description: str
    """The text for the agent; `{dataset_docs}` stands for the data sets' descriptions."""
    task_entrypoint: Entrypoint = "CSVSubmissionTasks"
    training_timeout: int | None = Field(None, gt=0)
    """Seconds of one training command, and of one evaluation."""
    requirements_path: str | None = None
    starter_code: tuple[str, ...] = ()
    """Files and folders that are copied into the workspace by their last name."""
    dataset_configs: tuple[str, ...] = ()
    """Paths relative to `configs/`."""
    baseline_paths: tuple[str, ...] = ()
    """Relative to the workspace; only the first counts."""
    baseline_scores: tuple[dict[str, float], ...] = ()
    """Only the first counts."""
    evaluation_paths: tuple[str, ...] = Field(min_length=1)
    """Relative to the workspace; only the first counts."""

    @property
    def seconds(self) -> int:
        return self.training_timeout or DEFAULT_SECONDS

    @property
    def evaluator(self) -> str:
        return self.evaluation_paths[0]

    @property
    def stored_baseline(self) -> dict[str, float]:
        return self.baseline_scores[0] if self.baseline_scores else {}


class DatasetFile(Tolerant):
    """One file of `configs/datasets/`."""

    name: str
    description: str = ""
    data_path: str
    """A folder of the checkout, or an id on the Hugging Face Hub."""
    is_local: bool = False


class AgentFile(Tolerant):
    """One file of `configs/agents/`: how MLGym prompts a model."""

    system_template: str = ""
    task_template: str = ""
    output_parser: str = "MLGymThoughtActionParser"
    history_processor: str = "Last5Observations"
    tools: dict[str, Any] = Field(default_factory=dict)
