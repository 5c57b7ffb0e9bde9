"""The same address gives the same bytes, whatever the process."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice

import pytest

from synth_gym.synthesis.recipes import RecipeGenerator

_DIGESTS = """
import hashlib, json
from synth_gym.synthesis.recipes import RecipeGenerator
found = {}
for family in RecipeGenerator.families:
    draft = next(RecipeGenerator().candidates(family, SEED)).draft()
    parts = [sorted(draft.files.items()), draft.metric.model_dump(), draft.dataset.model_dump(), draft.title]
    found[draft.id] = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
print(json.dumps(found))
"""
SEED = 5


def test_two_processes_make_the_same_bytes() -> None:
    command = [sys.executable, "-c", _DIGESTS.replace("SEED", str(SEED))]
    environments = ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=one) for one in environments]
    first, second = (json.loads(process.communicate()[0]) for process in processes)
    assert first == second
    assert len(set(first.values())) == len(RecipeGenerator.families)


@pytest.mark.parametrize("family", RecipeGenerator.families)
def test_streams_are_endless_and_names_unique(family: str) -> None:
    generator = RecipeGenerator(repeats=True)
    names = [one.id for one in islice(generator.candidates(family, 0), 200)]
    assert len(set(names)) == 200
    assert names == [one.id for one in islice(generator.candidates(family, 0), 200)]
    assert names != [one.id for one in islice(generator.candidates(family, 1), 200)]


def test_without_repeats_every_design_comes_once_and_the_stream_ends() -> None:
    once = [one.id for one in RecipeGenerator().candidates("control", 0)]
    assert 10 < len(once) == len(set(once))


def test_leaving_data_out_moves_no_address() -> None:
    every = list(islice(RecipeGenerator().candidates("tabular-classification", 0), 60))
    kept = list(islice(RecipeGenerator(redistributable=True).candidates("tabular-classification", 0), 40))
    assert any(one.id.startswith("Marriage") for one in every)
    assert not any(one.id.startswith("Marriage") for one in kept)
    assert [one for one in every if one in kept] == kept[: len([one for one in every if one in kept])]
