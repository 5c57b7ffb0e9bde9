"""A suite depends on generator, seed and number alone: not on workers, interruptions or earlier runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from toys import Toy, Toys

from synth_gym.certificate import is_certified
from synth_gym.challenge import Challenge, load_suite_file
from synth_gym.errors import SynthGymError
from synth_gym.suite import Suite
from synth_gym.synthesis import Report, synthesize
from synth_gym.synthesis.draft import Candidate
from synth_gym.synthesis.recipes import RecipeGenerator


def make(out: Path, count: int = 4, seed: int = 0, workers: int = 1) -> Report:
    return synthesize(Toys(), count, seed, out, workers=workers, gated=False)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def challenges(suite: Path) -> dict[str, str]:
    return {path: one for path, one in digest(suite).items() if "-v0/" in path}


def test_rejected_candidates_are_replaced_counted_and_remembered(tmp_path: Path) -> None:
    report = make(tmp_path / "suite")
    lines = [json.loads(line) for line in (tmp_path / "suite" / ".synthesis.jsonl").read_text().splitlines()]
    assert lines[0] == {"generator": "toys without gates", "seed": 0}
    assert {line["id"] for line in lines[1:]} == {"Toy1", "Toy4"}
    assert report.families["toy"].made == ["Toy0-v0", "Toy2-v0", "Toy3-v0", "Toy5-v0"]
    assert report.to_json()["families"]["toy"]["rejected"] == {"reference is hardly better than the baseline": 2}
    assert [folder.name for folder in Suite.load(tmp_path / "suite").folders] == report.families["toy"].made
    splits = load_suite_file(tmp_path / "suite").splits
    assert len(splits["test"]) == 1 and len(splits["train"]) == 3
    assert not set(splits["test"]) & set(splits["train"])


def test_workers_change_nothing(tmp_path: Path) -> None:
    make(tmp_path / "one", workers=1)
    make(tmp_path / "two", workers=2)
    assert len(challenges(tmp_path / "one")) == 4 * 6
    assert challenges(tmp_path / "one") == challenges(tmp_path / "two")


def test_a_second_run_makes_nothing_again(tmp_path: Path) -> None:
    make(tmp_path / "suite")
    spec = tmp_path / "suite" / "Toy2-v0" / "challenge.yaml"
    written, journal = spec.stat().st_mtime_ns, (tmp_path / "suite" / ".synthesis.jsonl").read_text()
    report = make(tmp_path / "suite", count=5)
    assert report.families["toy"].made[-1] == "Toy6-v0"
    assert report.families["toy"].rejected.total() == 2
    assert spec.stat().st_mtime_ns == written
    assert (tmp_path / "suite" / ".synthesis.jsonl").read_text() == journal


def test_what_an_interrupted_run_left_is_cleared_and_gone_on_with(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    make(whole)
    broken = tmp_path / "broken"
    (broken / ".unfinished-Toy3-77" / "workspace").mkdir(parents=True)
    header, first = (whole / ".synthesis.jsonl").read_text().splitlines()[:2]
    (broken / ".synthesis.jsonl").write_text(f"{header}\n{first[:20]}")
    make(broken)
    assert challenges(broken) == challenges(whole)
    assert not list(broken.glob(".unfinished*"))


def test_a_folder_of_another_seed_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "suite", count=1)
    with pytest.raises(SynthGymError, match=r"with seed 0; choose another folder with --out"):
        make(tmp_path / "suite", count=1, seed=3)


def test_unknown_family(tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match=r"no family 'toi' \(did you mean 'toy'\?\)"):
        synthesize(Toys(), 1, 0, tmp_path, families=["toi"])


class Twins:
    """Two good recipes, the first of them twice, and a toy; there are no more than these."""

    name = "twins"
    families = ("multi-label", "toy")
    deck = families

    def candidates(self, family: str, seed: int) -> Iterator[Candidate]:
        if family == "toy":
            yield Toy(0)
            return
        first, second = islice(RecipeGenerator().candidates(family, seed), 2, 4)
        yield first
        yield replace(first, address=replace(first.address, id="Twin"))
        yield second


def test_gates_and_twins_are_rejected_and_their_share_goes_to_others(tmp_path: Path) -> None:
    report = synthesize(Twins(), 3, 0, tmp_path / "suite", workers=2)
    good, toys = report.families["multi-label"], report.families["toy"]
    assert good.made == ["FertilityLabelsWithGaps-v0", "UnitedStatesLabelsRare-v0"]
    assert good.rejected == {"gate duplicates": 1}
    assert [reason.split()[0] for reason in toys.rejected] == ["gate"]
    assert (good.wanted, toys.wanted) == (3, 0)
    folders = Suite.load(tmp_path / "suite").folders
    assert [folder.name for folder in folders] == good.made
    assert all(is_certified(Challenge.load(folder)) for folder in folders)
