"""The page on certification says what the gates say."""

from __future__ import annotations

from synth_gym.certification.gates import GATES, NAMES, SUITE_GATES
from synth_gym.certification.page import PAGE, with_table


def test_the_page_shows_every_gate_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run: python -m synth_gym.certification.page"
    assert all(f"| `{name}` |" in page for name in NAMES)


def test_every_gate_says_what_it_is_for_and_may_stand_in_a_table() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for gate in (*GATES, *SUITE_GATES):
        texts = (gate.fault, gate.source, gate.rule)
        assert all(texts) and not any("|" in text or "\n" in text for text in texts), gate.name
        assert gate.version >= 1
