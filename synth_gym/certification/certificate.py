"""`certificate.json`: what the gates measured, bound to the content that they measured."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from synth_gym.challenge import Challenge
from synth_gym.files import write_text
from synth_gym.schema import Strict

FILE = "certificate.json"
Status = Literal["passed", "failed", "not_applicable"]


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


class Certificate(Strict):
    """The content of `certificate.json`, version 1."""

    version: Literal[1] = 1
    tool_version: str
    gate_set: int
    """Version of the gates (`synth_gym.certification.gates.GATE_SET`)."""
    content_hash: str
    """Of the challenge that was measured (`Challenge.content_hash`)."""
    gates: dict[str, GateResult] = Field(min_length=1)

    @property
    def certified(self) -> bool:
        """Whether no gate failed."""
        return all(result.status != "failed" for result in self.gates.values())


def read_certificate(folder: Path) -> Certificate | None:
    """The certificate of a challenge folder; None if there is none that can be read."""
    try:
        return Certificate.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_certificate(folder: Path, certificate: Certificate) -> None:
    """Write it into the challenge folder."""
    write_text(folder / FILE, certificate.model_dump_json(indent=2, exclude_none=True) + "\n")


def is_certified(challenge: Challenge) -> bool:
    """Whether a challenge passed every gate as it is now: an edited one is no longer certified."""
    certificate = read_certificate(challenge.path)
    return certificate is not None and certificate.certified and certificate.content_hash == challenge.content_hash
