"""Intents as tool calls: how this practitioner writes, changes and runs files."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from synth_gym.policies.base import Action
from synth_gym.policies.practitioner.habits import Habits


@dataclass(frozen=True)
class Edit:
    """Replace a piece of a file's text that occurs once."""

    old: str
    new: str

    def apply(self, text: str) -> str:
        return text.replace(self.old, self.new, 1)


class Hands:
    """Turns intents into actions with the tools that there are.

    Args:
        habits: which way is preferred.
        tools: names of the tools that the episode offers; `bash` is always there.
    """

    def __init__(self, habits: Habits, tools: frozenset[str]) -> None:
        self._habits = habits
        self._tools = tools

    def bash(self, command: str, thought: str) -> Action:
        return Action("bash", {"command": command}, thought)

    def call(self, tool: str, thought: str) -> Action:
        """A tool without arguments, which is a command too."""
        return Action(tool, {}, thought) if tool in self._tools else self.bash(tool, thought)

    def show(self, path: str, thought: str) -> Action:
        if "show" in self._tools and self._habits.chance(0.5):
            return Action("show", {"path": path}, thought)
        return self.bash(f"cat {shlex.quote(path)}", thought)

    def create(self, path: str, content: str, thought: str) -> Action:
        if "create" in self._tools and not self._habits.shell_writer:
            return Action("create", {"path": path, "content": content}, thought)
        return self.bash(here_document(path, content), thought)

    def edit(self, path: str, text: str, edit: Edit, thought: str) -> Action:
        """Change a file whose present content is `text`."""
        ways = {"sed": self._sed, "insert": self._insert, "edit_lines": self._edit_lines}
        tool = self._habits.editor
        action = ways[tool](path, text, edit, thought) if tool in ways else None
        if action is None and "str_replace" in self._tools and text.count(edit.old) == 1:
            return Action("str_replace", {"path": path, "old": edit.old, "new": edit.new}, thought)
        return action or self.create(path, edit.apply(text), thought)

    def _edit_lines(self, path: str, text: str, edit: Edit, thought: str) -> Action | None:
        if "edit_lines" not in self._tools:
            return None
        start = text[: text.index(edit.old)].count("\n") + 1
        end = start + edit.old.rstrip("\n").count("\n")
        grown = edit.apply(text).split("\n")
        added = edit.new.count("\n") - edit.old.count("\n")
        lines = "\n".join(grown[start - 1 : end + added])
        return Action("edit_lines", {"path": path, "start": start, "end": end, "text": lines}, thought)

    def _insert(self, path: str, text: str, edit: Edit, thought: str) -> Action | None:
        """Only for new whole lines before or after lines that stay."""
        if "insert" not in self._tools or not edit.old.endswith("\n"):
            return None
        before = text[: text.index(edit.old)].count("\n")
        if edit.new.endswith(edit.old):
            new = edit.new.removesuffix(edit.old)
        elif edit.new.startswith(edit.old):
            new, before = edit.new.removeprefix(edit.old), before + edit.old.count("\n")
        else:
            return None
        return Action("insert", {"path": path, "line": before, "text": new.rstrip("\n")}, thought)

    def _sed(self, path: str, text: str, edit: Edit, thought: str) -> Action | None:
        """Only for a piece of one line that occurs once and needs no escapes."""
        if text.count(edit.old) != 1 or any(character in edit.old + edit.new for character in "\n\\'|&*[]^$"):
            return None
        return self.bash(f"sed -i 's|{edit.old}|{edit.new}|' {shlex.quote(path)}", thought)


def here_document(path: str, content: str) -> str:
    """A command that writes a file."""
    return f"cat > {shlex.quote(path)} <<'EOF'\n{content}EOF"
