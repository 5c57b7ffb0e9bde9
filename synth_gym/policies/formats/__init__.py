"""How a model says what to do: one file per action format, by its name in agent definitions."""

from __future__ import annotations

from synth_gym.policies.formats.base import ActionFormat
from synth_gym.policies.formats.thought_action import ThoughtAction
from synth_gym.policies.formats.tool_calls import ToolCalls
from synth_gym.policies.formats.xml import Xml

__all__ = ["FORMATS", "ActionFormat"]

FORMATS: dict[str, ActionFormat] = {"tool_calls": ToolCalls(), "thought_action": ThoughtAction(), "xml": Xml()}
