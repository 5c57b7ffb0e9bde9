"""From proposals to a dataset that is really there: the first that carries its task is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from synth_gym.certification.decontaminate import read_list, shipped_lists
from synth_gym.certification.gates.decontamination import names_in
from synth_gym.challenge import Dataset
from synth_gym.errors import SynthGymError
from synth_gym.policies.client import one_line
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.cards import column_cards, shown_rows
from synth_gym.synthesis.llm.fitting import fitted
from synth_gym.synthesis.llm.grounded import Grounded, TurnedDown, rows_hash, write_rows
from synth_gym.synthesis.llm.hub import Hub, HubUnavailableError
from synth_gym.synthesis.llm.parquet import read_sample
from synth_gym.synthesis.llm.schemas import DatasetCard, Proposal
from synth_gym.synthesis.llm.settings import LlmSettings

_PAGES = "https://huggingface.co/datasets/"
OVERSAMPLED = 2
"""Times the rows that a challenge may have are read: some lack the target, some are equal."""

_LIBRARY_DATA = ("sklearn/datasets/data", "sklearn/datasets/tests", "statsmodels/datasets")
"""Datasets that lie in every sandbox: those of the Hub may be the same ones, and then these hold the labels."""


class NothingGroundedError(DrawRejectedError):
    """No dataset carries any proposal."""

    def __init__(self, reason: str, detail: str, turned_down: Sequence[TurnedDown]) -> None:
        super().__init__(reason, detail)
        self.turned_down = tuple(turned_down)


def ground(proposals: Sequence[Proposal], hub: Hub, settings: LlmSettings, rows: Path, order: int) -> Grounded:
    """Look for the proposals' datasets on the Hub, in their order.

    Args:
        proposals: of one topic.
        hub: the Hub.
        settings: limits.
        rows: folder where the rows are kept.
        order: seed of the rows' order.

    Raises:
        NothingGroundedError: there is none; the reason is that of the first dataset, the others are told with it.
        HubUnavailableError: the Hub does not answer.
    """
    turned_down: list[TurnedDown] = []
    for proposal, id in _candidates(proposals, hub):
        try:
            return _grounded(proposal, id, hub, settings, rows, order, tuple(turned_down))
        except DrawRejectedError as error:
            turned_down.append(TurnedDown(dataset=id, reason=error.reason, detail=error.detail))
        except (HubUnavailableError, SynthGymError):
            raise
        except Exception as error:
            # Strangers' data: whatever they make us trip over, the next dataset may do.
            told = f"{type(error).__name__}: {one_line(error)}"
            turned_down.append(TurnedDown(dataset=id, reason="dataset cannot be used", detail=told))
    if not turned_down:
        queries = "; ".join(repr(proposal.dataset_query) for proposal in proposals)
        raise NothingGroundedError("no dataset found", queries, turned_down)
    first = turned_down[0]
    raise NothingGroundedError(first.reason, f"{first.dataset}: {first.detail}", turned_down)


def _candidates(proposals: Sequence[Proposal], hub: Hub) -> Iterator[tuple[Proposal, str]]:
    """Every proposal with each of the datasets that may be meant; none comes twice."""
    seen: set[tuple[str, str]] = set()
    for proposal in proposals:
        named = [proposal.dataset_id.strip().removeprefix(_PAGES)] if proposal.dataset_id else []
        for ids in (named, _found(proposal, hub)):
            for id in ids:
                if (id, proposal.target) not in seen:
                    seen.add((id, proposal.target))
                    yield proposal, id


def _found(proposal: Proposal, hub: Hub) -> Iterator[str]:
    """Asked for only once the named dataset did not do. Where many words find nothing, the first two may."""
    words = proposal.dataset_query.split()
    yield from hub.search(" ".join(words)) or (hub.search(" ".join(words[:2])) if len(words) > 2 else [])


def _check_clear(id: str) -> None:
    """Refuse a dataset by its name where the gate `decontamination` would refuse its challenge after all the work."""
    for path in shipped_lists():
        for entry in read_list(path).entries:
            if name := next(names_in(id, entry), None):
                raise DrawRejectedError("dataset belongs to a benchmark", f"{id} is {name} ({entry.id})")


def _grounded(
    proposal: Proposal,
    id: str,
    hub: Hub,
    settings: LlmSettings,
    rows: Path,
    order: int,
    turned_down: tuple[TurnedDown, ...],
) -> Grounded:
    _check_clear(id)
    source = hub.source(id)
    sample = read_sample(hub, source, OVERSAMPLED * settings.rows.most, settings.hub.max_read_bytes)
    task = fitted(proposal, sample.frame, settings.rows, order)
    renamed = (f"dataset {id!r} is now {source.id!r}",) if id != source.id else ()
    card = DatasetCard(
        id=source.id,
        config=source.split.config,
        split=source.split.name,
        revision=source.revision,
        licence=source.licence,
        columns=column_cards(task.frame),
        rows=sample.rows,
        sample=shown_rows(task.frame, settings.rows.shown),
    )
    entry = Dataset(
        source="huggingface",
        id=source.id,
        config=source.split.config,
        split=source.split.name,
        revision=source.revision,
        licence=source.licence,
        url=f"{_PAGES}{source.id}",
        content_hash=rows_hash(task.frame),
        hide=_LIBRARY_DATA,
    )
    return Grounded(
        proposal=task.proposal.model_copy(update={"dataset_id": source.id}),
        dataset=card,
        entry=entry,
        rows=write_rows(task.frame, rows),
        mends=(*renamed, *task.mends),
        turned_down=turned_down,
    )
