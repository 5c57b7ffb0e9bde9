"""The report as its readers meet it: opened from the disk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


class Page:
    """One opened page, by CSS selectors."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path) -> Page:
        assert path.is_file()
        self.driver.get(path.as_uri())
        return self

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    def ask(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def press(self, keys: str) -> None:
        self.all("body")[0].send_keys(keys)

    @property
    def log(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture
def page(driver: Any) -> Iterator[Page]:
    """A page whose console must have stayed silent."""
    page = Page(driver)
    yield page
    assert page.log == []


@pytest.fixture
def index(page: Page, report: Path) -> Page:
    return page.open(report / "index.html")


@pytest.fixture
def episode(page: Page, report: Path) -> Page:
    return page.open(report / "episodes" / "tinyline-v0.engineer.0.html")


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
    assert index.texts(".board tbody td:nth-last-child(3)") == ["8", "4", "1"]
    heading.click()
    assert index.texts(".board tbody td:nth-last-child(3)") == ["1", "4", "8"]
    assert index.ask("document.querySelectorAll('.board th[aria-sort]').length") == 1
    next(button for button in index.all(".board thead button") if button.text == "Policy").click()
    assert index.texts(".board tbody th") == ["<i>attacker</i>", "baseline", "engineer"]


def test_the_filter_hides_episodes(index: Page) -> None:
    assert len([row for row in index.all(".filtered tbody tr") if row.is_displayed()]) == 12
    index.all("input.filter")[0].send_keys("another BASELINE")
    shown = [row.text for row in index.all(".filtered tbody tr") if row.is_displayed()]
    assert len(shown) == 2 and all("baseline" in row for row in shown)


def test_pointing_at_a_policy_dims_the_others(index: Page) -> None:
    from selenium.webdriver import ActionChains

    row = index.all(".board tbody tr")[0]
    ActionChains(index.driver).move_to_element(row).perform()
    assert index.ask("document.querySelectorAll('svg.profile .lit').length") == 1
    assert index.ask("getComputedStyle(document.querySelector('svg.profile path:not(.lit)')).opacity") != "1"


def test_the_trajectory_can_be_read(episode: Page) -> None:
    assert episode.texts("h1") == ["A line"]
    assert "First something valid.\n\nThen something better." in episode.texts(".thought")
    assert "python baseline.py && validate" in episode.texts("pre.command")
    assert episode.texts("pre.removed") == ["import csv"] and episode.texts("pre.added") == [
        "import csv  # standard library"
    ]
    assert any("\nPublic score (rmse, lower is better): 5.1083" in text for text in episode.texts(".output"))
    chips = episode.texts(".step .chip")
    assert "validated 5.108 ★ best so far" in chips and "validated 0.4348 ★ best so far" in chips
    assert "exit code 2" in chips and "not understood" in chips and chips[-1] == "submitted"
    assert episode.texts(".facts .big") == ["0.508", "+1.00", "8"]
    assert len(episode.all(".facts circle.point")) == 2 and len(episode.all(".facts circle.final")) == 1
    size = float(episode.ask("getComputedStyle(document.querySelector('.thought')).fontSize").removesuffix("px"))
    assert size >= 16


def test_the_middle_of_a_long_output_unfolds(episode: Page) -> None:
    assert episode.texts("#step-8 .rest summary") == ["69 more lines"]
    head, middle, tail = episode.texts("#step-8 .output pre")
    assert head.endswith("line 20") and tail.startswith("line 90") and middle == ""
    episode.press("o")
    assert episode.texts("#step-8 .rest pre")[0].splitlines() == [f"line {number}" for number in range(21, 90)]
    assert "The file is called solve.py" in episode.texts("#step-5 .reasoning")[0]


def test_keys_lead_from_step_to_step(episode: Page) -> None:
    def after(key: str) -> str:
        episode.press(key)
        return str(episode.ask("location.hash"))

    assert [after(key) for key in "jjk"] == ["#step-1", "#step-2", "#step-1"]
    assert [after(key) for key in "vvv"] == ["#step-2", "#step-6", "#step-6"]
    assert [after(key) for key in "Eee"] == ["#step-5", "#step-7", "#step-7"]
    assert after("V") == "#step-6"
    assert episode.texts(".rail a[aria-current]") == ["6"]
    assert abs(episode.ask("document.querySelector('#step-6').getBoundingClientRect().top")) < 60


def test_keys_lead_from_episode_to_episode(episode: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    episode.press(Keys.ARROW_RIGHT)
    assert episode.texts(".lead") == ["engineer, seed 1 submitted"]
    episode.press(Keys.ARROW_LEFT)
    assert episode.texts(".lead") == ["engineer, seed 0 submitted"]


def test_hostile_content_is_only_text(page: Page, report: Path) -> None:
    for name in ("tinyline-v0.i-attacker-i.0.html", "otherline-v0.i-attacker-i.1.html"):
        page.open(report / "episodes" / name)
        assert page.ask("window.pwned === undefined && document.images.length === 0")
        assert page.ask("document.scripts.length === 1 && document.querySelectorAll('main').length === 1")
        assert page.texts("#step-1 .thought")[0].endswith("<img src=x onerror='window.pwned = 2'>")
        assert "<script>window.pwned = 1</script>" in page.texts("#step-1 .output")[0]
        assert page.texts("#step-3 header code") == ['"><img src=x onerror="window.pwned = 3">']
        assert page.texts("#step-3 .thought") == ["<b>bold</b>"]
    noise = page.texts("#step-2 .output")[0]
    assert noise.startswith("100%\n{{ 7*7 }} &amp;")
    page.open(report / "index.html")
    assert page.ask("document.querySelectorAll('main u, main i').length === 0 && window.pwned === undefined")


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


@pytest.mark.parametrize("name", ["index.html", "episodes/tinyline-v0.engineer.0.html"])
def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, report: Path, name: str) -> None:
    metrics = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    page.open(report / name)
    assert page.ask("document.scrollingElement.scrollWidth") <= 400
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
