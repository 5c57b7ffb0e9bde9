"""Asks the model: many calls in flight, each paid from the budget, recorded, and retried where the server fails."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from synth_gym.errors import SynthGymError
from synth_gym.policies.spending import BudgetSpentError, CostBudget, Reservation
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.endpoint import Endpoint, LostReplyError
from synth_gym.synthesis.llm.prompts import Prompts, correction, messages
from synth_gym.synthesis.llm.replies import InvalidReplyError, parsed, response_format
from synth_gym.synthesis.llm.schemas import REPLIES
from synth_gym.synthesis.llm.settings import ModelAccess
from synth_gym.synthesis.llm.store import Recorded, Store, key_of

BYTES_PER_TOKEN = 2
"""Fewer than any tokenizer makes of English or code: what is put aside for a prompt is never too little."""
ASSUMED_REPLY = 16_384
"""Tokens put aside for a reply whose length has no limit."""


class UnusableReplyError(DrawRejectedError):
    """The model does not reply in the form that is asked for, not even when told what is wrong."""

    def __init__(self, reason: str, detail: str, calls: tuple[str, ...]) -> None:
        super().__init__(reason, detail)
        self.calls = calls


@dataclass(frozen=True)
class Asked:
    """What came of one question."""

    reply: Any
    """An instance of the stage's model in `REPLIES`."""
    calls: tuple[str, ...]
    """Keys of the recorded calls, the one with the valid reply last."""


class Client:
    """The model, as the stages see it.

    Args:
        access: model and sampling.
        prompts: the stages' prompts.
        store: where answers are recorded; what it holds is not asked again.
        endpoint: the server; None replays the store alone.
        budget: None for no limit.
    """

    def __init__(
        self,
        access: ModelAccess,
        prompts: Prompts,
        store: Store,
        endpoint: Endpoint | None,
        budget: CostBudget | None = None,
    ) -> None:
        self._access = access
        self._prompts = prompts
        self._store = store
        self._endpoint = endpoint
        self._budget = budget
        self._slots = asyncio.Semaphore(access.concurrency)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.paid: Counter[str] = Counter()
        """Calls that this run paid for, by stage."""
        self.cost = 0.0
        """US dollars that this run paid."""

    async def ask(self, stage: str, given: BaseModel, *, seed: int) -> Asked:
        """One question and its valid reply; a reply that is not valid gets one turn to be mended in.

        Args:
            stage: a key of `REPLIES`.
            given: the stage's input.
            seed: tells this draw from others of the same question.

        Raises:
            UnusableReplyError: the mended reply is not valid either.
            BudgetSpentError: there is no money left for the call.
            ModelServerError: the server failed in spite of retries.
            SynthGymError: the server refuses the request, or the call is not recorded and must not be made.
        """
        model = REPLIES[stage]
        conversation = messages(self._prompts, stage, given)
        calls: list[str] = []
        for last in (False, True):
            key, recorded = await self._recorded(stage, self._body(stage, model, conversation, seed), seed)
            calls.append(key)
            try:
                return Asked(parsed(recorded, model), tuple(calls))
            except InvalidReplyError as error:
                if last:
                    raise UnusableReplyError(error.reason, str(error), tuple(calls)) from None
                conversation = [*conversation, *correction(self._prompts, recorded.content, str(error))]
        raise AssertionError("unreachable")

    def _body(self, stage: str, model: type[BaseModel], conversation: list[Any], seed: int) -> dict[str, Any]:
        sampling = self._access.sampling
        options = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "reasoning_effort": sampling.reasoning_effort,
            "seed": seed if sampling.seeded else None,
        }
        given = {name: value for name, value in options.items() if value is not None}
        shape = response_format(stage, model)
        fixed = {"model": self._access.model, "messages": conversation, "response_format": shape}
        return {**fixed, **given, **sampling.extra}

    async def _recorded(self, stage: str, body: dict[str, Any], draw: int) -> tuple[str, Recorded]:
        """The answer to a request, from the store or from the server."""
        key = key_of(body, draw)
        async with self._asking[key]:
            if known := self._store.get(key):
                return key, known
            if self._endpoint is None:
                raise SynthGymError(f"a call of the stage {stage!r} is not recorded: run without --offline")
            recorded = await self._answered(self._endpoint, stage, body)
            await asyncio.to_thread(self._store.put, key, body, draw, recorded)
            self.paid[stage] += 1
            self.cost += recorded.cost
            return key, recorded

    async def _answered(self, endpoint: Endpoint, stage: str, body: dict[str, Any]) -> Recorded:
        """Ask until there is an answer. Money is put aside for each try, and not while waiting for the next."""
        failures = 0
        while True:
            try:
                async with self._slots, self._reserved(body) as reservation:
                    return await self._tried(endpoint, stage, body, reservation)
            except LostReplyError as error:
                failures += 1
                await asyncio.sleep(endpoint.pause_after(error, failures))

    async def _tried(self, endpoint: Endpoint, stage: str, body: dict[str, Any], reservation: Reservation) -> Recorded:
        """One try. A reply that was lost on its way may have been paid: it costs all that was put aside."""
        began = time.monotonic()
        try:
            reply = await endpoint.post(body)
        except LostReplyError as error:
            reservation.cost = reservation.amount if error.sent else 0.0
            raise
        used = reply.tokens
        price = self._access.price
        if used is None or price is None:
            reservation.cost = reservation.amount if price else 0.0
        else:
            reservation.cost = price.of(used.prompt, used.completion, used.cached)
        return Recorded(
            content=reply.text,
            finish=reply.finish,
            prompt_tokens=used.prompt if used else 0,
            completion_tokens=used.completion if used else 0,
            cached_tokens=used.cached if used else 0,
            cost=reservation.cost,
            seconds=round(time.monotonic() - began, 3),
            stage=stage,
        )

    @asynccontextmanager
    async def _reserved(self, body: dict[str, Any]) -> AsyncIterator[Reservation]:
        """Money for one try.

        Raises:
            BudgetSpentError: there is none left.
        """
        price = self._access.price
        longest = self._access.sampling.max_tokens or ASSUMED_REPLY
        amount = price.of(len(json.dumps(body)) // BYTES_PER_TOKEN, longest) if price else 0.0
        if self._budget is None:
            yield Reservation(amount)
            return
        async with self._budget.reserve_async(amount) as reservation:
            if reservation is None:
                raise BudgetSpentError(f"the budget of ${self._budget.dollars:g} is spent")
            yield reservation
