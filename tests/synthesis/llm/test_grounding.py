"""Proposals meet the Hub: what does not do is turned down by name, what nearly does is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.fitting import fitted
from synth_gym.synthesis.llm.ground import NothingGroundedError, ground
from synth_gym.synthesis.llm.grounded import Grounded, read_rows
from synth_gym.synthesis.llm.hub import Hub, HubUnavailableError
from synth_gym.synthesis.llm.schemas import Proposal
from synth_gym.synthesis.llm.settings import HubAccess, LlmSettings, Rows
from tests.servers.hub_cards import repository
from tests.servers.hub_server import OWNER, HubServer
from tests.servers.hub_traps import RENAMED, TRAPS
from tests.servers.weather import Weather

TUMOURS = "playground/breast-cancer-wisconsin"
NOWHERE = "no words that any dataset has"


def proposal(dataset: str | None, target: str, **changes: Any) -> Proposal:
    given = {
        "title": "T",
        "task": "Predict it.",
        "dataset_query": NOWHERE,
        "dataset_id": dataset,
        "target": target,
        "features": None,
        "task_type": "classification",
        "metric": "accuracy",
    }
    return Proposal.model_validate(given | changes)


def look(server: HubServer, rows: Path, *proposals: Proposal, **hub: Any) -> Grounded:
    # Half the usual number, for the playground's smaller tables.
    settings = LlmSettings(hub=HubAccess(url=server.origin, **hub), rows=Rows(least=100))
    return ground(proposals, Hub(settings.hub), settings, rows, 0)


@pytest.mark.parametrize(
    ("trap", "target", "reason"),
    [
        ("missing", "x", "dataset does not exist"),
        ("gated", "diagnosis", "dataset is gated"),
        ("private", "vote", "dataset does not exist or is private"),
        ("disabled", "vote", "dataset is disabled"),
        ("too-large", "visits", "dataset is too large"),
        ("no-licence", "cultivar", "dataset has no licence"),
        ("forbidden-licence", "vote", "licence does not allow passing the data on"),
        ("wrong-columns", "vintage", "no column like the target"),
        ("one-class", "diagnosis", "target has one value only"),
        ("no-parquet", "cultivar", "dataset has no Parquet files"),
    ],
)
def test_a_bad_dataset_is_turned_down_by_name(
    hub_server: HubServer, tmp_path: Path, trap: str, target: str, reason: str
) -> None:
    with pytest.raises(NothingGroundedError) as error:
        look(hub_server, tmp_path, proposal(TRAPS[trap], target))
    assert error.value.reason == reason
    assert [one.dataset for one in error.value.turned_down] == [TRAPS[trap]]


def test_what_is_private_is_told_to_its_owner(
    hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", OWNER)
    with pytest.raises(NothingGroundedError, match="dataset is private"):
        look(hub_server, tmp_path, proposal(TRAPS["private"], "vote"))


def test_a_benchmark_is_not_looked_at(hub_server: HubServer, tmp_path: Path) -> None:
    asked = hub_server.asked["info"]
    with pytest.raises(NothingGroundedError, match="belongs to a benchmark"):
        look(hub_server, tmp_path, proposal("uoft-cs/cifar10", "label"))
    assert hub_server.asked["info"] == asked


def test_a_renamed_dataset_is_followed(hub_server: HubServer, tmp_path: Path) -> None:
    old, new = next(iter(RENAMED.items()))
    found = look(hub_server, tmp_path, proposal(old, "investment", task_type="regression"))
    assert found.dataset.id == new == found.entry.id
    assert found.mends[0] == f"dataset {old!r} is now {new!r}"
    assert len(found.entry.revision) == 40 and found.entry.licence


def test_class_labels_are_read_by_their_names(hub_server: HubServer, tmp_path: Path) -> None:
    found = look(hub_server, tmp_path, proposal("playground/iris-flowers", "species"))
    target = next(column for column in found.dataset.columns if column.name == "species")
    assert target.dtype == "text" and set(target.examples) == {"setosa", "versicolor", "virginica"}


def test_columns_are_mended_to_the_real_ones(hub_server: HubServer, tmp_path: Path) -> None:
    asked = proposal(TUMOURS, "Diagnose", features=("Worst Radius", "texture (grey values)", "flavour"))
    found = look(hub_server, tmp_path, asked)
    assert (found.proposal.target, found.proposal.features) == ("diagnosis", ("worst_radius", "texture"))
    assert "features that are not there left out: flavour" in found.mends


def test_a_column_that_tells_the_label_is_left_out(hub_server: HubServer, tmp_path: Path) -> None:
    found = look(hub_server, tmp_path, proposal(TRAPS["label-in-feature"], "diagnosis"))
    assert "column 'referred_to' left out: it tells the target" in found.mends
    assert "referred_to" not in read_rows(tmp_path / found.rows).columns


def test_the_search_goes_on_where_an_id_does_not_lead(hub_server: HubServer, tmp_path: Path) -> None:
    found = look(hub_server, tmp_path, proposal(TRAPS["missing"], "cultivar", dataset_query="wine"))
    assert found.dataset.id == "playground/wine-recognition"
    assert [one.reason for one in found.turned_down] == ["dataset does not exist"]
    many = proposal(None, "diagnosis", dataset_query="breast cancer of unheard-of kinds")
    assert look(hub_server, tmp_path, many).dataset.id == TUMOURS
    with pytest.raises(NothingGroundedError, match="no dataset found"):
        look(hub_server, tmp_path, proposal(None, "x"))


def test_a_large_table_is_sampled_from_a_part_of_its_file(tmp_path: Path) -> None:
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    columns = {name: rng.normal(size=100_000) for name in ("x", "y", "z")}
    # Sorted, as data often are: the first row groups alone would hold one class.
    table = pd.DataFrame(columns | {"t": np.repeat(["a", "b"], 50_000)})
    large = repository(
        "large", {"default": {"train": table}}, title="L", about="", columns={}, licence={"license": "mit"}
    )
    with HubServer([large]) as server:
        found = look(server, tmp_path, proposal("playground/large", "t"))
    rows = read_rows(tmp_path / found.rows)
    assert found.dataset.rows == 100_000 and len(rows) == Rows().most
    assert 0.3 < (rows["t"] == "a").mean() < 0.7
    size = sum(len(file.content) for file in large.head.files.values())
    assert 0 < server.sent["playground/large/data/train-00000-of-00001.parquet"] < size / 3


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    import pandas as pd

    rows = pd.DataFrame({"x": range(300), "t": ["a", "b", "c"] * 100})
    broken = repository(
        "broken", {"default": {"train": rows}}, title="B", about="", columns={}, licence={"license": "mit"}
    )
    broken.commit("Break it", {path: b"no Parquet" * 50 for path, file in broken.head.files.items() if file.large})
    with HubServer([broken]) as server, pytest.raises(NothingGroundedError, match="dataset cannot be read"):
        look(server, tmp_path, proposal("playground/broken", "t"))


def test_bad_weather_is_waited_out(tmp_path: Path) -> None:
    with HubServer(weather=Weather(rate_limited=0.2, server_error=0.1)) as server:
        found = look(server, tmp_path, proposal("playground/wine-recognition", "cultivar"))
        assert found.dataset.rows == 178
        server.weather = Weather(server_error=1)
        with pytest.raises(HubUnavailableError):
            look(server, tmp_path, proposal("playground/wine-recognition", "cultivar"), retries=1)
        assert server.sky.counts.rate_limited + server.sky.counts.server_error > 1


def frame(**columns: Any) -> Any:
    import pandas as pd

    size = 200
    return pd.DataFrame({"x": [7 * index % size for index in range(size)], "y": [i % 7 for i in range(size)]} | columns)


@pytest.mark.parametrize(
    ("target", "task_type", "kind"),
    [
        ([index % 50 * 1.5 for index in range(200)], "classification", "regression"),
        ([index % 2 for index in range(200)], "regression", "classification"),
        (["a", "b"] * 100, "regression", "classification"),
    ],
)
def test_the_task_type_is_what_the_target_allows(target: list[Any], task_type: str, kind: str) -> None:
    found = fitted(proposal(None, "t", task_type=task_type), frame(t=target), Rows(), 0)
    assert found.proposal.task_type == kind and any(f"{kind}, not {task_type}" in mend for mend in found.mends)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"t": ["a"] * 195 + ["b"] * 5}, "target has one class only"),
        ({"t": [f"name {index}" for index in range(200)]}, "target has too many classes"),
        ({"t": ["a", "b"] * 100, "x": 1, "y": 1}, "no features besides the target"),
        ({"t": ["a", "b"] * 100, "y": [f"{index} {'z' * 9000}" for index in range(200)]}, "rows are too long"),
        ({"t": ["a", "b"] * 100, "x": [1, 2] * 100, "y": 0}, "no features besides the target"),
    ],
)
def test_a_task_that_the_rows_do_not_carry_is_named(columns: dict[str, Any], reason: str) -> None:
    with pytest.raises(DrawRejectedError) as error:
        fitted(proposal(None, "t"), frame(**columns), Rows(), 0)
    assert error.value.reason == reason


def test_classes_are_texts_that_csv_readers_keep() -> None:
    found = fitted(proposal(None, "t"), frame(t=["None", "1 | 2"] * 100), Rows(), 0)
    assert set(found.frame["t"]) == {"class None", "1 / 2"}
