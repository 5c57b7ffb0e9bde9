"""Reading one episode, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.conftest import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def episode(page: Page, report: Path, episode_id: Callable[..., str]) -> Page:
    return page.open(report / "episode.html", id=episode_id("engineer"))


def test_the_trajectory_can_be_read(episode: Page) -> None:
    assert episode.texts("h1") == ["A line"]
    assert "First something valid.\n\nThen something better." in episode.texts(".thought")
    assert "python baseline.py && validate" in episode.texts("pre.command")
    assert any("\nPublic score (rmse, lower is better): 5.1083" in text for text in episode.texts(".output"))
    chips = episode.texts(".step .chip")
    assert "validated 5.108 ★ best so far" in chips and "validated 0.4348 ★ best so far" in chips
    assert "exit code 2" in chips and "not understood" in chips and chips[-1] == "submitted"
    assert episode.texts(".facts .big") == ["0.508", "+1.00", "8", "940"]
    assert "40 of them written, $0.002" in " ".join(episode.texts(".facts dd")).replace("$0.0020", "$0.002")
    assert "900 + 40 tokens" in episode.texts("#step-1 header .quiet")[0]
    assert len(episode.all(".facts circle.point")) == 2 and len(episode.all(".facts circle.final")) == 1
    size = float(episode.ask("getComputedStyle(document.querySelector('.thought')).fontSize").removesuffix("px"))
    assert size >= 16
    assert episode.driver.title == "A line, engineer, seed 0"


def test_code_is_coloured_and_edits_are_differences(episode: Page) -> None:
    assert "import" in episode.texts("#step-3 pre.command .k")
    assert episode.texts("#step-4 .line.removed") == ["-import csv"]
    assert episode.texts("#step-4 .line.added") == ["+import csv  # standard library"]
    assert "validate" in episode.texts("#step-2 pre.command .nb")
    assert episode.texts("#step-5 .bad-line") == [] and "No such file" in episode.texts("#step-5 .output")[0]


def test_a_file_that_is_written_again_shows_what_changed(page: Page, rewritten: Path) -> None:
    page.open(rewritten / "episode.html", id=only_id(rewritten))
    assert page.texts("#step-2 details.changes summary") == ["What changed in a.py"]
    page.press("o")
    assert page.texts("#step-2 .changes .line") == [
        *("\N{MIDLINE HORIZONTAL ELLIPSIS} 7 lines the same", " seven = 7", " eight = 8", " nine = 9", "-ten = 10"),
        *("+ten = 11", " print(ten)"),
    ]
    assert page.texts("#step-3 .output .line.added") == ["+ten = 11"]


def test_the_middle_of_a_long_output_unfolds(episode: Page) -> None:
    assert episode.texts("#step-8 .rest summary") == ["69 more lines"]
    head, middle, tail = episode.texts("#step-8 .output pre")
    assert head.endswith("line 20") and tail.startswith("line 90") and middle == ""
    episode.press("o")
    episode.wait("document.querySelector('#step-8 .rest pre').firstChild !== null")
    assert episode.texts("#step-8 .rest pre")[0].splitlines() == [f"line {number}" for number in range(21, 90)]
    assert "The file is called solve.py" in episode.texts("#step-5 .reasoning")[0]


def test_keys_lead_from_step_to_step(episode: Page) -> None:
    def after(key: str) -> str:
        episode.press(key)
        return episode.state()["step"][0]

    assert [after(key) for key in "jjk"] == ["1", "2", "1"]
    assert [after(key) for key in "vvv"] == ["2", "6", "6"]
    assert [after(key) for key in "Eee"] == ["5", "7", "7"]
    assert after("V") == "6"
    assert episode.texts(".rail a[aria-current]") == ["6"]
    assert abs(episode.ask("document.querySelector('#step-6').getBoundingClientRect().top")) < 60


def test_a_link_leads_to_its_step(episode: Page) -> None:
    episode.press("vv")
    address = episode.driver.current_url
    episode.open_address(address)
    assert episode.texts(".step.current h2") == ["6"]
    assert abs(episode.ask("document.querySelector('#step-6').getBoundingClientRect().top")) < 60


def test_flags_are_shown_and_led_to(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    page.open(report / "episode.html", id=episode_id("<i>attacker</i>"))
    assert page.texts(".lead .flag") == ["claimed score"]
    assert page.texts(".rail a.flagged") == ["2"]
    page.press("f")
    assert page.state()["step"] == ["2"]
    assert "Public score (rmse): 0.0001" in page.texts("#step-2 .evidence")[0]
    page.open(report / "episode.html", id=episode_id("<i>attacker</i>"))
    page.all(".lead .flag")[0].click()
    page.wait("document.querySelector('#step-2.current')")


def test_keys_lead_from_episode_to_episode(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    from selenium.webdriver.common.keys import Keys

    def turn(key: str, expected: str) -> None:
        page.press(key)
        page.wait(f"document.querySelector('.lead').innerText.startsWith({expected!r})")

    # The list that the reader came from says what comes next: here, the episodes of one policy.
    page.open(report / "episode.html", id=episode_id("engineer"), policy="engineer", challenge="synth-ml/TinyLine-v0")
    turn("n", "engineer, seed 1")
    assert page.all("a[rel=next]") == []
    turn("p", "engineer, seed 0")
    turn(Keys.ARROW_RIGHT, "engineer, seed 1")
    turn(Keys.ARROW_LEFT, "engineer, seed 0")
    assert page.all("a[rel=prev]") == []


def test_the_help_lists_the_keys(episode: Page) -> None:
    episode.press("?")
    keys = episode.texts("dialog.help[open] kbd")
    assert {"j", "k", "n", "p", "e", "f", "?"} <= set(keys)
    episode.all("dialog.help .button")[0].click()
    assert episode.all("dialog.help[open]") == []


def test_hostile_content_is_only_text(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    for seed, env_id in ((0, "synth-ml/TinyLine-v0"), (1, "synth-ml/OtherLine-v0")):
        page.open(report / "episode.html", id=episode_id("<i>attacker</i>", seed, env_id))
        page.press("o")
        assert page.ask("window.pwned === undefined && document.images.length === 0")
        assert page.ask("document.scripts.length === 1 && document.querySelectorAll('main').length === 1")
        assert page.texts("#step-1 .thought")[0].endswith("<img src=x onerror='window.pwned = 2'>")
        assert "<script>window.pwned = 1</script>" in page.texts("#step-1 .output")[0]
        assert page.texts("#step-4 header code") == ['"><img src=x onerror="window.pwned = 3">']
        assert page.texts("#step-4 .thought") == ["<b>bold</b>"]
        assert page.texts("#step-3 .output")[0].startswith("100%\n{{ 7*7 }} &amp;")
        assert page.ask("document.querySelectorAll('#page u, #page b, .masthead i').length") == 0


def test_an_episode_that_is_not_there_is_one_line(page: Page, report: Path) -> None:
    page.driver.get(f"{(report / 'episode.html').as_uri()}#id=nothing")
    page.wait("document.querySelector('[role=alert]')")
    assert page.texts("[role=alert]") == ["This report holds no episode nothing; it may be of another set of records."]


def test_every_control_has_a_name(episode: Page) -> None:
    controls = "[...document.querySelectorAll('a, button, summary, input')]"
    named = "one.textContent.trim() || one.title || one.ariaLabel || one.labels?.length"
    assert episode.ask(f"{controls}.length") > 20
    assert episode.ask(f"{controls}.filter((one) => !({named})).map((one) => one.outerHTML)") == []
    assert episode.ask("document.querySelectorAll('h1').length === 1 && document.documentElement.lang === 'en'")


def only_id(report: Path) -> str:
    from tests.report.conftest import columns_of

    (identifier,) = columns_of(report)["columns"]["id"]
    return str(identifier)


CONTRASTS = """
const channel = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const colour = (text) => text.match(/[\\d.]+/g).map(Number);
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const found = colour(getComputedStyle(node).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
};
return [...document.querySelectorAll(arguments[0])].map((node) => {
  const [dark, light] = [colour(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => a - b);
  return [(light + 0.05) / (dark + 0.05), node.className || node.localName];
});
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(
    scheme: str, page: Page, report: Path, episode_id: Callable[..., str]
) -> None:
    """WCAG 2.1 asks for a contrast of 4.5 to 1."""
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    found = {}
    for name, state, selector in (
        ("episode.html", {"id": episode_id("engineer")}, ".chip, .quiet, .thought, pre span, summary, dd, .rail a"),
        ("episode.html", {"id": episode_id("<i>attacker</i>")}, ".chip, .evidence code"),
        ("episodes.html", {"outcome": "submitted"}, ".chip, .filter-chip, .count, thead button, td"),
    ):
        page.open(report / name, **state)
        for contrast, kind in page.driver.execute_script(CONTRASTS, selector):
            found[kind] = min(contrast, found.get(kind, 99.0))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(found) > 15 and {kind: value for kind, value in found.items() if value < 4.5} == {}
