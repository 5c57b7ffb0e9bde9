"""The pages over a suite: what they say, and what they never hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.report.suite import SuitePages, build_suite_pages
from tests.report.conftest import Page
from tests.report.suite.conftest import KINDS


def test_a_broken_challenge_gets_a_line_and_the_others_a_page(suite_pages: SuitePages) -> None:
    assert suite_pages.challenges == len(KINDS)
    [(name, why)] = suite_pages.broken
    assert name == "Broken-v0" and "\n" not in why and why in suite_pages.index.read_text().replace("&#39;", "'")
    pages = suite_pages.index.parent / "challenges"
    assert sorted(page.stem for page in pages.iterdir()) == sorted(KINDS)


def test_no_hidden_answer_is_in_a_page(suite_pages: SuitePages, suite_folders: list[Path]) -> None:
    pages = [page.read_text() for page in suite_pages.index.parent.rglob("*.html")]
    assert not any("s3cret" in page for page in pages)
    for folder in suite_folders:
        for labels in folder.glob("grader/labels.csv"):
            assert not any(labels.read_text().splitlines()[1] in page for page in pages)


def test_pages_of_challenges_that_are_gone_go(suite_folders: list[Path], tmp_path: Path) -> None:
    build_suite_pages("A suite", suite_folders, tmp_path)
    kept = [folder for folder in suite_folders if folder.name in KINDS[:2]]
    build_suite_pages("A suite", kept, tmp_path)
    assert sorted(page.stem for page in (tmp_path / "challenges").iterdir()) == sorted(KINDS[:2])


def test_episodes_count_for_the_challenge_that_was_played_and_not_for_its_namesake(
    records: Path, tiny_challenge: Challenge, tmp_path: Path
) -> None:
    namesake = Path(shutil.copytree(tiny_challenge.path, tmp_path / "suite" / tiny_challenge.path.name))
    (namesake / "workspace/instruction.md").write_text("# Something else\n")
    for folder, shown in ((tiny_challenge.path, True), (namesake, False)):
        pages = build_suite_pages("Lines", [folder], tmp_path / "pages", records=[records])
        assert ("engineer" in pages.index.read_text()) is shown


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="synth-gym synthesize"):
        build_suite_pages("Nothing", [], tmp_path)


def test_the_command_writes_them(cli, suite_folders: list[Path], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shown = cli.json("show", suite_folders[0].parent, "--html", tmp_path)
    assert shown["challenges"] == len(KINDS) and Path(shown["pages"]).is_file()
    assert [one["challenge"] for one in shown["broken"]] == ["Broken-v0"]


@pytest.mark.browser
def test_the_first_page_sorts_and_filters(page: Page, suite_pages: SuitePages) -> None:
    index = page.open(suite_pages.index)
    rows = "table.filtered tbody tr:not([hidden]) th a"
    assert len(index.texts(rows)) == len(KINDS) and index.texts(".fault code") == ["Broken-v0"]
    next(button for button in index.all("table.filtered thead button") if button.text == "Baseline").click()
    baselines = [
        float(text.replace("\N{MINUS SIGN}", "-")) for text in index.texts("table.filtered tbody td:nth-child(4)")
    ]
    assert baselines == sorted(baselines, reverse=True)
    index.all("input.filter")[0].send_keys("forecasting")
    assert len(index.texts(rows)) == 1
    assert index.log == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "marks", "count"),
    [
        ("BinPacking-v0", "#scores circle", 6),
        ("DigitsUpperHalf-v0", ".picture svg", 24),
        ("MaunaLoaCo2HighQuantile-v0", "#data polyline", 1),
        ("StatisticsManualGlimpse-v0", "table.preview", 2),
        ("WineCultivars-v0", "#data svg.plot", 4),
    ],
)
def test_every_kind_of_data_is_drawn(page: Page, suite_pages: SuitePages, name: str, marks: str, count: int) -> None:
    shown = page.open(suite_pages.index.parent / "challenges" / f"{name}.html")
    assert len(shown.all(marks)) >= count
    assert len(shown.all("#gates tbody tr")) > 20 and len(shown.all("details.script")) >= 2
    assert shown.log == []


@pytest.mark.browser
def test_words_of_a_challenge_are_only_words(page: Page, suite_pages: SuitePages) -> None:
    shown = page.open(suite_pages.index.parent / "challenges" / "WineCultivars-v0.html")
    assert shown.driver.title != "taken" and not shown.all(".markdown b, .markdown script, a[href^=javascript]")
    assert "<b>bold</b>" in shown.texts(".markdown")[0]
    assert "changed after it was certified" in shown.texts("#gates .fault")[0]
