"""The table of all episodes, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.conftest import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def table(page: Page, report: Path) -> Page:
    return page.open(report / "episodes.html")


def rows(page: Page) -> list[str]:
    """Challenge, policy and seed of every row in sight."""
    return [
        " / ".join(page.driver.execute_script("return [1, 2, 3].map(i => arguments[0].cells[i].innerText)", row))
        for row in page.all("tbody tr[data-id]")
    ]


def search(page: Page, words: str) -> None:
    from selenium.webdriver.common.keys import Keys

    page.all("#search")[0].send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.BACKSPACE, words)


def chip(page: Page, name: str) -> None:
    next(one for one in page.all(".filter-chip") if one.text.startswith(name)).click()


def test_every_episode_has_its_row(table: Page) -> None:
    assert table.texts("#count") == ["12 episodes"]
    assert sorted(rows(table))[-1] == "Another <u>line</u> & more / engineer / 1" and len(rows(table)) == 12
    assert table.ask("document.querySelector('table.episodes').getAttribute('aria-rowcount')") == "13"
    assert table.texts("thead th")[1:] == [
        *("Challenge", "Policy", "Seed", "Outcome", "Score", "Normalised", "Steps", "Valid.", "Errors", "Tokens"),
        *("Cost", "Time", "Flags"),
    ]


def test_every_word_of_a_search_must_occur(table: Page) -> None:
    search(table, "another BASELINE")
    assert rows(table) == [f"Another <u>line</u> & more / baseline / {seed}" for seed in (0, 1)]
    search(table, "engineer 1 submitted")
    assert sorted(rows(table)) == ["A line / engineer / 1", "Another <u>line</u> & more / engineer / 1"]
    search(table, "no such thing")
    assert rows(table) == [] and table.all("#none")[0].is_displayed()
    assert table.state() == {"q": ["no such thing"]}


def test_flags_can_be_searched_and_filtered(table: Page) -> None:
    search(table, "claimed score")
    assert table.texts("#count") == ["4 of 12 episodes"] and all("attacker" in row for row in rows(table))
    assert table.texts("tbody .flag") == ["claimed score"] * 4
    search(table, "")
    chip(table, "none")
    assert table.texts("#count") == ["8 of 12 episodes"]


def test_a_heading_sorts_and_a_second_click_turns_round(table: Page) -> None:
    def by(column: str) -> list[str]:
        table.all(f".column-{column} button")[0].click()
        return table.texts(f"tbody .column-{column}")

    assert by("steps") == ["8"] * 4 + ["5"] * 4 + ["1"] * 4
    assert table.texts("th[aria-sort=descending]") == ["Steps"]
    assert by("steps") == ["1"] * 4 + ["5"] * 4 + ["8"] * 4
    # Rows without a score stay at the end in both directions.
    assert by("score")[-4:] == by("score")[-4:] == ["\N{EN DASH}"] * 4
    assert by("policy")[0] == "<i>attacker</i>"
    assert table.ask("document.querySelectorAll('th[aria-sort]').length") == 1


def test_filters_combine_and_say_how_many_each_would_leave(table: Page) -> None:
    chip(table, "submitted")
    assert table.texts("#count") == ["8 of 12 episodes"]
    counts = dict(
        table.ask("[...document.querySelectorAll('button.filter-chip')].map((one) => one.innerText.split(/(?=\\d+$)/))")
    )
    # Of one's own facet the counts are those that another choice would give.
    assert counts["invalid submission"] == "4" and counts["beats the reference"] == "4" and counts["no score"] == "0"
    table.all(".menu summary")[0].click()
    next(one for one in table.all(".menu-list label") if "engineer" in one.text).click()
    assert table.texts("#count") == ["4 of 12 episodes"] and all("engineer" in row for row in rows(table))
    assert table.state() == {"outcome": ["submitted"], "policy": ["engineer"]}
    next(one for one in table.all("button") if one.text == "Clear filters").click()
    assert table.texts("#count") == ["12 episodes"] and table.state() == {}


def test_a_link_restores_what_its_sender_saw(table: Page, report: Path) -> None:
    search(table, "line")
    chip(table, "submitted")
    table.all(".column-seed button")[0].click()
    seen, address = rows(table), table.driver.current_url
    table.open_address(address)
    assert rows(table) == seen and len(seen) == 8 and seen[0].endswith("/ 1")
    assert table.ask("document.querySelector('#search').value") == "line"
    pressed = "[...document.querySelectorAll('.filter-chip[aria-pressed=true]')].map((one) => one.innerText)"
    assert [text.rstrip("0123456789\n") for text in table.ask(pressed)] == ["submitted"]
    assert table.texts("th[aria-sort=descending]") == ["Seed"]


def test_the_keyboard_does_it_all(table: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    table.press("/")
    table.driver.switch_to.active_element.send_keys("engineer", Keys.ENTER)
    assert table.texts("tr.current .column-policy") == ["engineer"]
    table.press("jjk")
    assert table.all("tr.current")[0].get_attribute("aria-rowindex") == "3"
    table.press("G")
    assert table.all("tr.current")[0].get_attribute("aria-rowindex") == "5"
    table.press("?")
    assert "search" in table.texts("dialog.help[open] dd")
    table.press("?")
    assert table.all("dialog.help[open]") == []
    table.press("o")
    table.wait("document.body.classList.contains('episode') && document.body.dataset.shown")
    assert table.texts(".lead strong") == ["engineer"]
    table.press("l")
    table.wait("document.body.classList.contains('list') && document.body.dataset.shown")
    assert table.texts("#count") == ["4 of 12 episodes"]
    table.press("x")
    assert table.texts("#count") == ["12 episodes"]


def test_two_ticks_lead_to_a_comparison(table: Page) -> None:
    for place in (0, 1):
        table.all("tbody input[type=checkbox]")[place].click()
        assert table.ask("document.activeElement.type") == "checkbox"  # the table was drawn anew beneath the reader
    picked = table.state()["pick"]
    table.all("#tray a")[0].click()
    table.wait("document.body.classList.contains('compare') && document.body.dataset.shown")
    assert table.state() == {"a": [picked[0]], "b": [picked[1]]}


def test_text_of_records_is_only_text(table: Page, report: Path) -> None:
    table.all(".menu summary")[2].click()
    assert "Another <u>line</u> & more" in " ".join(table.texts(".menu-list label"))
    assert table.ask("document.querySelectorAll('main u, main i, .menu u').length === 0 && window.pwned === undefined")


def test_only_rows_in_sight_are_elements(page: Page, many: Path) -> None:
    page.open(many / "episodes.html")
    assert page.texts("#count") == ["5,000 episodes"]
    assert 10 < len(page.all("tbody tr[data-id]")) < 60
    page.press("G")
    assert page.all("tr.current")[0].get_attribute("aria-rowindex") == "5001"
    assert page.all("tr.current")[0].is_displayed() and len(page.all("tbody tr[data-id]")) < 60
    height = page.ask("document.querySelector('.viewport').scrollHeight")
    assert abs(height - 5000 * 40) < 100
    search(page, "4321")
    assert page.texts("tbody .column-seed") == ["4321"]
    assert page.ask("document.querySelector('.viewport').scrollTop") == 0


def test_missing_data_is_one_line(driver: object, report: Path, tmp_path: Path) -> None:
    page = Page(driver)
    (tmp_path / "episodes.html").write_text((report / "episodes.html").read_text(encoding="utf-8"), encoding="utf-8")
    page.driver.get((tmp_path / "episodes.html").as_uri())
    page.wait("document.querySelector('[role=alert]')")
    assert page.texts("[role=alert]") == ["data/episodes.js is missing or cannot be read: run synth-gym view again"]
    assert len(page.log) == 1  # the browser's own line on the file that is not there


@pytest.fixture(scope="session")
def many(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report's pages over 5,000 rows."""
    from synth_gym.report.columns import Columns
    from tests.report.conftest import a_summary

    folder = tmp_path_factory.mktemp("many")
    columns = Columns()
    columns.add("none", (a_summary(id=f"{seed:010}", seed=seed) for seed in range(5000)))
    (folder / "data").mkdir()
    (folder / "data" / "episodes.js").write_text(columns.script({"noop": "noop"}, {}), encoding="utf-8")
    (folder / "episodes.html").write_text((report / "episodes.html").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_a_static_host_serves_it(page: Page, report: Path, episode_id: Callable[..., str]) -> None:
    import http.server
    import threading
    from functools import partial

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(report))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}"
        page.open_address(f"{here}/episodes.html")
        assert page.texts("#count") == ["12 episodes"]
        page.open_address(f"{here}/episode.html#id={episode_id('engineer')}")
        assert page.texts("h1") == ["A line"]
        loaded = page.ask("performance.getEntriesByType('resource').map((one) => one.name)")
        assert len(loaded) == 2 and all(name.startswith(f"{here}/data/") for name in loaded)
        page.driver.get("about:blank")
        server.shutdown()
