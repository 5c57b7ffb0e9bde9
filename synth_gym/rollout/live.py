"""What a rollout shows while it runs, on stderr: a bar, and a line of figures."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from synth_gym.rollout.worker import Summary

_BARS = "▁▂▃▄▅▆▇█"
_LOWEST, _HIGHEST, _BINS = -1.0, 1.5, 10
"""Normalised scores of the histogram; what lies beyond is counted in the outermost bins."""


class Tally:
    """Figures of the episodes so far; each is counted once.

    Args:
        summaries: of episodes that were finished before.
        budget: US dollars, if there is one.
    """

    def __init__(self, summaries: Iterable[Summary], *, budget: float | None) -> None:
        self._budget, self._running = budget, 0
        self._outcomes: Counter[str] = Counter()
        self._bins = [0] * _BINS
        self._total = self._cost = 0.0
        self._tokens = 0
        for summary in summaries:
            self._count(summary)
        self._tokens_before, self._began = self._tokens, time.monotonic()

    def begin(self) -> None:
        """One more is played."""
        self._running += 1

    def add(self, summary: Summary | None) -> None:
        """One of them is over; None for one without a record."""
        self._running -= 1
        if summary:
            self._count(summary)

    def __str__(self) -> str:
        return " · ".join(
            ([f"{self._running} running"] if self._running else [])
            + [f"{outcome} {count}" for outcome, count in self._outcomes.most_common()]
            + ([f"mean {self._total / sum(self._bins):.3f} {self.histogram}"] if any(self._bins) else [])
            + self._money()
        )

    @property
    def histogram(self) -> str:
        """The distribution of the normalised scores, with the ends of its scale."""
        most = max(self._bins)
        bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in self._bins)
        return f"{_LOWEST:g} {bars} {_HIGHEST:g}"

    def _money(self) -> list[str]:
        if not self._tokens:
            return []
        limit = f" of ${self._budget:g}" if self._budget else ""
        rate = (self._tokens - self._tokens_before) / max(1e-9, time.monotonic() - self._began)
        return ([f"${self._cost:.2f}{limit}"] if self._cost or limit else []) + [f"{rate:,.0f} tokens/s"]

    def _count(self, summary: Summary) -> None:
        self._outcomes[summary.outcome] += 1
        self._tokens += summary.tokens
        self._cost += summary.cost
        if summary.trainable and summary.normalized is not None:
            self._total += summary.normalized
            place = int((summary.normalized - _LOWEST) / (_HIGHEST - _LOWEST) * _BINS)
            self._bins[min(max(place, 0), _BINS - 1)] += 1


@contextmanager
def live_view(tally: Tally, *, total: int, done: int) -> Iterator[Callable[[int], None]]:
    """Show a tally while it grows; elsewhere than on a terminal one line at the start and one at the end.

    Args:
        tally: what is shown below the bar.
        total: episodes in all.
        done: episodes that were finished before.

    Yields:
        what is to be called with the number of episodes that are over since the last call.
    """
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    bar = Progress("rollout", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    task = bar.add_task("", total=total, completed=done)

    def advance(number: int) -> None:
        bar.advance(task, number)

    if console.is_terminal:
        view = Live(get_renderable=lambda: Group(bar, Text(str(tally))), console=console, refresh_per_second=4)
        with view:
            yield advance
    else:
        console.print(f"rollout: {done}/{total} done before" if done else f"rollout: {total}")
        yield advance
        console.print(f"rollout: {bar.tasks[0].completed:.0f}/{total} {tally}".rstrip(), soft_wrap=True)
