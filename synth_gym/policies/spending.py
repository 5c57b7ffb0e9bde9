"""A sum of money that many episodes spend together, in one process or in several."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.files import write_json

VARIABLE = "SYNTH_GYM_COST_BUDGET"
"""Environment variable by which worker processes find the budget: `DOLLARS:LEDGER`."""
_POLL_SECONDS = 0.05


class BudgetSpentError(Exception):
    """The shared budget has nothing left for an episode's next call: not the policy's doing, to be played again."""


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
        while (room := self._take(amount)) is None:
            time.sleep(_POLL_SECONDS)
        reservation = Reservation(amount) if room else None
        try:
            yield reservation
        finally:
            if reservation:
                self._settle(reservation)

    @asynccontextmanager
    async def reserve_async(self, amount: float) -> AsyncIterator[Reservation | None]:
        """`reserve` for many calls in flight in one thread, which waits for no disk."""
        while (room := await asyncio.to_thread(self._take, amount)) is None:
            await asyncio.sleep(_POLL_SECONDS)
        reservation = Reservation(amount) if room else None
        try:
            yield reservation
        finally:
            if reservation:
                await asyncio.to_thread(self._settle, reservation)

    def _take(self, amount: float) -> bool | None:
        """Whether the money was put aside; None while that depends on calls in flight."""
        with self._locked() as books:
            reserved = books["reserved"]
            if books["spent"] + sum(held["dollars"] for held in reserved.values()) + amount <= self.dollars:
                held = reserved.setdefault(_process(), {"dollars": 0.0, "calls": 0})
                held["dollars"] += amount
                held["calls"] += 1
                return True
            return None if reserved and books["spent"] + amount <= self.dollars else False

    def _settle(self, reservation: Reservation) -> None:
        """Book what a call has cost in the place of what was put aside for it."""
        with self._locked() as books:
            reserved, process = books["reserved"], _process()
            reserved[process]["dollars"] -= reservation.amount
            reserved[process]["calls"] -= 1
            if not reserved[process]["calls"]:  # and not by the dollars, which are floats
                del reserved[process]
            books["spent"] += reservation.cost

    @contextmanager
    def _locked(self) -> Iterator[dict[str, Any]]:
        """The books, while nobody else has them; what is changed in them is written."""
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        with self.ledger.with_name(f"{self.ledger.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            books = self._read()
            before = json.dumps(books)
            for process in [process for process in books["reserved"] if not _alive(process)]:
                books["spent"] += books["reserved"].pop(process)["dollars"]
            yield books
            if json.dumps(books) != before:
                write_json(self.ledger, books)

    def _read(self) -> dict[str, Any]:
        try:
            books = json.loads(self.ledger.read_text(encoding="utf-8"))
            held = [(process, one["dollars"], one["calls"]) for process, one in books["reserved"].items()]
            reserved = {process: {"dollars": float(dollars), "calls": int(calls)} for process, dollars, calls in held}
            return {"spent": float(books["spent"]), "reserved": reserved}
        except FileNotFoundError:
            return {"spent": 0.0, "reserved": {}}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise InvalidFileError(f"{self.ledger}: is not a ledger of costs; remove it to start a new one") from None


def _process() -> str:
    """This process, told from a later one with the same number by when it began."""
    return f"{os.uname().nodename}:{os.getpid()}:{_began(os.getpid())}"


def _alive(process: str) -> bool:
    """Whether a process lives. Of one on another machine nobody here knows: it counts as alive."""
    node, pid, began = process.rsplit(":", 2)
    return node != os.uname().nodename or _began(int(pid)) == began


def _began(pid: int) -> str:
    """Clock ticks from the machine's start to the process's; empty when it is gone or dead."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in "ZX" else rest[18]
