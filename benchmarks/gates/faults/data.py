"""Directories whose parts do not fit together."""

from __future__ import annotations

from faults.copy import BASELINE, LABELS, REFERENCE, SAMPLE, Copy
from faults.fault import NotApplicable, fault, numbers, one_column, predictions


@fault("schema", source="tasks whose evaluator looks for files that are not there")
def files_missing(copy: Copy) -> str:
    """A file that is needed is not there."""
    name = copy.rng.choice((BASELINE, REFERENCE, "workspace/instruction.md"))
    (copy.folder / name).unlink()
    return name


@fault("schema", source="keys that an LLM invents")
def unknown_key(copy: Copy) -> str:
    """challenge.yaml has a key that nobody reads."""
    copy.replace("challenge.yaml", "direction:", "higher_is_better: true\n  direction:")
    return "metric.higher_is_better"


@fault("schema", source="answers that link out of the folder")
def file_is_link(copy: Copy) -> str:
    """A file of the workspace is a link to a place outside."""
    (copy.folder / "workspace" / "notes.txt").symlink_to("/etc/hostname")
    return "workspace/notes.txt -> /etc/hostname"


@fault("schema", "oracle", source="challenge.yaml and labels that contradict each other", suits=numbers)
def labels_out_of_range(copy: Copy) -> str:
    """Half of the true values are above the declared maximum."""
    values = sorted(float(value) for value in copy.truth().values())
    column = copy.predictions.columns[copy.target].model_dump() | {"maximum": values[len(values) // 2]}
    copy.update(submission={"columns": {copy.target: column}})
    return f"maximum {values[len(values) // 2]:g}"


@fault("baseline", "dataset", source="MLE-bench #70: rows that the answers lack", suits=predictions)
def labels_incomplete(copy: Copy) -> str:
    """Test rows have no label."""
    rows = copy.rows(LABELS)
    copy.put_rows(LABELS, rows[: -max(1, len(rows) // 20)])
    return f"{max(1, len(rows) // 20)} of {len(rows)} labels are missing"


@fault(
    "dataset",
    "instruction",
    "mutations",
    source="MLE-bench #30: a broken sample; MLGym house prices: one of 10 rows",
    suits=one_column,
)
def sample_incomplete(copy: Copy) -> str:
    """The sample submission is not a valid submission."""
    if not copy.has(SAMPLE):
        raise NotApplicable("there is no sample submission")
    copy.put_rows(SAMPLE, copy.rows(SAMPLE)[:10])
    return "10 rows"
