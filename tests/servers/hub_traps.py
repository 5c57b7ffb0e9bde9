"""The playground's bad datasets, each wrong in one way; `TRAPS` names them all.

Their rows are real, so that nothing but the named fault speaks against them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import card_named
from tests.servers.hub_cards import repository
from tests.servers.hub_repository import Repository

if TYPE_CHECKING:
    import pandas as pd

TRAPS = {
    "missing": "playground/no-such-table",
    "gated": "playground/gated-clinic",
    "private": "playground/private-ledger",
    "disabled": "playground/disabled-forum",
    "renamed": "playground/firm-investment",
    "too-large": "playground/web-scale-clicks",
    "no-licence": "playground/unlicensed-ward",
    "forbidden-licence": "playground/no-derivatives-survey",
    "wrong-columns": "playground/mislabelled-ward",
    "one-class": "playground/only-benign",
    "label-in-feature": "playground/answer-in-a-column",
    "too-few-rows": "playground/wine-recognition",
    "no-parquet": "playground/loading-script",
}
"""What is wrong with which dataset. `missing` is not there at all; `renamed` leads to `playground/grunfeld-investment`;
`too-few-rows` is one of the real ones."""
RENAMED = {"playground/firm-investment": "playground/grunfeld-investment"}
HUGE_BYTES = 2_400_000_000_000
HUGE_ROWS = 4_000_000_000

_OPEN = {"license": "cc-by-4.0"}


def traps() -> Iterator[Repository]:
    """All that are there and not among the real datasets."""
    clinic, ward, survey = (frames.table(card_named(key)) for key in ("breast_cancer", "diabetes", "anes96"))
    words = {"benign": "routine check", "malignant": "oncology ward"}
    columns = dict.fromkeys(ward.columns, "As its name says.")
    yield _trap("gated", clinic, "Measurements of a clinic", access="gated")
    yield _trap("private", survey, "A household ledger", access="private")
    yield _trap("disabled", survey, "Posts of a forum", access="disabled")
    yield _too_large(survey)
    yield _trap("no-licence", ward, "Patients of a ward", licence={})
    yield _trap("forbidden-licence", survey, "A survey of voters", licence={"license": "cc-by-nc-nd-4.0"})
    # The card goes on speaking of the columns by their old names.
    renamed = ward.rename(columns={"progression": "y", "glucose": "x10", "bmi": "x3"})
    yield _trap("wrong-columns", renamed, "Mislabelled patients of a ward", columns=columns)
    yield _trap("one-class", clinic[clinic["diagnosis"] == "benign"], "Benign tumours and others")
    told = clinic.assign(referred_to=clinic["diagnosis"].map(words))
    yield _trap("label-in-feature", told, "Tumours and where the patients went")
    yield _no_parquet(ward)


def _trap(fault: str, frame: pd.DataFrame, title: str, **wrong: Any) -> Repository:
    columns = dict.fromkeys(frame.columns, "As its name says.")
    said: dict[str, Any] = {"title": title, "about": f"{title}.", "columns": columns, "licence": _OPEN} | wrong
    return repository(TRAPS[fault].removeprefix("playground/"), {"default": {"train": frame}}, **said)


def _too_large(frame: pd.DataFrame) -> Repository:
    """The card and the list of files claim sizes that nobody would download; what lies there is small."""
    split = {"name": "train", "num_bytes": HUGE_BYTES, "num_examples": HUGE_ROWS}
    declared = {"splits": [split], "download_size": HUGE_BYTES, "dataset_size": HUGE_BYTES}
    made = _trap("too-large", frame, "Clicks of the whole web", declared=declared)
    files = made.head.files
    files.update({path: replace(file, declared=HUGE_BYTES) for path, file in files.items() if file.large})
    return made


def _no_parquet(frame: pd.DataFrame) -> Repository:
    """The rows as CSV behind a loading script, as datasets once were."""
    made = _trap("no-parquet", frame, "Patients behind a loading script")
    parquet = tuple(path for path, file in made.head.files.items() if file.large)
    script = "import datasets\n\n\nclass Ward(datasets.GeneratorBasedBuilder): ...\n"
    files = {"loading-script.py": script.encode(), "rows.csv": frame.to_csv(index=False).encode()}
    made.commit("Use a script", files, parquet)
    return made
