"""SWE-agent's own bundles, unmodified: the same schemas and invocations as there, and a working life in our sandbox."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.session import Session
from synth_gym.tools import Toolset
from synth_gym.tools.bundle import Argument

VARIABLES = {"WINDOW": "5", "OVERLAP": "1"}
TEXT = 'it\'s $x "q" `y` \\ *'


@pytest.fixture(scope="module")
def bundles(swe_agent: Path) -> list[Path]:
    folders = sorted(folder for folder in (swe_agent / "tools").iterdir() if (folder / "config.yaml").is_file())
    assert len(folders) >= 15
    return folders


def example(argument: Argument) -> Any:
    """A value of the argument's type."""
    if argument.enum:
        return argument.enum[0]
    if argument.type == "array":
        return [
            example(Argument(**{"name": "item", "description": "", "required": True, **(argument.items or {})}))
        ] * 2
    return {"string": TEXT, "integer": 3, "number": 0.5, "boolean": True, "object": {}}[argument.type]


def test_schemas_and_invocations_are_swe_agents(bundles: list[Path]) -> None:
    from sweagent.tools.bundle import Bundle
    from sweagent.tools.tools import ToolConfig, ToolHandler

    seen = 0
    for folder in bundles:
        ours = Toolset.load([folder], variables=VARIABLES)
        theirs = ToolHandler(ToolConfig(bundles=[Bundle(path=folder)], env_variables=VARIABLES))
        for tool, schema, their_tool in zip(ours.tools[1:], ours.schemas[1:], theirs.config.tools[1:], strict=True):
            function = their_tool["function"]
            nothing: dict[str, Any] = {"properties": {}, "required": []}
            assert schema["function"]["name"] == function["name"]
            assert schema["function"]["parameters"] == nothing | function["parameters"]
            values = {argument.name: example(argument) for argument in tool.arguments}
            call = {"id": "1", "type": "function", "function": {"name": tool.name, "arguments": values}}
            _, action = theirs.parse_actions({"message": "", "tool_calls": [call]})
            assert ours.render(tool.name, values) == unquoted(theirs.guard_multiline_input(action)), tool.name
            seen += 1
    assert seen > 30


def unquoted(action: str) -> str:
    """`open "<path>"` puts double quotes around a word that is quoted already; ours leaves them out."""
    return action.replace(f'"{shlex.quote(TEXT)}"', shlex.quote(TEXT))


@pytest.fixture
def session(swe_agent: Path, tiny_challenge: Challenge) -> Iterator[Session]:
    """An episode with the bundles that need nothing from the network."""
    names = ("registry", "windowed", "search", "edit_anthropic", "diff_state", "forfeit")
    folders = [swe_agent / "tools" / name for name in names]
    toolset = Toolset.load([*folders, "submission"], variables=VARIABLES)
    with Session(tiny_challenge, toolset=toolset, limits=Limits()) as session:
        session.start()
        yield session


def call(session: Session, tool: str, **arguments: Any) -> str:
    return session.step(session.toolset.render(tool, arguments)).observation


def test_the_window_moves_and_remembers_its_file(session: Session) -> None:
    assert "(11 lines total)" in call(session, "open", path="baseline.py")
    moved = session.step("cd data && scroll_down && goto 9")
    assert '9:    writer.writerow(["id", "y"])' in moved.observation
    assert moved.info["state"]["open_file"] == "/workspace/baseline.py"
    assert moved.info["state"]["working_dir"] == "/workspace/data"
    assert "mean = sum" in call(session, "search_file", search_term="mean =")
    assert 'Found 1 matches for "train.csv"' in call(session, "find_file", file_name="train.csv", dir="/workspace")


def test_files_are_made_changed_and_shown(session: Session) -> None:
    path, text = "/workspace/it's new.py", "x = '$HOME'\ny = \"`id`\"\n"
    assert "created successfully" in call(session, "str_replace_editor", command="create", path=path, file_text=text)
    assert (session.workspace / "it's new.py").read_text() == text
    edit = {"command": "str_replace", "path": path, "old_str": "'$HOME'", "new_str": "!x"}
    assert "has been edited" in call(session, "str_replace_editor", **edit)
    shown = call(session, "str_replace_editor", command="view", path=path, view_range=[1, 1])
    assert "x = !x" in shown and "y =" not in shown
    assert (session.workspace / "it's new.py").read_text() == 'x = !x\ny = "`id`"\n'


def test_a_repository_of_the_agents_shows_in_the_state(session: Session) -> None:
    identity = "git config user.email a@example.org && git config user.name a"
    session.step(f"git init --quiet && {identity} && git add --all && git commit --quiet --message start")
    assert session.step("echo more > note.txt").info["state"]["diff"].endswith("+more")


def test_our_own_tools_score_beside_them(session: Session) -> None:
    assert session.step("python baseline.py && validate").info["score"] is not None
    assert session.step("submit").info["outcome"] == "submitted"
