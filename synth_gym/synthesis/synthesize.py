"""Makes a suite: deals challenges to families, builds candidates in parallel, keeps the good ones, resumes.

Which challenges a suite holds depends on the generator, the seed, the families and the number alone: in every family
the first candidates of its stream that are not rejected. How many workers there are, and whether a run was interrupted,
changes nothing.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from synth_gym.challenge import Challenge, SuiteFile
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.files import check_writable
from synth_gym.progress import Advance, progress
from synth_gym.synthesis.assemble import assemble
from synth_gym.synthesis.draft import Candidate, DrawRejectedError, Generator
from synth_gym.synthesis.journal import Journal
from synth_gym.synthesis.report import FamilyReport, Report
from synth_gym.synthesis.suites import split_by_dataset, write_suite
from synth_gym.synthesis.workers import pool

MAX_REJECTS = 30
"""A family is given up after so many rejected candidates and twice the number wanted of it: its streams are endless."""
_UNFINISHED = ".unfinished-"

Rejection = tuple[str, str]
"""Reason and detail."""


def synthesize(
    generator: Generator,
    count: int,
    seed: int,
    out: Path,
    *,
    families: Sequence[str] = (),
    sandbox: str = "bubblewrap",
    workers: int = 1,
    test_fraction: float = 0.25,
) -> Report:
    """Make a suite of challenges.

    Args:
        generator: where candidates come from.
        count: how many challenges.
        seed: of everything random.
        out: the suite's folder; challenges that lie there already are kept.
        families: which of the generator's families; all when empty.
        sandbox: back-end that the challenges' scripts run in.
        workers: processes.
        test_fraction: share of the challenges that `suite.yaml` holds out, by dataset.

    Raises:
        SynthGymError: an unknown family, a folder that cannot be written or that belongs to another synthesis.
    """
    check_writable(out)
    for leftover in out.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover)
    wanted = _deal(count, [card for card in generator.deck if card in _chosen(generator, families)])
    report = Report(str(out), seed, {family: FamilyReport(number) for family, number in wanted.items()})
    work = _Synthesis(generator, seed, out, sandbox, report)
    with progress("synthesising challenges", count) as advance, pool(workers) as executor:
        work.run(executor, advance)
    challenges = [Challenge.load(out / name) for family in report.families.values() for name in family.made]
    report.splits = split_by_dataset(challenges, test_fraction)
    write_suite(out, _description(generator, report))
    return report


class _Synthesis:
    """One run: what is wanted, what is under way, what came of it."""

    def __init__(self, generator: Generator, seed: int, out: Path, sandbox: str, report: Report) -> None:
        self._out = out
        self._sandbox = sandbox
        self._families = report.families
        self._journal = Journal(out, generator.name, seed)
        self._streams: dict[str, Iterator[Candidate]] = {
            family: generator.candidates(family, seed) for family in report.families
        }
        self._pending: dict[Future[Rejection | None], Candidate] = {}
        self._made: dict[str, dict[str, bool]] = {family: {} for family in report.families}

    def run(self, executor: ProcessPoolExecutor, advance: Advance) -> None:
        try:
            for family in self._families:
                self._fill(family, executor, advance)
            while self._pending:
                done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
                for future in done:
                    candidate = self._pending.pop(future)
                    self._settle(candidate, future.result(), advance)
                    self._fill(candidate.family, executor, advance)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
        for family, made in self._made.items():
            self._families[family].made = [folder for folder, good in made.items() if good]

    def _fill(self, family: str, executor: ProcessPoolExecutor, advance: Advance) -> None:
        """Start candidates until as many are good or under way as are wanted."""
        report, made = self._families[family], self._made[family]
        while sum(made.values()) < report.wanted and report.rejected.total() < MAX_REJECTS + 2 * report.wanted:
            candidate = next(self._streams[family])
            folder = f"{candidate.id}-v0"
            known = self._journal.reason(family, candidate.id)
            if known is not None:
                report.rejected[known] += 1
            elif (self._out / folder / "challenge.yaml").exists():
                made[folder] = True
                advance(note=candidate.id)
            else:
                # Counted as good until it proves otherwise: never more are started than may be needed.
                made[folder] = True
                future = executor.submit(_make, candidate, self._out, self._sandbox)
                self._pending[future] = candidate

    def _settle(self, candidate: Candidate, rejection: Rejection | None, advance: Advance) -> None:
        if rejection is None:
            advance(note=candidate.id)
            return
        self._made[candidate.family][f"{candidate.id}-v0"] = False
        self._families[candidate.family].rejected[rejection[0]] += 1
        self._journal.reject(candidate.family, candidate.id, *rejection)


def _make(candidate: Candidate, out: Path, sandbox: str) -> Rejection | None:
    """In a worker: one challenge, written under another name until it is whole."""
    unfinished = out / f"{_UNFINISHED}{candidate.id}-{os.getpid()}"
    try:
        assemble(candidate.draft(), unfinished, sandbox)
        unfinished.rename(out / f"{candidate.id}-v0")
    except DrawRejectedError as rejection:
        return rejection.reason, rejection.detail
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return None


def _chosen(generator: Generator, families: Sequence[str]) -> list[str]:
    """The families asked for, in the generator's order."""
    for family in families:
        if family not in generator.families:
            known = ", ".join(generator.families)
            raise SynthGymError(f"no family {family!r}{did_you_mean(family, generator.families)}; known: {known}")
    return [family for family in generator.families if not families or family in families]


def _deal(count: int, deck: Sequence[str]) -> dict[str, int]:
    """How many challenges each family makes: dealt like cards, so that more of them begin with the same ones."""
    if count < 1:
        raise SynthGymError(f"the number of challenges must be at least 1, not {count}")
    dealt = Counter(dict.fromkeys(deck, 0))
    dealt.update(deck[number % len(deck)] for number in range(count))
    return dict(dealt)


def _description(generator: Generator, report: Report) -> SuiteFile:
    made = [family for family, one in report.families.items() if one.made]
    total = sum(len(report.families[family].made) for family in made)
    return SuiteFile(
        title=f"{total} challenges in {len(made)} families",
        description=f"Made by the generator {generator.name!r} with seed {report.seed}: {', '.join(made)}. "
        "The test challenges use datasets that no training challenge uses.",
        splits={name: tuple(folders) for name, folders in report.splits.items()},
    )
