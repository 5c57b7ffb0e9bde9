"""Is it a whole challenge?"""

from __future__ import annotations

from pathlib import Path

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.grading.measure import BASELINE, REFERENCE


def check(case: Case) -> Finding:
    odd = next((path for path in sorted(case.folder.rglob("*")) if not _is_plain(path)), None)
    if odd:
        return failed(f"{odd.relative_to(case.folder)} is a link or a special file: put the file itself there")
    unnamed = next((path for path in sorted(case.folder.rglob("*")) if not _is_text(str(path))), None)
    if unnamed:
        return failed(f"{unnamed.relative_to(case.folder)} has a name that is not UTF-8: rename it")
    for script in (BASELINE, REFERENCE):
        if not (case.challenge.path / script).is_file():
            return failed(f"{script} is missing: scores are measured by running it")
    assert case.grader
    if case.predictions:
        assert case.labels
    return passed(sum(path.is_file() for path in case.folder.rglob("*")))


def _is_plain(path: Path) -> bool:
    return not path.is_symlink() and (path.is_file() or path.is_dir())


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


GATE = Gate(
    name="schema",
    fault="a file is missing, or challenge.yaml, the labels or the grader's configuration contradict each other",
    source="tasks whose evaluator looks for files that their own folder does not hold",
    rule="everything loads under the strict schema; baseline, reference and grader are there; no links; UTF-8 names",
    check=check,
)
