"""The loop over a topic's drafts: told and mended, or written anew; and when it ends. No draft gets to a sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from loopback_calls import access_to, client_of
from servers.model_server import Answer, ModelServer, text

from synth_gym.challenge import Dataset
from synth_gym.synthesis.llm.cards import column_cards, shown_rows
from synth_gym.synthesis.llm.debug import Debugger
from synth_gym.synthesis.llm.grounded import Grounded, rows_hash, write_rows
from synth_gym.synthesis.llm.schemas import DatasetCard, Proposal
from synth_gym.synthesis.llm.settings import Debugging, LlmSettings
from synth_gym.synthesis.llm.shop import Shop
from synth_gym.synthesis.llm.steps import Step, Steps
from synth_gym.synthesis.llm.workshop import Workshop

DRAFT = {"title": "T", "instruction_notes": "", "metric": "accuracy", "features": ["x"], "drop_columns": []}
DRAFT |= {"baseline": "print(1)", "reference": "print(2)", "grader": None}


def draft(**changes: Any) -> Answer:
    return text(json.dumps(DRAFT | changes))


BROKEN, WORSE = draft(baseline="import pandas as"), draft(metric="niceness")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One worker for all: it takes seconds to start."""
    with Workshop(tmp_path_factory.mktemp("out"), "bubblewrap", 1) as shared:
        yield shared


def debug(server: ModelServer, folder: Path, workshop: Workshop, p_debug: float = 1.0, attempts: int = 3) -> Step:
    frame = pd.DataFrame({"x": range(200), "t": ["a", "b"] * 100})
    card = {"id": "o/n", "config": "default", "split": "train", "revision": "0" * 40, "licence": "MIT"}
    entry = card | {"source": "huggingface", "content_hash": rows_hash(frame)}
    card |= {"columns": column_cards(frame), "rows": 200, "sample": shown_rows(frame, 2)}
    proposal = {"title": "T", "task": "Predict it.", "dataset_query": "q", "dataset_id": "o/n", "target": "t"}
    proposal |= {"features": ("x",), "task_type": "classification", "metric": "accuracy"}
    grounded = Grounded(
        proposal=Proposal.model_validate(proposal),
        dataset=DatasetCard.model_validate(card),
        entry=Dataset.model_validate(entry),
        rows=write_rows(frame, folder / "cache" / "rows"),
        mends=(),
        turned_down=(),
    )
    access = access_to(server.url)
    settings = LlmSettings(access=access, debugging=Debugging(attempts=attempts, p_debug=p_debug))

    async def run() -> Step:
        with ThreadPoolExecutor(1) as threads:
            client, steps = client_of(access, folder), Steps(folder / "steps")
            shop = Shop(client, None, threads, workshop, steps, folder / "cache", settings, 0, "2026-01-01")
            return await Debugger(shop, 1, grounded).certified()

    return asyncio.run(run())


def stages(server: ModelServer) -> list[str]:
    return [body["response_format"]["json_schema"]["name"] for body in server.requests]


def test_a_failure_is_told_until_the_attempts_are_used_up(workshop: Workshop, tmp_path: Path) -> None:
    with ModelServer([BROKEN, WORSE, BROKEN]) as server:
        step = debug(server, tmp_path, workshop)
    assert stages(server) == ["challenge", "repair", "repair"]
    failures = [json.loads(body["messages"][1]["content"].rpartition("INPUT\n")[2]) for body in server.requests[1:]]
    assert [one["failure"]["name"] for one in failures] == ["baseline is not Python", "metric does not fit"]
    assert "line 1" in failures[0]["failure"]["message"] and failures[0]["challenge"]["baseline"] == "import pandas as"
    reasons = ["baseline is not Python", "metric does not fit", "baseline is not Python"]
    assert (step.reason, step.result) == (reasons[-1], {"failed": reasons})


def test_without_mending_every_draft_is_new_and_another_draw(workshop: Workshop, tmp_path: Path) -> None:
    with ModelServer([BROKEN]) as server:
        debug(server, tmp_path, workshop, p_debug=0.0)
    assert stages(server) == ["challenge"] * 3
    assert len({body["seed"] for body in server.requests}) == 3


def test_who_has_nothing_to_change_is_asked_from_the_start(workshop: Workshop, tmp_path: Path) -> None:
    with ModelServer([BROKEN, BROKEN, WORSE]) as server:
        debug(server, tmp_path, workshop, attempts=4)
    assert stages(server) == ["challenge", "repair", "challenge", "repair"]


@pytest.mark.parametrize("p_debug", [0.0, 1.0])
def test_what_was_decided_is_decided_again(workshop: Workshop, tmp_path: Path, p_debug: float) -> None:
    with ModelServer([BROKEN, WORSE]) as server:
        first = debug(server, tmp_path, workshop, p_debug)
        asked = len(server.requests)
        assert debug(server, tmp_path, workshop, p_debug) == first and len(server.requests) == asked


def test_a_reply_of_the_wrong_form_costs_an_attempt(workshop: Workshop, tmp_path: Path) -> None:
    with ModelServer([text("No."), text("No."), BROKEN]) as server:
        step = debug(server, tmp_path, workshop, attempts=2)
    assert stages(server) == ["challenge"] * 3
    assert step.result == {"failed": ["reply is not JSON", "baseline is not Python"]}
