"""Selection over real records: flags, tokens, near-duplicates, presets, and the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.policies import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import read_record, run_episode, write_record
from synth_gym.training import selection
from synth_gym.training.candidate import candidate_of
from synth_gym.training.presets import Preset
from synth_gym.training.rows import clean_message
from synth_gym.training.selection import select
from synth_gym.training.similarity import jaccard, shingles
from synth_gym.training.tokens import token_counter
from synth_gym.transcript import render

RULES = "name: mine\nrules:\n"


@pytest.fixture(scope="module")
def records(tiny_challenge: Challenge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """0 solves it, 1 is the same but for a word, 2 hands in the baseline, 3 solves it and cheats, 4 only validates."""
    folder = tmp_path_factory.mktemp("records")
    solution = (tiny_challenge.solution / "solution.py").read_text(encoding="utf-8")
    solve: list[Action | str] = [
        Action("create", {"path": "solve.py", "content": solution}),
        "python solve.py && validate",
    ]
    renamed = [Action("create", {"path": "solve.py", "content": solution + "# done\n"}), *solve[1:]]
    scripts: list[list[Action | str]] = [
        [*solve, "submit"],
        [*renamed, "submit"],
        ["python baseline.py && validate", "submit"],
        ["head ../grader/labels.csv", *solve, "submit"],
        ["python baseline.py && validate", "ls", "ls", "ls"],
    ]
    for seed, script in enumerate(scripts):
        record = run_episode(tiny_challenge, ScriptedPolicy(script), seed=seed, limits=Limits(steps=4))
        write_record(record, folder / f"{seed}.traj")
    return folder


@pytest.fixture(scope="module")
def saved_tokenizer(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer.save_pretrained(folder)
    return folder


def seeds(records: Path, *rules: selection.Rule) -> list[int]:
    return [found.seed for found in select(map(candidate_of, sorted(records.glob("*.traj"))), rules)[0]]


def test_what_selection_knows_of_a_record(records: Path) -> None:
    found = [candidate_of(records / f"{seed}.traj") for seed in range(5)]
    assert [one.flags for one in found] == [(), (), (), ("grader_files",), ()]
    assert [one.submissions for one in found] == [2, 2, 2, 2, 1]
    assert [one.confirmed for one in found] == [True, True, False, True, False]


def test_an_improvement_must_hold_on_both_splits(records: Path, tmp_path: Path) -> None:
    record = read_record(records / "0.traj")
    worse = record.info.model_copy(update={"raw_score": record.metric.baseline + 1})
    write_record(record.model_copy(update={"info": worse}), tmp_path / "0.traj")
    assert record.metric.direction == "minimize"
    assert seeds(tmp_path, selection.private_confirmed()) == []
    assert seeds(records, selection.private_confirmed()) == [0, 1, 3]


def test_near_duplicates_are_dropped_and_the_best_is_kept(records: Path) -> None:
    one, other, baseline = (shingles(read_record(records / f"{seed}.traj")) for seed in (0, 1, 2))
    assert 0.8 < jaccard(one, other) < 1 and jaccard(one, baseline) < 0.3 and jaccard(one, one) == 1
    assert jaccard(one, baseline, at_least=0.9) == 0  # by their sizes alone
    assert seeds(records, selection.distinct_actions(0.8)) == [0, 2, 4]
    assert seeds(records, selection.distinct_actions(1.0)) == [0, 1, 2, 3, 4]


def test_tokens_are_those_of_the_training_template(records: Path, tokenizer: Any, saved_tokenizer: Path) -> None:
    count = token_counter(str(saved_tokenizer))
    record = read_record(records / "2.traj")
    text = render(tokenizer, [clean_message(message) for message in record.messages], record.tools)
    assert count(records / "2.traj") == len(tokenizer(text)["input_ids"])
    lengths = {seed: count(records / f"{seed}.traj") for seed in range(5)}
    most = sorted(lengths.values())[2]
    expected = [seed for seed, length in lengths.items() if length <= most]
    assert seeds(records, selection.max_tokens(most, str(saved_tokenizer))) == expected and len(expected) == 3


def test_a_tokenizer_that_is_not_there(records: Path, tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="no tokenizer there"):
        seeds(records, selection.max_tokens(100, str(tmp_path)))
    with pytest.raises(SynthGymError, match="no/such-model: no tokenizer there"):
        seeds(records, selection.max_tokens(100, "no/such-model"))


def test_the_papers_filter(records: Path, saved_tokenizer: Path) -> None:
    rules = list(Preset.load("paper").make(str(saved_tokenizer)))
    assert [rule.name for rule in rules] == ["at least 1 scored", "at most 48000 tokens"]
    assert seeds(records, *rules) == [0, 1, 2, 3, 4]
    with pytest.raises(SynthGymError, match="needs a tokenizer"):
        list(Preset.load("paper").make())


def test_the_strict_filter(records: Path) -> None:
    assert seeds(records, *Preset.load("strict").make()) == [0]


def test_every_rule_can_stand_in_a_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        RULES + "  - submitted: true\n  - beats_baseline: true\n  - no_flags: [claimed_score]\n  - min_submissions: 2\n"
        "  - min_normalized: 0.5\n  - max_characters: 9\n  - max_tokens: 7\n  - distinct_actions: 0.9\n  - best_of: 4\n"
        "  - best_per_challenge: 3\n  - max_per_challenge: 2\n",
        encoding="utf-8",
    )
    assert [rule.name for rule in Preset.load(str(path)).make("tokenizer")] == [
        *("submitted", "beats the baseline", "no flag claimed_score", "at least 2 scored", "normalized >= 0.5"),
        *(
            "at most 9 characters",
            "at most 7 tokens",
            "actions less than 0.9 alike",
            "best of 4",
            "best 3 per challenge",
        ),
        "at most 2 per challenge",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  - max_token: 5\n", r"unknown key 'rules\.0\.max_token' \(did you mean 'max_tokens'\?\)"),
        ("  - {best_of: 2, max_tokens: 3}\n", "a rule is one key with its value, got: best_of, max_tokens"),
        ("  - submitted\n", r"rules\.0: .*dictionary"),
        ("  - best_of: 0\n", r"rules\.0\.best_of: .*greater than or equal to 1"),
    ],
)
def test_a_broken_preset_says_where(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(RULES + text, encoding="utf-8")
    with pytest.raises(InvalidFileError, match=words) as error:
        Preset.load(str(path))
    assert str(path) in str(error.value)
    with pytest.raises(SynthGymError, match=r"did you mean 'strict'\?\); there are: paper, strict"):
        Preset.load("strikt")


def test_the_command_says_what_every_rule_dropped(records: Path, tmp_path: Path, cli: Any) -> None:
    arguments = ("export", "--records", records, "--out", tmp_path / "out")
    result = cli.json(*arguments, "--select", "strict", "--best-of", 2)
    assert [(one["rule"], one["kept"], one["dropped"]) for one in result["rules"]] == [
        *(("trainable", 5, 0), ("well-formed", 5, 0), ("submitted", 4, 1), ("confirmed on the private split", 3, 1)),
        *(
            ("no flag", 2, 1),
            ("actions less than 0.8 alike", 1, 1),
            ("at most 16 per challenge", 1, 0),
            ("best of 2", 1, 0),
        ),
    ]
    assert json.loads((tmp_path / "out" / "export.json").read_text(encoding="utf-8"))["rules"] == result["rules"]
    assert "needs a tokenizer" in cli.refusal(*arguments, "--select", "paper")
