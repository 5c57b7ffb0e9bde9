"""Gates on whole suites, lists of benchmarks, and who uses a certificate."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

import synth_gym
from synth_gym.certificate import Certificate, GateResult, UncertifiedWarning, is_certified, write_certificate
from synth_gym.certification.case import Case
from synth_gym.certification.certify import Certified
from synth_gym.certification.compare import compare
from synth_gym.certification.decontaminate import fingerprint, read_list, shipped_lists
from synth_gym.certification.gate import Finding
from synth_gym.certification.gates import decontamination
from synth_gym.certification.inputs import Inputs
from synth_gym.challenge import Challenge
from synth_gym.content import content
from synth_gym.errors import SynthGymError
from synth_gym.schema import read_yaml, to_yaml
from tests.certification.kinds import Kinds, drawn, write

Edit = Callable[..., Path]


def stated(folder: Path, status: Any = "passed", **scores: float) -> Certified:
    """A challenge with a certificate that says so."""
    result = GateResult(status=status, message="stated", seconds=0, cpu_seconds=0, version=1)
    certificate = Certificate(
        version=2,
        tool_version="0",
        content_hash=Challenge.load(folder).content_hash,
        gates={"schema": result},
        approaches=scores,
    )
    write_certificate(folder, certificate)
    return Certified(folder, certificate, fresh=True)


def verdicts(results: list[Certified]) -> dict[str, str]:
    return {result.folder.name: result.certificate.gates["duplicates"].status for result in results}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return tmp_path / "suite"


def with_dataset(folder: Path, name: str, edit: Edit) -> Path:
    return edit(folder, "challenge.yaml", "id: trees", f"id: {name}")


def test_the_first_of_two_twins_is_kept(suite: Path) -> None:
    folders = [write(drawn(seed), suite / name) for seed, name in enumerate(("B-v0", "A-v0", "C-v0"))]
    found = compare([stated(folder) for folder in folders])
    assert verdicts(found) == {"A-v0": "passed", "B-v0": "failed", "C-v0": "failed"}
    assert "it is the same challenge as A-v0" in found[1].certificate.gates["duplicates"].message
    assert is_certified(Challenge.load(folders[1])) and not is_certified(Challenge.load(folders[0]))


def test_a_refused_challenge_is_nobodys_twin(suite: Path) -> None:
    first, second = (write(drawn(), suite / name) for name in ("A-v0", "B-v0"))
    assert verdicts(compare([stated(first, "failed"), stated(second)])) == {
        "A-v0": "not_applicable",
        "B-v0": "not_applicable",
    }


@pytest.mark.parametrize(("score", "verdict"), [(0.7, "failed"), (0.8, "passed")])
def test_the_same_rows_are_a_twin_if_all_approaches_rank_alike(
    suite: Path, edit: Edit, score: float, verdict: str
) -> None:
    first = write(drawn(), suite / "A-v0")
    second = with_dataset(write(drawn(), suite / "B-v0"), "forest", edit)
    found = compare([stated(first, baseline=0.5, nearest=0.7), stated(second, baseline=0.5, nearest=score)])
    assert verdicts(found) == {"A-v0": "passed", "B-v0": verdict}


@pytest.mark.parametrize(("changes", "verdict"), [({}, "failed"), ({"ash": "birch", "birch": "ash"}, "passed")])
def test_another_name_of_the_target_hides_no_twin(suite: Path, changes: dict[str, str], verdict: str) -> None:
    """The same rows with the same answers ask for the same thing; with other answers they do not."""
    folders = [write(drawn(), suite / name) for name in ("A-v0", "B-v0")]
    instruction = folders[1] / "workspace/instruction.md"
    instruction.write_text("After a walk in the woods, tell the `species`.")
    for table in folders[1].glob("*/**/*.csv"):
        words = re.split(r"\b", table.read_text().replace("kind", "species"))
        table.write_text("".join(changes.get(word, word) for word in words))
    spec = read_yaml(folders[1] / "challenge.yaml")
    spec["submission"]["columns"] = {"species": spec["submission"]["columns"]["kind"]}
    (folders[1] / "challenge.yaml").write_text(to_yaml(spec | {"title": "What is growing here"}))
    found = compare([stated(folder, baseline=0.5, nearest=0.7) for folder in folders])
    assert verdicts(found) == {"A-v0": "passed", "B-v0": verdict}


def test_other_rows_of_another_dataset_are_no_twin(suite: Path, edit: Edit) -> None:
    first = write(drawn(1), suite / "A-v0")
    second = with_dataset(write(drawn(2), suite / "B-v0"), "forest", edit)
    edit(second, "challenge.yaml", "title: Kinds of trees", "title: Something else")
    assert set(verdicts(compare([stated(first, x=0.7), stated(second, x=0.7)])).values()) == {"passed"}


def test_a_comparison_holds_until_a_challenge_changes(suite: Path) -> None:
    folders = [write(drawn(), suite / name) for name in ("A-v0", "B-v0")]
    found = compare([stated(folder) for folder in folders])
    assert all(one is other for one, other in zip(found, compare(found), strict=True))
    assert compare(found[1:])[0] is found[1], "alone, it keeps what the comparison found"
    shutil.rmtree(folders[1])
    third = write(drawn(5), suite / "C-v0")
    assert verdicts(compare([found[0], stated(third)])) == {"A-v0": "passed", "C-v0": "failed"}


def judged(folder: Path, tmp_path: Path, *lists: Path) -> Finding:
    return decontamination.GATE.check(Case(folder, Inputs(lists=lists), tmp_path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: trees", "id: zalando-datasets/fashion_mnist"),
        ("id: trees", "id: titanic"),
        ("title: Kinds of trees", "title: The prisoner's dilemma once more"),
        ("id: trees", "id: trees\n  url: https://www.cs.toronto.edu/cifar-10"),
    ],
)
def test_a_benchmarks_task_is_found_by_name(suite: Path, tmp_path: Path, edit: Edit, before: str, after: str) -> None:
    folder = edit(write(drawn(), suite / "TinyKinds-v0"), "challenge.yaml", before, after)
    finding = judged(folder, tmp_path)
    assert finding.status == "failed" and "students are measured on" in finding.message


def test_other_names_are_not_taken_for_a_benchmarks(suite: Path, tmp_path: Path, edit: Edit) -> None:
    folder = edit(write(drawn(), suite / "TinyKinds-v0"), "challenge.yaml", "title: Kinds of trees", "title: Coconuts")
    assert judged(folder, tmp_path).status == "passed"


def listed(tmp_path: Path, entry: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: mine\nentries:\n  - id: theirs\n    {entry}\n")
    return path


def test_rows_of_a_users_list_are_found(suite: Path, tmp_path: Path) -> None:
    kinds: Kinds = drawn()
    folder = write(kinds, suite / "TinyKinds-v0")
    names = ("kind", "leaf", "height", "girth")
    for rows in (kinds.train, kinds.test):
        hashes = [fingerprint([str(row[name]) for name in names]) for row in rows[:5]]
        assert (
            "5 rows of the data belong to theirs"
            in judged(folder, tmp_path, listed(tmp_path, f"rows: {hashes}")).message
        )
        read_list.cache_clear()
        assert judged(folder, tmp_path, listed(tmp_path, f"rows: {hashes[:2]}")).status == "passed"
        read_list.cache_clear()


@pytest.mark.parametrize(
    ("description", "status"),
    [
        ("Predict the kind from height, girth and leaf; centimetres and metres; ash, birch or cedar trees.", "failed"),
        ("Write submission.csv with the columns id and kind, one row for each row of data/test.csv.", "failed"),
        ("Predict the price of houses from their area, age and neighbourhood.", "passed"),
    ],
)
def test_an_instruction_that_reads_alike_is_found(suite: Path, tmp_path: Path, description: str, status: str) -> None:
    folder = write(drawn(), suite / "TinyKinds-v0")
    finding = judged(folder, tmp_path, listed(tmp_path, f"description: '{description}'"))
    assert finding.status == status, finding


def test_the_shipped_list_names_every_task_of_the_benchmark() -> None:
    entries = {entry.id for path in shipped_lists() for entry in read_list(path).entries}
    assert {task["id"] for task in read_yaml(content("benchmarks") / "mlgym.yaml")["tasks"]} <= entries


def test_a_list_that_cannot_be_read_is_one_line(suite: Path, tmp_path: Path, cli: Any) -> None:
    folder = write(drawn(), suite / "TinyKinds-v0")
    broken = listed(tmp_path, "nmaes: [x]")
    assert "unknown key 'entries.0.nmaes' (did you mean 'names'?)" in cli.refusal(
        "certify", folder, "--decontaminate", broken
    )
    assert "cannot be read" in cli.refusal("certify", folder, "--decontaminate", tmp_path / "missing.yaml")


CODE = """
import warnings, gymnasium, synth_gym
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for _ in range(2):
        gymnasium.make("synth-ml/TinyKinds-v0").close()
