"""What a challenge directory must hold, and what each fault in it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge, write_spec
from synth_gym.errors import InvalidFileError


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "challenge.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_loads_what_was_written(editable_challenge: Path) -> None:
    loaded = Challenge.load(editable_challenge)
    write_spec(loaded.spec, editable_challenge)
    assert Challenge.load(editable_challenge).spec == loaded.spec
    assert loaded.env_id == "synth-ml/TinyLine-v0"
    assert loaded.suite == "suite"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("metric:", "metrc:", "unknown key 'metrc' (did you mean 'metric'?)"),
        ("  direction:", "  directon:", "unknown key 'metric.directon' (did you mean 'direction'?)"),
        ("  columns:", "  colums:", "unknown key 'submission.predictions.colums' (did you mean 'columns'?)"),
        ("direction: minimize", "direction: down", "metric.direction: Input should be 'maximize' or 'minimize'"),
        ("family: tabular-regression", "family: Tabular", "must be lower-case words joined by hyphens"),
        ("direction: minimize", "direction: maximize", "the reference's mean must be better than the baseline's"),
        ("mean: 5.15", "mean: 6.15", "is not the mean of the private scores"),
        ("title: A line", "title: [", "is not YAML at line"),
        ("id: TinyLine", "id: Other", "the folder must be named 'Other-v0'"),
    ],
)
def test_a_fault_is_one_line_that_names_it(editable_challenge: Path, old: str, new: str, said: str) -> None:
    change(editable_challenge, old, new)
    with pytest.raises(InvalidFileError) as caught:
        Challenge.load(editable_challenge)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "challenge.yaml").unlink(), "is not a challenge directory"),
        (lambda folder: (folder / "workspace" / "instruction.md").unlink(), "workspace/instruction.md is missing"),
        (lambda folder: (folder / "grader").rename(folder / "elsewhere"), "grader is missing"),
        (lambda folder: (folder / "challenge.yaml").write_bytes(b"\xff\xfe\x00"), "is not UTF-8 text"),
        (lambda folder: (folder / "challenge.yaml").write_text("- a\n- b\n"), "must hold a mapping, not list"),
        (lambda folder: (folder / "challenge.yaml").write_text("[" * 100_000), "has more than 10,000 brackets"),
    ],
)
def test_a_broken_folder_is_one_line(editable_challenge: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(editable_challenge)
    with pytest.raises(InvalidFileError, match=said):
        Challenge.load(editable_challenge)


def test_content_hash_follows_every_file_but_the_certificate(editable_challenge: Path) -> None:
    before = Challenge.load(editable_challenge).content_hash
    (editable_challenge / "certificate.json").write_text("{}")
    assert Challenge.load(editable_challenge).content_hash == before
    labels = editable_challenge / "grader" / "labels.csv"
    labels.write_text(labels.read_text().replace("public", "private", 1))
    assert Challenge.load(editable_challenge).content_hash != before
