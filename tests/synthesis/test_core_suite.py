"""The suite that ships: what is promised of it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from synth_gym.certificate import is_certified
from synth_gym.certification.certify import certify
from synth_gym.challenge import Challenge, Predictions
from synth_gym.content import content
from synth_gym.grading.measure import grade_file
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import SandboxConfig
from synth_gym.suite import Suite
from synth_gym.synthesis.recipes import RecipeGenerator

CORE = content("envs") / "core"
CHALLENGES = [Challenge.load(folder) for folder in Suite.load(CORE).folders]
OPEN_LICENCES = {"Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "LicenseRef-public-domain", "PSF-2.0"}

_LOOK_UP = {
    "wine": "from sklearn.datasets import load_wine as load",
    "breast_cancer": "from sklearn.datasets import load_breast_cancer as load",
    "diabetes": "from sklearn.datasets import load_diabetes as load",
    "digits": "from sklearn.datasets import load_digits as load",
    "co2": "from statsmodels.datasets.co2 import load_pandas as load",
    "macrodata": "from statsmodels.datasets.macrodata import load_pandas as load",
    "iris": "from sklearn.datasets import load_iris as load",
    "sunspots": "from statsmodels.datasets.sunspots import load_pandas as load",
    "randhie": "from statsmodels.datasets.randhie import load_pandas as load",
    "grunfeld": "from statsmodels.datasets.grunfeld import load_pandas as load",
}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_it_covers_every_family() -> None:
    assert len(CHALLENGES) >= 40
    assert {challenge.spec.family for challenge in CHALLENGES} == set(RecipeGenerator.deck)
    assert len({challenge.spec.dataset.id for challenge in CHALLENGES}) >= 12


def test_it_is_small_and_may_be_passed_on() -> None:
    assert size(CORE) < 6_000_000
    for challenge in CHALLENGES:
        assert size(challenge.path) < 650_000, challenge.path.name
        assert challenge.spec.dataset.licence in OPEN_LICENCES


def test_its_splits_share_no_dataset() -> None:
    suite = Suite.load(CORE)
    train, test = ({one.spec.dataset.id for one in suite.split(name)} for name in ("train", "test"))
    assert train and test and not train & test
    assert len(suite.split("train")) + len(suite.split("test")) == len(CHALLENGES)


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda one: one.path.name)
def test_its_scores_leave_room(challenge: Challenge) -> None:
    spec = challenge.spec
    gain = spec.metric.sign * (spec.reference.mean - spec.baseline.mean)
    assert gain >= 3 * max(spec.baseline.sd, spec.reference.sd) > -1
    assert spec.metric.better(spec.reference.public_mean, spec.baseline.public_mean)
    assert spec.reference.mean != spec.metric.optimum
    assert len(spec.baseline.seeds) == len(spec.reference.seeds) == 3


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda one: one.path.name)
def test_the_sample_is_valid_and_worse_than_the_baseline(challenge: Challenge) -> None:
    kind = "csv" if isinstance(challenge.spec.submission, Predictions) else "py"
    grade = grade_file(challenge, challenge.workspace / f"sample_submission.{kind}", "private")
    assert grade.score is not None, grade.message
    assert challenge.spec.metric.better(challenge.spec.baseline.mean, grade.score)


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda one: one.path.name)
def test_what_the_instruction_names_is_there(challenge: Challenge) -> None:
    text = challenge.instruction
    for path in challenge.workspace.rglob("*"):
        if path.is_file() and path.name not in ("instruction.md",):
            assert f"{path.relative_to(challenge.workspace)}" in text, path
    table = challenge.workspace / "data" / "train.csv"
    if table.exists():
        with table.open() as file:
            header = next(csv.reader(file))
        wanted = [name for name in header if not name.startswith("r") or "c" not in name]
        assert not [name for name in wanted if f"`{name}`" not in text]


@pytest.mark.parametrize("dataset", sorted(_LOOK_UP))
def test_the_answers_cannot_be_looked_up_in_the_packages(dataset: str, tmp_path: Path) -> None:
    hidden = next((one.spec.dataset.hide for one in CHALLENGES if one.spec.dataset.id == dataset), None)
    if hidden is None:
        pytest.fail(f"the suite no longer uses {dataset}; take it from this test")
    sandbox = make_sandbox("bubblewrap", SandboxConfig(tmp_path, hide=hidden))
    try:
        sandbox.start()
        result = sandbox.execute(f"python -c '{_LOOK_UP[dataset]}; print(load())'", timeout=60)
    finally:
        sandbox.close()
    assert result.exit_code == 1
    assert "No such file" in result.output or "No module" in result.output, result.output


def test_every_challenge_is_certified() -> None:
    assert [challenge.path.name for challenge in CHALLENGES if not is_certified(challenge)] == []


@pytest.mark.parametrize("name", ["BinPacking-v0", "IrisImputationHighMissing-v0"])
def test_a_sample_is_certified_anew(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(CORE / name, folder, ignore=shutil.ignore_patterns("certificate.json"))
    gates = certify(folder).certificate.gates
    assert len(gates) > 20
    assert {gate: one.message for gate, one in gates.items() if one.status == "failed"} == {}
