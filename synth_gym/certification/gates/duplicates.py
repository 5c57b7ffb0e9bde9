"""Is there another challenge in the suite that is the same one?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, SuiteGate, failed, not_applicable, passed
from synth_gym.certification.member import Member
from synth_gym.certification.similarity import taken_over
from synth_gym.certification.sketch import Sketch, alike, same_answers, sketch_of

SAME_ROWS = 0.8
"""Share of common rows from which on two challenges have the same data."""
SAME_TEXT = 0.9
"""Share of common five-word sequences from which on two instructions are the same."""
SAME_SCORES = 0.01
"""Approaches are ranked alike if each stands within this share of the way from baseline to reference."""


def check(members: Sequence[Member]) -> list[Finding]:
    """The first of each set of twins passes; challenges that another gate refused are not compared."""
    sound = [member for member in members if member.sound]
    twin_of: dict[str, str] = {}
    for first, second in _candidates(sound):
        if first.name not in twin_of and second.name not in twin_of and _are_twins(first, second):
            twin_of[second.name] = first.name
    return [_finding(member, twin_of.get(member.name), len(sound)) for member in members]


def _finding(member: Member, twin: str | None, compared: int) -> Finding:
    if not member.sound:
        return not_applicable("another gate failed")
    if compared < 2:
        return not_applicable("there is no other challenge to compare with")
    if twin:
        return failed(f"it is the same challenge as {twin}: keep one of them", twin)
    return passed(f"compared with {compared - 1} others")


def _candidates(members: Sequence[Member]) -> list[tuple[Member, Member]]:
    """Pairs that have anything in common, in the order of the suite: not all pairs of a thousand challenges."""
    by_trait: dict[object, list[int]] = {}
    for index, member in enumerate(members):
        for trait in member.case.once(sketch_of).traits:
            by_trait.setdefault(trait, []).append(index)
    pairs = {pair for indices in by_trait.values() for pair in combinations(sorted(set(indices)), 2)}
    return [(members[first], members[second]) for first, second in sorted(pairs)]


def _are_twins(first: Member, second: Member) -> bool:
    one, other = (member.case.once(sketch_of) for member in (first, second))
    if one.key == other.key:
        return True
    return _look_alike(one, other, first.case, second.case) and _rank_alike(first, second)


def _look_alike(one: Sketch, other: Sketch, first: Case, second: Case) -> bool:
    """Whether rows and target, or the words of the instruction, are nearly the same."""
    same_target = one.target == other.target or same_answers(one, other)
    if same_target and alike(one.rows, other.rows) >= SAME_ROWS:
        return True
    texts = first.challenge.instruction, second.challenge.instruction
    return min(taken_over(*texts), taken_over(*texts[::-1])) >= SAME_TEXT


def _rank_alike(first: Member, second: Member) -> bool:
    """Whether the same approaches are good at both: those that their generator measured, else those that the gates
    tried, which must stand at the same places between baseline and reference.
    """
    ours, theirs = (member.case.spec.provenance.approaches for member in (first, second))
    common = sorted(set(ours) & set(theirs))
    if len(common) > 1:
        return sorted(common, key=ours.__getitem__) == sorted(common, key=theirs.__getitem__)
    places = [_places(member) for member in (first, second)]
    tried = set(places[0]) & set(places[1])
    return bool(tried) and all(abs(places[0][name] - places[1][name]) <= SAME_SCORES for name in tried)


def _places(member: Member) -> dict[str, float]:
    """Scores of all approaches, 0 for the baseline and 1 for the reference."""
    spec = member.case.spec
    low, high = spec.baseline.mean, spec.reference.mean
    return {name: (score - low) / (high - low) for name, score in member.approaches.items()}


GATE = SuiteGate(
    name="duplicates",
    fault="a suite that counts one task several times",
    source="a thousand topics drawn by a model collapse onto popular datasets; TB-Science compares by TF-IDF",
    rule="no other challenge has the same dataset, target and twists, and none with nearly the same rows and answers "
    f"or instruction ({SAME_ROWS:.0%}, {SAME_TEXT:.0%}) ranks all approaches alike; the first of several is kept",
    check=check,
)
