"""A folder of records into a folder of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from synth_gym.errors import SynthGymError
from synth_gym.evaluation.episodes import NoEpisodesError, records_leaderboard, short_titles
from synth_gym.evaluation.leaderboard import Leaderboard, describe_setting
from synth_gym.evaluation.scale import Mode
from synth_gym.files import check_writable, write_text
from synth_gym.progress import progress
from synth_gym.report.episode import score_plot, step_views
from synth_gym.report.overview import BAR_HEIGHT, BAR_WIDTH, challenges, profile_plot, rows, styles
from synth_gym.report.pages import render
from synth_gym.report.summary import Summary, choose, summarise
from synth_gym.report.text import slug
from synth_gym.rollout.record import Record, read_record, record_files

PAGES = "episodes"


@dataclass(frozen=True)
class Report:
    """What was written."""

    index: Path
    pages: int
    episodes: int
    leaderboard: Leaderboard | None


def build_report(folders: Sequence[Path], out: Path, *, mode: Mode = "closed", per_cell: int = 3) -> Report:
    """Write `index.html` and the pages of selected episodes. Records are read one at a time.

    Args:
        folders: folders of records, or records.
        out: folder of the report; files of an earlier report in it are replaced.
        mode: of the leaderboard's AUP.
        per_cell: pages per policy and challenge, from the best episode to the worst.

    Raises:
        SynthGymError: there is no record, one is broken, or the folder cannot be written.
    """
    files = list(dict.fromkeys(chain.from_iterable(map(record_files, folders))))
    if not files:
        raise SynthGymError(f"no records in {', '.join(map(str, folders))}; make some with: synth-gym rollout")
    check_writable(out)
    summaries: list[Summary] = []
    board = _rank(files, summaries, mode)
    chosen = choose(summaries, per_cell)
    titles = short_titles(dict.fromkeys(one.method for one in summaries))
    pages = _page_names(chosen, titles)
    _write_pages(chosen, pages, titles, out)
    write_text(out / "index.html", _index(summaries, pages, board, titles))
    return Report(out / "index.html", len(pages), len(summaries), board)


def _rank(files: Sequence[Path], summaries: list[Summary], mode: Mode) -> Leaderboard | None:
    """The leaderboard of all records; on the way every record is summed up. None when no episode can be ranked."""

    def watched() -> Iterator[Record]:
        with progress("reading records", len(files)) as advance:
            for file in files:
                record = read_record(file)
                summaries.append(summarise(file, record))
                advance()
                yield record

    try:
        return records_leaderboard(watched(), mode)
    except NoEpisodesError:
        return None


def _page_names(chosen: Sequence[Summary], titles: dict[str, str]) -> dict[Path, str]:
    """The page of every chosen record's file. Two episodes of one name (say, of two folders) get numbers."""
    names: Counter[str] = Counter()
    pages = {}
    for one in chosen:
        name = slug(one.env_id.rpartition("/")[2], titles[one.method], str(one.seed))
        names[name] += 1
        pages[one.file] = f"{PAGES}/{name}{f'.{names[name]}' if names[name] > 1 else ''}.html"
    return pages


def _write_pages(chosen: Sequence[Summary], pages: dict[Path, str], titles: dict[str, str], out: Path) -> None:
    names = [Path(pages[summary.file]).name for summary in chosen]
    with progress("writing episodes", len(chosen)) as advance:
        for before, summary, after in zip(["", *names], chosen, [*names[1:], ""], strict=False):
            write_text(out / pages[summary.file], _episode(summary, titles[summary.method], before, after))
            advance()
    for stale in (out / PAGES).glob("*.html"):
        if stale.name not in names:
            stale.unlink()


def _episode(summary: Summary, policy: str, previous: str, following: str) -> str:
    record = read_record(summary.file)
    roles = {"system": "System prompt", "user": "Task"}
    opening = [
        (roles[turn["role"]], turn["content"])
        for turn in record.messages[:2]
        if turn["role"] in roles and turn["content"]
    ]
    return render(
        "episode.html",
        episode=summary,
        policy=policy,
        steps=step_views(record),
        plot=score_plot(summary, (760, 220)),
        opening=opening,
        error=record.info.error,
        hash=record.challenge_hash,
        previous=previous,
        next=following,
    )


def _index(
    summaries: Sequence[Summary], pages: dict[Path, str], board: Leaderboard | None, titles: dict[str, str]
) -> str:
    """Episodes without a trainable end are listed, but take no part in rankings and colours."""
    looks = styles(board) if board else {}
    order = sorted(summaries, key=lambda one: (one.title, one.env_id, one.method, one.seed))
    return render(
        "index.html",
        title=" and ".join(dict.fromkeys(one.suite for one in summaries)),
        looks=list(looks.values()),
        titles=titles,
        rows=rows(board, [one for one in summaries if one.trainable], looks) if board else [],
        spent=any(one.cost for one in summaries),
        setting=describe_setting(asdict(board.setting)) if board else [],
        profile=profile_plot(board, looks) if board else None,
        challenges=challenges(summaries, looks),
        episodes=[(one, pages.get(one.file, "")) for one in order],
        paged=len(pages),
        began=min(one.started for one in summaries)[:16].replace("T", " "),
        ended=max(one.started for one in summaries)[:16].replace("T", " "),
        bar_width=BAR_WIDTH,
        bar_height=BAR_HEIGHT,
    )
