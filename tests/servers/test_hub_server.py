"""The playground's Hub, asked by the real `huggingface_hub` client."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub.errors import (
    BadRequestError,
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.servers.conftest import TRAIN
from tests.servers.hub_server import OWNER, HubServer
from tests.servers.hub_traps import HUGE_ROWS, TRAPS
from tests.servers.weather import Weather

Got = tuple[int, dict[str, str], bytes]


def fetch(url: str, body: bytes | None = None, **headers: str) -> Got:
    """Status, headers and body of one request, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


WINE = "playground/wine-recognition"
INSURANCE = "playground/health-insurance-experiment"


@pytest.fixture
def api(hub: HubServer) -> HfApi:
    """A visitor."""
    return HfApi(endpoint=hub.origin, token=False)


def test_search_looks_for_every_word_in_names_and_titles(api: HfApi) -> None:
    found = [one.id for one in api.list_datasets(search="wine recognition")]
    assert found == [WINE]
    assert not list(api.list_datasets(search="wine telescope"))


def test_a_search_goes_on_over_pages_and_stops_at_its_limit(hub: HubServer, api: HfApi) -> None:
    everything = list(api.list_datasets())
    assert len({one.id for one in everything}) == len(everything) > 20
    _, headers, _ = fetch(f"{hub.origin}/api/datasets?limit=7")
    _, _, body = fetch(headers["link"].split("<")[1].split(">")[0])
    following = json.loads(body)
    assert [one["id"] for one in following] == [one.id for one in everything[7:14]]
    assert [one.id for one in api.list_datasets(limit=9)] == [one.id for one in everything[:9]]


def test_private_datasets_are_found_by_their_owner_alone(hub: HubServer, api: HfApi) -> None:
    owner = HfApi(endpoint=hub.origin, token=OWNER)
    assert TRAPS["private"] not in {one.id for one in api.list_datasets()}
    assert TRAPS["private"] in {one.id for one in owner.list_datasets()}
    assert owner.dataset_info(TRAPS["private"]).private


def test_info_tells_licence_configs_splits_and_features_as_the_card_does(api: HfApi) -> None:
    info = api.dataset_info(INSURANCE, files_metadata=True)
    card = info.card_data.to_dict()
    assert (card["license"], card["license_name"]) == ("other", "public-domain")
    assert [one["config_name"] for one in card["configs"]] == ["default", "small"]
    splits = {one["name"]: one["num_examples"] for one in card["dataset_info"][0]["splits"]}
    assert splits == {"train": 16152, "test": 4038}
    assert {"name": "visits", "dtype": "int64"} in card["dataset_info"][0]["features"]
    sizes = {one.rfilename: one.size for one in info.siblings}
    assert sizes[TRAIN] == info.siblings[[one.rfilename for one in info.siblings].index(TRAIN)].lfs.size


def test_class_labels_are_numbers_with_names(hub: HubServer, api: HfApi) -> None:
    card = api.dataset_info("playground/iris-flowers").card_data.to_dict()
    species = next(one for one in card["dataset_info"]["features"] if one["name"] == "species")
    assert species["dtype"]["class_label"]["names"] == {"0": "setosa", "1": "versicolor", "2": "virginica"}
    files = HfFileSystem(endpoint=hub.origin, token=False)
    with files.open(f"datasets/playground/iris-flowers/{TRAIN}") as file:
        table = pq.read_table(file)
    assert set(table.column("species").to_pylist()) == {0, 1, 2}
    told = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]["species"]
    assert told == {"names": ["setosa", "versicolor", "virginica"], "_type": "ClassLabel"}


def test_a_revision_may_be_pinned_and_must_exist(hub: HubServer, api: HfApi) -> None:
    sha = api.dataset_info(WINE).sha
    assert api.dataset_info(WINE, revision=sha).sha == sha
    assert api.list_repo_refs(WINE, repo_type="dataset").branches[0].target_commit == sha
    with pytest.raises(RevisionNotFoundError):
        api.dataset_info(WINE, revision="0" * 40)


