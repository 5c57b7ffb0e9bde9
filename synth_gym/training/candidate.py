"""What selection needs to know of a record: a few figures, so that any number of records takes little memory."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from synth_gym.errors import InvalidFileError
from synth_gym.outcome import Outcome
from synth_gym.rollout.flags import find_flags
from synth_gym.rollout.record import Record, read_record
from synth_gym.training.rows import clean_message


@dataclass(frozen=True)
class Candidate:
    """One record, seen from outside."""

    path: Path
    hash: str
    """`sha256:<hex>` of the record file."""
    env_id: str
    seed: int
    policy: str
    outcome: str
    trainable: bool
    normalized: float | None
    """0 is the challenge's baseline, 1 its reference; None when nothing valid was submitted."""
    characters: int
    """Length of all messages together."""
    well_formed: bool
    """There is at least one assistant turn, and the arguments of every tool call are a JSON object."""
    submissions: int = 0
    """Artefacts of the policy's own that were scored: validations, and the final one if it was handed in."""
    confirmed: bool = False
    """The best validated score is better than the baseline's on the public split, and the final one on the private."""
    flags: tuple[str, ...] = ()
    """Names of integrity flags, each once."""


def candidate_of(path: Path) -> Candidate:
    """What selection needs to know of a record file."""
    record = read_record(path)
    info = record.info
    return Candidate(
        path=path,
        hash=f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
        env_id=record.env_id,
        seed=record.seed,
        policy=record.policy.name,
        outcome=str(info.outcome),
        trainable=info.trainable,
        normalized=info.normalized,
        characters=sum(len(json.dumps(message, ensure_ascii=False)) for message in record.messages),
        well_formed=_well_formed(record),
        submissions=info.validations + (info.outcome is Outcome.SUBMITTED),
        confirmed=_confirmed(record),
        flags=tuple(sorted({flag.name for flag in find_flags(record)})),
    )


def _well_formed(record: Record) -> bool:
    try:
        messages = [clean_message(message) for message in record.messages]
    except InvalidFileError:
        return False
    return any(message["role"] == "assistant" for message in messages)


def _confirmed(record: Record) -> bool:
    info, metric = record.info, record.metric
    if info.best_score is None or info.raw_score is None:
        return False
    sign = 1.0 if metric.direction == "maximize" else -1.0
    return sign * (info.best_score - metric.public_baseline) > 0 and sign * (info.raw_score - metric.baseline) > 0
