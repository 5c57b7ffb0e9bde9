"""Proposals for a topic, and the dataset that carries one of them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from synth_gym.errors import SynthGymError
from synth_gym.files import write_text
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.draws import call_seed
from synth_gym.synthesis.llm.ground import ground
from synth_gym.synthesis.llm.schemas import Proposal, ProposalsInput, Topic
from synth_gym.synthesis.llm.shop import Shop, topic_name
from synth_gym.synthesis.llm.steps import Step, told


async def proposals_for(shop: Shop, number: int, topic: Topic) -> Step:
    """The stage `propose`: several tasks on a topic, the best first."""
    given = ProposalsInput(topic=topic, candidates=shop.settings.candidates)

    async def work() -> Step:
        asked = await shop.client.ask("proposals", given, seed=call_seed(shop.seed, "proposals", number))
        proposals = asked.reply.proposals[: shop.settings.candidates]
        if not proposals:
            return Step(reason="no proposals", calls=asked.calls)
        return Step(calls=asked.calls, result={"proposals": [one.model_dump() for one in proposals]})

    return await shop.steps.once("propose", topic_name(number), work)


async def grounded_for(shop: Shop, number: int, proposals: Sequence[Proposal]) -> Step:
    """The stage `ground`: the first proposal with a dataset that carries it."""
    record = shop.cache / "grounded" / f"{_key(shop, proposals)}.json"

    async def work() -> Step:
        if shop.hub is None:
            return _replayed(record)
        step = await asyncio.get_running_loop().run_in_executor(shop.hub_threads, _look, shop, proposals)
        write_text(record, step.model_dump_json(indent=2) + "\n")
        return step

    return await shop.steps.once("ground", topic_name(number), work)


def _look(shop: Shop, proposals: Sequence[Proposal]) -> Step:
    assert shop.hub
    try:
        found = ground(proposals, shop.hub, shop.settings, shop.rows, shop.seed)
    except DrawRejectedError as error:
        return Step(reason=error.reason, detail=error.detail, result=told(error))
    return Step(result=found.model_dump(mode="json"))


def _replayed(record: Path) -> Step:
    try:
        return Step.model_validate_json(record.read_bytes())
    except FileNotFoundError:
        raise SynthGymError("what the Hub said of a proposal is not recorded: run without --offline") from None


def _key(shop: Shop, proposals: Sequence[Proposal]) -> str:
    """Names everything that grounding depends on but the Hub itself."""
    settings = shop.settings
    parts = [
        [proposal.model_dump() for proposal in proposals],
        [settings.rows.model_dump(), settings.hub.results, list(settings.licences), shop.seed],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
