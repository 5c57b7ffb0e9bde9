"""Records into pages, without a browser."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.report import build_report
from synth_gym.report.summary import choose, summarise
from synth_gym.rollout import read_record, write_record


def test_every_link_leads_to_a_page(report: Path) -> None:
    pages = [report / "index.html", *sorted((report / "episodes").glob("*.html"))]
    assert len(pages) == 13
    for page in pages:
        html = page.read_text(encoding="utf-8")
        for link in re.findall(r'href="([^"#]+)(?:#[^"]*)?"', html):
            assert link == "data:," or (page.parent / link).is_file(), (page.name, link)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
        assert " style=" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)


def test_the_verb_prints_the_path(cli: Any, records: Path, tmp_path: Path) -> None:
    result = cli.json("view", records, "--out", tmp_path / "out", "--episodes", 1)
    assert (result["episodes"], result["pages"]) == (12, 6)
    assert Path(result["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    shown = cli("view", records, "--out", tmp_path / "out").stdout
    assert shown.splitlines()[-1] == str(tmp_path / "out" / "index.html")


def test_a_second_report_leaves_no_stale_pages(records: Path, tmp_path: Path) -> None:
    build_report([records], tmp_path)
    kept = tmp_path / "notes.txt"
    kept.write_text("mine", encoding="utf-8")
    build_report([records], tmp_path, per_cell=1)
    assert len(list((tmp_path / "episodes").iterdir())) == 6 and kept.is_file()


def test_selected_episodes_reach_from_the_best_to_the_worst(records: Path) -> None:
    file = next(iter(sorted(records.glob("*.traj"))))
    record = read_record(file)
    scored = [
        summarise(
            file, record.model_copy(update={"seed": seed, "info": record.info.model_copy(update={"normalized": value})})
        )
        for seed, value in enumerate([0.5, None, 0.9, 0.1, 0.7])
    ]
    assert [one.normalized for one in choose(scored, 3)] == [0.5, None, 0.9]
    assert [one.seed for one in choose(scored, 9)] == [0, 1, 2, 3, 4]


def test_two_folders_with_the_same_episodes(records: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(records, tmp_path / "copy"))
    report = build_report([records, copy], tmp_path / "out", per_cell=9)
    assert report.pages == 24 == len(list((tmp_path / "out" / "episodes").iterdir()))


def test_a_report_over_nothing_but_faults(records: Path, tmp_path: Path) -> None:
    record = read_record(next(iter(sorted(records.glob("*.traj")))))
    info = record.info.model_copy(
        update={"trainable": False, "outcome": Outcome.CANCELLED, "error": "ValueError: <b>no</b>"}
    )
    write_record(record.model_copy(update={"info": info}), tmp_path / "records" / "one.traj")
    report = build_report([tmp_path / "records"], tmp_path / "out")
    assert report.leaderboard is None
    assert "Leaderboard" not in report.index.read_text(encoding="utf-8")
    page = next((tmp_path / "out" / "episodes").iterdir()).read_text(encoding="utf-8")
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page


def test_mistakes_are_one_line(cli: Any, records: Path, tmp_path: Path) -> None:
    assert "no such folder of records" in cli.refusal("view", tmp_path / "none")
    with pytest.raises(SynthGymError, match="no records in"):
        build_report([tmp_path], tmp_path / "out")
    broken = tmp_path / "broken"
    shutil.copytree(records, broken)
    (broken / "zz.traj").write_text(json.dumps({"trajectory_format": "synth-gym-1"}), encoding="utf-8")
    with pytest.raises(SynthGymError, match=r"zz\.traj: key 'env_id' is missing"):
        build_report([broken], tmp_path / "out")
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot write to" in cli.refusal("view", records, "--out", tmp_path / "file" / "out")
