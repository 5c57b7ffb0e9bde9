"""docs/families.md speaks of every family, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

from synth_gym.synthesis.recipes import RecipeGenerator

PAGE = Path(__file__).parents[3] / "docs" / "families.md"


def test_every_family_has_a_section() -> None:
    sections = re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(RecipeGenerator.families)
