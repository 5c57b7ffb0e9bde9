"""Selections by name: a YAML file with rules in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from synth_gym.content import content
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.schema import Strict, load
from synth_gym.training import selection
from synth_gym.training.selection import Rule


class RuleSpec(Strict):
    """One rule: a mapping with one key."""

    submitted: Literal[True] | None = None
    """Ended by handing in a valid submission."""
    min_submissions: int | None = Field(default=None, ge=1)
    """Artefacts that were scored, by `validate` or by `submit`."""
    beats_baseline: Literal[True] | None = None
    private_confirmed: Literal[True] | None = None
    """Better than the baseline on both splits."""
    min_normalized: float | None = None
    """Normalised score: 0 is the baseline, 1 the reference."""
    no_flags: Literal[True] | tuple[str, ...] | None = None
    """No integrity flag at all, or none of these."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Tokens of the whole conversation; needs a tokenizer."""
    max_characters: int | None = Field(default=None, ge=1)
    distinct_actions: float | None = Field(default=None, gt=0, le=1)
    """Jaccard index from which on two episodes of a challenge are near-duplicates."""
    best_of: int | None = Field(default=None, ge=1)
    """Attempts of one policy at one challenge of which the best is kept."""
    best_per_challenge: int | None = Field(default=None, ge=1)
    max_per_challenge: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _has_one_key(self) -> RuleSpec:
        if len(self.model_fields_set) != 1:
            keys = ", ".join(sorted(self.model_fields_set)) or "nothing"
            raise ValueError(f"a rule is one key with its value, got: {keys}")
        return self

    def make(self, tokenizer: str) -> Rule:
        """The rule; the keys are the names of the functions in `selection`."""
        ((name, value),) = self.model_dump(exclude_unset=True).items()
        if name == "max_tokens":
            return selection.max_tokens(value, tokenizer)
        make: Callable[..., Rule] = getattr(selection, name)
        arguments = () if value is True else value if isinstance(value, tuple) else (value,)
        return make(*arguments)


class Preset(Strict):
    """A named selection."""

    name: str
    rules: tuple[RuleSpec, ...]
    """Applied in order."""

    @classmethod
    def load(cls, name: str) -> Preset:
        """A shipped preset by name, or a YAML file by path.

        Raises:
            InvalidFileError: the file is broken.
            SynthGymError: there is no such preset.
        """
        if name.endswith((".yaml", ".yml")):
            return load(Path(name), cls)
        shipped = {file.stem: file for file in sorted((content("agents") / "selection").glob("*.yaml"))}
        if name not in shipped:
            raise SynthGymError(
                f"no preset {name!r}{did_you_mean(name, shipped)}; there are: {', '.join(shipped)}, or give a YAML file"
            )
        return load(shipped[name], cls)

    def make(self, tokenizer: str = "") -> Iterator[Rule]:
        """The rules.

        Args:
            tokenizer: what `max_tokens` counts with.

        Raises:
            SynthGymError: a rule cannot be made: it has no tokenizer, or names an unknown flag.
        """
        return (rule.make(tokenizer) for rule in self.rules)
