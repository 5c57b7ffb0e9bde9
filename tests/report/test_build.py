"""Records into pages, without a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import pytest

from synth_gym.cli import view
from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.report import build_report
from synth_gym.report.batches import plan_batches
from synth_gym.report.summary import choose, summarise
from synth_gym.rollout import read_record, write_record
from tests.report.conftest import columns_of


def test_every_link_leads_to_a_page(report: Path) -> None:
    pages = sorted(report.glob("*.html"))
    assert [page.name for page in pages] == ["compare.html", "episode.html", "episodes.html", "index.html"]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        body = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
        for link in re.findall(r'href="([^"#]+)(?:#[^"]*)?"', body):
            assert link == "data:," or (page.parent / link).is_file(), (page.name, link)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
        assert " style=" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)


def test_the_verb_prints_the_path(cli: Any, records: Path, tmp_path: Path) -> None:
    result = cli.json("view", records, "--out", tmp_path / "out")
    assert (result["episodes"], result["flagged"]) == (12, 4)
    assert Path(result["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert view.present(result).splitlines()[-1] == result["report"] == str(tmp_path / "out" / "index.html")


def test_a_second_report_leaves_no_stale_data(records: Path, tmp_path: Path) -> None:
    build_report([records], tmp_path / "out")
    kept = tmp_path / "out" / "notes.txt"
    kept.write_text("mine", encoding="utf-8")
    before = set((tmp_path / "out" / "data").iterdir())
    build_report([next(iter(sorted(records.glob("*.traj"))))], tmp_path / "out")
    after = set((tmp_path / "out" / "data").iterdir())
    assert len(before & after) == 1 and len(after) == 2 and kept.is_file()  # a new batch, and the columns


def test_what_has_not_changed_is_not_read_again(records: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(records, tmp_path / "records"))
    build_report([copy], tmp_path / "out")
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    columns = columns_of(tmp_path / "out")
    times = {file: file.stat().st_mtime_ns for file in copy.iterdir()}
    for file in copy.iterdir():  # the same size and times, and no record any more
        file.write_bytes(b" " * file.stat().st_size)
        os.utime(file, ns=(times[file], times[file]))
    build_report([copy], tmp_path / "out")
    assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == index
    assert columns_of(tmp_path / "out") == columns
    file.touch()
    with pytest.raises(SynthGymError, match="is not JSON"):
        build_report([copy], tmp_path / "out")


@pytest.mark.parametrize(
    "damage", ["", 'synthGym.take("0", "AAAA", "AAAA");', 'synthGym.take("0", "", "eJyLBgABFgC5");']
)
def test_a_damaged_batch_is_written_anew(damage: str, records: Path, tmp_path: Path) -> None:
    build_report([records], tmp_path)
    (batch,) = set((tmp_path / "data").iterdir()) - {tmp_path / "data" / "episodes.js"}
    good = batch.read_bytes()
    batch.write_text(damage, encoding="utf-8")
    assert build_report([records], tmp_path).episodes == 12
    assert batch.read_bytes() == good


def test_many_batches_are_written_by_processes(records: Path, tmp_path: Path) -> None:
    files = sorted(records.glob("*.traj"))
    for number in range(2 * len(os.sched_getaffinity(0)) + 1):
        (tmp_path / "records" / f"folder-{number}").mkdir(parents=True)
        shutil.copy(files[number % len(files)], tmp_path / "records" / f"folder-{number}" / "one.traj")
    report = build_report([tmp_path / "records"], tmp_path / "out")
    data = columns_of(tmp_path / "out")
    assert report.episodes == len(data["batches"]) == len(set(data["columns"]["id"]))
    for key, row in data["batches"]:
        (episode,) = episodes_of(tmp_path / "out" / "data" / f"{key}.js")
        assert (
            episode["seed"] == data["columns"]["seed"][row] and len(episode["steps"]) == data["columns"]["steps"][row]
        )
    (tmp_path / "records" / "folder-0" / "one.traj").write_text("{}", encoding="utf-8")
    with pytest.raises(SynthGymError, match="is not a record"):
        build_report([tmp_path / "records"], tmp_path / "other")


def test_a_batch_never_crosses_folders(tmp_path: Path) -> None:
    files = [(tmp_path / folder / f"{number}.traj", f"{folder}/{number}") for folder in "ab" for number in range(20)]
    for path, _ in files:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    before = plan_batches(files, tmp_path)
    assert [len(batch.files) for batch in before] == [16, 4, 16, 4]
    (tmp_path / "a" / "20.traj").touch()
    after = plan_batches([*files[:20], (tmp_path / "a" / "20.traj", "a/20"), *files[20:]], tmp_path)
    assert [old.key == new.key for old, new in zip(before, after, strict=True)] == [True, False, True, True]


def test_data_holds_no_markup_and_no_code(report: Path) -> None:
    for file in (report / "data").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        if file.name != "episodes.js":
            assert re.fullmatch(r'synthGym\.take\("[0-9a-f]{16}", "[A-Za-z0-9+/=]+", "[A-Za-z0-9+/=]+"\);\n', text)
            assert all(episode["steps"] for episode in episodes_of(file))


def test_selected_episodes_reach_from_the_best_to_the_worst(records: Path) -> None:
    file = next(iter(sorted(records.glob("*.traj"))))
    record = read_record(file)
    scored = [
        summarise(
            "0", record.model_copy(update={"seed": seed, "info": record.info.model_copy(update={"normalized": value})})
        )
        for seed, value in enumerate([0.5, None, 0.9, 0.1, 0.7])
    ]
    assert [one.normalized for one in choose(scored, 3)] == [0.5, None, 0.9]
    assert [one.seed for one in choose(scored, 9)] == [0, 1, 2, 3, 4]


def test_two_folders_with_the_same_episodes(records: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(records, tmp_path / "copy"))
    report = build_report([records, copy], tmp_path / "out")
    ids = columns_of(tmp_path / "out")["columns"]["id"]
    assert report.episodes == 24 == len(set(ids)) and sum(one.endswith("-2") for one in ids) == 12


def test_an_episode_keeps_its_id(records: Path, tmp_path: Path) -> None:
    build_report([records], tmp_path / "all")
    moved = shutil.copytree(records, tmp_path / "elsewhere" / "records")
    one = sorted(Path(moved).glob("*.traj"))[3]
    build_report([one], tmp_path / "one")
    (identifier,) = columns_of(tmp_path / "one")["columns"]["id"]
    assert identifier == columns_of(tmp_path / "all")["columns"]["id"][3]


def test_a_report_over_nothing_but_faults(records: Path, tmp_path: Path) -> None:
    record = read_record(next(iter(sorted(records.glob("*.traj")))))
    info = record.info.model_copy(
        update={"trainable": False, "outcome": Outcome.CANCELLED, "error": "ValueError: <b>no</b>"}
    )
    write_record(record.model_copy(update={"info": info}), tmp_path / "records" / "one.traj")
    report = build_report([tmp_path / "records"], tmp_path / "out")
    assert report.leaderboard is None
    assert "Leaderboard" not in report.index.read_text(encoding="utf-8")
    ((key, _),) = columns_of(tmp_path / "out")["batches"]
    (episode,) = episodes_of(tmp_path / "out" / "data" / f"{key}.js")
    assert episode["error"] == "ValueError: <b>no</b>" and "trainable" not in episode


def test_mistakes_are_one_line(records: Path, tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="no such folder of records"):
        build_report([tmp_path / "none"], tmp_path / "out")
    with pytest.raises(SynthGymError, match="no records in"):
        build_report([tmp_path], tmp_path / "out")
    broken = tmp_path / "broken"
    shutil.copytree(records, broken)
    (broken / "zz.traj").write_text(json.dumps({"trajectory_format": "synth-gym-1"}), encoding="utf-8")
    with pytest.raises(SynthGymError, match=r"zz\.traj: key 'env_id' is missing"):
        build_report([broken], tmp_path / "out")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SynthGymError, match="cannot write to"):
        build_report([records], tmp_path / "file" / "out")


def episodes_of(batch: Path) -> list[dict[str, Any]]:
    """What a batch's file holds, read as the page reads it."""
    coded = batch.read_text(encoding="utf-8").split('"')[3]
    return list(json.loads(zlib.decompress(base64.b64decode(coded))))
