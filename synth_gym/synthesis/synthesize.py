"""Makes a suite: deals challenges to families, builds candidates in parallel, keeps the good ones, resumes.

Which challenges a suite holds depends on the generator, the seed, the families and the number alone: in every family
the first candidates of its stream that are not rejected. How many workers there are, and whether a run was interrupted,
changes nothing. A family that has no more good candidates leaves its share to the others.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from synth_gym.certification.certify import certify
from synth_gym.certification.compare import compare
from synth_gym.certification.inputs import Inputs
from synth_gym.challenge import Challenge, SuiteFile
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.files import check_writable
from synth_gym.progress import Advance, progress
from synth_gym.synthesis.draft import Candidate, Generator
from synth_gym.synthesis.journal import Journal
from synth_gym.synthesis.making import UNFINISHED, Rejection, make_challenge, refusal
from synth_gym.synthesis.report import FamilyReport, Report
from synth_gym.synthesis.suites import split_by_dataset, write_suite
from synth_gym.synthesis.workers import pool

MAX_REJECTS = 30
"""A family is given up after so many rejected candidates and twice the number wanted of it."""


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
    gated: bool = True,
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
        gated: certify every challenge, and reject those that a gate refuses.

    Raises:
        SynthGymError: an unknown family, a folder that cannot be written or that belongs to another synthesis.
    """
    check_writable(out)
    for leftover in out.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    chosen = _chosen(generator, families)
    # Without families, those of the deck; a family that is not dealt can still be asked for.
    deck = [card for card in generator.deck if card in chosen] or chosen
    report = Report(str(out), seed, {family: FamilyReport(number) for family, number in _deal(count, deck).items()})
    work = _Synthesis(generator, deck, seed, out, sandbox, gated, report)
    with progress("synthesising challenges", count) as advance, pool(workers) as executor:
        work.run(executor, advance)
    challenges = [Challenge.load(out / name) for family in report.families.values() for name in family.made]
    report.splits = split_by_dataset(challenges, test_fraction)
    write_suite(out, _description(generator, report))
    return report


class _Synthesis:
    """One run: what is wanted, what is under way, what came of it."""

    def __init__(
        self,
        generator: Generator,
        deck: Sequence[str],
        seed: int,
        out: Path,
        sandbox: str,
        gated: bool,
        report: Report,
    ) -> None:
        self._deck = deck
        self._out = out
        self._sandbox = sandbox
        self._gated = gated
        self._families = report.families
        self._journal = Journal(out, generator.name if gated else f"{generator.name} without gates", seed)
        self._streams: dict[str, Iterator[Candidate]] = {
            family: generator.candidates(family, seed) for family in report.families
        }
        self._pending: dict[Future[Rejection | None], Candidate] = {}
        self._made: dict[str, dict[str, bool]] = {family: {} for family in report.families}
        self._exhausted: set[str] = set()

    def run(self, executor: ProcessPoolExecutor, advance: Advance) -> None:
        try:
            while True:
                self._work_off(executor, advance)
                if not self._drop_twins() and not self._deal_again():
                    break
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
        for family, made in self._made.items():
            self._families[family].made = [folder for folder, good in made.items() if good]

    def _work_off(self, executor: ProcessPoolExecutor, advance: Advance) -> None:
        """Make challenges until every family has what is wanted of it, or no more candidates."""
        for family in self._families:
            self._fill(family, executor, advance)
        while self._pending:
            done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
            for future in done:
                candidate = self._pending.pop(future)
                self._settle(candidate, future.result(), advance)
                self._fill(candidate.family, executor, advance)

    def _fill(self, family: str, executor: ProcessPoolExecutor, advance: Advance) -> None:
        """Start candidates until as many are good or under way as are wanted."""
        report, made = self._families[family], self._made[family]
        while sum(made.values()) < report.wanted and family not in self._exhausted:
            candidate = next(self._streams[family], None)
            if candidate is None or report.rejected.total() >= MAX_REJECTS + 2 * report.wanted:
                self._exhausted.add(family)
                return
            folder = f"{candidate.id}-v0"
            known = self._journal.reason(family, candidate.id)
            if known is not None:
                report.rejected[known] += 1
                shutil.rmtree(self._out / folder, ignore_errors=True)
            elif (self._out / folder / "challenge.yaml").exists():
                made[folder] = True
                advance(note=candidate.id)
            else:
                # Counted as good until it proves otherwise: never more are started than may be needed.
                made[folder] = True
                future = executor.submit(make_challenge, candidate, self._out, self._sandbox, self._gated)
                self._pending[future] = candidate

    def _settle(self, candidate: Candidate, rejection: Rejection | None, advance: Advance) -> None:
        if rejection is None:
            advance(note=candidate.id)
        else:
            self._reject(candidate.family, candidate.id, rejection.reason, rejection.detail)

    def _reject(self, family: str, id: str, reason: str, detail: str) -> None:
        self._made[family][f"{id}-v0"] = False
        self._families[family].rejected[reason] += 1
        self._journal.reject(family, id, reason, detail)

    def _drop_twins(self) -> int:
        """Reject what the gates over the whole suite refuse; returns how many that are."""
        if not self._gated:
            return 0
        family_of = {folder: family for family, made in self._made.items() for folder, good in made.items() if good}
        inputs = Inputs(self._sandbox)
        refused = 0
        for one in compare([certify(self._out / folder, inputs) for folder in family_of], inputs):
            folder = one.folder.name
            if rejection := refusal(one.certificate):
                self._reject(family_of[folder], folder.removesuffix("-v0"), rejection.reason, rejection.detail)
                shutil.rmtree(one.folder)
                refused += 1
        return refused

    def _deal_again(self) -> bool:
        """Hand what exhausted families owe to the others; returns whether that changes anything."""
        missing = sum(report.wanted - sum(self._made[family].values()) for family, report in self._families.items())
        willing = [family for family in self._deck if family not in self._exhausted]
        if not missing or not willing:
            return False
        for family in self._exhausted:
            self._families[family].wanted = sum(self._made[family].values())
        for number in range(missing):
            self._families[willing[number % len(willing)]].wanted += 1
        return True


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
