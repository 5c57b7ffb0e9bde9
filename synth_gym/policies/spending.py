"""A sum of money that many episodes spend together, in one process or in several."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.files import write_json

VARIABLE = "SYNTH_GYM_COST_BUDGET"
"""Environment variable by which worker processes find the budget: `DOLLARS:LEDGER`."""
_POLL_SECONDS = 0.05


class BudgetSpentError(Exception):
    """The shared budget is spent before an episode's first call: not the policy's doing, to be played again."""


@dataclass
class Reservation:
    """Money put aside for one call; set `cost` once it is known."""

    amount: float
    cost: float = 0.0


class CostBudget:
    """US dollars, shared through a ledger file.

    Before every call what it can cost at most is put aside, and the call is made only if everything spent and put aside
    stays within the budget: it is exceeded at most by what the calls in flight cost beyond their estimates. Where there
    is no room because of other calls in flight, a call waits for them. What a process that was killed had put aside
    counts as spent.

    Args:
        ledger: file that all processes can write; what it says was spent counts, so an interrupted run goes on.
        dollars: the whole budget.
    """

    def __init__(self, ledger: str | Path, dollars: float) -> None:
        if not dollars > 0:
            raise SynthGymError(f"a budget must be more than 0 US dollars, not {dollars:g}")
        self.ledger = Path(ledger).resolve()
        self.dollars = dollars

    @classmethod
    def inherited(cls) -> CostBudget | None:
        """The budget that `share` announced, in this process or in one that started it."""
        dollars, colon, ledger = os.environ.get(VARIABLE, "").partition(":")
        return cls(ledger, float(dollars)) if colon else None

    @contextmanager
    def share(self) -> Iterator[None]:
        """Announce the budget to every policy that this process and those it starts make."""
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = f"{self.dollars!r}:{self.ledger}"
        try:
            yield
        finally:
            os.environ.pop(VARIABLE)
            os.environ.update({VARIABLE: before} if before is not None else {})

    @property
    def spent(self) -> float:
        """US dollars."""
        with self._locked() as books:
            return float(books["spent"])

    @contextmanager
    def reserve(self, amount: float) -> Iterator[Reservation | None]:
        """Put money aside for one call; None if the budget has none left. A call that raises costs nothing.

        Args:
            amount: the most that the call can cost, in US dollars.
        """
        name = f"{_process()}:{threading.get_ident()}"
        while (room := self._take(name, amount)) is None:
            time.sleep(_POLL_SECONDS)
        reservation = Reservation(amount) if room else None
        try:
            yield reservation
        finally:
            if reservation:
                with self._locked() as books:
                    books["reserved"].pop(name, None)
                    books["spent"] += reservation.cost

    def _take(self, name: str, amount: float) -> bool | None:
        """Whether the money was put aside; None while that depends on calls in flight."""
        with self._locked() as books:
            reserved = books["reserved"]
            if books["spent"] + sum(reserved.values()) + amount <= self.dollars:
                reserved[name] = amount
                return True
            return None if reserved and books["spent"] + amount <= self.dollars else False

    @contextmanager
    def _locked(self) -> Iterator[dict[str, Any]]:
        """The books, while nobody else has them; what is changed in them is written."""
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        with self.ledger.with_name(f"{self.ledger.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            books = self._read()
            before = json.dumps(books)
            for name in [name for name in books["reserved"] if not _alive(name)]:
                books["spent"] += books["reserved"].pop(name)
            yield books
            if json.dumps(books) != before:
                write_json(self.ledger, books)

    def _read(self) -> dict[str, Any]:
        try:
            books = json.loads(self.ledger.read_text(encoding="utf-8"))
            return {"spent": float(books["spent"]), "reserved": dict(books["reserved"])}
        except FileNotFoundError:
            return {"spent": 0.0, "reserved": {}}
        except (OSError, ValueError, TypeError, KeyError):
            raise InvalidFileError(f"{self.ledger}: is not a ledger of costs; remove it to start a new one") from None


def _process() -> str:
    """This process, told from a later one with the same number by when it began."""
    return f"{os.getpid()}:{_began(os.getpid())}"


def _alive(name: str) -> bool:
    pid, began, _ = name.split(":")
    return _began(int(pid)) == began


def _began(pid: int) -> str:
    """Clock ticks from the machine's start to the process's; empty when it is gone or dead."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in "ZX" else rest[18]
