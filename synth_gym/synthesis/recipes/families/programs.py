"""Drafts of challenges whose submission is a program."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from synth_gym import __version__
from synth_gym.challenge import Dataset, Metric, Program, Scores
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import LIMITS
from synth_gym.synthesis.recipes.templates import render

MAX_SEED = 2**31


@dataclass(frozen=True)
class ProgramTexts:
    """What a family writes itself."""

    title: str
    family: str
    source: str
    """What the challenge is about, for `dataset.id`: challenges on the same one stay on one side of a suite's split."""
    twists: tuple[str, ...]
    templates: str
    """Folder of the templates `instruction.md`, `baseline.py`, `sample.py` and `solution.py`."""
    context: dict[str, Any]
    public: int
    """How many instances, episodes or opponents each split has."""
    private: int
    requirements: tuple[str, ...] = ()


def program_draft(
    address: Address,
    texts: ProgramTexts,
    metric: Metric,
    submission: Program,
    rules: dict[str, Any],
    files: dict[str, str],
) -> Draft:
    """Put the parts together.

    Args:
        address: of the challenge.
        texts: title, family, templates.
        metric: the protocol's score.
        submission: the program.
        rules: what pins the challenge in place of data.
        files: those that the family writes itself, the grader's among them.
    """
    context = texts.context | {"submission": submission, "metric": metric}

    def instruction(baseline: Scores) -> str:
        return render(
            f"{texts.templates}/instruction.md.j2",
            **context,
            title=texts.title,
            baseline=baseline,
            limits=LIMITS,
            public=texts.public,
            private=texts.private,
        )

    scripts = {
        "workspace/baseline.py": "baseline.py",
        "workspace/sample_submission.py": "sample.py",
        "solution/solution.py": "solution.py",
    }
    written = {path: render(f"{texts.templates}/{name}.j2", **context) for path, name in scripts.items()}
    return Draft(
        id=address.id,
        title=texts.title,
        family=texts.family,
        tags=(*texts.twists, "program") if texts.twists else ("plain", "program"),
        dataset=rules_as_dataset(texts.source, rules),
        metric=metric,
        submission=submission,
        limits=LIMITS,
        requirements=texts.requirements,
        provenance=address.provenance(target=texts.source, twists=texts.twists),
        files=written | files,
        instruction=instruction,
        sample="workspace/sample_submission.py",
    )


def rules_as_dataset(name: str, rules: dict[str, Any]) -> Dataset:
    """Games, instances and physics have no data; what pins them is their rules."""
    digest = hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()
    return Dataset(source="none", id=name, revision=__version__, licence="Apache-2.0", content_hash=f"sha256:{digest}")


def rules_as_json(rules: dict[str, Any]) -> str:
    """The rules as JSON for the agent, one line for each key."""
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in rules.items())
    return f"{{\n{lines}\n}}\n"
