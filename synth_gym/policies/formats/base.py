"""What an action format is."""

from __future__ import annotations

from typing import Protocol

from synth_gym.policies.replies import Call, Reply
from synth_gym.tools import Toolset


class ActionFormat(Protocol):
    """Reads replies. Whatever one holds, at least one call comes out of it, and nothing raises.

    A reply that asks for several things is read as several calls, to be done one after the other; one that cannot be
    read is a call whose action holds only an error, in words that help the model to do better.
    """

    prompt: str
    """Explains the format to a model (a Jinja template, see `PROMPT_VARIABLES`); empty when the server does."""
    in_text: bool
    """Calls are part of the text: the request holds no tools, and observations are user turns."""

    def read(self, reply: Reply, tools: Toolset) -> list[Call]:
        """The calls of a reply, in order; what was said beside them belongs to the first."""
