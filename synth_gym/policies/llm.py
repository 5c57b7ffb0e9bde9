"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies.agent import OBSERVATION_VARIABLES, AgentDefinition
from synth_gym.policies.base import Action, PolicyStopped, Usage
from synth_gym.policies.client import ContextOverflowError, ModelClient
from synth_gym.policies.conversation import Conversation
from synth_gym.policies.formats import FORMATS
from synth_gym.policies.history import Elision, TokenMeter
from synth_gym.policies.replies import Call, Reply, Tokens, with_reply
from synth_gym.policies.spending import BudgetSpentError, CostBudget
from synth_gym.tools.templates import compile_template

ASSUMED_REPLY = 8192
"""Tokens that are put aside for a reply whose length is not limited."""


class LLMPolicy:
    """Plays with a model at any server that speaks the chat-completions or the Responses API.

    A reply that cannot be read is an action with an error, and costs a step. Several calls in one reply are done one
    after the other.

    Args:
        model: the model's name at the server; the agent definition's by default.
        seed: sent with every request.
        agent: agent definition (prompts, sampling, price, limits): a path or the name of a shipped one.
        tools: tool bundles that the prompt describes, in place of the definition's.
        variables: environment variables of foreign bundles, besides the definition's.
        base_url: of the server; the definition's, `OPENAI_BASE_URL`, or OpenAI itself, by default.
        retries: of a request when the server is busy, fails or hangs up.

    Raises:
        SynthGymError: no model or no key is given; one line that says what to do.
    """

    name = "llm"

    def __init__(
        self,
        model: str | None = None,
        *,
        seed: int = 0,
        agent: str | Path = "default",
        tools: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
        base_url: str | None = None,
        retries: int = 8,
    ) -> None:
        self.agent = AgentDefinition.load(agent).equipped(tools, variables or {})
        model = model or self.agent.model
        if model is None:
            raise SynthGymError(
                "the policy 'llm' needs a model: give --model, or write 'model:' in an agent definition"
            )
        self._budget = CostBudget.inherited()
        if self._budget and self.agent.price is None:
            raise SynthGymError(f"a budget needs 'price:' in the agent definition {self.agent.name!r}")
        self._format = FORMATS[self.agent.action_format]
        self._toolset = self.agent.toolset()
        self._system = self.agent.explained(self._format.prompt, self._toolset)
        self._client = ModelClient(self.agent, model, base_url=base_url, retries=retries)
        self._seed = seed

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Begin a conversation: the system prompt, and the observation as the task."""
        in_text = self._format.in_text
        self._conversation = Conversation(self._system, observation, () if in_text else info["tools"], in_text)
        self._meter = TokenMeter()
        self._history = Elision(self.agent.history, self._conversation, self._meter)
        self._waiting: deque[Call] = deque()
        self._began = time.monotonic()
        self._calls = self._steps = 0
        self._cost = 0.0

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Take the observation for the result of the last call; give the next one.

        Raises:
            PolicyStopped: a limit of the definition is reached (step_limit, time_limit, context_limit, cost_limit).
            BudgetSpentError: the shared budget is spent.
            SynthGymError: the server cannot be reached or refuses the request.
            ModelServerError: the server failed in spite of retries.
        """
        if self._conversation.waits_for_result:
            self._conversation.add_result(self._worded(observation, info))
        self._check_limits(info.get("slot_seconds", 0.0))
        if not self._waiting:
            self._waiting.extend(self._ask())
        self._steps += 1
        call = self._waiting.popleft()
        self._conversation.add_call(call)
        return call.action

    def _worded(self, observation: str, info: dict[str, Any]) -> str:
        """The observation in the words of the definition's prompt."""
        if not self.agent.observation_prompt:
            return observation
        values: dict[str, Any] = {name: info.get(name, "") for name in OBSERVATION_VARIABLES}
        if self.agent.limits.steps is not None:
            values["steps_left"] = min(info["steps_left"], self.agent.limits.steps - self._steps)
        return compile_template(self.agent.observation_prompt).render(values | {"observation": observation})

    def _check_limits(self, slot_seconds: float) -> None:
        """Waiting until a command may run is not the policy's doing, and does not count."""
        limits = self.agent.limits
        if limits.steps is not None and self._steps >= limits.steps:
            raise PolicyStopped(Outcome.STEP_LIMIT, f"all {limits.steps} steps are taken")
        if limits.seconds is not None and time.monotonic() - self._began - slot_seconds >= limits.seconds:
            raise PolicyStopped(Outcome.TIME_LIMIT, f"{limits.seconds:g} seconds have passed")

    def _ask(self) -> list[Call]:
        """The calls of the model's next reply."""
        limits = self.agent.limits
        if limits.cost is not None and self._cost >= limits.cost:
            raise PolicyStopped(Outcome.COST_LIMIT, f"${self._cost:.4f} of ${limits.cost:g} are spent")
        self._history.prepare()
        self._fit(limits.tokens)
        reply, length = self._paid_reply()
        self._calls += 1
        calls = self._format.read(reply, self._toolset)
        if reply.tokens:
            self._meter.note(length, calls, reply.tokens)
        return with_reply(calls, reply, self._usage(reply.tokens))

    def _fit(self, limit: int | None) -> None:
        """Make room until the conversation is shorter than the limit; before the first call nobody has counted."""
        while limit is not None and self._calls and (used := self._meter.estimate(self._conversation)) >= limit:
            if not self._history.make_room():
                raise PolicyStopped(Outcome.CONTEXT_LIMIT, f"{used:,} of {limit:,} tokens are used")

    def _paid_reply(self) -> tuple[Reply, int]:
        """The next reply, paid from the shared budget if there is one, and the length of its prompt in characters."""
        if self._budget is None:
            return self._fitting_reply()
        with self._budget.reserve(self._most_cost()) as reservation:
            if reservation is None:
                raise BudgetSpentError(f"the shared budget of ${self._budget.dollars:g} is spent")
            reply, length = self._fitting_reply()
            reservation.cost = self._price(reply.tokens) if reply.tokens else reservation.amount
        return reply, length

    def _fitting_reply(self) -> tuple[Reply, int]:
        """Ask; where the server finds the conversation too long, make room and ask again."""
        while True:
            try:
                return self._client.ask(self._conversation, self._seed), self._conversation.characters
            except ContextOverflowError as error:
                if not self._history.make_room():
                    raise PolicyStopped(Outcome.CONTEXT_LIMIT, str(error)) from None

    def _most_cost(self) -> float:
        """What the next call costs if it makes the longest reply."""
        longest = self.agent.sampling.max_tokens or ASSUMED_REPLY
        return self._price(Tokens(self._meter.estimate(self._conversation), longest))

    def _price(self, tokens: Tokens) -> float:
        price = self.agent.price
        return price.of(tokens.prompt, tokens.completion, tokens.cached) if price else 0.0

    def _usage(self, tokens: Tokens | None) -> Usage | None:
        """What the call used; None when the server does not say."""
        if tokens is None:
            return None
        cost = self._price(tokens)
        self._cost += cost
        return Usage(tokens.prompt, tokens.completion, cost)
