"""Agent definitions: one YAML file says which policy plays, with which model, prompt and tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta
from pydantic import Field, field_validator, model_validator

from synth_gym.content import content
from synth_gym.errors import InvalidFileError, did_you_mean
from synth_gym.schema import Strict, load
from synth_gym.tools import Toolset
from synth_gym.tools.templates import compile_template
from synth_gym.tools.toolset import DEFAULT_BUNDLES

PROMPT_VARIABLES = ("tools", "documentation")
"""What a system prompt may name: the tools' names, and their documentation as text. Nothing of an episode is among
them: the prompt is the same for all episodes, so that a server computes it once."""


class Sampling(Strict):
    """How a model's replies are drawn. What is null is left to the server."""

    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, gt=0)
    """Most tokens of one reply."""
    seeded: bool = True
    """Send the policy's seed. For servers that refuse the parameter: false."""


class Price(Strict):
    """US dollars per million tokens; a server's discounts (cached prompts) are not known and not taken off."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


class ModelLimits(Strict):
    """When the policy ends an episode from its side."""

    tokens: int | None = Field(default=None, gt=0)
    """Longest conversation, as the server counts it; beyond it the outcome is `context_limit`."""
    cost: float | None = Field(default=None, gt=0)
    """US dollars of one episode; once they are spent the outcome is `cost_limit`."""


class AgentDefinition(Strict):
    """The content of an agent definition."""

    name: str
    policy: str = "llm"
    """A name that `make_policy` knows."""
    model: str | None = None
    sampling: Sampling = Sampling()
    price: Price | None = None
    limits: ModelLimits = ModelLimits()
    system_prompt: str = ""
    """Jinja template over `PROMPT_VARIABLES`; empty: that of `default`, so that one agent's records can teach another.
    The user turn is always the environment's own first observation."""
    tools: tuple[str, ...] = DEFAULT_BUNDLES
    """Tool bundles: names of shipped ones, or paths (with a slash), relative to this file."""
    variables: dict[str, str] = Field(default_factory=dict)
    """Environment variables of foreign bundles (SWE-agent's `env_variables`)."""
    registry: dict[str, Any] = Field(default_factory=dict)
    """What foreign bundles read from their registry (SWE-agent's `registry_variables`)."""

    @field_validator("system_prompt")
    @classmethod
    def _known_variables(cls, prompt: str) -> str:
        try:
            names = meta.find_undeclared_variables(Environment().parse(prompt))
        except TemplateSyntaxError as error:
            raise ValueError(f"is not a Jinja template: line {error.lineno}: {error.message}") from None
        if unknown := sorted(names - set(PROMPT_VARIABLES)):
            raise ValueError(f"unknown variable {unknown[0]!r}{did_you_mean(unknown[0], PROMPT_VARIABLES)}")
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
        names = [tool.name for tool in toolset.tools]
        template = compile_template(self.system_prompt)
        return template.render(tools=names, documentation=toolset.documentation).strip()


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
