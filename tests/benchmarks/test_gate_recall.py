"""Every fault class makes the fault that it names, and the report counts right."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.content import content
from synth_gym.errors import SynthGymError
from synth_gym.suite import find_suite

BENCHMARK = content("benchmarks") / "gates"
sys.path.insert(0, str(BENCHMARK))

from faults import FAULTS, Copy  # noqa: E402
from faults.copy import LABELS, SAMPLE, TEST, TRAIN  # noqa: E402
from journal import Journal  # noqa: E402
from plan import plan_trials, spread  # noqa: E402
from tally import Tally, rate, wilson  # noqa: E402
from trials import CLEAN, Outcome, Trial, gate_set, run_trial  # noqa: E402

RUN_SCRIPTS = {"baseline_at_ceiling", "no_headroom", "noise_over_headroom", "reference_wins_by_a_row"}
"""These need what the scripts answer; the others only store what they score."""
UNREADABLE = {"files_missing", "unknown_key", "labels_out_of_range"}
"""What remains is no challenge at all."""


class Unmeasured(Copy):
    """Keeps the stored scores instead of running the scripts."""

    def measure(self, *scripts: str, seeds: tuple[int, ...] = (0,)) -> None:
        assert all((self.folder / script).is_file() for script in scripts)


@pytest.fixture(scope="module")
def challenges() -> list[Challenge]:
    return spread(find_suite("core").challenges)


@pytest.fixture
def spoil(challenges: list[Challenge], tmp_path: Path) -> Callable[[str], tuple[Copy, Copy]]:
    """`spoil(fault)`: a clean copy of the first challenge that suits, and one with the fault."""

    def make(fault: str) -> tuple[Copy, Copy]:
        challenge = next(one for one in challenges if FAULTS[fault].suits(one.spec))
        clean, spoilt = (_copied(challenge, tmp_path / name) for name in ("clean", "spoilt"))
        assert FAULTS[fault].inject(spoilt)
        return clean, spoilt

    return make


def _copied(challenge: Challenge, suite: Path) -> Copy:
    shutil.copytree(challenge.path, suite / challenge.path.name, ignore=shutil.ignore_patterns("certificate.json"))
    return Unmeasured(suite / challenge.path.name, random.Random(3), "bubblewrap")


def _files(suite: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in sorted(suite.rglob("*")) if path.is_symlink() or path.is_file()]
    return {str(path.relative_to(suite)): (path.read_bytes(), path.is_symlink()) for path in files}


@pytest.mark.parametrize("name", sorted(set(FAULTS) - RUN_SCRIPTS))
def test_a_fault_changes_the_copy_and_leaves_a_challenge(name: str, spoil: Callable[[str], tuple[Copy, Copy]]) -> None:
    clean, spoilt = spoil(name)
    assert _files(clean.folder.parent) != _files(spoilt.folder.parent)
    if name in UNREADABLE - {"labels_out_of_range"}:
        with pytest.raises(AssertionError if name == "files_missing" else SynthGymError):
            assert all(spoilt.has(part) for part in ("workspace/baseline.py", "solution/solution.py"))
            assert spoilt.spec and spoilt.challenge.instruction and spoilt.has("workspace/instruction.md")
    else:
        assert spoilt.spec.id == clean.spec.id


def test_the_classes_are_many_and_documented() -> None:
    assert len(FAULTS) >= 25
    known = {word.partition("/")[0] for word in gate_set().split()} | {"certificate"}
    for fault in FAULTS.values():
        assert fault.says and fault.source and fault.gates
        assert set(fault.gates) <= known, f"{fault.name} is for a gate that does not exist"
    meant = {gate for fault in FAULTS.values() for gate in fault.gates}
    assert known <= meant, f"no fault class is for {known - meant}"


def _column(copy: Copy, fault: str) -> Iterator[tuple[str, str]]:
    """Value of the column that a fault added, and the label, of every test row."""
    truth = copy.truth()
    [name] = {"batch", "site"} & set(copy.rows(TEST)[0])
    return ((row[name], truth[row[copy.key]]) for row in copy.rows(TEST))


@pytest.mark.parametrize("fault", ["labels_hashed", "labels_permuted"])
def test_a_code_stands_for_each_class(fault: str, spoil: Any) -> None:
    _, spoilt = spoil(fault)
    pairs = set(_column(spoilt, fault))
    codes, labels = {code for code, _ in pairs}, {label for _, label in pairs}
    assert len(pairs) == len(codes) == len(labels) and all(code != label for code, label in pairs)


@pytest.mark.parametrize(("fault", "least"), [("labels_scaled", 1 - 1e-9), ("near_perfect_number", 0.99)])
def test_a_number_follows_the_target(fault: str, least: float, spoil: Any) -> None:
    import numpy as np

    _, spoilt = spoil(fault)
    pairs = np.array([(float(code), float(label)) for code, label in _column(spoilt, fault)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) >= least


def test_groups_reach_into_the_training_rows(spoil: Any) -> None:
    _, spoilt = spoil("shared_entities")
    known = {row["batch"]: row[spoilt.target] for row in spoilt.rows(TRAIN)}
    pairs = list(_column(spoilt, "shared_entities"))
    right = sum(known.get(group) == label for group, label in pairs)
    assert right > 0.8 * len(pairs) and all(known.get(group, label) == label for group, label in pairs)


def test_the_scripts_overlook_a_column_that_was_added(spoil: Any) -> None:
    _, spoilt = spoil("labels_renamed")
    for script in ("workspace/baseline.py", "solution/solution.py"):
        assert spoilt.read(script).count('.drop(columns="batch")') == 2
    assert "| `batch` |" in spoilt.read("workspace/instruction.md")


def test_files_hold_the_labels(spoil: Any) -> None:
    _, spoilt = spoil("labels_json")
    assert json.loads(spoilt.read("workspace/data/meta.json"))["items"] == spoilt.truth()


@pytest.mark.parametrize(
    ("fault", "file", "decode"),
    [
        ("labels_gzipped", "cache.bin.gz", gzip.decompress),
        ("labels_base64", "token.txt", base64.decodebytes),
        ("labels_file", ".cache.csv", bytes),
    ],
)
def test_files_hold_the_labels_in_disguise(fault: str, file: str, decode: Callable[[bytes], bytes], spoil: Any) -> None:
    _, spoilt = spoil(fault)
    assert decode((spoilt.folder / "workspace/data" / file).read_bytes()).decode() == spoilt.read(LABELS)


def test_the_sample_is_the_truth(spoil: Any) -> None:
    _, spoilt = spoil("sample_is_truth")
    assert {row[spoilt.key]: row[spoilt.target] for row in spoilt.rows(SAMPLE)} == spoilt.truth()


@pytest.mark.parametrize("fault", ["rows_sorted_by_label", "ids_encode_labels", "times_encode_labels"])
def test_places_tell_the_label(fault: str, spoil: Any) -> None:
    clean, spoilt = spoil(fault)
    keys = [row[spoilt.key] for row in spoilt.rows(TEST)]
    folder = spoilt.folder / "workspace/data/rows"
    orders: dict[str, Callable[[str], float]] = {
        "rows_sorted_by_label": keys.index,
        "ids_encode_labels": int,
        "times_encode_labels": lambda key: os.stat(folder / f"{key}.csv").st_mtime,  # noqa: PTH116
    }
    truth = spoilt.truth()
    labels = [float(truth[key]) for key in sorted(keys, key=orders[fault])]
    assert labels == sorted(labels)
    assert sorted(clean.truth().values()) == sorted(spoilt.truth().values())


def test_private_rows_repeat_public_ones(spoil: Any) -> None:
    _, spoilt = spoil("private_rows_public")
    content = {
        row[spoilt.key]: tuple(value for name, value in row.items() if name != spoilt.key) for row in spoilt.rows(TEST)
    }
    sides: dict[str, set[tuple[Any, ...]]] = {"public": set(), "private": set()}
    for row in spoilt.rows(LABELS):
        sides[row["split"]].add((*content[row[spoilt.key]], row[spoilt.target]))
    assert sides["private"] <= sides["public"]


def test_test_rows_come_back_with_their_labels(spoil: Any) -> None:
    clean, spoilt = spoil("test_rows_in_train")
    truth = clean.truth()
    test = {(*(v for n, v in row.items() if n != clean.key), truth[row[clean.key]]) for row in clean.rows(TEST)}
    train = [tuple(v for n, v in row.items() if n != clean.key) for row in spoilt.rows(TRAIN)]
    assert sum(row in test for row in train) >= 0.3 * len(truth) - 1
    assert f"`data/train.csv`: {len(train)} rows" in spoilt.read("workspace/instruction.md")


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.lives])
def test_the_format_prevents_what_shipped_graders_allow(name: str, spoil: Any) -> None:
    _, spoilt = spoil(name)
    lives = FAULTS[name].lives
    assert lives and not lives(spoilt)


def _trial(fault: str, challenge: str = "A-v0", **changes: Any) -> Trial:
    plain = {"content": "", "seed": 0, "mode": "all", "gates": "", "sandbox": "bubblewrap", "certified": True}
    return Trial(fault=fault, challenge=Path(challenge), **(plain | changes))


def _outcome(fault: str, *failed: str, challenge: str = "A-v0", **changes: Any) -> Outcome:
    trial = _trial(fault, challenge, **{key: changes.pop(key) for key in ("certified",) if key in changes})
    return Outcome(trial=trial, **({"status": "judged", "failed": dict.fromkeys(failed, "why")} | changes))


def test_intervals_are_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    for hits, trials, interval in ((81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611))):
        assert wilson(hits, trials) == pytest.approx(interval, abs=6e-5)
    assert rate(0, 0) == {"hits": 0, "trials": 0, "rate": None, "interval": (0.0, 1.0)}


def test_the_report_counts_what_the_gates_found() -> None:
    report = Tally(
        [
            _outcome(CLEAN),
            _outcome(CLEAN, "isolation", challenge="B-v0"),
            _outcome(CLEAN, "licence", challenge="C-v0", certified=False),
            _outcome("labels_hashed", "leak_columns", cpu_seconds={"leak_columns": 2.0, "schema": 0.5}),
            _outcome("labels_hashed", "reference"),
            _outcome("labels_hashed", "isolation", challenge="B-v0"),
            _outcome("licence_forbids", "licence", challenge="C-v0"),
            _outcome("grader_takes_nan", status="prevented"),
            _outcome("labels_by_rule", status="not_applicable"),
        ]
    ).report()
    overall = report["overall"]
    assert (overall["any_gate"]["hits"], overall["expected_gate"]["hits"], overall["any_gate"]["trials"]) == (2, 1, 4)
    assert report["false_rejects"]["hits"] == 1 and report["false_rejects"]["trials"] == 2
    found = report["classes"]["labels_hashed"]
    assert found["any_gate"]["rate"] == 0.6667 and found["caught_by"] == {"leak_columns": 1, "reference": 1}
    assert report["classes"]["grader_takes_nan"]["prevented"] == 1
    assert report["classes"]["labels_by_rule"]["not_applicable"] == 1
    assert [miss["fault"] for miss in report["misses"]] == ["labels_hashed", "licence_forbids"]
    leak = report["gates"]["leak_columns"]
    assert (leak["meant"]["hits"], leak["meant"]["trials"], leak["caught"], leak["alone"]) == (1, 3, 1, 1)
    assert report["cpu_seconds"]["total"] == 2.5
    assert not any(report["targets"].values())


def test_a_run_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first, second = _outcome("labels_hashed", "leak_columns"), _outcome(CLEAN)
    Journal(path).add(first)
    with path.open("a") as file:
        file.write('{"trial": {"fault": "cl')
    again = Journal(path)
    assert first.trial in again and second.trial not in again
    again.add(second)
    assert Journal(path)[second.trial] == second and Journal(path)[first.trial] == first
    assert first.trial.model_copy(update={"gates": "schema/2"}) not in again


def test_each_class_takes_its_first_challenges_and_each_of_these_is_tried_clean() -> None:
    trials = plan_trials(
        find_suite("core"), ["labels_hashed", "licence_forbids"], count=2, seed=0, mode="expected", sandbox="bubblewrap"
    )
    by_fault = {name: [one for one in trials if one.fault == name] for name in ("labels_hashed", "licence_forbids")}
    assert [len(found) for found in by_fault.values()] == [2, 2]
    clean = [one for one in trials if one.fault == CLEAN]
    assert {one.challenge for one in clean} == {one.challenge for found in by_fault.values() for one in found}
    assert {one.mode for one in clean} == {"all"}


def test_labels_written_by_the_reference_make_it_perfect(tiny_challenge: Challenge) -> None:
    outcome = run_trial(
        _trial("no_headroom", str(tiny_challenge.path), mode="expected", content=tiny_challenge.content_hash)
    )
    assert outcome.status == "judged" and "headroom" in outcome.failed, outcome
    assert "at the optimum" in outcome.failed["headroom"]


def test_the_benchmark_runs_from_end_to_end(tiny_suite: Path, tmp_path: Path) -> None:
    arguments = ["--suite", tiny_suite, "--challenges", 1, "--gates", "expected", "--out", tmp_path]
    faults = ["--faults", "licence_forbids", "labels_table"]
    done = subprocess.run(
        [sys.executable, BENCHMARK / "recall.py", *map(str, [*arguments, *faults])],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["overall"]["expected_gate"] == rate(2, 2) | {"interval": list(wilson(2, 2))}
    assert report["classes"]["labels_table"]["caught_by"] and not report["misses"]
    assert "labels_table" in done.stderr and "caught by any gate" in done.stderr
    assert len((tmp_path / "journal.jsonl").read_text().split()) >= 3


def test_an_unknown_class_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARK / "recall.py", "--faults", "label_hashed"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "recall.py: no fault class 'label_hashed' (did you mean 'labels_hashed'?)"
