"""The playground's author: replies to the stages of a synthesis as a sensible model would, but scripted.

It proposes what it knows (`author_ideas`), writes plain scikit-learn scripts (`author_scripts/`), makes the mistakes of
its plan, and mends what it is told of. Everything depends on the request and the plan alone.
"""

from __future__ import annotations

import re
from typing import Any

from synth_gym.synthesis.llm.schemas import (
    ChallengeInput,
    ProposalsInput,
    RepairInput,
    Topic,
    TopicsInput,
)
from tests.servers.author_faults import spoil_draft, spoil_reply
from tests.servers.author_ideas import Idea, idea_titled, ideas
from tests.servers.author_plan import DRAFT_FAULTS, Plan, draw
from tests.servers.author_writing import OWN_METRICS, blamed, stronger, weaker, written
from tests.servers.hub_traps import TRAPS

_TARGET = re.compile(r'^TARGET = "(.*)"$', re.MULTILINE)
_METRIC = re.compile(r'^METRIC = "(.*)"$', re.MULTILINE)
OWN_METRIC_EVERY = 12
"""One idea of so many is graded by code of the author's."""


class Author:
    """Replies to requests.

    Args:
        plan: what it does wrong.
    """

    def __init__(self, plan: Plan | None = None) -> None:
        self._plan = plan or Plan()

    def reply(self, stage: str, given: Any, *, told: bool) -> tuple[str, str]:
        """The text of a reply, and the reason why it ends.

        Args:
            stage: `topics`, `proposals`, `challenge` or `repair`.
            given: the stage's input, as plain data.
            told: the author's last reply could not be used, and it was told so.

        Raises:
            ValueError: the input is not the stage's.
        """
        made: tuple[str | None, dict[str, Any]] = getattr(self, f"_{stage}")(given)
        fault, reply = made
        return spoil_reply(None if told else fault, reply)

    def _topics(self, given: Any) -> tuple[str | None, dict[str, Any]]:
        asked = TopicsInput.model_validate(given)
        cell = asked.cell
        avoided = set(asked.avoid)
        free = [idea for idea in ideas() if idea.task_type == cell.task_type and idea.title not in avoided]
        # What fits the area comes first; the rest is in an order of the cell's own.
        free.sort(key=lambda idea: (cell.area not in idea.areas, draw(cell.area, cell.modality, idea.title)))
        good, bad = ([idea for idea in free if bool(idea.trap) == trapped] for trapped in (False, True))
        chosen: list[Idea | None] = []
        for number in range(asked.count):
            trapped = self._plan.chance("trap", cell, len(avoided), number) < self._plan.traps
            queue = next((queue for queue in ((bad, good) if trapped else (good,)) if queue), None)
            chosen.append(queue.pop(0) if queue else None)
        told = [self._topic(asked, idea, len(avoided) + number) for number, idea in enumerate(chosen)]
        return self._plan.fault(f"{cell} {len(avoided)}", DRAFT_FAULTS), {"topics": told}

    def _topic(self, asked: TopicsInput, idea: Idea | None, number: int) -> dict[str, Any]:
        """An idea as a topic; without one, something for which there are no data."""
        title = idea.title if idea else f"Question {number} of {asked.cell.area} that nobody has data for"
        description = idea.task if idea else f"Something about {asked.cell.area}, number {number}."
        return {"title": title, "description": description, **asked.cell.model_dump()}

    def _proposals(self, given: Any) -> tuple[str | None, dict[str, Any]]:
        asked = ProposalsInput.model_validate(given)
        first = idea_titled(asked.topic.title)
        others = [one for one in ideas() if one.task_type == asked.topic.task_type and not one.trap and one != first]
        others.sort(key=lambda idea: draw(asked.topic.title, idea.title))
        made = [self._proposal(first) if first else _groundless(asked.topic)]
        for number in range(1, asked.candidates):
            # Every other topic on a bad dataset has a better second choice.
            hopeless = first is None or (first.trap and draw(asked.topic.title) % 2)
            made.append(_groundless(asked.topic, number) if hopeless else self._proposal(others[number - 1]))
        return self._fault(asked.topic.title), {"proposals": made[: asked.candidates]}

    def _proposal(self, idea: Idea) -> dict[str, Any]:
        mood = draw("mood", idea.title)
        return {
            "title": idea.title,
            "task": idea.task,
            "dataset_query": idea.query,
            # Now and then the author does not know the id, or remembers a name only roughly.
            "dataset_id": idea.dataset if idea.trap or mood % 3 else None,
            "target": idea.target if mood % 5 else idea.target.replace("_", " ").title(),
            "features": list(idea.features) if idea.features else None,
            "task_type": idea.task_type,
            "metric": idea.metrics[0],
        }

    def _challenge(self, given: Any) -> tuple[str | None, dict[str, Any]]:
        asked = ChallengeInput.model_validate(given)
        proposal = asked.proposal
        idea = idea_titled(proposal.title)
        metric = next((name for name in (idea.metrics if idea else ()) if name in asked.metrics), asked.metrics[0])
        fault = self._fault(proposal.title)
        if (fault or "").startswith("grader") or draw("own metric", proposal.title) % OWN_METRIC_EVERY == 0:
            metric = OWN_METRICS[proposal.task_type]
        features = proposal.features or tuple(column.name for column in asked.dataset.columns)
        good = written(proposal.title, asked.dataset, proposal.target, proposal.task_type, metric, features)
        return fault, spoil_draft(fault, good)

    def _repair(self, given: Any) -> tuple[None, dict[str, Any]]:
        asked = RepairInput.model_validate(given)
        broken = asked.challenge.model_dump(mode="json")
        scripts = broken["reference"] + broken["baseline"]
        columns = {column.name for column in asked.dataset.columns}
        target = next((name for name in _TARGET.findall(scripts) if name in columns), None)
        if target is None or not self._plan.mends(broken["title"]):
            return None, broken
        task_type = "regression" if "Regressor" in scripts or "lstsq" in scripts else "classification"
        metric = next(iter(_METRIC.findall(scripts)), broken["metric"])
        good = written(broken["title"], asked.dataset, target, task_type, metric, tuple(broken["features"]))
        mended = broken | {part: good[part] for part in blamed(asked.failure)}
        if mended == broken:
            # Nothing was spoilt: the two scripts are too close to each other, or the baseline to knowing nothing.
            mended["baseline"] = _moved(broken["baseline"], asked.failure.name)
        return None, mended

    def _fault(self, title: str) -> str | None:
        """What goes wrong with an idea."""
        idea = idea_titled(title)
        return self._plan.fault(title, () if idea and idea.drop else ("leaky-columns",))


def _moved(baseline: str, failure: str) -> str:
    """A baseline that is weaker or stronger, as the failure asks for."""
    if "hardly better" in failure:
        return weaker(baseline)
    return stronger(baseline) if "no better than the sample" in failure or "trivial_floor" in failure else baseline


def _groundless(topic: Topic, number: int = 0) -> dict[str, Any]:
    """A proposal on data that are not there."""
    owner = TRAPS["missing"] if number == 0 else f"playground/no-such-table-{number}"
    return {
        "title": topic.title,
        "task": topic.description,
        "dataset_query": f"no such data {number}",
        "dataset_id": owner,
        "target": "value",
        "features": None,
        "task_type": topic.task_type,
        "metric": "accuracy" if topic.task_type == "classification" else "mae",
    }
