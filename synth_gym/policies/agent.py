"""Agent definitions: one YAML file says which policy plays, with which model, prompts and tools. See docs/agents.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, TemplateSyntaxError, meta
from pydantic import Field, ValidationInfo, field_validator, model_validator

from synth_gym.content import content
from synth_gym.errors import InvalidFileError, did_you_mean
from synth_gym.policies.settings import History, ModelLimits, Price, Sampling
from synth_gym.schema import Strict, load
from synth_gym.tools import Toolset
from synth_gym.tools.rendering import BASH
from synth_gym.tools.schemas import documentation
from synth_gym.tools.templates import compile_template
from synth_gym.tools.toolset import DEFAULT_BUNDLES

PROMPT_VARIABLES = ("tools", "documentation", "commands")
"""What the system and the format prompt may name: the tools' names, their documentation as text, and the same without
`bash`. Nothing of an episode is among them: they are the same for all, so that a server computes them once."""

OBSERVATION_VARIABLES = ("observation", "step", "steps_left", "seconds_left", "validations_left", "working_directory")
"""What the observation prompt may name."""


class AgentDefinition(Strict):
    """The content of an agent definition."""

    name: str
    policy: str = "llm"
    """A name that `make_policy` knows, or `module:Class`."""
    model: str | None = None
    api: Literal["chat", "responses"] = "chat"
    """What the server speaks: chat completions, or OpenAI's Responses API, which keeps a model's hidden reasoning."""
    base_url: str | None = None
    """Of the server; `OPENAI_BASE_URL`, or OpenAI itself, by default."""
    key_variable: str = "OPENAI_API_KEY"
    """Environment variable of the key. Servers of one's own rarely need any."""
    timeout: float = Field(default=600, gt=0)
    """Seconds to wait for one reply."""
    sampling: Sampling = Sampling()
    price: Price | None = None
    limits: ModelLimits = ModelLimits()
    history: History = History()
    action_format: Literal["tool_calls", "thought_action", "xml"] = "tool_calls"
    """How the model says what to do: the API's tool calls, one fenced code block, or `<function=...>` tags."""
    system_prompt: str = ""
    """Jinja template over `PROMPT_VARIABLES`; empty: that of `default`, so that one agent's records can teach another.
    The user turn is always the environment's own first observation."""
    format_prompt: str = ""
    """Jinja template over `PROMPT_VARIABLES` that explains the action format; empty: the format's own. The model reads
    it after the system prompt; records, which hold tool calls whatever the format, do not have it."""
    observation_prompt: str = ""
    """Jinja template over `OBSERVATION_VARIABLES`: what the model reads of an observation; empty: just that. Records
    hold the observation alone."""
    tools: tuple[str, ...] = DEFAULT_BUNDLES
    """Tool bundles: names of shipped ones, or paths (with a slash), relative to this file."""
    variables: dict[str, str] = Field(default_factory=dict)
    """Environment variables of foreign bundles (SWE-agent's `env_variables`)."""
    registry: dict[str, Any] = Field(default_factory=dict)
    """What foreign bundles read from their registry (SWE-agent's `registry_variables`)."""

    @field_validator("system_prompt", "format_prompt", "observation_prompt")
    @classmethod
    def _known_variables(cls, prompt: str, info: ValidationInfo) -> str:
        known = OBSERVATION_VARIABLES if info.field_name == "observation_prompt" else PROMPT_VARIABLES
        try:
            names = meta.find_undeclared_variables(Environment().parse(prompt))
        except TemplateSyntaxError as error:
            raise ValueError(f"is not a Jinja template: line {error.lineno}: {error.message}") from None
        if unknown := sorted(names - set(known)):
            hint = did_you_mean(unknown[0], known)
            raise ValueError(f"unknown variable {unknown[0]!r}{hint}; there are: {', '.join(known)}")
        return prompt

    @field_validator("variables", mode="before")
    @classmethod
    def _as_text(cls, variables: Any) -> Any:
        """YAML reads `WINDOW: 100` as a number; an environment has only text."""
        if not isinstance(variables, dict):
            return variables
        return {name: str(value) if type(value) in (int, float) else value for name, value in variables.items()}

    @model_validator(mode="after")
    def _countable(self) -> AgentDefinition:
        if self.limits.cost is not None and self.price is None:
            raise ValueError("limits.cost needs a price (US dollars per million tokens: prompt, completion)")
        return self

    @classmethod
    def load(cls, path_or_name: str | Path | None = None) -> AgentDefinition:
        """Read a definition: a path, or the name of one that ships with the package; `default` for None.

        Raises:
            InvalidFileError: no such definition, or a faulty one; one line.
        """
        path = _find(str(path_or_name or "default"))
        definition = load(path, cls)
        bundles = tuple(str(path.parent / tool) if "/" in tool else tool for tool in definition.tools)
        prompt = definition.system_prompt or load(_find("default"), cls).system_prompt
        return definition.model_copy(update={"tools": bundles, "system_prompt": prompt})

    def equipped(self, tools: Sequence[str], variables: Mapping[str, str]) -> AgentDefinition:
        """The same agent with other tools, if any are given, and with these variables besides its own."""
        changed = {"tools": tuple(tools) or self.tools, "variables": self.variables | dict(variables)}
        return self.model_copy(update=changed)

    def toolset(self) -> Toolset:
        """The tools, loaded."""
        return Toolset.load(self.tools, variables=self.variables, registry=self.registry)

    def system(self, toolset: Toolset) -> str:
        """The system turn of an episode with these tools."""
        return _render(self.system_prompt, toolset)

    def explained(self, format_prompt: str, toolset: Toolset) -> str:
        """The system turn as the model reads it: the action format is explained below it.

        Args:
            format_prompt: the format's own, used unless the definition brings one.
            toolset: the tools.
        """
        return f"{self.system(toolset)}\n\n{_render(self.format_prompt or format_prompt, toolset)}".strip()


def _render(prompt: str, toolset: Toolset) -> str:
    names = [tool.name for tool in toolset.tools]
    commands = "\n\n".join(documentation(tool) for tool in toolset.tools if tool is not BASH)
    template = compile_template(prompt)
    return template.render(tools=names, documentation=toolset.documentation, commands=commands).strip()


def _find(path_or_name: str) -> Path:
    if "/" in path_or_name or path_or_name.endswith((".yaml", ".yml")):
        return Path(path_or_name)
    shipped = {file.stem: file for file in sorted(content("agents").glob("*.yaml"))}
    if path_or_name not in shipped:
        hint = did_you_mean(path_or_name, shipped)
        raise InvalidFileError(
            f"no agent definition {path_or_name!r}{hint}; shipped: {', '.join(shipped)}; or give a path"
        )
    return shipped[path_or_name]
