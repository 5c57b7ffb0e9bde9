"""A proposal mended to the columns that a dataset really has, and rows that fit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.cards import kind_of
from synth_gym.synthesis.llm.cleaning import as_classes, cleaned
from synth_gym.synthesis.llm.names import matched
from synth_gym.synthesis.llm.schemas import Proposal
from synth_gym.synthesis.llm.settings import Rows

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES = 450_000
"""Of a challenge's rows as text; its files must stay below `predictions.MAX_BYTES`."""
_SAME = 0.9999
"""Rank correlation of a feature with a numeric target from which on it is the target."""


@dataclass(frozen=True)
class Fitted:
    """A task on real columns."""

    proposal: Proposal
    frame: pd.DataFrame
    """The features, then the target; no row lacks it, no two rows have the same features."""
    mends: tuple[str, ...]
    """What was changed, a sentence each."""


def fitted(proposal: Proposal, frame: pd.DataFrame, rows: Rows, order: int) -> Fitted:
    """Mend a proposal to a dataset.

    Args:
        proposal: the model's.
        frame: the rows that were read.
        rows: how many there may be.
        order: seed of their order.

    Raises:
        DrawRejectedError: the dataset cannot carry the task; the reason says why.
    """
    frame, mends = cleaned(frame)
    if len(frame) < rows.least:
        raise DrawRejectedError("dataset has too few rows", str(len(frame)))
    columns = list(frame.columns)
    target = matched(proposal.target, columns)
    if target is None:
        # A target that holds one value was left out above; that, and not its name, is then the fault.
        lost = [note for note in mends if f"{proposal.target!r}" in note]
        constant = any("one value" in note for note in lost)
        reason = "target has one value only" if constant else "no column like the target"
        raise DrawRejectedError(reason, f"{proposal.target!r} among {', '.join(columns[:30])}")
    if target != proposal.target:
        mends.append(f"target {proposal.target!r} is {target!r}")
    frame = frame[frame[target].notna()]
    kind = _task_type(proposal, frame[target], rows, mends)
    frame = _with_classes(frame, target, rows, mends) if kind == "classification" else frame
    features = _features(proposal, target, columns, mends)
    features = [name for name in features if not _repeats(frame, name, target, kind, mends)]
    if not features:
        raise DrawRejectedError("no features besides the target")
    frame = _trimmed(frame[[*features, target]].drop_duplicates(features), rows, order)
    mended = {"target": target, "features": tuple(features), "task_type": kind}
    return Fitted(proposal.model_copy(update=mended), frame, tuple(mends))


def _task_type(proposal: Proposal, target: pd.Series, rows: Rows, mends: list[str]) -> str:
    """The task type that the target's values allow."""
    numeric, distinct = kind_of(target) in ("integer", "number"), target.nunique()
    if distinct < 2:
        raise DrawRejectedError("target has one value only", str(proposal.target))
    kind: str = proposal.task_type
    if kind == "classification" and distinct > rows.max_classes:
        if not numeric:
            raise DrawRejectedError("target has too many classes", str(distinct))
        kind = "regression"
    elif kind == "regression" and (not numeric or distinct == 2):
        if distinct > rows.max_classes:
            raise DrawRejectedError("target is no number", proposal.target)
        kind = "classification"
    if kind != proposal.task_type:
        mends.append(f"the target has {distinct} different values: {kind}, not {proposal.task_type}")
    return kind


def _with_classes(frame: pd.DataFrame, target: str, rows: Rows, mends: list[str]) -> pd.DataFrame:
    """The rows of classes that are frequent enough to be told apart."""
    frame = frame.assign(**{target: as_classes(frame[target])})
    counts = frame[target].value_counts()
    frequent = counts[counts >= rows.least_of_class].index
    if len(frequent) < 2:
        raise DrawRejectedError("target has one class only", ", ".join(map(str, counts.index[:5])))
    if len(frequent) < len(counts):
        mends.append(f"{len(counts) - len(frequent)} rare classes left out")
    return frame[frame[target].isin(frequent)]


def _features(proposal: Proposal, target: str, columns: list[str], mends: list[str]) -> list[str]:
    """The columns that the proposal names, as the dataset calls them; all others where it names none that is there."""
    others = [name for name in columns if name != target]
    found = {name: matched(name, others) for name in proposal.features or ()}
    if unknown := [name for name, column in found.items() if column is None]:
        mends.append(f"features that are not there left out: {', '.join(unknown)}")
    named = list(dict.fromkeys(column for column in found.values() if column))
    return named or others


def _repeats(frame: pd.DataFrame, name: str, target: str, kind: str, mends: list[str]) -> bool:
    """Whether a column is the target in other words."""
    pair = frame[[name, target]].dropna()
    if len(pair) < 2 or pair[name].nunique() < 2:
        return False
    if kind == "classification":
        few = pair[name].nunique() <= 2 * pair[target].nunique()
        same = few and bool((pair.groupby(name)[target].nunique() == 1).all())
    else:
        numeric = pair[name].dtype.kind in "iuf"
        same = numeric and abs(pair[name].rank().corr(pair[target].rank())) > _SAME
    if same:
        mends.append(f"column {name!r} left out: it tells the target")
    return same


def _trimmed(frame: pd.DataFrame, rows: Rows, order: int) -> pd.DataFrame:
    """As many rows as there may be, in an order that does not depend on that of the source."""
    shuffled = frame.sample(frac=1.0, random_state=order).reset_index(drop=True)
    size = len(shuffled.to_csv(index=False).encode()) / max(1, len(shuffled))
    most = min(rows.most, int(MAX_BYTES / size)) if len(shuffled) else 0
    if min(most, len(shuffled)) < rows.least:
        reason = "rows are too long" if most < rows.least else "dataset has too few rows"
        raise DrawRejectedError(reason, f"{len(shuffled)} rows of {size:.0f} bytes")
    return shuffled.head(most)
