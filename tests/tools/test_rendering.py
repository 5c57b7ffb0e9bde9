"""Calls become command lines: whatever a value holds, the tool receives it as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.tools import InvalidToolCallError, Toolset

ECHO = """#!/usr/bin/env -S python3 -IS
import json, sys
print(json.dumps({"argv": sys.argv[1:], "stdin": sys.stdin.buffer.read().decode()}))
"""

CONFIG = """
tools:
  plain:
    docstring: d
    arguments:
      - {name: first, type: string, description: d., required: true}
      - {name: second, type: string, description: d., required: false}
  signed:
    docstring: d
    signature: 'signed "<path>" --at=[<line>] --text <text>'
    arguments:
      - {name: path, type: string, description: d., required: true}
      - {name: text, type: string, description: d., required: true}
      - {name: line, type: integer, description: d., required: false}
  many:
    docstring: d
    signature: many [<words>] [<span>] [<data>] [<flag>] [<rate>]
    arguments:
      - {name: words, type: array, description: d., required: false, items: {type: string}}
      - {name: span, type: array, description: d., required: false, argument_format: "--span {{value|join(' ')}}"}
      - {name: data, type: object, description: d., required: false, argument_format: "--data {{value}}"}
      - {name: flag, type: boolean, description: d., required: false, argument_format: "--flag={{value}}"}
      - {name: rate, type: number, description: d., required: false}
      - {name: kind, type: string, description: d., required: false, enum: [a, b], argument_format: "--kind {{value}}"}
  body:
    docstring: d
    signature: |
      body <path> <start>:<end>
      <text>
      the_end
    end_name: the_end
    arguments:
      - {name: path, type: string, description: d., required: true}
      - {name: start, type: integer, description: d., required: true}
      - {name: end, type: integer, description: d., required: true}
      - {name: text, type: string, description: d., required: true}