print([str(one.message)[:40] for one in caught if one.category.__name__ == "UncertifiedWarning"])
"""


@pytest.mark.parametrize(("status", "warned"), [("passed", 0), ("failed", 1), (None, 1)])
def test_an_uncertified_challenge_warns_once(suite: Path, status: str | None, warned: int) -> None:
    folder = write(drawn(), suite / "TinyKinds-v0")
    if status:
        stated(folder, status)
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=os.environ | {"SYNTH_GYM_SUITES": str(suite)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.count("synth-ml/TinyKinds-v0 is not certified") == warned, done


def test_a_suite_can_leave_out_what_is_not_certified(suite: Path) -> None:
    good, bad = (write(drawn(), suite / name) for name in ("KindsGood-v0", "KindsBad-v0"))
    with pytest.raises(SynthGymError, match="no challenge is certified; see what is wrong with: synth-gym certify"):
        synth_gym.register_suite(suite, certified_only=True)
    stated(good)
    synth_gym.register_suite(suite)
    assert gym.spec("synth-ml/KindsBad-v0")
    with pytest.warns(UncertifiedWarning, match="left out, as they are not certified: KindsBad-v0"):
        registered = synth_gym.register_suite(suite, certified_only=True)
    assert registered.folders == [good] and bad.exists()
    with pytest.raises(gym.error.NameNotFound):
        gym.make("synth-ml/KindsBad-v0")