def test_a_footer_and_a_row_group_are_read_without_the_rest(hub: HubServer, api: HfApi) -> None:
    sha = api.dataset_info(INSURANCE).sha
    files = HfFileSystem(endpoint=hub.origin, token=False, skip_instance_cache=True)
    path = f"{INSURANCE}/{TRAIN}"
    hub.sent.pop(path, None)
    with files.open(f"datasets/{INSURANCE}@{sha}/{TRAIN}", block_size=2**14, cache_type="none") as file:
        size = file.size
        parquet = pq.ParquetFile(file, pre_buffer=False)
        assert parquet.metadata.num_rows == 16152
        assert parquet.read_row_group(3, columns=["visits"]).num_rows == 1000
    assert 0 < hub.sent[path] < size


def test_ranges_are_answered_as_http_says(hub: HubServer) -> None:
    url = f"{hub.origin}/datasets/{WINE}/resolve/main/{TRAIN}"
    _, headers, whole = fetch(url)
    assert headers["accept-ranges"] == "bytes"
    size = len(whole)
    for asked, start, end in (
        ("bytes=4-9", 4, 10),
        (f"bytes={size - 8}-", size - 8, size),
        ("bytes=-8", size - 8, size),
    ):
        status, headers, part = fetch(url, range=asked)
        assert (status, part) == (206, whole[start:end])
        assert headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    status, headers, _ = fetch(url, range=f"bytes={size}-")
    assert (status, headers["content-range"]) == (416, f"bytes */{size}")


def test_a_download_is_cached_by_commit_and_etag(hub: HubServer, api: HfApi, tmp_path: Path) -> None:
    first = Path(api.hf_hub_download(WINE, TRAIN, repo_type="dataset", cache_dir=tmp_path))
    assert first.parent.parent.name == api.dataset_info(WINE).sha
    before = hub.sent[f"{WINE}/{TRAIN}"]
    assert Path(api.hf_hub_download(WINE, TRAIN, repo_type="dataset", cache_dir=tmp_path)) == first
    assert hub.sent[f"{WINE}/{TRAIN}"] == before
    assert pq.read_table(first).num_rows == 178


@pytest.mark.parametrize(
    ("trap", "error", "status"),
    [
        ("missing", RepositoryNotFoundError, 404),
        ("private", RepositoryNotFoundError, 401),
        ("disabled", DisabledRepoError, 403),
    ],
)
def test_what_is_not_to_be_seen_says_so(api: HfApi, trap: str, error: type[HfHubHTTPError], status: int) -> None:
    with pytest.raises(error) as caught:
        api.dataset_info(TRAPS[trap])
    assert caught.value.response.status_code == status


def test_a_gated_dataset_tells_about_itself_and_keeps_its_files(hub: HubServer, tmp_path: Path) -> None:
    for token, status in ((False, 401), ("hf_visitor", 403)):
        visitor = HfApi(endpoint=hub.origin, token=token)
        assert visitor.dataset_info(TRAPS["gated"]).gated == "manual"
        with pytest.raises(GatedRepoError) as caught:
            visitor.hf_hub_download(TRAPS["gated"], TRAIN, repo_type="dataset", cache_dir=tmp_path)
        assert caught.value.response.status_code == status


def test_a_renamed_dataset_is_found_under_its_new_name(api: HfApi, tmp_path: Path) -> None:
    assert api.dataset_info(TRAPS["renamed"]).id == "playground/grunfeld-investment"
    path = api.hf_hub_download(TRAPS["renamed"], TRAIN, repo_type="dataset", cache_dir=tmp_path)
    assert pq.read_table(path).num_rows == 220


def test_the_bad_datasets_are_bad_as_they_are_documented(hub: HubServer, api: HfApi) -> None:
    def columns(trap: str) -> dict[str, list[object]]:
        files = HfFileSystem(endpoint=hub.origin, token=False)
        with files.open(f"datasets/{TRAPS[trap]}/{TRAIN}") as file:
            return pq.read_table(file).to_pydict()

    def card(trap: str) -> dict[str, object]:
        return api.dataset_info(TRAPS[trap]).card_data.to_dict()

    assert card("too-large")["dataset_info"]["splits"][0]["num_examples"] == HUGE_ROWS
    tree = {one.path: one.size for one in api.list_repo_tree(TRAPS["too-large"], "data", repo_type="dataset")}
    assert tree[TRAIN] > 10**12
    assert "license" not in card("no-licence")
    assert card("forbidden-licence")["license"] == "cc-by-nc-nd-4.0"
    assert "progression" not in columns("wrong-columns")
    assert set(columns("one-class")["diagnosis"]) == {"benign"}
    told = columns("label-in-feature")
    assert len(set(zip(told["referred_to"], told["diagnosis"], strict=True))) == 2
    assert len(columns("too-few-rows")["cultivar"]) < 200
    assert not [
        path for path in api.list_repo_files(TRAPS["no-parquet"], repo_type="dataset") if path.endswith("parquet")
    ]