""".replace("[<rate>]\n", "[<rate>] [<kind>]\n")

NASTY = [
    "plain",
    "",
    " two  words ",
    "it's \"quoted\" 'twice'",
    "$HOME `id` $(id) ${x} \\ \\n !!",
    "a\nb\n\nc\n",
    "\ttab\r\ncarriage",
    "-rf --help",
    "* ? [a-z] ~ #comment ; & | > < ( )",
    "{braces} {{double}} {0} %s <angle> <path> {{ 7*7 }}",
    "the_end",
    "x\nthe_end\necho escaped\nthe_end_",
    "ünïcödé 漢字 🎲 \u2028 \x0c \x1b[0m",
    "trailing backslash \\",
    "x" * 100_000,
]


@pytest.fixture
def tools(make_bundle: Callable[..., Path]) -> Toolset:
    return Toolset.load([make_bundle(CONFIG, plain=ECHO, signed=ECHO, many=ECHO, body=ECHO)])


@pytest.fixture
def call(tools: Toolset, bash: Callable[..., object]) -> Callable[..., dict[str, object]]:
    """Renders a call, runs it in bash, and gives what the tool received."""

    def run(name: str, **arguments: object) -> dict[str, object]:
        done = bash(tools.render(name, arguments), tools)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_a_value_arrives_as_it_is(call: Callable[..., dict[str, object]], value: str) -> None:
    assert call("plain", first=value, second=value)["argv"] == [value, value]
    assert call("signed", path=value, text=value, line=3)["argv"] == [value, "--at=3", "--text", value]
    assert call("many", words=[value, "x"], data={"k": value})["argv"] == [
        *[value, "x"],
        *["--data", json.dumps({"k": value}, ensure_ascii=False)],
    ]


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_a_body_arrives_on_standard_input(call: Callable[..., dict[str, object]], value: str) -> None:
    received = call("body", path=value, start=1, end=2, text=value)
    assert received == {"argv": [value, "1:2"], "stdin": f"{value}\n"}


def test_an_absent_argument_leaves_nothing(call: Callable[..., dict[str, object]]) -> None:
    assert call("plain", first="a")["argv"] == ["a"]
    assert call("plain", first="a", second=None)["argv"] == ["a"]
    assert call("many")["argv"] == []


def test_types_as_they_reach_the_command_line(call: Callable[..., dict[str, object]]) -> None:
    received = call("many", span=[3, 7], flag=True, rate=0.5, kind="b")
    assert received["argv"] == ["--span", "3", "7", "--flag=True", "0.5", "--kind", "b"]
    assert call("signed", path="p", text=12, line="40")["argv"] == ["p", "--at=40", "--text", "12"]
    assert call("many", rate="2")["argv"] == ["2"]


def test_a_rendered_call_is_what_a_person_would_type(tools: Toolset) -> None:
    assert tools.render("plain", {"first": "train.py"}) == "plain train.py"
    assert tools.render("signed", {"path": "a.py", "text": "it", "line": 2}) == "signed a.py --at=2 --text it"
    assert tools.render("body", {"path": "a.py", "start": 1, "end": 2, "text": "x = 1\ny = 2"}) == (
        "body a.py 1:2 << 'the_end'\nx = 1\ny = 2\nthe_end"
    )


def test_bash_runs_its_command_as_it_stands(tools: Toolset) -> None:
    command = "  echo a\\ \ncat <<'E'\n{x} <y>\nE\n"
    assert tools.render("bash", {"command": command}) == command


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        (
            "plane",
            {},
            r"there is no tool 'plane' \(did you mean 'plain'\?\); the tools are: bash, plain, signed, many, body",
        ),
        (
            "plain",
            {"frst": "x"},
            r"`plain` has no argument 'frst' \(did you mean 'first'\?\); it takes first, second \(optional\)",
        ),
        ("plain", {}, "`plain` needs the argument 'first'"),
        ("plain", {"first": None}, "`plain` needs the argument 'first'"),
        ("plain", {"first": ["x"]}, "argument 'first' of `plain` must be of type string, not array"),
        ("plain", {"first": True}, "must be of type string, not boolean"),
        ("plain", {"first": "a\0b"}, "NUL character"),
        ("plain", {"first": "\ud83d"}, "surrogate pair"),
        ("many", {"data": {"deep": ["\0"]}}, "NUL character"),
        ("plain", {"first": "ä" * 65_536}, r"is 131,072 bytes long, more than the 131,071"),
        ("plain", ["x"], "the arguments of `plain` must be a JSON object, not array"),
        ("signed", {"path": "a", "text": "b", "line": "3.5"}, "must be of type integer, not string"),
        ("signed", {"path": "a", "text": "b", "line": 3.5}, "must be of type integer, not number"),
        ("signed", {"path": "a", "text": "b", "line": True}, "must be of type integer, not boolean"),
        ("many", {"flag": "yes"}, "must be of type boolean, not string"),
        ("many", {"rate": "fast"}, "must be of type number, not string"),
        ("many", {"kind": "c"}, r'must be one of "a", "b"'),
        ("bash", {"command": " \n "}, "the command of `bash` is empty"),
        ("bash", {}, "`bash` needs the argument 'command'"),
    ],
)
def test_a_call_that_breaks_the_schema(tools: Toolset, name: str, arguments: object, complaint: str) -> None:
    with pytest.raises(InvalidToolCallError, match=complaint):
        tools.render(name, arguments)  # type: ignore[arg-type]


def test_the_longest_argument_really_passes(call: Callable[..., dict[str, object]]) -> None:
    assert call("plain", first="x" * 131_071)["argv"] == ["x" * 131_071]


def test_a_template_cannot_reach_python(make_bundle: Callable[..., Path]) -> None:
    spy = "{{ value.__class__.__mro__[-1].__subclasses__() }}"
    config = f"""
tools:
  spy:
    docstring: d
    arguments: [{{name: a, type: string, description: d., required: true, argument_format: "{spy}"}}]
"""
    tools = Toolset.load([make_bundle(config, spy=ECHO)])
    with pytest.raises(InvalidToolCallError, match="does not fit its format"):
        tools.render("spy", {"a": "x"})
