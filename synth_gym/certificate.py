"""`certificate.json`: what the gates measured, bound to the content that they measured.

Reading a certificate is light, so that an environment can ask for it whenever it is made; `synth_gym.certification`
writes them.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from synth_gym.challenge import Challenge
from synth_gym.files import write_text
from synth_gym.schema import Strict

FILE = "certificate.json"
Status = Literal["passed", "failed", "not_applicable"]


class UncertifiedWarning(UserWarning):
    """A challenge is used that no certificate vouches for."""


class GateResult(Strict):
    """What one gate found."""

    status: Status
    figure: int | float | str | None = None
    """What was measured."""
    threshold: int | float | str | None = None
    """What it was measured against."""
    message: str = ""
    """For a failed gate what is wrong and how to mend it; for one that does not apply why not."""
    seconds: float
    """Wall clock."""
    cpu_seconds: float
    """Processor time of everything that the gate was the first to ask for."""
    version: int
    """Of the gate: a result of another version is measured anew."""
    inputs: str = ""
    """Digest of what the finding depends on besides the challenge (lists, the suite's other challenges)."""


class Certificate(Strict):
    """The content of `certificate.json`, version 2."""

    version: Literal[2]
    tool_version: str
    content_hash: str
    """Of the challenge that was measured (`Challenge.content_hash`)."""
    gates: dict[str, GateResult] = Field(min_length=1)
    approaches: dict[str, float] = Field(default_factory=dict)
    """Private scores of everything that was tried without a model: baseline, reference, blind answers."""

    @property
    def certified(self) -> bool:
        """Whether no gate failed."""
        return all(result.status != "failed" for result in self.gates.values())


_warned: set[Path] = set()


def read_certificate(folder: Path) -> Certificate | None:
    """The certificate of a challenge folder; None if there is none that can be read."""
    try:
        return Certificate.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_certificate(folder: Path, certificate: Certificate) -> None:
    """Write it into the challenge folder."""
    write_text(folder / FILE, certificate.model_dump_json(indent=2, exclude_defaults=True) + "\n")


def is_certified(challenge: Challenge) -> bool:
    """Whether a challenge passed every gate as it is now: an edited one is no longer certified."""
    certificate = read_certificate(challenge.path)
    return certificate is not None and certificate.certified and certificate.content_hash == challenge.content_hash


def warn_if_uncertified(challenge: Challenge) -> None:
    """Warn about a challenge that is not certified as it is now, once in a process."""
    if challenge.path in _warned:
        return
    _warned.add(challenge.path)
    if not is_certified(challenge):
        warnings.warn(
            f"{challenge.env_id} is not certified: run 'synth-gym certify {challenge.path}' to see what is wrong",
            UncertifiedWarning,
            stacklevel=4,
        )
