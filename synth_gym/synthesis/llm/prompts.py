"""The prompts: `agents/synthesis/prompts.yaml`, Jinja templates over each stage's input."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from jinja2 import Template
from pydantic import BaseModel

from synth_gym.content import content
from synth_gym.schema import Strict, load
from synth_gym.tools.templates import compile_template


class Prompts(Strict):
    """The content of a prompts file. Every template but `system` and `rules` sees the fields of its stage's
    input."""

    system: str
    rules: str
    """What a challenge must be like; `challenge` and `repair` see it."""
    topics: str
    proposals: str
    challenge: str
    repair: str
    invalid: str
    """The turn after a reply that is not what was asked for; sees `error`."""


@functools.cache
def load_prompts(path: Path | None = None) -> Prompts:
    """The prompts of a file, or those that ship."""
    return load(path or content("agents") / "synthesis" / "prompts.yaml", Prompts)


@functools.cache
def _compiled(text: str) -> Template:
    return compile_template(text)


def messages(prompts: Prompts, stage: str, given: BaseModel) -> list[dict[str, Any]]:
    """The conversation that opens a call; its last turn ends with the stage's input as JSON.

    Args:
        prompts: the templates.
        stage: `topics`, `proposals`, `challenge` or `repair`.
        given: the stage's input.
    """
    plain = given.model_dump(mode="json")
    asked = _compiled(getattr(prompts, stage)).render(**plain, rules=prompts.rules.strip()).strip()
    user = f"{asked}\n\nINPUT\n{json.dumps(plain, ensure_ascii=False)}"
    return [{"role": "system", "content": prompts.system.strip()}, {"role": "user", "content": user}]


def correction(prompts: Prompts, said: str, error: str) -> list[dict[str, Any]]:
    """The turns that follow a reply that is not what was asked for."""
    told = _compiled(prompts.invalid).render(error=error).strip()
    # Servers refuse an empty turn.
    return [{"role": "assistant", "content": said or "(nothing)"}, {"role": "user", "content": told}]
