"""Pages over a few shipped challenges of different kinds, one with hostile words, and a broken one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from synth_gym.content import content
from synth_gym.report.suite import SuitePages, build_suite_pages

KINDS = (
    "BinPacking-v0",
    "DigitsUpperHalf-v0",
    "MaunaLoaCo2HighQuantile-v0",
    "StatisticsManualGlimpse-v0",
    "WineCultivars-v0",
)
HOSTILE = "<script>document.title = 'taken'</script> & <b>bold</b>"


@pytest.fixture(scope="session")
def suite_folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    suite = tmp_path_factory.mktemp("suite")
    for name in KINDS:
        shutil.copytree(content("envs") / "core" / name, suite / name)
    edited = suite / "WineCultivars-v0"
    (edited / "workspace/instruction.md").write_text(f"# Wine\n\n{HOSTILE}\n\n[link](javascript:alert(1))\n")
    for hidden in (edited / "grader").rglob("*.csv"):
        hidden.write_text(hidden.read_text().replace("public", "public_s3cret"))
    (suite / "Broken-v0").mkdir()
    (suite / "Broken-v0/challenge.yaml").write_text("id: [")
    return sorted(suite.iterdir())


@pytest.fixture(scope="session")
def suite_pages(suite_folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> SuitePages:
    return build_suite_pages("A suite", suite_folders, tmp_path_factory.mktemp("pages"))
