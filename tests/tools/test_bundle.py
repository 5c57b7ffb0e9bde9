"""Reading bundles: what is accepted, and which faults are told in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.tools import Toolset, load_bundle

SCRIPT = "#!/bin/sh\n"

ARGUMENT = "{name: text, type: string, description: A text., required: true}"


def tool(**keys: str) -> str:
    """A config.yaml with one tool `say`, described by these YAML values."""
    body = {"docstring": "Say it.", "arguments": f"[{ARGUMENT}]"} | keys
    return "tools:\n  say:\n" + "".join(f"    {key}: {value}\n" for key, value in body.items() if value)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ("", "must hold a mapping"),
        ("tool: {}", "unknown key 'tool' (did you mean 'tools'?)"),
        ("state_command: x", "key 'tools' is missing"),
        (tool(docstrng="x"), "unknown key 'tools.say.docstrng' (did you mean 'docstring'?)"),
        (tool(docstring=""), "key 'tools.say.docstring' is missing"),
        (tool(arguments="[{name: a, type: string, description: d}]"), "required' is missing"),
        (tool(arguments=f"[{ARGUMENT}, {ARGUMENT}]"), "argument 'text' is defined twice"),
        (tool(arguments=f"[{ARGUMENT.replace('true', 'false')}, {ARGUMENT.replace('text', 'b')}]"), "before optional"),
        (tool(arguments=f"[{ARGUMENT.replace('string', 'text')}]"), "'string', 'integer'"),
        (tool(arguments=f"[{ARGUMENT.replace('text', '9lives')}]"), "arguments.0.name"),
        (tool(signature="say <txt>"), "the signature lacks <text>"),
        (tool(signature="say <text> <more>"), "the signature names <more>, which is not an argument"),
        (tool(end_name="end"), "end_name needs a signature"),
        (tool(end_name="end", signature='"say\\n<text>\\nfin"'), "last line must be the end_name 'end'"),
        (tool(end_name='"the end"', signature='"say\\n<text>\\nthe end"'), "end_name"),
        (tool(arguments=f"[{ARGUMENT[:-1]}, argument_format: '{{{{value'}}]"), "is not a Jinja template"),
        ("tools: {'my tool': {docstring: x}}", "'my tool' cannot be a tool's name"),
        ("tools: {say: {docstring: x}", "is not YAML"),
    ],
)
def test_a_fault_in_config_is_one_line(make_bundle: Callable[..., Path], config: str, complaint: str) -> None:
    folder = make_bundle(config, say=SCRIPT)
    with pytest.raises(InvalidFileError) as caught:
        load_bundle(folder)
    message = str(caught.value)
    assert complaint in message
    assert str(folder / "config.yaml") in message
    assert "\n" not in message


def test_a_folder_without_config_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match=r"is not a tool bundle \(it holds no config\.yaml\)"):
        load_bundle(tmp_path)


def test_every_tool_needs_an_executable(make_bundle: Callable[..., Path]) -> None:
    with pytest.raises(InvalidFileError, match="at least one executable"):
        load_bundle(make_bundle(tool(), name="empty"))
    with pytest.raises(InvalidFileError, match=r"bin/say: is missing"):
        load_bundle(make_bundle(tool(), name="other", shout=SCRIPT))


def test_install_may_bring_the_executables(make_bundle: Callable[..., Path]) -> None:
    folder = make_bundle(tool(), _helper=SCRIPT)
    (folder / "install.sh").write_text("export PATH=$PWD/lib:$PATH\n")
    assert load_bundle(folder).installs


def test_what_a_bundle_holds(make_bundle: Callable[..., Path]) -> None:
    config = tool() + "state_command: _state\n"
    bundle = load_bundle(make_bundle(config, say=SCRIPT, _state=SCRIPT))
    assert bundle.state_command == "_state"
    assert not bundle.installs
    (say,) = bundle.tools
    assert (say.name, say.description, say.signature) == ("say", "Say it.", "say <text>")


def test_a_docstring_fills_in_variables_and_nothing_else(make_bundle: Callable[..., Path]) -> None:
    config = tool(docstring="""'Shows {WINDOW} lines of {"a": [1]} or {} or {0} or {OTHER}.'""")
    bundle = load_bundle(make_bundle(config, say=SCRIPT), {"WINDOW": "100"})
    assert bundle.tools[0].description == 'Shows 100 lines of {"a": [1]} or {} or {0} or {OTHER}.'


def test_two_bundles_cannot_share_a_tool_or_a_folder_name(make_bundle: Callable[..., Path]) -> None:
    first, second = make_bundle(tool(), name="a", say=SCRIPT), make_bundle(tool(), name="b", say=SCRIPT)
    with pytest.raises(InvalidFileError, match=f"the tool 'say' is already taken by {first}"):
        Toolset.load([first, second])
    third = make_bundle("tools: {}", name="x/a", dummy=SCRIPT)
    with pytest.raises(InvalidFileError, match=f"the folder name 'a' is already taken by {first}"):
        Toolset.load([first, third])


def test_the_name_bash_is_taken(make_bundle: Callable[..., Path]) -> None:
    with pytest.raises(InvalidFileError, match=r"the tool 'bash' is already taken by \(built in\)"):
        Toolset.load([make_bundle("tools: {bash: {docstring: mine}}", bash=SCRIPT)])


def test_an_unknown_shipped_bundle() -> None:
    with pytest.raises(InvalidFileError, match=r"no tool bundle 'serch' is shipped \(did you mean 'search'\?\)"):
        Toolset.load(["serch"])
