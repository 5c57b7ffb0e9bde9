"""Texts of the tasks that the tests pose."""

from __future__ import annotations

from typing import Any

INSTRUCTION = """\
# {title}

## Task

{task}

## Data

- `data/train.csv`: rows with the answer.
- `data/test.csv`: rows without it.

## Submission

Write `submission.csv`, a CSV file with one row for each `id` of `data/test.csv`, and the columns {columns}.
`sample_submission.csv` shows the form.

## Metric

{metric}

## Baseline

`python baseline.py` writes `submission.csv`.

## How to work

- `validate` scores `submission.csv` on the public part of the test set; you can validate 15 times.
- Budget: 40 steps, 1800 seconds of commands in all, 120 seconds for one command.
"""


SERIES = {"train": "id,step,date,co2\n5,0,2001-01,3\n2,1,2001-02,4\n", "test": "id,step,date\n7,9,2001-10\n"}
"""Heads of the tables of a monthly series."""

RULES: dict[str, Any] = {
    "rounds": 20,
    "actions": {"agent": ["left", "right"], "opponent": ["left", "right"]},
    "payoffs": {"agent": [[1, 0], [0, 2]], "opponent": [[0, 1], [2, 0]]},
}

GAME_INSTRUCTION = """\
# Meet

## Task

Write a program that meets its opponents as often as it can. Payoffs are in `game.json`.

| you \\ opponent | left | right |
|---|---|---|
| left | 1 | 0 |
| right | 0 | 2 |

## Submission

Write `strategy.py`, a Python file that defines `play(observation)`. It returns `"left"` or `"right"`.

- `round`: number of the round, from 0;
- `mine`: list of your earlier actions;
- `theirs`: list of the opponent's.

## Metric

`mean_payoff`: your payoff per round. Higher is better.

## Baseline

`python baseline.py` writes `strategy.py`.
"""

GAME_BASELINE = """\
open("strategy.py", "w").write("def play(observation):\\n    return 'left'\\n")
"""
