"""Agent definitions: the shipped ones, and what a faulty one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.policies import POLICIES
from synth_gym.policies.agent import AgentDefinition, Price
from synth_gym.tools import Toolset


@pytest.mark.parametrize("name", ["default", "practitioner", "qwen3"])
def test_a_shipped_definition(name: str) -> None:
    agent = AgentDefinition.load(name)
    assert agent.name == name
    assert agent.policy in POLICIES
    assert [folder.name for folder in agent.toolset().folders] == ["edit", "search", "submission"]
    assert agent.system(agent.toolset()) == AgentDefinition.load().system(Toolset.default())
    assert "`submit`" in agent.system_prompt


def test_variables_and_registry_of_foreign_bundles(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nvariables: {WINDOW: 100, MODE: a b}\nregistry: {STAGES: [1, 2]}\n")
    tools = AgentDefinition.load(file).toolset()
    assert tools.variables == {"WINDOW": "100", "MODE": "a b"} and tools.registry == {"STAGES": [1, 2]}
    file.write_text("name: mine\nvariables: {WINDOW: [1]}\n")
    with pytest.raises(InvalidFileError, match=r"variables\.WINDOW"):
        AgentDefinition.load(file)


def test_an_agent_is_equipped_with_other_tools() -> None:
    agent = AgentDefinition.load()
    other = agent.equipped(["submission"], {"WINDOW": "9"})
    assert [tool.name for tool in other.toolset().tools] == ["bash", "validate", "submit"]
    assert other.equipped([], {"X": "1"}).variables == {"WINDOW": "9", "X": "1"}
    assert agent.equipped([], {}) == agent


def test_a_definition_of_ones_own(tmp_path: Path) -> None:
    bundle = tmp_path / "tools" / "say"
    (bundle / "bin").mkdir(parents=True)
    (bundle / "bin" / "say").write_text("#!/bin/sh\n")
    (bundle / "bin" / "say").chmod(0o755)
    (bundle / "config.yaml").write_text("tools: {say: {docstring: Say it.}}")
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nmodel: m\nsystem_prompt: |\n  Use {{ tools|join(', ') }}.\n\n  {{ documentation }}\n"
        "tools: [submission, ./tools/say]\nprice: {prompt: 2, completion: 8}\nlimits: {cost: 0.5, tokens: 1000}\n"
        "sampling: {temperature: 0, top_p: 0.9, max_tokens: 100}\n"
    )
    agent = AgentDefinition.load(file)
    system = agent.system(agent.toolset())
    assert system.startswith("Use bash, validate, submit, say.\n\nbash\n  Run a command")
    assert system.endswith("say\n  Say it.\n  usage:\n    say")
    assert agent.price == Price(prompt=2, completion=8)
    assert agent.price.of(1_000_000, 500_000) == 6.0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("policy: llm", "key 'name' is missing"),
        ("name: x\nsystem_promt: hi", "unknown key 'system_promt' (did you mean 'system_prompt'?)"),
        ("name: x\nsampling: {temprature: 1}", "unknown key 'sampling.temprature' (did you mean 'temperature'?)"),
        ("name: x\nsystem_prompt: 'You have {{ tool }}'", "unknown variable 'tool' (did you mean 'tools'?)"),
        ("name: x\nsystem_prompt: '{% if %}'", "is not a Jinja template: line 1"),
        ("name: x\nlimits: {cost: 1}", "limits.cost needs a price"),
        ("name: x\nsampling: {temperature: -1}", "sampling.temperature"),
    ],
)
def test_a_faulty_definition_is_one_line(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(content)
    with pytest.raises(InvalidFileError) as caught:
        AgentDefinition.load(file)
    assert complaint in str(caught.value)
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


def test_an_unknown_definition() -> None:
    with pytest.raises(
        InvalidFileError, match=r"no agent definition 'qwen' \(did you mean 'qwen3'\?\); shipped: default, "
    ):
        AgentDefinition.load("qwen")
