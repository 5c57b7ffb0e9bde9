"""One challenge, ready for its template. Nothing below `grader/` is read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from synth_gym.certificate import GateResult, is_certified, read_certificate
from synth_gym.challenge import Challenge, Predictions, Scores
from synth_gym.report.code import highlight, language_of
from synth_gym.report.plots import Frame, make_frame
from synth_gym.report.suite.charts import Bars, Points, of_answers, of_features, of_series
from synth_gym.report.suite.tables import Image, Preview, Table, images, preview, read_tables
from synth_gym.report.text import printable

LONGEST_CODE = 20_000
"""Characters of a script that are shown."""


@dataclass(frozen=True)
class Facts:
    """A challenge's row in the table of all."""

    folder: str
    env_id: str
    name: str
    """The id without its namespace."""
    content_hash: str
    title: str
    family: str
    metric: str
    arrow: str
    baseline: float
    reference: float
    sigmas: float | None
    """Gap between baseline and reference in standard deviations over seeds; None where there is no noise."""
    certified: bool
    stale: bool
    """The certificate is of other content."""
    gates: dict[str, GateResult]
    """What each gate found; empty without a certificate."""

    @property
    def failed(self) -> str:
        """The first gate that failed; empty when none did."""
        return next((name for name, gate in self.gates.items() if gate.status == "failed"), "")

    @property
    def cpu_seconds(self) -> float:
        """Of the certification."""
        return sum(gate.cpu_seconds for gate in self.gates.values())


@dataclass(frozen=True)
class ScorePlot:
    """Scores of baseline and reference, one dot for each seed."""

    frame: Frame
    dots: list[tuple[str, int, float, str]]
    """(whose, row, score, text)."""


@dataclass(frozen=True)
class Script:
    name: str
    code: Markup


def facts_of(challenge: Challenge) -> Facts:
    """What the table of all challenges says of one."""
    spec, certificate = challenge.spec, read_certificate(challenge.path)
    noise = max(spec.baseline.sd, spec.reference.sd)
    return Facts(
        folder=challenge.path.name,
        env_id=challenge.env_id,
        name=challenge.env_id.rpartition("/")[2],
        content_hash=challenge.content_hash,
        title=spec.title,
        family=spec.family,
        metric=spec.metric.name,
        arrow="↑" if spec.metric.sign > 0 else "↓",
        baseline=spec.baseline.mean,
        reference=spec.reference.mean,
        sigmas=abs(spec.reference.mean - spec.baseline.mean) / noise if noise else None,
        certified=is_certified(challenge),
        stale=certificate is not None and certificate.content_hash != challenge.content_hash,
        gates=certificate.gates if certificate else {},
    )


def content_of(challenge: Challenge, facts: Facts) -> dict[str, Any]:
    """What the template of a challenge's page shows."""
    spec = challenge.spec
    files = sorted(path for path in challenge.workspace.rglob("*") if path.is_file())
    tables = read_tables(challenge)
    training, answers = _training(challenge, tables)
    pictures = images(tables[0], answers) if tables and not training else images(training, answers) if training else []
    return {
        "facts": facts,
        "spec": spec,
        "instruction": as_html(challenge.instruction),
        "files": [(path.relative_to(challenge.workspace).as_posix(), path.stat().st_size) for path in files],
        "previews": _previews(tables, pictures),
        "images": pictures,
        "spreads": _spreads(training, answers),
        "series": of_series(training, answers[0]) if training and answers else None,
        "features": _features(challenge, training, answers, pictures),
        "scores": score_plot(spec.baseline, spec.reference),
        "sources": [
            _script(challenge.workspace / "baseline.py"),
            *map(_script, sorted(challenge.solution.glob("*.py"))),
        ],
    }


def as_html(markdown: str) -> Markup:
    """Markdown as HTML; markup inside it is text."""
    return Markup(_markdown().render(printable(markdown)))  # markdown-it escapes, and allows no raw HTML here


@functools.cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def score_plot(baseline: Scores, reference: Scores) -> ScorePlot:
    """Public and private scores by seed."""
    dots = [
        (whose, row, score, f"{whose}, {split} split, seed {seed}: {score:.6g}")
        for row, (whose, scores) in enumerate((("baseline", baseline), ("reference", reference)))
        for split, values in (("private", scores.private), ("public", scores.public))
        for seed, score in zip(scores.seeds, values, strict=True)
    ]
    values = [score for _, _, score, _ in dots]
    room = 0.06 * (max(values) - min(values)) or 1.0
    frame = make_frame((700, 96), (min(values) - room, max(values) + room), (-0.6, 1.6), margins=(6, 20, 30, 86))
    return ScorePlot(frame, dots)


def _training(challenge: Challenge, tables: Sequence[Table]) -> tuple[Table | None, list[str]]:
    """The table with known answers, and the columns that hold them: what is to be predicted, or what test rows lack."""
    submission = challenge.spec.submission
    if not isinstance(submission, Predictions):
        return None, []
    asked = [name for name in submission.columns if any(name in table.header for table in tables)]
    given = {name for table in tables if table.name == "test.csv" for name in table.header}
    for table in tables:
        answers = [name for name in table.header if name in asked or (given and name not in given)]
        if answers and table.name != "test.csv":
            return table, answers
    return None, []


def _previews(tables: Sequence[Table], pictures: Sequence[Image]) -> list[Preview]:
    return [] if pictures else [preview(table) for table in tables]


def _spreads(training: Table | None, answers: Sequence[str]) -> list[Bars]:
    return of_answers(training, answers)[:4] if training else []


def _features(
    challenge: Challenge, training: Table | None, answers: Sequence[str], pictures: Sequence[Image]
) -> list[Points]:
    submission = challenge.spec.submission
    if not training or pictures or "step" in training.header or not isinstance(submission, Predictions):
        return []
    return of_features(training, answers[0], submission.id_column)


def _script(path: Path) -> Script:
    code = printable(path.read_text(encoding="utf-8", errors="replace")[:LONGEST_CODE])
    return Script(f"{path.parent.name}/{path.name}", highlight(code, language_of(path.name)))
