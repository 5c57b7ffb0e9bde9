"""What a fault class is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults.copy import Copy
from synth_gym.challenge import Predictions, Spec

Inject = Callable[[Copy], str]
Suits = Callable[[Spec], bool]
Lives = Callable[[Copy], bool]


class NotApplicable(Exception):
    """The fault cannot be made in this challenge; the message says why."""


@dataclass(frozen=True)
class Fault:
    """One way in which a challenge can be broken."""

    name: str
    says: str
    """What is wrong, in a sentence."""
    source: str
    """Where it was seen, or who warns of it."""
    gates: tuple[str, ...]
    """Any of these should fail."""
    inject: Inject
    """Makes the fault in a copy; gives its details. Raises `NotApplicable`."""
    suits: Suits
    """Whether a challenge can have it, as far as `challenge.yaml` tells."""
    lives: Lives | None = None
    """Whether the fault does harm in the copy, shown by using it; None where making it is proof enough. Where it does
    not live, the format itself prevents it, and there is nothing for a gate to catch."""


FAULTS: dict[str, Fault] = {}
"""Every class by its name, in the order of the modules."""


UNANSWERED = ("anomaly-detection", "imputation", "language-modelling")
"""Families whose training rows hold no answers."""


def anything(spec: Spec) -> bool:
    """Every challenge."""
    return True


def predictions(spec: Spec) -> bool:
    """The submission is a CSV file."""
    return isinstance(spec.submission, Predictions)


def program(spec: Spec) -> bool:
    """The submission is a program."""
    return not predictions(spec)


def one_column(spec: Spec) -> bool:
    """One value for each row is asked for, and training rows show it."""
    asked = isinstance(spec.submission, Predictions) and len(spec.submission.columns) == 1
    return asked and spec.family not in UNANSWERED


def classes(spec: Spec) -> bool:
    """One class for each row is asked for."""
    return one_column(spec) and _type(spec) == "category"


def numbers(spec: Spec) -> bool:
    """One number for each row is asked for."""
    return one_column(spec) and _type(spec) == "number"


def rows(spec: Spec) -> bool:
    """One value for each row, and the rows have no order of their own: in a series, places tell the level anyway."""
    return one_column(spec) and spec.family != "forecasting"


def _type(spec: Spec) -> str:
    assert isinstance(spec.submission, Predictions)
    return next(iter(spec.submission.columns.values())).type


def fault(*gates: str, source: str, suits: Suits = anything, lives: Lives | None = None) -> Callable[[Inject], Inject]:
    """Registers an injector as a fault class; its name and the first line of its docstring describe it."""

    def register(inject: Inject) -> Inject:
        name, says = inject.__name__, (inject.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        assert says and name not in FAULTS, name
        FAULTS[name] = Fault(name, says, source, gates, inject, suits, lives)
        return inject

    return register