def test_a_folder_is_uploaded_changed_and_fetched(hub: HubServer, api: HfApi, tmp_path: Path) -> None:
    owner = HfApi(endpoint=hub.origin, token=OWNER)
    assert owner.whoami()["name"] == "playground"
    folder = tmp_path / "suite"
    (folder / "One-v0").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n\n# A suite\n")
    (folder / "One-v0" / "challenge.yaml").write_text("id: One\n")
    id = owner.create_repo("suite", repo_type="dataset").repo_id
    assert owner.create_repo("suite", repo_type="dataset", exist_ok=True).repo_id == id
    first = owner.upload_folder(repo_id=id, folder_path=folder, repo_type="dataset")
    assert api.dataset_info(id).card_data.license == "mit"
    (folder / "One-v0" / "challenge.yaml").write_text("id: Two\n")
    second = owner.upload_folder(repo_id=id, folder_path=folder, repo_type="dataset")
    for commit, text in ((first, "id: One\n"), (second, "id: Two\n")):
        down = api.snapshot_download(id, repo_type="dataset", revision=commit.oid, local_dir=tmp_path / commit.oid)
        assert (Path(down) / "One-v0" / "challenge.yaml").read_text() == text
    owner.delete_file("One-v0/challenge.yaml", id, repo_type="dataset")
    with pytest.raises(RemoteEntryNotFoundError):
        api.hf_hub_download(id, "One-v0/challenge.yaml", repo_type="dataset", cache_dir=tmp_path / "cache")


def test_only_the_owner_writes_and_only_datasets(hub: HubServer, api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_repo("mine", repo_type="dataset")
    assert caught.value.response.status_code == 401
    with pytest.raises(BadRequestError):
        HfApi(endpoint=hub.origin, token=OWNER).create_repo("mine", repo_type="model")


def test_from_the_command_line_it_serves_the_same_commits_and_stops_on_an_interrupt(hub: HubServer, api: HfApi) -> None:
    command = [sys.executable, "-m", "tests.servers.hub_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        other = HfApi(endpoint=next(word for word in line.split() if word.startswith("http")), token=False)
        for id in (WINE, INSURANCE, TRAPS["no-parquet"]):
            assert other.dataset_info(id).sha == api.dataset_info(id).sha
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_the_weather_changes_while_the_server_runs(hub: HubServer, api: HfApi) -> None:
    def turn(weather: Weather) -> None:
        status, _, body = fetch(f"{hub.origin}/playground/weather", weather.model_dump_json().encode())
        assert (status, json.loads(body)["weather"]) == (200, weather.model_dump())

    turn(Weather(server_error=1.0))
    try:
        with pytest.raises(HfHubHTTPError) as caught:
            api.dataset_info(WINE)
        assert caught.value.response.status_code >= 500
        turn(Weather(half_closed=1.0))
        # Which package the client speaks HTTP with depends on its version.
        with pytest.raises(Exception, match=r"peer closed connection|IncompleteRead|incomplete"):
            api.dataset_info(WINE)
        turn(Weather(rate_limited=0.5, retry_after=0))
        # The client comes back after a 429: half of its tries get through.
        assert {one.id for one in api.list_datasets(search="wine")} == {WINE}
    finally:
        turn(Weather())
    assert hub.sky.counts.half_closed == 1


def test_what_is_asked_for_wrongly_is_refused(hub: HubServer) -> None:
    assert fetch(f"{hub.origin}/playground/weather", b'{"sunny": 1}')[0] == 400
    assert fetch(f"{hub.origin}/playground/weather", b'{"slow": 0.6, "half_closed": 0.6}')[0] == 400
    assert fetch(f"{hub.origin}/api/models/gpt2")[0] == 404
