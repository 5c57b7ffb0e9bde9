"""Datasets as tables, read from the packages that carry them."""

from __future__ import annotations

import hashlib
import importlib
import warnings
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from synth_gym.challenge import Dataset
from synth_gym.errors import MissingExtraError
from synth_gym.synthesis.recipes.catalogue import Card

if TYPE_CHECKING:
    import pandas as pd

_IMPORT_NAMES = {"scikit-learn": "sklearn", "statsmodels": "statsmodels"}


def table(card: Card) -> pd.DataFrame:
    """The dataset with the columns that its card names: renamed, codes spelt out, derived columns added.

    Raises:
        MissingExtraError: the package that carries the data is not installed.
    """
    frame = _raw(card)
    for raw, column in card.columns.items():
        name = column.name or raw
        values = frame.eval(column.expression) if column.expression else frame[raw]
        frame[name] = values.map(column.values) if column.values else values
    frame = frame[[column.name or raw for raw, column in card.columns.items()]]
    return frame.dropna().reset_index(drop=True)


def describe(card: Card, frame: pd.DataFrame) -> Dataset:
    """The dataset's entry in `challenge.yaml`."""
    rows = frame.to_csv(index=False, lineterminator="\n").encode()
    return Dataset(
        source=card.source,
        id=card.key,
        revision=version(card.source),
        licence=card.licence,
        url=card.url,
        content_hash=f"sha256:{hashlib.sha256(rows).hexdigest()}",
        hide=card.hide,
    )


def _raw(card: Card) -> pd.DataFrame:
    if find_spec(_IMPORT_NAMES[card.source]) is None:
        raise MissingExtraError("the recipes generator", "ml", card.source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = _from_sklearn(card.key) if card.source == "scikit-learn" else _from_statsmodels(card.key)
    return frame.copy()


def _from_sklearn(name: str) -> pd.DataFrame:
    import sklearn.datasets

    options = {"scaled": False} if name == "diabetes" else {}
    return getattr(sklearn.datasets, f"load_{name}")(as_frame=True, **options).frame


def _from_statsmodels(name: str) -> pd.DataFrame:
    frame = importlib.import_module(f"statsmodels.datasets.{name}").load_pandas().data
    reshape = {
        "modechoice": _one_row_per_trip,
        "randhie": _with_health,
        "co2": _monthly_means,
        "elnino": _one_row_per_month,
        "elec_equip": _named_turnover,
        "fertility": _named_years,
    }
    return reshape[name](frame) if name in reshape else frame


def _one_row_per_trip(frame: pd.DataFrame) -> pd.DataFrame:
    """From one row for each traveller and mode to one row for each traveller."""
    import pandas as pd

    modes = {1: "air", 2: "train", 3: "bus", 4: "car"}
    names = {"ttme": "wait", "invc": "cost", "invt": "time", "gc": "generalized"}
    wide = frame.pivot(index="individual", columns="mode", values=list(names))
    wide.columns = [f"{modes[int(mode)]}_{names[name]}" for name, mode in wide.columns]
    chosen = frame[frame["choice"] == 1].set_index("individual")
    chosen = chosen.rename(columns={"hinc": "income", "psize": "party_size"})
    return pd.concat([wide, chosen[["income", "party_size", "mode"]]], axis=1)


def _with_health(frame: pd.DataFrame) -> pd.DataFrame:
    """Three indicators of self-rated health as one code: 0 excellent, 1 good, 2 fair, 3 poor."""
    return frame.assign(health=frame["hlthg"] + 2 * frame["hlthf"] + 3 * frame["hlthp"])


def _monthly_means(frame: pd.DataFrame) -> pd.DataFrame:
    """Weekly measurements as monthly means; the few months without one are interpolated."""
    return frame.resample("MS").mean().interpolate().reset_index(drop=True)


def _one_row_per_month(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"temperature": frame.drop(columns="YEAR").to_numpy().ravel()})


def _named_turnover(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(["turnover"], axis=1)


def _named_years(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns=lambda name: f"y{name}" if str(name).isdigit() else name)
