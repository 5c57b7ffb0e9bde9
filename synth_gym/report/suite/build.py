"""A folder of challenges into a folder of pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.files import check_writable, write_text
from synth_gym.progress import progress
from synth_gym.report.pages import render
from synth_gym.report.suite.challenge import Facts, content_of, facts_of
from synth_gym.report.suite.overview import content, gate_yields, policy_scores
from synth_gym.report.text import printable

PAGES = "challenges"


@dataclass(frozen=True)
class SuitePages:
    """What was written."""

    index: Path
    challenges: int
    broken: list[tuple[str, str]]
    """Folders without a page, and why."""


def build_suite_pages(title: str, folders: Sequence[Path], out: Path, *, records: Sequence[Path] = ()) -> SuitePages:
    """Write `index.html` and a page for every challenge. Hidden answers are never read.

    Args:
        title: of the suite.
        folders: challenge directories; broken ones get a line on the first page.
        out: folder of the pages; files of an earlier run in it are replaced.
        records: folders of episodes, for the policies' scores.

    Raises:
        SynthGymError: there is no challenge, or the folder cannot be written.
    """
    if not folders:
        raise SynthGymError(f"{title} holds no challenges; make some with: synth-gym synthesize")
    check_writable(out)
    facts: list[Facts] = []
    broken: list[tuple[str, str]] = []
    with progress("writing challenges", len(folders)) as advance:
        for folder in folders:
            try:
                challenge = Challenge.load(folder)
                found = facts_of(challenge)
                page = _page("challenge.html", content_of(challenge, found))
                write_text(out / PAGES / f"{folder.name}.html", page)
                facts.append(found)
            except (SynthGymError, OSError, UnicodeError) as error:
                broken.append((folder.name, printable(" ".join(str(error).split()))))
            advance()
    known = {f"{one.folder}.html" for one in facts}
    for stale in (out / PAGES).glob("*.html"):
        if stale.name not in known:
            stale.unlink()
    overview = content(
        title,
        facts,
        broken,
        gate_yields(facts),
        policy_scores(records, {one.env_id: one.content_hash for one in facts}),
    )
    write_text(out / "index.html", _page("suite.html", overview))
    return SuitePages(out / "index.html", len(facts), broken)


def _page(template: str, content: dict[str, Any]) -> str:
    return render(template, styles=["suite.css"], **content)
