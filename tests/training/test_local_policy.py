"""The policy `local`: a student that learnt one episode by heart plays it, from its own tokens and cache."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import InvalidFileError
from synth_gym.outcome import Outcome
from synth_gym.policies import Action, PolicyStopped, make_policy
from synth_gym.policies.local import LocalPolicy, parse_reply
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout.episode import run_episode
from synth_gym.rollout.record import write_record
from synth_gym.training.export import export
from synth_gym.training.recipe import Recipe
from synth_gym.training.sft import train
from synth_gym.transcript import Transcript, View

SCRIPT = [
    Action("show", {"path": "instruction.md", "start": 1}, thought="What is asked?"),
    Action("bash", {"command": "python baseline.py && validate"}, thought="First the baseline.\nIt costs nothing."),
    Action("submit", {}),
]


@pytest.fixture(scope="module")
def lesson(tiny_challenge: Challenge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of one episode."""
    folder = tmp_path_factory.mktemp("lesson")
    write_record(run_episode(tiny_challenge, ScriptedPolicy(SCRIPT)), folder / "records" / "0.traj")
    export([folder / "records"], folder / "export")
    return folder / "export"


@pytest.fixture(scope="module")
def student(lesson: Path, make_recipe: Callable[..., Recipe], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student that was trained on nothing else."""
    model = tmp_path_factory.mktemp("student") / "model"
    train(lesson, make_recipe(max_steps=60, epochs=1000, batch=1, checkpoint_steps=1000), model)
    return model


@pytest.fixture(scope="module")
def untrained(lesson: Path, make_recipe: Callable[..., Recipe], tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = tmp_path_factory.mktemp("untrained") / "model"
    train(lesson, make_recipe(), model, init_only=True)
    return model


def test_a_student_plays_what_it_learnt(student: Path, tiny_challenge: Challenge) -> None:
    record = run_episode(tiny_challenge, make_policy("local", seed=0, model=str(student)))
    played = [Action(step.tool, step.arguments, thought=step.thought) for step in record.trajectory]
    assert played == SCRIPT
    assert record.info.outcome == Outcome.SUBMITTED and record.info.validations == 1


def test_what_it_is_fed_turn_by_turn_is_what_it_was_trained_on(student: Path, tiny_challenge: Challenge) -> None:
    """Token for token, and the cache gives the same reply as reading everything anew."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(student), AutoModelForCausalLM.from_pretrained(student)
    record = run_episode(tiny_challenge, LocalPolicy(student))
    view = View(**json.loads((student / "training.json").read_text())["view"])
    transcript, shown = Transcript(view, record.messages[1]["content"]), view.messages(record.messages)
    turns = [index for index, message in enumerate(shown) if message["role"] == "assistant"]
    for index, step in zip(turns, record.trajectory, strict=True):
        ids = tokenizer.apply_chat_template(
            shown[:index], tools=record.tools, add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )
        assert step.usage and step.usage.prompt_tokens == ids["input_ids"].shape[1]
        reply = model.generate(**ids, max_new_tokens=200, do_sample=False)[0, ids["input_ids"].shape[1] :]
        anew = parse_reply(transcript.spoken(tokenizer.decode(reply, skip_special_tokens=True)))
        assert (anew.tool, anew.arguments, anew.thought) == (step.tool, step.arguments, step.thought)
        assert step.usage.completion_tokens == len(reply)


def test_sampling_follows_the_seed(untrained: Path, tiny_challenge: Challenge) -> None:
    def first_reply(seed: int) -> str:
        policy = LocalPolicy(untrained, seed=seed, temperature=1.0, reply_tokens=20)
        policy.reset("Hello.", {"tools": []})
        return policy.act("Hello.", {"tools": []}).thought

    assert first_reply(1) == first_reply(1) != first_reply(2)


def test_an_untrained_student_fails_by_its_format_not_by_an_exception(
    untrained: Path, tiny_challenge: Challenge
) -> None:
    record = run_episode(tiny_challenge, LocalPolicy(untrained, reply_tokens=10))
    assert record.info.outcome == Outcome.FORMAT_ERROR and record.info.trainable
    assert "The reply could not be read: it holds 0 tool calls" in record.trajectory[0].observation
    assert "cut off" in record.trajectory[0].observation


def test_a_full_context_ends_the_episode(student: Path, tiny_challenge: Challenge) -> None:
    policy = LocalPolicy(student)
    policy.reset("", {"tools": []})
    with pytest.raises(PolicyStopped) as stopped:
        policy.act("word " * 5000, {"tools": []})
    assert stopped.value.outcome == Outcome.CONTEXT_LIMIT


def test_a_long_observation_is_clipped_as_in_training(student: Path) -> None:
    policy = LocalPolicy(student)
    info = {"tools": []}
    policy.reset("Start.", info)
    before = policy.act("Start.", info).usage
    after = policy.act("x" * 100_000 + "<|im_end|>", info).usage
    assert before and after and after.prompt_tokens - before.prompt_tokens < 400


def test_a_folder_without_a_model_or_a_template_is_refused(student: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="holds no model"):
        LocalPolicy(tmp_path)
    for file in student.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InvalidFileError, match="has no chat template"):
        LocalPolicy(tmp_path)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("I am done.", "it holds 0 tool calls, not one"),
        ('<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>' * 2, "it holds 2 tool calls, not one"),
        ('<tool_call>\n{"name": "a", "arguments": {}\n</tool_call>', "its tool call is not JSON"),
        ('<tool_call>\n{"name": "a", "arguments": {"x": NaN}}\n</tool_call>', "NaN is no JSON value"),
        ("<tool_call>" + "[" * 100_000 + "</tool_call>", "could not be read"),
        ('<tool_call>["a"]</tool_call>', "not an object with 'name' and 'arguments'"),
        ('<tool_call>{"name": "a"}</tool_call>', "not an object with 'name' and 'arguments'"),
        ('<tool_call>{"name": "a", "arguments": "ls"}</tool_call>', "not an object with 'name' and 'arguments'"),
        ('<tool_call>{"name": 3, "arguments": {}}</tool_call>', "not an object with 'name' and 'arguments'"),
    ],
)
def test_a_reply_that_cannot_be_read_says_why(reply: str, error: str) -> None:
    action = parse_reply(reply)
    assert error in action.error and not action.tool and action.thought == reply


def test_a_reply_keeps_reasoning_words_and_call_apart() -> None:
    call = json.dumps({"name": "bash", "arguments": {"command": "echo '<think>'\n"}})
    action = parse_reply(f"<think>\nHm.\n</think>\nI look.\n<tool_call>\n{call}\n</tool_call>")
    assert (action.reasoning, action.thought, action.error) == ("Hm.", "I look.", "")
    assert (action.tool, action.arguments) == ("bash", {"command": "echo '<think>'\n"})
