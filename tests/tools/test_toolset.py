"""The set of tools as a model and a sandbox see it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from synth_gym.tools import Toolset

SWE_AGENT_BLOCKS = ("vim", "vi", "emacs", "nano", "nohup", "gdb", "less", "tail -f", "python -m venv", "make")
"""SWE-agent's default `filter.blocklist`: an action that merely begins like one of these is refused."""

TOOLS = [
    "bash",
    *("show", "create", "str_replace", "edit_lines", "insert"),
    *("find_file", "search_dir", "search_file"),
    *("validate", "submit"),
]


def test_the_shipped_tools() -> None:
    tools = Toolset.default()
    assert [schema["function"]["name"] for schema in tools.schemas] == TOOLS
    assert [folder.name for folder in tools.folders] == ["edit", "search", "submission"]
    assert all((folder / "bin").is_dir() for folder in tools.folders)


def test_no_shipped_tool_is_blocked_by_swe_agent() -> None:
    assert not [name for name in TOOLS if name.startswith(SWE_AGENT_BLOCKS)]


def test_the_schema_is_a_transcription_of_the_config(make_bundle: Callable[..., Path]) -> None:
    config = """
tools:
  pick:
    docstring: Pick.
    signature: pick <color> [<spots>]
    arguments:
      - {name: color, type: string, description: Which., required: true, enum: [red, blue]}
      - {name: spots, type: array, description: Where., required: false, items: {type: integer}}
  rest:
    docstring: null
"""
    folder = make_bundle(config, pick="#!/bin/sh\n", rest="#!/bin/sh\n")
    assert Toolset.load([folder]).schemas[1:] == [
        {
            "type": "function",
            "function": {
                "name": "pick",
                "description": "Pick.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "color": {"type": "string", "description": "Which.", "enum": ["red", "blue"]},
                        "spots": {"type": "array", "description": "Where.", "items": {"type": "integer"}},
                    },
                    "required": ["color"],
                },
            },
        },
        {
            "type": "function",
            "function": {
                "name": "rest",
                "description": "",
                "parameters": {"type": "object", "properties": {}, "required": []},
            },
        },
    ]


def test_names_and_descriptions_suit_a_model_api() -> None:
    for schema in Toolset.default().schemas:
        function = schema["function"]
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", function["name"])
        assert 20 < len(function["description"]) < 500
        properties = function["parameters"]["properties"]
        assert set(function["parameters"]["required"]) <= set(properties)
        assert all(described["description"].endswith(".") for described in properties.values())


def test_the_documentation_shows_how_to_type_a_call() -> None:
    text = Toolset.default().documentation
    assert "edit_lines <path> <start>:<end> << 'end_of_text'\n    <text>\n    end_of_text\n" in text
    assert "  start (integer, optional): First line to show" in text
    assert all(f"\n\n{name}\n" in f"\n\n{text}" for name in TOOLS)


def test_without_bundles_there_is_bash() -> None:
    tools = Toolset.load([])
    assert [tool.name for tool in tools.tools] == ["bash"]
    assert tools.render("bash", {"command": "echo hi"}) == "echo hi"
    assert not tools.foreign


def test_which_bundles_are_foreign(make_bundle: Callable[..., Path]) -> None:
    folder = make_bundle("tools: {greet: {docstring: Greet.}}", greet="#!/bin/sh\n")
    assert Toolset.load([folder]).foreign and Toolset.load(["edit", folder]).foreign
    assert not Toolset.default().foreign


def test_lost_permissions_are_mended_in_a_copy(make_bundle: Callable[..., Path], tmp_path: Path) -> None:
    fine = make_bundle("tools: {greet: {docstring: Greet.}}", name="fine", greet="#!/bin/sh\n")
    lost = make_bundle("tools: {}", name="lost", _state="#!/bin/sh\necho well\n")
    (lost / "bin" / "_state").chmod(0o644)
    tools = Toolset.load([fine, lost, "edit"])
    for _ in range(2):
        staged = tools.stage(tmp_path / "scratch")
    assert staged == (fine, tmp_path / "scratch" / "lost", tools.folders[2])
    assert subprocess.run([staged[1] / "bin" / "_state"], capture_output=True).stdout == b"well\n"
    assert not os.access(lost / "bin" / "_state", os.X_OK)


def test_a_bare_multi_line_call_is_guarded() -> None:
    bare = "create a.txt\ntext\nend_of_content"
    assert Toolset.default().guard(bare) == "create a.txt << 'end_of_content'\ntext\nend_of_content"
    assert Toolset.load([]).guard(bare) == bare
