"""The whole: topics -> propose -> ground -> write -> debug -> certify -> register.

Every topic goes through the stages by itself, many at a time. What a topic becomes depends on the model's replies and
the Hub's answers alone, which are kept: a run that was killed ends, when it is started again, with the same suite.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections import Counter
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from synth_gym.errors import SandboxDiedError, SynthGymError
from synth_gym.files import check_writable, write_json
from synth_gym.policies.client import ModelServerError
from synth_gym.policies.spending import BudgetSpentError, CostBudget
from synth_gym.progress import progress
from synth_gym.synthesis.journal import Journal
from synth_gym.synthesis.llm.client import Client
from synth_gym.synthesis.llm.debug import Debugger
from synth_gym.synthesis.llm.endpoint import Endpoint
from synth_gym.synthesis.llm.grounded import Grounded
from synth_gym.synthesis.llm.hub import Hub, HubUnavailableError
from synth_gym.synthesis.llm.prompts import load_prompts
from synth_gym.synthesis.llm.propose import grounded_for, proposals_for
from synth_gym.synthesis.llm.register import register
from synth_gym.synthesis.llm.report import LlmReport, report_on
from synth_gym.synthesis.llm.schemas import Proposal, Topic
from synth_gym.synthesis.llm.settings import LlmSettings
from synth_gym.synthesis.llm.shop import Shop, topic_name
from synth_gym.synthesis.llm.steps import Steps
from synth_gym.synthesis.llm.store import Store
from synth_gym.synthesis.llm.taxonomy import load_taxonomy
from synth_gym.synthesis.llm.topics import TopicFinder
from synth_gym.synthesis.llm.workshop import Workshop
from synth_gym.synthesis.making import UNFINISHED

FOLDER = ".synthesis"
"""In the suite: the files of the stages."""
TOPICS_PER_CALL_IN_FLIGHT = 4
"""Topics under way for each call that may be in flight: others of them are at the Hub, in a sandbox, or waiting."""

_INTERRUPTIONS = {
    BudgetSpentError: "the budget is spent",
    ModelServerError: "the model's server fails",
    HubUnavailableError: "the Hub fails",
    SandboxDiedError: "the sandbox was lost",
}
"""What stops a topic and says nothing about it: the next run goes on with it."""


@dataclass(frozen=True)
class Plan:
    """What is wanted."""

    out: Path
    topics: int
    seed: int = 0
    sandbox: str = "bubblewrap"
    workers: int = 1
    test_fraction: float = 0.25
    offline: bool = False
    """Neither model nor Hub is asked: what is recorded is replayed."""
    cache: Path | None = None
    """Recorded calls, what the Hub said, and rows; in the suite's `.synthesis/cache` by default. Runs may share it."""


def synthesize_with_model(plan: Plan, settings: LlmSettings) -> LlmReport:
    """Make a suite, or go on with one.

    Raises:
        SynthGymError: no model, key or server; a folder that belongs to another synthesis; a call that is not recorded
            while offline.
        MissingExtraError: a package is not installed.
    """
    if not settings.access.model:
        raise SynthGymError("the generator 'llm' needs a model: give --model, or write 'access: {model: ...}'")
    if plan.topics < 1:
        raise SynthGymError(f"the number of topics must be at least 1, not {plan.topics}")
    check_writable(plan.out)
    _tidy(plan.out)
    try:
        return asyncio.run(_run(plan, settings))
    finally:
        _tidy(plan.out)


def _tidy(out: Path) -> None:
    """Clear what was not finished; a worker of a run that was killed may still write there for a moment."""
    for leftover in out.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)


async def _run(plan: Plan, settings: LlmSettings) -> LlmReport:
    steps = Steps(plan.out / FOLDER)
    cache = plan.cache or steps.folder / "cache"
    store = Store(cache / "calls")
    endpoint = None if plan.offline else Endpoint(settings.access)
    Journal(plan.out, f"llm with {settings.access.model}", plan.seed)
    budget = CostBudget(steps.folder / "spent.json", settings.budget) if settings.budget else None
    client = Client(settings.access, load_prompts(), store, endpoint, budget)
    async with contextlib.AsyncExitStack() as stack:
        if endpoint:
            stack.push_async_callback(endpoint.close)
        shop = Shop(
            client=client,
            hub=None if plan.offline else Hub(settings.hub, settings.licences),
            hub_threads=stack.enter_context(ThreadPoolExecutor(settings.hub.concurrency, "hub")),
            workshop=stack.enter_context(Workshop(plan.out, plan.sandbox, plan.workers)),
            steps=steps,
            cache=cache,
            settings=settings,
            seed=plan.seed,
            created=_created(steps.folder),
        )
        unfinished = await _work(plan, shop)
    challenges = register(plan.out, steps, plan.sandbox, plan.test_fraction, shop.model)
    report = report_on(str(plan.out), plan.topics, steps, store)
    report.unfinished, report.paid_now = unfinished, client.paid.total()
    report.splits = {name: len(folders) for name, folders in challenges.items()}
    write_json(steps.folder / "report.json", report.to_json())
    return report


async def _work(plan: Plan, shop: Shop) -> Counter[str]:
    """Every topic as far as it gets; returns what stopped those that are not done."""
    unfinished: Counter[str] = Counter()
    certified = 0
    finder = TopicFinder(shop.client, shop.steps, load_taxonomy(), plan.seed, shop.settings.topics_per_call)
    try:
        topics = await finder.find(plan.topics)
    except tuple(_INTERRUPTIONS) as error:
        return Counter({_INTERRUPTIONS[type(error)]: plan.topics})
    write_json(shop.steps.folder / "topics.json", [topic.model_dump() for topic in topics])
    places = asyncio.Semaphore(TOPICS_PER_CALL_IN_FLIGHT * shop.settings.access.concurrency)
    with progress("synthesising from topics", len(topics)) as advance:

        async def follow(number: int, topic: Topic) -> None:
            nonlocal certified
            async with places:
                try:
                    done = await _topic(shop, number, topic)
                    certified += done
                except tuple(_INTERRUPTIONS) as error:
                    unfinished[_INTERRUPTIONS[type(error)]] += 1
                advance(note=f"{certified} certified, ${shop.client.cost:.4g} spent now")

        await _all([follow(number, topic) for number, topic in enumerate(topics, 1)])
    return unfinished


async def _topic(shop: Shop, number: int, topic: Topic) -> bool:
    """One topic through its stages, until one of them turns it down; whether none does."""
    proposed = await proposals_for(shop, number, topic)
    if proposed.reason is not None or proposed.result is None:
        return False
    proposals = [Proposal.model_validate(one) for one in proposed.result["proposals"]]
    found = await grounded_for(shop, number, proposals)
    if found.reason is not None:
        return False
    debugger = Debugger(shop, number, Grounded.model_validate(found.result))
    done = await shop.steps.once("certify", topic_name(number), debugger.certified)
    return done.reason is None


async def _all(work: Sequence[Coroutine[None, None, None]]) -> None:
    """Do all of it; the first user's mistake among it ends the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except* SynthGymError as errors:
        raise errors.exceptions[0] from None


def _created(folder: Path) -> str:
    """The day on which the run was begun; a resumed run keeps it, for it stands in every challenge."""
    path = folder / "begun.json"
    if not path.exists():
        write_json(path, {"created": datetime.now(UTC).date().isoformat()})
    return str(json.loads(path.read_text(encoding="utf-8"))["created"])
