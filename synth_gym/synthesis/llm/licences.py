"""Licences of the Hub's cards, as SPDX identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synth_gym.certification.gates.licence import ALLOWED
from synth_gym.synthesis.draft import DrawRejectedError

_SPDX = {
    "afl-3.0": "AFL-3.0",
    "apache-2.0": "Apache-2.0",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "cc-by-3.0": "CC-BY-3.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-3.0": "CC-BY-SA-3.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc0-1.0": "CC0-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0",
    "cdla-permissive-2.0": "CDLA-Permissive-2.0",
    "mit": "MIT",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
    "unlicense": "Unlicense",
    "public-domain": "LicenseRef-public-domain",
}
_NOTHING_SAID = {"", "unknown", "other"}


def licence_of(card: dict[str, Any], tags: Iterable[str], allowed: Iterable[str] = ()) -> str:
    """The SPDX identifier of a dataset's licence.

    Args:
        card: the card's metadata.
        tags: of the repository; the Hub repeats the licence there.
        allowed: SPDX identifiers; those that the gate `licence` allows when empty.

    Raises:
        DrawRejectedError: none is stated, or it is none of the allowed ones.
    """
    stated = [_text(card.get("license")), *(tag.removeprefix("license:") for tag in tags if tag.startswith("license:"))]
    named = next((one for one in stated if one not in _NOTHING_SAID), "") or _text(card.get("license_name"))
    if named in _NOTHING_SAID:
        raise DrawRejectedError("dataset has no licence", " ".join(stated).strip())
    spdx = _SPDX.get(named, named)
    if spdx not in (set(allowed) or ALLOWED) & ALLOWED:
        raise DrawRejectedError("licence does not allow passing the data on", named)
    return spdx


def _text(value: Any) -> str:
    """A card may state one licence or a list; of a list all count, so that a second one is not overlooked."""
    words = value if isinstance(value, list) else [value or ""]
    return " and ".join(str(word).strip().lower() for word in words)
