"""Every family draws real challenges: they run, grade, and keep their answers to themselves."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.grading.measure import grade_file
from synth_gym.synthesis import Draft
from synth_gym.synthesis.assemble import assemble
from synth_gym.synthesis.recipes import Recipe, RecipeGenerator

GOOD = {
    "tabular-classification": (4, "WineCultivars"),
    "tabular-regression": (5, "FertilityTwoDecadesLater"),
    "image-classification": (4, "DigitsClassesFewExamples"),
    "forecasting": (4, "MaunaLoaCo2ShortHistory"),
    "text-classification": (4, "StatisticsManualFewExamples"),
    "matrix-game": (0, "StagHuntShort"),
    "combinatorial-optimization": (0, "BinPacking"),
    "control": (0, "Pendulum"),
    "colonel-blotto": (0, "ColonelBlottoShort"),
    "anomaly-detection": (0, "WineAnomaliesSwapped"),
    "imputation": (0, "IrisImputationBlocks"),
    "language-modelling": (0, "StandardLibraryNextCharacter"),
    "probabilistic-regression": (0, "WineColorIntensityQuantilesWideShifted"),
    "multi-label": (0, "UnitedStatesLabelsRare"),
}
"""Of each family the seed of a stream and a candidate of it that makes a challenge."""

PROGRAMS = {"matrix-game", "combinatorial-optimization", "control", "colonel-blotto"}
"""Families without tables: a program is handed in."""

UNLABELLED = {"anomaly-detection", "language-modelling"}
"""Families whose training data hold no answers."""


def candidate(family: str) -> Recipe:
    seed, id = GOOD[family]
    found = [one for one in islice(RecipeGenerator().candidates(family, seed), 40) if one.id == id]
    assert found, [one.id for one in islice(RecipeGenerator().candidates(family, seed), 40)]
    return found[0]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module", params=sorted(set(GOOD) - PROGRAMS))
def tables(request: pytest.FixtureRequest) -> Draft:
    return candidate(request.param).draft()


def test_all_families_are_covered() -> None:
    assert set(GOOD) == set(RecipeGenerator.families)


@pytest.mark.parametrize("family", GOOD)
def test_a_draw_becomes_a_challenge(family: str, tmp_path: Path) -> None:
    draft = replace(candidate(family).draft(), seeds=(0,))
    folder = tmp_path / draft.folder_name
    assemble(draft, folder, "bubblewrap")
    spec = Challenge.load(folder).spec
    assert spec.metric.better(spec.reference.mean, spec.baseline.mean)
    assert spec.provenance.recipe is not None and spec.provenance.recipe.startswith(family)
    text = (folder / "workspace" / "instruction.md").read_text()
    for section in ("Task", "Data", "Submission", "Metric", "Baseline", "Rules"):
        assert f"\n## {section}\n" in text
    assert f"`{spec.metric.name}`" in text and f"`{spec.submission.path}`" in text
    assert f"{spec.baseline.public_mean:.4g}" in text


def test_the_truth_scores_the_optimum(tables: Draft, tmp_path: Path) -> None:
    tables.write(tmp_path)
    baseline = reference = None
    labels = rows(tables.files["grader/labels.csv"])
    names = [name for name in labels[0] if name != "split"]
    with (tmp_path / "truth.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([names, *([label[name] for name in names] for label in reversed(labels))])
    from synth_gym.challenge import Scores

    baseline = Scores.measured("", (0,), (0.0,), (0.0,))
    reference = Scores.measured("", (0,), (0.0,), (float(tables.metric.sign),))
    challenge = Challenge(tmp_path, tables.spec(baseline, reference))
    assert grade_file(challenge, tmp_path / "truth.csv", "private").score == pytest.approx(tables.metric.optimum)


def test_no_answer_is_in_the_workspace(tables: Draft) -> None:
    test, labels = rows(tables.files["workspace/data/test.csv"]), rows(tables.files["grader/labels.csv"])
    train = rows(tables.files.get("workspace/data/train.csv", ""))
    known = {row["id"] for row in train}
    asked = [row["id"] for row in test]
    assert not known & set(asked) and len(set(asked)) == len(asked)
    assert sorted(asked) == sorted(label["id"] for label in labels)
    if tables.family not in UNLABELLED:
        # What the test rows lack is what is asked for (and, for pairs of digits, the digits).
        assert set(train[0]) > set(test[0])
    answers = {name for name in labels[0] if name not in ("id", "split")}
    assert not answers & set(test[0])


def test_ids_and_row_order_tell_nothing(tables: Draft) -> None:
    if tables.family == "forecasting":
        # The time of a row is one of its features, and so may go with the answer; the ids must not go with the time.
        times = [float(row["step"]) for row in rows(tables.files["workspace/data/test.csv"])]
        ids = [float(row["id"]) for row in rows(tables.files["workspace/data/test.csv"])]
        assert abs(correlation(ids, times)) < 4 / len(times) ** 0.5
        return
    labels = {row["id"]: row for row in rows(tables.files["grader/labels.csv"])}
    test = rows(tables.files["workspace/data/test.csv"])
    for name, column in tables.submission.columns.items():  # type: ignore[union-attr]
        values = [labels[row["id"]][name] for row in test]
        order = sorted(set(values)) if column.type == "category" else None
        numbers = [float(order.index(value)) if order else float(value) for value in values]
        if len(set(numbers)) == 1:  # a character that never follows
            continue
        bound = 4 / len(test) ** 0.5
        assert abs(correlation([float(row["id"]) for row in test], numbers)) < bound
        assert abs(correlation([float(place) for place in range(len(test))], numbers)) < bound


def correlation(left: list[float], right: list[float]) -> float:
    import numpy as np

    return float(np.corrcoef(np.argsort(np.argsort(left)), right)[0, 1])


def test_both_splits_are_there_and_secret(tables: Draft) -> None:
    splits = [row["split"] for row in rows(tables.files["grader/labels.csv"])]
    assert 0.3 < splits.count("public") / len(splits) < 0.5
    assert not any("private" in text for name, text in tables.files.items() if name.startswith("workspace/data"))


@pytest.mark.parametrize(
    ("id", "answers"),
    [
        ("DigitsClasses", set("0123456789")),
        ("DigitsParity", {"odd", "even"}),
        ("DigitsPrime", {"prime", "other"}),
        ("DigitsUpperHalf", {"small", "large"}),
        ("DigitsLarger", {"left", "right"}),
    ],
)
def test_the_answers_of_images_are_those_of_the_question(id: str, answers: set[str]) -> None:
    stream = RecipeGenerator(difficulty=0.0).candidates("image-classification", 0)
    draft = next(one for one in stream if one.id == id).draft()
    labels = rows(draft.files["grader/labels.csv"])
    [column] = {*labels[0]} - {"id", "split"}
    assert {label[column] for label in labels} == answers


def test_opponents_of_a_game_are_not_in_the_workspace() -> None:
    draft = candidate("matrix-game").draft()
    shown = "".join(text for name, text in draft.files.items() if name.startswith("workspace/"))
    assert "opponents:" in draft.files["grader/game.yaml"]
    assert "transition_best_response" in draft.files["grader/game.yaml"] and "transition" not in shown
