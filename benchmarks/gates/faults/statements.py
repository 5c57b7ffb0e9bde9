"""Instructions that say something else than the grader does."""

from __future__ import annotations

import re

from faults.copy import INSTRUCTION, TEST, TRAIN, Copy
from faults.fault import NotApplicable, anything, classes, fault, one_column, predictions, program
from faults.graders import OTHER_METRIC

SOURCE = "ML-AutoResearch: trained agents fail mostly on submission formats"
STATES = "MLE-bench #30: what the task states is not what its evaluator reads"


def _change(copy: Copy, pattern: str, by: str, section: str = "") -> str:
    """Replace every match, in one section or everywhere; fails where there is none."""
    text = copy.read(INSTRUCTION)
    found = re.search(rf"^## {section}\n.*?(?=^## |\Z)", text, re.S | re.M) if section else None
    if section and not found:
        raise NotApplicable(f"the instruction has no section {section!r}")
    start, end = found.span() if found else (0, len(text))
    changed, count = re.subn(pattern, by, text[start:end])
    if not count:
        raise NotApplicable(f"the instruction does not say {pattern}")
    copy.write(INSTRUCTION, text[:start] + changed + text[end:])
    return f"{pattern} -> {by}"


@fault("instruction", source=SOURCE)
def instruction_wrong_file(copy: Copy) -> str:
    """The instruction asks for a file of another name."""
    path = copy.spec.submission.path
    stem, _, suffix = path.rpartition(".")
    return _change(copy, f"`{re.escape(path)}`", f"`{stem}_final.{suffix}`")


@fault("instruction", source=SOURCE, suits=one_column)
def instruction_wrong_column(copy: Copy) -> str:
    """The section on the submission names another column."""
    return _change(copy, f"`{copy.target}`", f"`predicted_{copy.target}`", "Submission")


@fault("instruction", source=SOURCE, suits=predictions)
def instruction_wrong_id(copy: Copy) -> str:
    """The section on the submission names another id column."""
    return _change(copy, f"`{copy.key}`", "`row_id`", "Submission")


@fault("instruction", source=SOURCE, suits=classes)
def instruction_wrong_class(copy: Copy) -> str:
    """The instruction spells a class otherwise."""
    values = next(iter(copy.predictions.columns.values())).values or ()
    value = copy.rng.choice(values)
    return _change(copy, f"`{re.escape(value)}`", f"`{value.swapcase()}_`")


@fault("instruction", source=SOURCE, suits=program)
def instruction_wrong_function(copy: Copy) -> str:
    """The instruction asks for a function of another name."""
    entry = getattr(copy.spec.submission, "entry", "")
    return _change(copy, rf"`{entry}\(", f"`best_{entry}(")


@fault("instruction", source=STATES, suits=lambda spec: spec.metric.name in OTHER_METRIC)
def instruction_wrong_metric(copy: Copy) -> str:
    """The instruction states another metric."""
    metric = copy.spec.metric.name
    return _change(copy, f"`{metric}`", f"`{OTHER_METRIC[metric]}`")


@fault("instruction", "direction", source=STATES, suits=anything)
def instruction_wrong_direction(copy: Copy) -> str:
    """The instruction states the opposite direction."""
    says, other = ("Higher", "Lower") if copy.spec.metric.sign > 0 else ("Lower", "Higher")
    return _change(copy, rf"\b{says}\s+is\s+better", f"{other} is better")


@fault("instruction", "dataset", source="no synthesiser compares declared and real schema", suits=one_column)
def instruction_wrong_feature(copy: Copy) -> str:
    """The instruction describes a column that the files do not have."""
    names = [name for name in copy.rows(TEST)[0] if name != copy.key and f"| `{name}` |" in copy.read(INSTRUCTION)]
    if not names:
        raise NotApplicable("no feature has a line of its own")
    name = copy.rng.choice(names)
    return _change(copy, rf"\| `{name}` \|", f"| `{name}_raw` |")


@fault("instruction", "dataset", source="no synthesiser compares declared and real schema", suits=one_column)
def instruction_wrong_size(copy: Copy) -> str:
    """The instruction states another number of rows."""
    count = len(copy.rows(TRAIN))
    return _change(copy, rf"(`data/train\.csv`: ){count}\b", rf"\g<1>{count * 10}")
