"""The table of gates of docs/certification.md, made of the gates themselves.

python -m synth_gym.certification.page      # rewrites the table in the page
"""

from __future__ import annotations

import re
from pathlib import Path

from synth_gym.certification.gate import Gate, SuiteGate
from synth_gym.certification.gates import GATES, SUITE_GATES

PAGE = Path(__file__).parents[2] / "docs" / "certification.md"
_TABLE = re.compile(r"(?<=<!-- gates -->\n).*?(?=<!-- /gates -->)", re.DOTALL)


def table() -> str:
    """The gates as Markdown."""
    gates: list[Gate | SuiteGate] = [*GATES, *SUITE_GATES]
    rows = [f"| `{gate.name}` | {gate.fault} | {gate.rule} | {gate.source} |" for gate in gates]
    return "\n".join(["| gate | the fault | passes when | seen where |", "|---|---|---|---|", *rows, ""])


def with_table(page: str) -> str:
    """The page with the table as it is now."""
    return _TABLE.sub(lambda _: table(), page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
