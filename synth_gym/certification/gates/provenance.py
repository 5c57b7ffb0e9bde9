"""Can somebody else find out how the challenge came about?"""

from __future__ import annotations

import re
from datetime import date

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed

MOVING = ("main", "master", "trunk", "head", "latest", "current", "nightly", "dev")
"""Last words of revisions that name whatever is newest."""


def check(case: Case) -> Finding:
    faults = list(_faults(case))
    return failed("; ".join(faults)) if faults else passed(case.spec.dataset.content_hash)


def _faults(case: Case) -> list[str]:
    dataset, made = case.spec.dataset, case.spec.provenance
    faults = []
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", dataset.content_hash):
        faults.append("dataset.content_hash must be sha256: and 64 hexadecimal digits")
    if not dataset.revision or dataset.revision.lower().rpartition("/")[2] in MOVING:
        faults.append(f"dataset.revision {dataset.revision!r} does not pin the data: give a version or a commit")
    if not _is_date(made.created):
        faults.append(f"provenance.created {made.created!r} is not an ISO 8601 date")
    if made.generator == "recipes" and not made.recipe:
        faults.append("provenance.recipe is missing: it addresses the challenge in its generator")
    if made.generator == "llm" and not (made.model and made.prompt_hash):
        faults.append("provenance.model and provenance.prompt_hash are missing")
    return faults


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


GATE = Gate(
    name="provenance",
    fault="a challenge that nobody can trace or make again",
    source="published task collections that name neither revision nor generator",
    rule="the data are pinned by revision and hash; generator, its version and the date are stated",
    check=check,
    version=2,
)
