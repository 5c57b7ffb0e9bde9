"""Finding and registering suites."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import pytest

import synth_gym
from synth_gym.errors import SynthGymError


def python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints: registration happens at import."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_suite_is_found_through_the_environment_variable(tiny_suite: Path) -> None:
    code = "import gymnasium, synth_gym; print(gymnasium.spec('synth-ml/TinyLine-v0').kwargs['challenge'])"
    assert python(code, SYNTH_GYM_SUITES=str(tiny_suite)) == str(tiny_suite / "TinyLine-v0")
    assert python(code, SYNTH_GYM_SUITES=str(tiny_suite.parent)) == str(tiny_suite / "TinyLine-v0")


def test_a_module_prefix_imports_the_package(tiny_suite: Path) -> None:
    code = "import gymnasium; print(gymnasium.make('synth_gym:synth-ml/TinyLine-v0').spec.id)"
    assert python(code, SYNTH_GYM_SUITES=str(tiny_suite)) == "synth-ml/TinyLine-v0"


def test_importing_the_package_reads_no_challenge(tiny_suite: Path) -> None:
    heavy = "pydantic", "yaml", "rich", "jinja2", "torch", "pandas"
    code = f"import sys, synth_gym; print([name for name in {heavy!r} if name in sys.modules])"
    assert python(code, SYNTH_GYM_SUITES=str(tiny_suite)) == "[]"


def test_folders_whose_names_are_no_ids_do_not_break_the_import(tmp_path: Path) -> None:
    for name in ("Made-v0", "Made", "made by hand", "Made-v0.bak"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "challenge.yaml").touch()
    found = "[id for id in gymnasium.registry if id.lower().startswith('synth-ml/made')]"
    code = f"import gymnasium, synth_gym; print({found})"
    assert python(code, SYNTH_GYM_SUITES=str(tmp_path)) == "['synth-ml/Made-v0']"


def test_register_suite_makes_its_challenges_known(tiny_suite: Path) -> None:
    synth_gym.register_suite(tiny_suite)
    spec = gym.spec("synth-ml/TinyLine-v0")
    assert spec.entry_point == "synth_gym.env:ChallengeEnv"
    assert spec.vector_entry_point == "synth_gym.vector:ChallengeVectorEnv"
    assert gym.envs.registration.EnvSpec.from_json(spec.to_json()).id == spec.id


def test_an_unknown_id_gets_a_did_you_mean(tiny_suite: Path) -> None:
    synth_gym.register_suite(tiny_suite)
    with pytest.raises(gym.error.NameNotFound, match="TinyLine"):
        gym.make("synth-ml/TinyLime-v0")
    with pytest.raises(SynthGymError, match="did you mean 'TinyLine-v0'"):
        synth_gym.find_challenge("synth-ml/TinyLime-v0")


def test_find_challenge_takes_ids_names_and_folders(tiny_suite: Path) -> None:
    synth_gym.register_suite(tiny_suite)
    for name in ("synth-ml/TinyLine-v0", "TinyLine-v0", "TinyLine", tiny_suite / "TinyLine-v0"):
        assert synth_gym.find_challenge(name).path == tiny_suite / "TinyLine-v0"


def test_faults_of_suites_are_one_line(tmp_path: Path, tiny_suite: Path) -> None:
    with pytest.raises(SynthGymError, match="the suite is empty"):
        synth_gym.Suite.load(tmp_path)
    with pytest.raises(SynthGymError, match="no such suite folder"):
        synth_gym.Suite.load(tmp_path / "nowhere")
    with pytest.raises(SynthGymError, match="neither a folder nor a known suite"):
        synth_gym.find_suite("nowhere")
    with pytest.raises(SynthGymError, match="has no split 'test'; it has: none"):
        synth_gym.Suite.load(tiny_suite).split("test")
