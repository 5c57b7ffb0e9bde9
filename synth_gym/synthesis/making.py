"""From a candidate to a challenge in the suite, or the reason why there is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from synth_gym.certificate import Certificate
from synth_gym.certification.certify import certify
from synth_gym.certification.inputs import Inputs
from synth_gym.synthesis.assemble import assemble
from synth_gym.synthesis.draft import Candidate, DrawRejectedError

UNFINISHED = ".unfinished-"
"""Beginning of the names of folders where challenges are made; what an interrupted run left of them is cleared."""


class Rejection(NamedTuple):
    """Why a candidate makes no challenge."""

    reason: str
    """A few words, so that rejects can be counted by it."""
    detail: str
    trace: str = ""
    """What the failing script printed, where one failed."""


def make_challenge(candidate: Candidate, out: Path, sandbox: str, gated: bool) -> Rejection | None:
    """One challenge, made in a place of its own until it is whole; for worker processes.

    Args:
        candidate: what to make.
        out: the suite's folder.
        sandbox: back-end that the challenge's scripts run in.
        gated: certify it, and reject it if a gate refuses it.

    Returns:
        why there is none, or None.
    """
    unfinished = out / f"{UNFINISHED}{candidate.id}-{os.getpid()}"
    folder = unfinished / f"{candidate.id}-v0"
    try:
        assemble(candidate.draft(), folder, sandbox)
        rejection = refusal(certify(folder, Inputs(sandbox)).certificate) if gated else None
        if rejection is None:
            folder.rename(out / folder.name)
    except DrawRejectedError as error:
        return Rejection(error.reason, error.detail, error.trace)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return rejection


def refusal(certificate: Certificate) -> Rejection | None:
    """The first gate that failed, and why."""
    failed = ((name, gate) for name, gate in certificate.gates.items() if gate.status == "failed")
    return next((Rejection(f"gate {name}", gate.message) for name, gate in failed), None)
