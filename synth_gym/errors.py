"""Errors that a user can act on.

Everything a user can get wrong is a `SynthGymError` whose message is one line that says what to do. The command line
prints that line and exits with code 2; nothing else of the library does.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SynthGymError(Exception):
    """A mistake in the input or the set-up; the message is one line that says what to do."""


class InvalidFileError(SynthGymError):
    """A file of the user's (challenge.yaml, a run file, a record ...) does not hold what it must."""


class MissingExtraError(SynthGymError):
    """A feature needs packages that are not installed."""

    def __init__(self, feature: str, extra: str, package: str) -> None:
        super().__init__(f"{feature} needs {package!r}, which is not installed: pip install 'synth-gym[{extra}]'")


class SandboxUnavailableError(SynthGymError):
    """The chosen sandbox cannot be started on this machine; the message names the mend and the other sandboxes."""


class SandboxDiedError(Exception):
    """The sandbox was lost during an episode. An infrastructure fault: never the policy's doing, never trained on."""


class GraderFailedError(Exception):
    """The grader itself failed (not the submission). An infrastructure fault: never the policy's doing."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to append to a message, or an empty string.

    >>> did_you_mean("metrc", ["metric", "limits"])
    " (did you mean 'metric'?)"
    """
    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
