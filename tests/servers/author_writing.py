"""How the playground's author writes a challenge, and which parts it writes anew when it is told of a failure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from synth_gym.synthesis.llm.schemas import DatasetCard, Failure
from tests.servers.author_faults import Draft
from tests.servers.author_ideas import idea_titled

OWN_METRICS = {"classification": "recall_of_classes", "regression": "closeness"}
"""What the author's own graders compute."""
LONG_TEXT = 40
"""Characters from which on a column is read rather than counted."""
_LADDERS = (
    ("DEPTH = 1", "DEPTH = 3", "DEPTH = 6"),
    ("WORDS = 15", "WORDS = 60", "WORDS = 250"),
    ("COLUMNS = 1", "COLUMNS = 4"),
    ("SLOPE = 0.5", "SLOPE = 1.0"),
)
"""Lines of the baselines, each stronger than the one before."""
_SCRIPTS = Path(__file__).resolve().parent / "author_scripts"
_PARTS: dict[str, tuple[str, ...]] = {
    "leak": ("features", "drop_columns"),
    "optimum": ("features", "drop_columns"),
    "reference": ("reference", "features", "drop_columns"),
    "solution": ("reference",),
    "baseline": ("baseline",),
    "headroom": ("reference",),
    "metric": ("metric", "grader"),
    "grader": ("metric", "grader"),
    "oracle": ("metric", "grader"),
    "mutations": ("metric", "grader"),
}
"""Word in a failure's name -> the parts to write anew; the first that fits."""


def written(
    title: str, dataset: DatasetCard, target: str, task_type: str, metric: str, features: tuple[str, ...]
) -> Draft:
    """A good challenge."""
    idea = idea_titled(title)
    drop = [column.name for column in dataset.columns if idea and column.name in idea.drop]
    kept = [name for name in features if name not in {target, *drop}]
    read = [column for column in dataset.columns if column.name in kept and column.dtype == "text"]
    lengths = [len(str(example)) for column in read for example in column.examples]
    kind = "text" if lengths and sum(lengths) / len(lengths) > LONG_TEXT else task_type
    told = ", ".join(f"`{name}`" for name in kept[:8])
    return {
        "title": title,
        "instruction_notes": f"The rows are from the dataset {dataset.id} of the Hugging Face Hub. "
        f"Among the columns are {told}; their names say what was measured.",
        "metric": metric,
        "features": kept,
        "drop_columns": drop,
        "baseline": _source("baseline", kind, target, metric),
        "reference": _source("reference", kind, target, metric),
        "grader": _source("grader", task_type, target, metric) if metric in OWN_METRICS.values() else None,
    }


def _source(part: str, kind: str, target: str, metric: str) -> str:
    """One of the author's files, about this target and metric."""
    source = (_SCRIPTS / f"{part}_{kind}.py").read_text(encoding="utf-8")
    return source.replace('TARGET = "target"', f'TARGET = "{target}"').replace(
        f'METRIC = "{"rmse" if kind == "regression" else "accuracy"}"', f'METRIC = "{metric}"'
    )


def weaker(baseline: str) -> str:
    """A baseline that leaves more to gain; the same where there is no weaker one."""
    return _stepped(baseline, [rungs[::-1] for rungs in _LADDERS])


def stronger(baseline: str) -> str:
    """A baseline that knows more; the same where there is no stronger one."""
    return _stepped(baseline, _LADDERS)


def _stepped(script: str, ladders: Sequence[Sequence[str]]) -> str:
    for rungs in ladders:
        for line, following in pairwise(rungs):
            if f"\n{line}\n" in script:
                return script.replace(f"\n{line}\n", f"\n{following}\n", 1)
    return script


def blamed(failure: Failure) -> tuple[str, ...]:
    """The parts of a challenge that a failure speaks of; all of them where it does not say."""
    name = failure.name.lower()
    for word, parts in _PARTS.items():
        if word in name:
            return parts
    return ("baseline", "reference", "features", "drop_columns", "metric", "grader")
