"""Progress of long work, on stderr, so that stdout stays for results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[..., None]
"""`advance(steps=1, note="")`: that many more units are done; the note replaces the last one."""


@contextmanager
def progress(description: str, total: int, *, done: int = 0) -> Iterator[Advance]:
    """A progress bar on a terminal; elsewhere one line at the start and one at the end.

    Args:
        description: what is being done, in a few words.
        total: units of work in all.
        done: units that an earlier run finished.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=total, completed=done, note="")
        count, last = done, ""

        def advance(steps: int = 1, note: str = "") -> None:
            nonlocal count, last
            count, last = count + steps, note or last
            bar.update(task, advance=steps, note=last)

        if not console.is_terminal:
            console.print(
                f"{description}: {done}/{total} done before" if done else f"{description}: {total}", highlight=False
            )
        yield advance
    if not console.is_terminal:
        console.print(f"{description}: {count}/{total} {last}".rstrip(), highlight=False)
