"""Two episodes side by side, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.conftest import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def both(page: Page, report: Path, episode_id: Callable[..., str]) -> Page:
    return page.open(report / "compare.html", a=episode_id("engineer"), b=episode_id("baseline"))


def test_both_are_shown_step_by_step(both: Page) -> None:
    assert both.texts("h1") == ["A line"] and both.texts(".heads h2") == ["engineer, seed 0", "baseline, seed 0"]
    assert both.texts(".heads .big")[:3] == ["0.508", "+1.00", "8"]
    pairs = both.all(".pair:not(.heads)")
    assert len(pairs) == 8
    assert "cat instruction.md" in pairs[0].text and "python baseline.py && validate && submit" in pairs[0].text
    assert "B had ended." in pairs[1].text
    left, right = (both.ask(f"document.querySelector('#{side}-step-1').getBoundingClientRect().left") for side in "ab")
    assert right - left > 300
    assert len(both.all("figure.both path.line")) == 2
    assert both.texts(".lead") == ["They differ from the first step on."]


def test_where_they_first_differ(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    page.open(report / "compare.html", a=episode_id("engineer"), b=episode_id("engineer", 1))
    assert page.texts(".lead") == ["Both ran the same."]
    assert page.all(".pair.differs") == []


def test_keys_move_both(both: Page) -> None:
    both.press("jj")
    assert both.texts(".step.current h2") == ["2"]
    both.press("e")
    assert both.state()["step"] == ["5"]
    both.press("d")
    assert both.state()["step"] == ["1"] and both.texts(".step.current h2") == ["1", "1"]
    both.press("s")
    both.wait("document.querySelector('.heads h2').innerText.startsWith('baseline')")


def test_a_link_restores_the_comparison(both: Page) -> None:
    both.press("v")
    address, heads = both.driver.current_url, both.texts(".heads h2")
    both.open_address(address)
    assert both.texts(".heads h2") == heads and both.state()["step"] == ["1"]


def test_hostile_content_is_only_text(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    hostile = "<i>attacker</i>"
    page.open(
        report / "compare.html",
        a=episode_id(hostile, 0, "synth-ml/OtherLine-v0"),
        b=episode_id(hostile, 1, "synth-ml/OtherLine-v0"),
    )
    page.press("o")
    assert page.ask("window.pwned === undefined && document.images.length === 0 && document.scripts.length === 1")
    assert page.texts("h1") == ["Another <u>line</u> & more"]
    assert page.texts("#a-step-1 .thought") == page.texts("#b-step-1 .thought")


def test_the_reader_leads_here(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    page.open(report / "episode.html", id=episode_id("engineer"))
    page.press("c")
    page.wait("document.body.classList.contains('list') && document.body.dataset.shown")
    assert page.texts("#count") == ["6 of 12 episodes"] and len(page.all("#tray button")) == 1
    next(box for box in page.all("tbody input[type=checkbox]") if not box.is_selected()).click()
    page.all("#tray a")[0].click()
    page.wait("document.body.classList.contains('compare') && document.body.dataset.shown")
    assert "engineer, seed 0" in page.texts(".heads h2")
