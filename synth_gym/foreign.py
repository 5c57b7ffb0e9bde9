"""Foreign tool bundles in a running sandbox, treated as SWE-agent treats them.

The order is theirs (https://swe-agent.com/latest/config/tools/): variables are exported, every bundle's `install.sh` is
sourced in the agent's own shell, then the registry is written anew and the state emptied. After every command the
bundles' state commands run in that shell, and what they left in the state file is the state. Our own bundles need none
of it, so nothing here is run for them.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from synth_gym.errors import SynthGymError
from synth_gym.sandbox.base import CommandResult, Sandbox
from synth_gym.sandbox.inside import read_inside, write_inside
from synth_gym.tools import Toolset

INSTALL_SECONDS = 300.0
STATE_SECONDS = 25.0
MAX_STATE_BYTES = 2**20

Execute = Callable[[str, float], CommandResult]
"""Runs a command for at most so many seconds."""


class ForeignTools:
    """The bundles of one running sandbox.

    Args:
        toolset: what the sandbox was made with.
        sandbox: started.
        output_bytes: how much of a command's output the sandbox gives uncut.
    """

    def __init__(self, toolset: Toolset, sandbox: Sandbox, output_bytes: int) -> None:
        self._toolset = toolset
        self._sandbox = sandbox
        self._output_bytes = output_bytes
        self._home = self._quick('printf %s "$HOME"').output
        self._state_commands = [bundle.state_command for bundle in toolset.bundles if bundle.state_command]

    def install(self, statement: str) -> dict[str, str]:
        """Make the bundles ready.

        Args:
            statement: the text of the task, for bundles that show it again.

        Returns:
            the state at the beginning.

        Raises:
            SynthGymError: a bundle cannot be installed; one line that says what its script said.
        """
        self._export(statement)
        for bundle, place in zip(self._toolset.bundles, self._sandbox.tools, strict=True):
            if bundle.installs:
                self._install(bundle.path.name, place)
        self._quick('cd -- "$ROOT"')
        self._check_tools()
        write_inside(self._quick, self._registry_file, json.dumps(dict(self._toolset.registry)).encode())
        write_inside(self._quick, self._state_file, b"{}")
        return self.state(self._execute, 0)

    def state(self, execute: Execute, last_exit_code: int | None) -> dict[str, str]:
        """What the state commands tell now; nothing if they leave no JSON object.

        Args:
            execute: runs the state commands and reads what they left.
            last_exit_code: what `$?` is to be again afterwards.
        """
        if not self._state_commands:
            return {}

        def run(command: str) -> CommandResult:
            return execute(command, STATE_SECONDS)

        for command in self._state_commands:
            run(f"( {command}\n) > /dev/null 2>&1 || :")
        try:
            text = read_inside(run, self._state_file, limit=MAX_STATE_BYTES, output_bytes=self._output_bytes)
            state = json.loads(text)
        except (OSError, ValueError, RecursionError):  # the agent may have written anything there
            state = {}
        if last_exit_code:
            run(f"(exit {last_exit_code}) && :")
        return {key: _text(value) for key, value in state.items()} if isinstance(state, dict) else {}

    @property
    def _registry_file(self) -> str:
        return f"{self._home}/.swe-agent-env"

    @property
    def _state_file(self) -> str:
        return f"{self._home}/state.json"

    def _export(self, statement: str) -> None:
        own = {"SWE_AGENT_ENV_FILE": self._registry_file, "PROBLEM_STATEMENT": statement}
        variables = own | dict(self._toolset.variables)
        words = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
        self._quick(f'export ROOT="$(pwd -P)" {" ".join(words)}')

    def _install(self, name: str, place: str) -> None:
        result = self._execute(f"cd -- {shlex.quote(place)} && source ./install.sh", INSTALL_SECONDS)
        if result.exit_code != 0:
            said = (result.output.strip() or result.note or "it says nothing").splitlines()[-1]
            raise SynthGymError(f"tool bundle {name!r}: its install.sh fails in the sandbox: {said}")

    def _check_tools(self) -> None:
        names = " ".join(tool.name for tool in self._toolset.tools)
        missing = self._quick(f'for tool in {names}; do type "$tool" > /dev/null 2>&1 || echo "$tool"; done').output
        if missing:
            raise SynthGymError(f"tool {missing.split()[0]!r}: its bundle is installed, but has no such executable")

    def _quick(self, command: str) -> CommandResult:
        return self._execute(command, STATE_SECONDS)

    def _execute(self, command: str, seconds: float) -> CommandResult:
        return self._sandbox.execute(command, timeout=seconds)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
