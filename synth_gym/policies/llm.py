"""A language model behind an OpenAI-compatible server, acting by tool calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies.agent import AgentDefinition
from synth_gym.policies.base import Action, PolicyStopped, Usage
from synth_gym.policies.client import ChatClient
from synth_gym.policies.conversation import Conversation
from synth_gym.policies.replies import Call, read_reply


class LLMPolicy:
    """Plays with a model at any server that speaks the chat-completions API with tools.

    A reply that cannot be read is an action with an error, and costs a step. Several calls in one reply are done one
    after the other.

    Args:
        model: the model's name at the server; the agent definition's by default.
        seed: sent with every request.
        agent: agent definition (prompt, sampling, price, limits): a path or the name of a shipped one.
        tools: tool bundles that the prompt describes, in place of the definition's.
        variables: environment variables of foreign bundles, besides the definition's.
        base_url: of the server; `OPENAI_BASE_URL`, or OpenAI itself, by default.
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
        retries: int = 6,
    ) -> None:
        self.agent = AgentDefinition.load(agent).equipped(tools, variables or {})
        model = model or self.agent.model
        if model is None:
            raise SynthGymError(
                "the policy 'llm' needs a model: give --model, or write 'model:' in an agent definition"
            )
        self._system = self.agent.system(self.agent.toolset())
        self._client = ChatClient(model, base_url=base_url, retries=retries)
        self._seed = seed

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Begin a conversation: the system prompt, and the observation as the only user turn."""
        self._tools = info["tools"]
        self._conversation = Conversation(self._system, observation)
        self._waiting: deque[Call] = deque()
        self._cost = 0.0
        self._tokens = 0

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation of the current episode, as it is sent to the server."""
        return self._conversation.messages

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Take the observation for the result of the last call; give the next one.

        Raises:
            PolicyStopped: the conversation is too long (context_limit), or the money is spent (cost_limit).
            SynthGymError: the server cannot be reached or refuses the request.
            ModelServerError: the server failed in spite of retries.
        """
        if self._conversation.waits_for_result:
            self._conversation.add_result(observation)
        if not self._waiting:
            self._waiting.extend(self._ask())
        call = self._waiting.popleft()
        self._conversation.add_call(call)
        return call.action

    def _ask(self) -> list[Call]:
        limits = self.agent.limits
        if limits.cost is not None and self._cost >= limits.cost:
            raise PolicyStopped(Outcome.COST_LIMIT, f"${self._cost:.4f} of ${limits.cost:g} are spent")
        if limits.tokens is not None and self._tokens >= limits.tokens:
            raise PolicyStopped(Outcome.CONTEXT_LIMIT, f"{self._tokens:,} of {limits.tokens:,} tokens are used")
        answer = self._client.complete(self.messages, self._tools, self.agent.sampling, self._seed)
        return read_reply(answer.choices[0], self._account(answer.usage))

    def _account(self, usage: Any) -> Usage | None:
        """What the call used; None when the server does not say."""
        if usage is None:
            return None
        prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        price = self.agent.price
        cost = price.of(prompt, completion) if price else 0.0
        self._cost += cost
        self._tokens = prompt + completion
        return Usage(prompt, completion, cost)


def _count(usage: Any, key: str) -> int:
    value = getattr(usage, key, None)
    return value if isinstance(value, int) else 0
