"""Drafts of one topic until one is a certified challenge: written, run, gated, mended or written anew."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synth_gym.synthesis.llm.cards import narrowed
from synth_gym.synthesis.llm.draws import call_seed, chance
from synth_gym.synthesis.llm.grounded import Grounded, read_rows
from synth_gym.synthesis.llm.measures import fitting_metrics
from synth_gym.synthesis.llm.schemas import ChallengeDraft, ChallengeInput, Failure, RepairInput
from synth_gym.synthesis.llm.shop import Shop, topic_name
from synth_gym.synthesis.llm.steps import Step
from synth_gym.synthesis.llm.write import Written

HOPELESS = frozenset({"gate licence", "gate provenance", "gate decontamination", "gate isolation"})
"""What no other draft on the same data would change."""
MAX_TRACE = 4000
"""Characters of a trace that the model is shown: its end."""


@dataclass(frozen=True)
class Failed:
    """A draft, and why it is none."""

    draft: ChallengeDraft
    reason: str
    failure: Failure


class Debugger:
    """The loop over one topic's drafts.

    Args:
        shop: what the stages share.
        number: of the topic.
        grounded: task and data.
    """

    def __init__(self, shop: Shop, number: int, grounded: Grounded) -> None:
        self._shop = shop
        self._number = number
        self._grounded = grounded
        target = grounded.proposal.target
        values = list(read_rows(shop.rows / grounded.rows)[target].unique())
        self._metrics = fitting_metrics(grounded.proposal.task_type, values)
        columns = [*(grounded.proposal.features or ()), target]
        self._card = narrowed(grounded.dataset, columns)

    async def certified(self) -> Step:
        """The stage `certify`: the challenge's folder, or why the last draft failed."""
        failed: Failed | None = None
        reasons: list[str] = []
        for attempt in range(self._shop.settings.debugging.attempts):
            written = await self._written(attempt, failed)
            if written.result is None:
                failed = None
                reasons.append(written.reason or "")
                continue
            candidate = self._candidate(written)
            tried = await self._tried(attempt, candidate, failed)
            if tried.reason is None:
                return Step(result={"folder": f"{candidate.id}-v0", "attempts": attempt + 1, "mended": reasons})
            reasons.append(tried.reason)
            if tried.reason in HOPELESS:
                break
            # A model that was told and has nothing to change is asked from the start.
            stuck = written.result["how"] == "mended" and failed is not None and candidate.reply == failed.draft
            failure = Failure.model_validate((tried.result or {})["failure"])
            failed = None if stuck else Failed(candidate.reply, tried.reason, failure)
        return Step(reason=reasons[-1], detail=f"after {len(reasons)} attempts", result={"failed": reasons})

    async def _written(self, attempt: int, failed: Failed | None) -> Step:
        """The stage `write`: a draft, mended or new."""
        mend = failed is not None and self._mends(attempt)

        async def work() -> Step:
            seed = call_seed(self._shop.seed, "challenge", self._number, attempt)
            if failed and mend:
                given = RepairInput(challenge=failed.draft, dataset=self._card, failure=failed.failure)
                asked = await self._shop.client.ask("repair", given, seed=seed)
            else:
                opening = ChallengeInput(proposal=self._grounded.proposal, dataset=self._card, metrics=self._metrics)
                asked = await self._shop.client.ask("challenge", opening, seed=seed)
            how = "mended" if mend else "new"
            return Step(calls=asked.calls, result={"how": how, "draft": asked.reply.model_dump()})

        return await self._shop.steps.once("write", self._name(attempt), work)

    async def _tried(self, attempt: int, candidate: Written, before: Failed | None) -> Step:
        """The stage `debug`: the draft is run and gated, unless it is the one before again."""

        async def work() -> Step:
            if before and candidate.reply == before.draft:
                return _step(before.reason, "the draft came back unchanged", before.failure)
            rejection = await self._shop.workshop.make(candidate)
            if rejection is None:
                return Step(result={"folder": f"{candidate.id}-v0"})
            return _step(rejection.reason, rejection.detail, _failure(*rejection))

        return await self._shop.steps.once("debug", self._name(attempt), work)

    def _mends(self, attempt: int) -> bool:
        drawn = chance(self._shop.seed, "mend", self._number, attempt)
        return drawn < self._shop.settings.debugging.p_debug

    def _candidate(self, written: Step) -> Written:
        assert written.result
        return Written(
            grounded=self._grounded,
            reply=ChallengeDraft.model_validate(written.result["draft"]),
            rows=self._shop.rows / self._grounded.rows,
            topic=self._number,
            seed=self._shop.seed,
            model=self._shop.model,
            prompt_hash=f"sha256:{written.calls[-1]}",
            created=self._shop.created,
            command_seconds=self._shop.settings.debugging.command_seconds,
        )

    def _name(self, attempt: int) -> str:
        return f"{topic_name(self._number)}-{attempt + 1}"


def _step(reason: str, detail: str, failure: Failure) -> Step:
    return Step(reason=reason, detail=detail, result={"failure": failure.model_dump()})


def _failure(reason: str, detail: str, trace: str) -> Failure:
    """A rejection as the model reads it."""
    gate = reason.startswith("gate ")
    # The reference is called by its file's name elsewhere.
    name = re.sub(r"^solution\b", "reference", reason.removeprefix("gate "))
    # Addresses differ from run to run, and with them the request; a replay would not find it.
    message = re.sub(r"\b0x[0-9a-f]{6,}\b", "0x...", f"{detail}\n\n{trace[-MAX_TRACE:]}".strip())
    return Failure(stage="gate" if gate else "run", name=name, message=message or name)
