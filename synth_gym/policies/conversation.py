"""One episode's conversation, before any server's words for it.

One system turn, one user turn (the first observation), then turns of one call and its result each: so calls are run,
and so records hold them. What is said is never changed; only a history that is told to may leave out old results.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from synth_gym.policies.replies import Call

LEFT_OUT = "[{lines} lines of older output were left out to make room]"


@dataclass
class Turn:
    """A call and its result."""

    call: Call
    result: str = ""
    left_out: bool = False
    """The model is told only how long the result was."""

    @property
    def shown(self) -> str:
        """The result as the model reads it."""
        stub = LEFT_OUT.format(lines=len(self.result.splitlines()))
        return stub if self.left_out and len(stub) < len(self.result) else self.result

    @property
    def characters(self) -> int:
        """How long the turn is for the model, roughly."""
        return self._spoken + len(self.shown)

    @cached_property
    def _spoken(self) -> int:
        return spoken_characters([self.call])


@dataclass
class Conversation:
    """A growing list of turns."""

    system: str
    task: str
    tools: Sequence[dict[str, Any]] = ()
    """Schemas that go with every request; none in the text formats."""
    in_text: bool = False
    """Calls are part of what was said (see `ActionFormat`)."""
    turns: list[Turn] = field(default_factory=list)
    waits_for_result: bool = False
    """The last turn has no result yet."""

    def add_call(self, call: Call) -> None:
        """The assistant's part of a turn."""
        self.turns.append(Turn(call))
        self.waits_for_result = True

    def add_result(self, observation: str) -> None:
        """The result of the call that was added last."""
        self.turns[-1].result = observation
        self.waits_for_result = False

    @property
    def characters(self) -> int:
        """How long the prompt is, roughly: the tools and what every turn shows."""
        return self._fixed + sum(turn.characters for turn in self.turns)

    @cached_property
    def _fixed(self) -> int:
        return len(self.system) + len(self.task) + len(json.dumps(list(self.tools)))


def spoken_characters(calls: Sequence[Call]) -> int:
    """How long calls are as they are said."""
    return sum(
        len(call.text or call.action.thought)
        + len(call.action.reasoning)
        + len(json.dumps(call.action.arguments, ensure_ascii=False, default=str))
        for call in calls
    )
