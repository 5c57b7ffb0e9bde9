"""What a gate is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synth_gym.certificate import Status
from synth_gym.certification.case import Case
from synth_gym.certification.member import Member

Figure = int | float | str | None


@dataclass(frozen=True)
class Finding:
    """A gate's verdict on one challenge."""

    status: Status
    message: str = ""
    figure: Figure = None
    threshold: Figure = None


def passed(figure: Figure = None, threshold: Figure = None) -> Finding:
    """The pass rule holds."""
    return Finding("passed", "", figure, threshold)


def failed(message: str, figure: Figure = None, threshold: Figure = None) -> Finding:
    """It does not; the message says what is wrong and how its author mends it."""
    return Finding("failed", message, figure, threshold)


def not_applicable(reason: str) -> Finding:
    """The fault cannot occur in a challenge of this kind."""
    return Finding("not_applicable", reason)


def _nothing(case: Case) -> str:
    return ""


@dataclass(frozen=True)
class Gate:
    """One check. Every module of `synth_gym.certification.gates` defines one as `GATE`."""

    name: str
    fault: str
    """What it guards against."""
    source: str
    """Where that fault was seen, or who asks for the check."""
    rule: str
    """When a challenge passes."""
    check: Callable[[Case], Finding]
    """Raises whatever it meets; the caller turns that into a failed gate."""
    version: int = 1
    """Raised whenever the gate judges differently: then its results, and only these, are measured anew."""
    inputs: Callable[[Case], str] = _nothing
    """Digest of what the finding depends on besides the challenge itself."""


@dataclass(frozen=True)
class SuiteGate:
    """One check of a whole suite, after the gates on each of its challenges."""

    name: str
    fault: str
    source: str
    rule: str
    check: Callable[[Sequence[Member]], list[Finding]]
    """A finding for each member, in their order."""
    version: int = 1
