"""What earlier runs found, so that a run that was ended goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from trials import Outcome, Trial


class Journal:
    """A file of outcomes, one on each line.

    Args:
        path: the file; it need not exist. A line that was cut off is passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[Trial, Outcome] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                outcome = Outcome.model_validate_json(line)
            except ValidationError:
                continue
            self._found[outcome.trial] = outcome

    def __contains__(self, trial: Trial) -> bool:
        return trial in self._found

    def __getitem__(self, trial: Trial) -> Outcome:
        return self._found[trial]

    def add(self, outcome: Outcome) -> None:
        """Remember an outcome, on disk before anything else is begun."""
        self._found[outcome.trial] = outcome
        with self._path.open("a", encoding="utf-8") as file:
            # A line that was cut off must not swallow this one; empty lines do no harm.
            file.write(f"\n{outcome.model_dump_json()}\n")
