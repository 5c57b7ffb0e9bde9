"""Do scripted cheats gain nothing?"""

from __future__ import annotations

import hashlib

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.policies.cheat import attempt, gained, moves_for


def check(case: Case) -> Finding:
    if case.sandbox == "process":
        return failed("the sandbox 'process' isolates nothing: certify in 'bubblewrap' or 'docker'")
    honest = case.baseline[0]
    if honest.submission is None or honest.failure:
        return failed("the baseline writes no good submission to cheat on")
    moves = moves_for(case.challenge, quick=True)
    for move in moves:
        gain = gained(attempt(case.challenge, move, honest.submission, sandbox=case.sandbox), honest)
        if gain:
            return failed(f"the cheat {move.name!r} ({move.tries}) gains: {gain}", move.name)
    return passed(f"{len(moves)} cheats gain nothing")


def _inputs(case: Case) -> str:
    """Names the moves: new ones are tried on what is certified already."""
    moves = "\n".join(f"{move.name} {move.commands}" for move in moves_for(case.challenge, quick=True))
    return hashlib.sha256(moves.encode()).hexdigest()[:16]


GATE = Gate(
    name="cheats",
    fault="a score that can be had without the work: labels read, grader overwritten, score reported by oneself",
    source="16% of 1,968 terminal tasks can be cheated; a scripted cheat wins MLGym's Blotto and MS-COCO",
    rule="every quick move of synth_gym.policies.cheat that fits, played on the baseline's submission, ends with no "
    "better score, no loot and no harm",
    check=check,
    inputs=_inputs,
)
