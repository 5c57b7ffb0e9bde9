"""The messages of an episode as a chat server reads them.

One system turn, one user turn (the first observation), then assistant and tool turns in strict alternation, one tool
call each. A second user turn would make the chat templates of Qwen3 and its kin drop all earlier reasoning, so nothing
is ever said to the model but as the result of a tool call:

- A reply with several calls is kept as several turns with one call each: so they are run, and so records hold them.
- A reply without a call is kept with a stand-in, a call of `bash` with an empty command, whose result says what was
  wrong: the API allows no tool turn without a call. The stand-in exists only here; records keep the reply as it was.
- Arguments that are no JSON are kept as `{}`: several servers fail on a history that holds them.
"""

from __future__ import annotations

import json
from typing import Any

from synth_gym.policies.base import Action
from synth_gym.policies.replies import Call

_STAND_IN = Action("bash", {"command": ""})


class Conversation:
    """A growing list of messages; nothing in it is ever changed, so a server's prefix cache holds."""

    def __init__(self, system: str, observation: str) -> None:
        self.messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
        self.messages.append({"role": "user", "content": observation})
        self._open = ""

    @property
    def waits_for_result(self) -> bool:
        """The last message is a tool call."""
        return bool(self._open)

    def add_call(self, call: Call) -> None:
        """The assistant's turn that made this call."""
        made, spoken = call.action if call.action.tool else _STAND_IN, call.action
        # Nine letters and digits: Mistral's servers take no other identifier.
        self._open = call.id or f"call{len(self.messages):05d}"
        function = {"name": made.tool, "arguments": json.dumps(made.arguments, ensure_ascii=False)}
        message = {
            "role": "assistant",
            "content": spoken.thought or None,
            "tool_calls": [{"id": self._open, "type": "function", "function": function}],
        }
        if spoken.reasoning:
            message["reasoning_content"] = spoken.reasoning
        self.messages.append(message)

    def add_result(self, observation: str) -> None:
        """The result of the call that was added last."""
        self.messages.append({"role": "tool", "tool_call_id": self._open, "content": observation})
        self._open = ""
