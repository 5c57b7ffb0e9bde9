"""All flags of one record."""

from __future__ import annotations

from itertools import chain

from synth_gym.rollout.flags.claimed_score import claimed_score
from synth_gym.rollout.flags.flag import Flag
from synth_gym.rollout.flags.grader_files import grader_files
from synth_gym.rollout.flags.sandbox_probe import sandbox_probe
from synth_gym.rollout.flags.stale import stale_submission
from synth_gym.rollout.record import Record

_SIGNS = (grader_files, sandbox_probe, claimed_score, stale_submission)


def find_flags(record: Record) -> list[Flag]:
    """The integrity flags of an episode, by step; at most one of each name in a step.

    Args:
        record: an episode of any policy. Only its steps and its first observation are read.
    """
    return sorted(chain.from_iterable(sign(record) for sign in _SIGNS))
