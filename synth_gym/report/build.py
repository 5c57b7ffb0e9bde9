"""A folder of records into a folder of pages.

index.html       policies ranked and drawn
episodes.html    every episode, to search, filter and sort
episode.html     one episode, to read; which one is said behind the `#`
compare.html     two episodes side by side
data/            what these pages load: columns of all episodes, and the episodes in batches
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.evaluation.episodes import NoEpisodesError, Played, episodes_leaderboard, short_titles
from synth_gym.evaluation.leaderboard import Leaderboard, describe_setting
from synth_gym.evaluation.scale import Mode
from synth_gym.files import check_writable, write_text
from synth_gym.progress import progress
from synth_gym.report.batches import Batch, plan_batches, write_batches
from synth_gym.report.columns import Columns
from synth_gym.report.overview import BAR_HEIGHT, BAR_WIDTH, challenges, profile_plot, rows, styles
from synth_gym.report.pages import render, render_viewer
from synth_gym.report.summary import Summary, choose, played
from synth_gym.rollout.record import record_files

DATA = "data"
DRAWN_PER_CELL = 3
"""Episodes of a policy on a challenge whose progress is drawn on the first page: from the best to the worst."""
DRAWN_CHALLENGES = 60
"""Challenges whose progress is drawn there."""


@dataclass(frozen=True)
class Report:
    """What was written."""

    index: Path
    episodes: int
    flagged: int
    """Episodes with an integrity flag."""
    leaderboard: Leaderboard | None


def build_report(folders: Sequence[Path], out: Path, *, mode: Mode = "closed") -> Report:
    """Write the report. Records are read once, a few at a time; those that an earlier report in `out` has are not read.

    Args:
        folders: folders of records, or records.
        out: folder of the report; files of an earlier report in it are replaced.
        mode: of the leaderboard's AUP.

    Raises:
        SynthGymError: there is no record, one is broken, or the folder cannot be written.
    """
    files = _named_files(folders)
    if not files:
        raise SynthGymError(f"no records in {', '.join(map(str, folders))}; make some with: synth-gym rollout")
    check_writable(out)
    batches = plan_batches(files, out / DATA)
    columns = Columns()
    summaries: list[Summary] = []
    board = _rank(_read(batches, columns, summaries), mode)
    titles = short_titles(dict.fromkeys(one.method for one in summaries))
    hues = {method: look.hue for method, look in styles(board).items()} if board else {}
    write_text(out / DATA / "episodes.js", columns.script(titles, hues))
    for page in ("episodes", "episode", "compare"):
        write_text(out / f"{page}.html", render_viewer(page))
    write_text(out / "index.html", _index(summaries, board, titles))
    _clean(out, batches)
    return Report(out / "index.html", len(summaries), sum(bool(one.flags) for one in summaries), board)


def _named_files(folders: Sequence[Path]) -> list[tuple[Path, str]]:
    """Records, each once, with their paths within the folders."""
    named: dict[Path, str] = {}
    for folder in folders:
        root = folder if folder.is_dir() else folder.parent
        for file in record_files(folder):
            named.setdefault(file, os.path.relpath(file, root))
    return list(named.items())


def _read(batches: Sequence[Batch], columns: Columns, summaries: list[Summary]) -> Iterator[Played]:
    """What the leaderboard reads of every record; on the way the rest is gathered."""
    pool: dict[Hashable, Any] = {}
    with progress("reading records", sum(len(batch.files) for batch in batches)) as advance:
        for batch, found in write_batches(batches):
            columns.add(batch.key, found)
            summaries += [one.sharing(pool) for one in found]
            advance(len(found))
            yield from map(played, found)


def _rank(episodes: Iterator[Played], mode: Mode) -> Leaderboard | None:
    """None when no episode can be ranked."""
    try:
        return episodes_leaderboard(episodes, mode)
    except NoEpisodesError:
        return None


def _clean(out: Path, batches: Sequence[Batch]) -> None:
    """Remove batches of an earlier report, once nothing points to them."""
    known = {batch.path.name for batch in batches} | {"episodes.js"}
    for stale in (out / DATA).glob("*.js"):
        if stale.name not in known:
            with suppress(FileNotFoundError):
                stale.unlink()


def _index(summaries: Sequence[Summary], board: Leaderboard | None, titles: dict[str, str]) -> str:
    """Episodes without a trainable end take no part in rankings and colours."""
    looks = styles(board) if board else {}
    counted = [one for one in summaries if one.trainable]
    shown = challenges(summaries, looks, drawn=choose(counted, DRAWN_PER_CELL))
    return render(
        "index.html",
        title=" and ".join(dict.fromkeys(one.suite for one in summaries)),
        looks=list(looks.values()),
        titles=titles,
        rows=rows(board, counted, looks) if board else [],
        spent=any(one.cost for one in summaries),
        setting=describe_setting(asdict(board.setting)) if board else [],
        profile=profile_plot(board, looks) if board else None,
        challenges=shown,
        plotted=shown[:DRAWN_CHALLENGES],
        drawn_per_cell=DRAWN_PER_CELL,
        episodes=len(summaries),
        flagged=sum(bool(one.flags) for one in summaries),
        began=min(one.started for one in summaries)[:16].replace("T", " "),
        ended=max(one.started for one in summaries)[:16].replace("T", " "),
        bar_width=BAR_WIDTH,
        bar_height=BAR_HEIGHT,
    )
