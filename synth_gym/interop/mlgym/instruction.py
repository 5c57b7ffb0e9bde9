"""The text that the agent reads: MLGym's own, and what our tools and rules add to it."""

from __future__ import annotations

from typing import Literal

from synth_gym.interop.mlgym.checkout import MLGymTask

ScoringMode = Literal["compat", "strict"]

_SCORING = {
    "compat": "`validate` and `submit` run the evaluation script that lies in the workspace, on the whole test set.",
    "strict": "`validate` scores {public}, `submit` {private}. The score is computed outside the workspace, from the "
    "submission alone: changes to any other file of the task have no effect on it.{more}",
}
_PREDICTIONS = {"public": "one half of the test set", "private": "the other half", "more": ""}
_PROGRAM = {
    "public": "games with one seed of the opponent's",
    "private": "games with another",
    "more": " It is loaded without its neighbours, so it cannot import them.",
}


def write_instruction(task: MLGymTask, mode: ScoringMode, files: list[str]) -> str:
    """The content of `instruction.md`.

    Args:
        task: whose description is at its heart.
        mode: how it is scored.
        files: what lies in the workspace.
    """
    split = _PREDICTIONS if task.notes.labels else _PROGRAM
    better = "Higher" if task.direction == "maximize" else "Lower"
    parts = {
        "Task": task.instruction.strip(),
        "Data": "Files of the task: " + ", ".join(f"`{name}`" for name in files) + ".",
        "Submission": _submission(task),
        "Metric": f"`{task.metric}`. {better} is better. The baseline's score is {task.baseline:.6g}.",
        "Scoring": _SCORING[mode].format(**split),
    }
    return f"# {task.file.name}\n\n" + "\n\n".join(f"## {title}\n\n{text}" for title, text in parts.items()) + "\n"


def _submission(task: MLGymTask) -> str:
    labels = task.notes.labels
    if labels:
        return f"Write `{task.notes.submission}` with the columns `{labels.id_column}` and `{labels.column}`."
    return f"Hand in `{task.notes.submission}`, which defines the function `{task.notes.function}`."
