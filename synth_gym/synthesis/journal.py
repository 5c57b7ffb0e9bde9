"""What a synthesis has found out and must not pay for again: which candidates were rejected, and why."""

from __future__ import annotations

import json
from pathlib import Path

from synth_gym.errors import SynthGymError

NAME = ".synthesis.jsonl"


class Journal:
    """A file beside the challenges: one line that names the synthesis, then one for each rejected candidate.

    Args:
        suite: folder of the challenges.
        generator: its name.
        seed: of the synthesis.

    Raises:
        SynthGymError: the folder belongs to another synthesis.
    """

    def __init__(self, suite: Path, generator: str, seed: int) -> None:
        self._path = suite / NAME
        self._header = {"generator": generator, "seed": seed}
        self._rejected: dict[tuple[str, str], str] = {}
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        entries = [json.loads(line) for line in lines if _is_whole(line)]
        if not entries:
            self._path.write_text(json.dumps(self._header) + "\n", encoding="utf-8")
        elif entries[0] != self._header:
            made = f"{entries[0]['generator']!r} with seed {entries[0]['seed']}"
            raise SynthGymError(f"{suite} holds challenges of {made}; choose another folder with --out")
        self._rejected = {(entry["family"], entry["id"]): entry["reason"] for entry in entries[1:]}

    def reason(self, family: str, id: str) -> str | None:
        """Why a candidate was rejected in an earlier run, or None."""
        return self._rejected.get((family, id))

    def reject(self, family: str, id: str, reason: str, detail: str) -> None:
        """Remember a rejected candidate."""
        entry = {"family": family, "id": id, "reason": reason, "detail": detail}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def _is_whole(line: str) -> bool:
    """False for the line during which an earlier run was killed."""
    return line.endswith("}")
