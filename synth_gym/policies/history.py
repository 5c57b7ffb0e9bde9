"""Making a conversation fit: how long it is, and which old results are left out of it."""

from __future__ import annotations

from collections.abc import Sequence

from synth_gym.policies.conversation import Conversation, Turn, spoken_characters
from synth_gym.policies.replies import Call, Tokens
from synth_gym.policies.settings import History

LOW_WATER = 0.6
"""Once a budget is outgrown, room is made until this share of it is used: the next time is then far away."""
_CHARACTERS_PER_TOKEN = 3.0
"""Until a server has counted: code and numbers have fewer characters per token than prose."""


class TokenMeter:
    """Estimates prompts from what the server counted last."""

    def __init__(self) -> None:
        self._tokens = 0
        self._characters = 0
        self._ratio = _CHARACTERS_PER_TOKEN

    def note(self, prompt_characters: int, calls: Sequence[Call], tokens: Tokens) -> None:
        """A call was made: this long was its prompt, this came back, this is what the server says of both."""
        self._tokens = tokens.prompt + tokens.completion
        self._characters = prompt_characters + spoken_characters(calls)
        if tokens.prompt:
            self._ratio = min(8.0, max(1.0, prompt_characters / tokens.prompt))

    def estimate(self, conversation: Conversation) -> int:
        """Tokens of the conversation as it would be sent now."""
        return max(0, self._tokens + round((conversation.characters - self._characters) / self._ratio))


class Elision:
    """Leaves out old results, oldest first; what is left out stays out. The latest result always stays."""

    def __init__(self, settings: History, conversation: Conversation, meter: TokenMeter) -> None:
        self._settings = settings
        self._conversation = conversation
        self._meter = meter

    def prepare(self) -> None:
        """What the definition asks for before every call of the model."""
        settings = self._settings
        if settings.observations is not None:
            for turn in self._conversation.turns[: -settings.observations]:
                turn.left_out = True
        elif settings.tokens is not None and self._meter.estimate(self._conversation) > settings.tokens:
            self._reduce_to(LOW_WATER * settings.tokens)

    def make_room(self) -> bool:
        """The conversation is too long all the same: leave out half of what there is. False if nothing can go."""
        shown = self._shown()
        if self._settings.keep == "all" or not shown:
            return False
        for turn in shown[: (len(shown) + 1) // 2]:
            turn.left_out = True
        return True

    def _reduce_to(self, tokens: float) -> None:
        for turn in self._shown():
            if self._meter.estimate(self._conversation) <= tokens:
                return
            turn.left_out = True

    def _shown(self) -> list[Turn]:
        return [turn for turn in self._conversation.turns[:-1] if not turn.left_out]
