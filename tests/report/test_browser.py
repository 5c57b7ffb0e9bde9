"""The first page of a report as its readers meet it: opened from the disk in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.conftest import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def index(page: Page, report: Path) -> Page:
    return page.open(report / "index.html")


def test_the_leaderboard_and_its_bars_are_there(index: Page) -> None:
    assert index.texts(".board tbody th") == ["engineer", "baseline", "<i>attacker</i>"]
    assert index.texts(".board tbody tr:first-child td.strong") == ["1.000"]
    assert len(index.all(".board svg.bar circle")) == 6
    assert "engineer leads with an AUP of 1.000" in index.texts(".lead")[0]
    assert "tau_max 1.1" in index.texts(".notes")[0]


def test_the_plots_are_there(index: Page) -> None:
    profiles = index.all("svg.profile path.line")
    assert len(profiles) == 3
    assert all(index.driver.execute_script("return arguments[0].getTotalLength()", path) > 50 for path in profiles)
    assert len(index.all(".multiples svg.steps")) == 2
    # Of four episodes on each challenge a validated score is known, and of the same a final one.
    assert len(index.all(".multiples path.line")) == len(index.all(".multiples circle.final")) == 8
    assert index.ask("document.querySelector('svg.profile').getBoundingClientRect().height") > 200


def test_every_challenge_has_its_row(index: Page) -> None:
    assert index.texts(".cells tbody th") == ["Another <u>line</u> & more", "A line"]
    cells = index.texts(".cells tbody tr:first-child td.number")
    assert cells[:3] == ["5.155", "0.508", "0.508\n+1.00"]
    assert cells[-1] == "\N{EN DASH}"


def test_a_click_on_a_heading_sorts(index: Page) -> None:
    heading = next(button for button in index.all(".board thead button") if button.text == "Steps")
    heading.click()
    assert index.texts(".board tbody td:nth-last-child(3)") == ["8", "5", "1"]
    heading.click()
    assert index.texts(".board tbody td:nth-last-child(3)") == ["1", "5", "8"]
    assert index.ask("document.querySelectorAll('.board th[aria-sort]').length") == 1
    next(button for button in index.all(".board thead button") if button.text == "Policy").click()
    assert index.texts(".board tbody th") == ["<i>attacker</i>", "baseline", "engineer"]


def test_pointing_at_a_policy_dims_the_others(index: Page) -> None:
    from selenium.webdriver import ActionChains

    row = index.all(".board tbody tr")[0]
    ActionChains(index.driver).move_to_element(row).perform()
    assert index.ask("document.querySelectorAll('svg.profile .lit').length") == 1
    assert index.ask("getComputedStyle(document.querySelector('svg.profile path:not(.lit)')).opacity") != "1"


def test_titles_and_names_are_only_text(index: Page) -> None:
    assert index.ask("document.querySelectorAll('main u, main i').length === 0 && window.pwned === undefined")


def test_a_challenge_leads_to_its_episodes(index: Page) -> None:
    index.ask("document.querySelector('.cells tbody th a').click()")
    index.wait("document.body.dataset.shown")
    assert index.texts("#count") == ["6 of 12 episodes"]
    assert index.state() == {"challenge": ["synth-ml/OtherLine-v0"]}


def test_even_injected_markup_could_not_act(page: Page, report: Path, tmp_path: Path) -> None:
    html = (report / "index.html").read_text(encoding="utf-8")
    (tmp_path / "injected.html").write_text(
        html.replace("</main>", "<script>window.pwned = 4</script></main>"), encoding="utf-8"
    )
    page.open(tmp_path / "injected.html")
    assert page.ask("window.pwned === undefined")
    refused = page.log
    assert len(refused) == 1 and "Content Security Policy" in refused[0]


def test_nothing_is_loaded(index: Page) -> None:
    assert index.ask("performance.getEntriesByType('resource').length") == 0


def test_pages_follow_the_reader_into_the_dark(index: Page) -> None:
    light = index.ask("getComputedStyle(document.body).backgroundColor")
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    index.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    assert index.ask("getComputedStyle(document.body).backgroundColor") != light
    index.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    metrics = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for name, state in (
        ("index.html", {}),
        ("episodes.html", {}),
        ("episode.html", {"id": episode_id("engineer")}),
        ("compare.html", {"a": episode_id("engineer"), "b": episode_id("baseline")}),
    ):
        page.open(report / name, **state)
        assert page.ask("document.scrollingElement.scrollWidth") <= 400, name
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
