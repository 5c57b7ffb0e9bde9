"""Reading other people's scores: what counts, and what a broken line is told."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.evaluation.scale import cells_of
from synth_gym.evaluation.scores import Attempt, Task, read_scores, tabulate

DIRECTIONS = {"up": "maximize", "down": "minimize"}


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_best_and_last_of_a_run(tmp_path: Path) -> None:
    file = write(
        tmp_path / "scores.jsonl",
        '{"model": "m", "task": "down", "values": [3, 1, 2.5], "baseline": 4, "run": 1}',
        '{"model": "m", "task": "down", "values": [], "run": 0}',
        "",
        '{"method": "n", "task": "up", "values": [3, 1, null]}',
    )
    attempts = read_scores(file, DIRECTIONS)
    assert [(attempt.method, attempt.task) for attempt in attempts] == [("m", "down"), ("n", "up"), ("m", "down")]
    assert (attempts[2].best, attempts[2].last, attempts[2].baseline) == (1.0, 2.5, 4.0)
    assert math.isnan(attempts[0].best) and math.isnan(attempts[0].last) and math.isnan(attempts[0].baseline)
    assert attempts[1].best == 3.0 and math.isnan(attempts[1].last)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1: is not JSON"),
        ("[1]", "line 1: must be an object"),
        ('{"model": "m", "task": "up"}', "'values' (a list of numbers)"),
        ('{"model": "m", "task": "upp", "values": []}', "unknown task 'upp' (did you mean 'up'?)"),
        ('{"model": "m", "task": "up", "values": ["0.5"]}', "'0.5' is not a number"),
        ('{"model": "m", "task": "up", "values": [true]}', "True is not a number"),
        ("", "holds no scores"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_scores(write(tmp_path / "scores.jsonl", line), DIRECTIONS)
    assert complaint in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="cannot be read"):
        read_scores(tmp_path / "none.jsonl", DIRECTIONS)
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidFileError, match="is not UTF-8 text"):
        read_scores(tmp_path / "binary.jsonl", DIRECTIONS)


def test_cells_take_the_best_run_and_count_every_attempt() -> None:
    tasks = [Task("up", "Up", "score", "maximize"), Task("down", "Down", "error", "minimize")]
    attempts = [
        Attempt("m", "up", 3.0, 1.0),
        Attempt("m", "up", 2.0, 2.0),
        Attempt("m", "down", 5.0, 6.0),
        Attempt("m", "down"),
    ]
    table = tabulate([*attempts, Attempt("other", "up", 9.0, 9.0)], ["m"], tasks)
    cells = cells_of(table)
    assert (cells.best.tolist(), cells.last.tolist()) == ([[3.0, 5.0]], [[2.0, 6.0]])
    assert table.attempts.tolist() == [[2, 2]] and table.scored.sum() == 3


def test_a_last_score_of_nan_voids_the_cell_only_where_mlgym_is_followed() -> None:
    tasks = [Task("up", "Up", "score", "maximize")]
    table = tabulate([Attempt("m", "up", 3.0, math.nan), Attempt("m", "up", 2.0, 2.0)], ["m"], tasks)
    assert cells_of(table).last.tolist() == [[2.0]]
    assert math.isnan(cells_of(table, propagate_nan=True).last[0, 0])
    assert cells_of(table, propagate_nan=True).best.tolist() == [[3.0]]
