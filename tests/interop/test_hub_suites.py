"""A suite is published and fetched: the real `huggingface_hub` client, the playground's Hub."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from synth_gym.challenge import content_hash
from synth_gym.errors import SynthGymError
from synth_gym.interop.hub import pull, push
from synth_gym.suite import Suite, find_suite
from tests.servers.hub_server import OWNER, HubServer

NAME = "playground/two-challenges"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.setenv("HF_TOKEN", OWNER)
    with HubServer([]) as server:
        yield server


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Two of the shipped challenges, with what a synthesis leaves beside them."""
    folder = tmp_path / "suite"
    for shipped in find_suite("core").folders[:2]:
        shutil.copytree(shipped, folder / shipped.name)
    report = folder / ".synthesis" / "report.json"
    report.parent.mkdir()
    report.write_text(json.dumps({"topics": 9, "challenges": 2, "cost": 1.5}))
    (folder / "suite.yaml").write_text("title: Two of many\n")
    return Suite.load(folder)


def test_what_is_published_is_fetched_again(hub: HubServer, suite: Suite, tmp_path: Path) -> None:
    pushed = push(suite, NAME, url=hub.origin)
    fetched = pull(NAME, tmp_path / "fetched", url=hub.origin)
    assert pushed == fetched and (fetched.challenges, fetched.certified) == (2, 2)
    for folder in suite.folders:
        assert content_hash(tmp_path / "fetched" / folder.name) == content_hash(folder)
    assert (tmp_path / "fetched" / "suite.yaml").read_text() == "title: Two of many\n"
    assert not list((tmp_path / "fetched").glob(".*"))
    assert [path for path in hub.repositories[NAME].head.files if path.startswith(".synthesis")] == []


def test_the_card_tells_what_is_in_it(hub: HubServer, suite: Suite) -> None:
    push(suite, NAME, url=hub.origin)
    files = hub.repositories[NAME].head.files
    _, head, body = files["README.md"].content.decode().split("---\n", 2)
    card = yaml.safe_load(head)
    assert card["size_categories"] == ["n<1K"] and card["configs"][0]["data_files"][0]["path"] == "challenges.jsonl"
    rows = [json.loads(line) for line in files["challenges.jsonl"].content.decode().splitlines()]
    assert [row["content_hash"] for row in rows] == [challenge.content_hash for challenge in suite.challenges]
    assert f"synth-gym pull {NAME}" in body
    assert "| `cheats` | 2 | 0 |" in body and "9 topics were tried, 2 became challenges" in body and "$1.50" in body


def test_a_smaller_suite_takes_the_place_of_a_larger_one(hub: HubServer, suite: Suite, tmp_path: Path) -> None:
    first = push(suite, NAME, url=hub.origin)
    gone, kept = (folder.name for folder in suite.folders)
    shutil.rmtree(suite.path / gone)
    push(Suite.load(suite.path), NAME, url=hub.origin)
    pull(NAME, tmp_path / "new", url=hub.origin)
    assert [folder.name for folder in Suite.load(tmp_path / "new").folders] == [kept]
    pull(NAME, tmp_path / "old", url=hub.origin, revision=first.revision)
    assert len(Suite.load(tmp_path / "old").folders) == 2


def test_what_must_not_be_published_is_refused(hub: HubServer, suite: Suite, tmp_path: Path) -> None:
    spec = suite.folders[0] / "challenge.yaml"
    text = spec.read_text()
    spec.write_text(text.replace("steps: 40", "steps: 41"))
    with pytest.raises(SynthGymError, match="is not certified: run 'synth-gym certify"):
        push(Suite.load(suite.path), NAME, url=hub.origin)
    plain = yaml.safe_load(text)
    plain["dataset"]["licence"] = "CC-BY-NC-4.0"
    spec.write_text(yaml.safe_dump(plain))
    with pytest.raises(SynthGymError, match=r"'CC-BY-NC-4.0' does not allow passing the data on"):
        push(Suite.load(suite.path), NAME, url=hub.origin)
    assert NAME not in hub.repositories


def test_refusals_of_the_hub_are_one_line(
    hub: HubServer, suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SynthGymError, match="the Hub refuses"):
        pull("playground/none", tmp_path / "fetched", url=hub.origin)
    assert not (tmp_path / "fetched").exists()
    with pytest.raises(SynthGymError, match="is not empty"):
        pull(NAME, suite.path, url=hub.origin)
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_stranger")
    with pytest.raises(SynthGymError, match="check the repository's name and HF_TOKEN") as error:
        push(suite, NAME, url=hub.origin)
    assert "\n" not in str(error.value)
