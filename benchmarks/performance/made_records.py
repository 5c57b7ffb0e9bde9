"""Records of episodes that nobody played, as many as wanted: valid files with the sizes and variety of real ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth_gym.challenge import Limits
from synth_gym.outcome import Outcome
from synth_gym.rollout.record import (
    EpisodeInfo,
    MetricInfo,
    ModelStats,
    PolicyInfo,
    Record,
    Step,
    TokenUsage,
    write_record,
)

CHALLENGES, POLICIES = 100, 8
OUTCOMES = (Outcome.SUBMITTED,) * 6 + (
    Outcome.STEP_LIMIT,
    Outcome.TIME_LIMIT,
    Outcome.INVALID_SUBMISSION,
    Outcome.CONTEXT_LIMIT,
)


def make_records(folder: Path, count: int) -> None:
    """Records as a rollout lays them out: a folder for each challenge, a file for each policy and seed."""
    pick = random.Random(0)
    for number in range(count):
        challenge, policy, seed = number % CHALLENGES, number // CHALLENGES % POLICIES, number // CHALLENGES // POLICIES
        record = make_record(pick, challenge, policy, seed)
        write_record(record, folder / f"challenge-{challenge:03}" / f"policy-{policy}-seed{seed:04}.traj")


def make_record(pick: random.Random, challenge: int, policy: int, seed: int) -> Record:
    outcome = pick.choice(OUTCOMES)
    trajectory = [make_step(pick, number) for number in range(pick.randint(3, 14))]
    trajectory[-1] = trajectory[-1].model_copy(update={"outcome": outcome})
    scored = outcome is not Outcome.INVALID_SUBMISSION
    normalized = round(pick.gauss(0.4, 0.5), 4) if scored else None
    usage = TokenUsage(
        prompt_tokens=4000 * len(trajectory), completion_tokens=300 * len(trajectory), cost=0.01, calls=len(trajectory)
    )
    scores = [step.score for step in trajectory if step.score is not None]
    messages = make_messages(trajectory, challenge)
    return Record(
        env_id=f"synth-ml/Made{challenge:03}-v0",
        suite="made",
        family=("tabular", "text", "game", "series")[challenge % 4],
        title=f"{('Wine', 'Iris', 'Sunspots', 'Digits', 'Travel')[challenge % 5]} challenge {challenge}",
        challenge_hash=f"sha256:{challenge:064x}",
        metric=MetricInfo(
            name="accuracy",
            direction="maximize",
            baseline=0.5,
            reference=0.9,
            public_baseline=0.5,
            public_reference=0.9,
        ),
        seed=seed,
        policy=PolicyInfo(name=f"policy-{policy}", options={"model": f"maker/model-{policy}"}),
        reward_mode="final",
        limits=Limits(steps=20),
        bundles=["submission"],
        sandbox={"name": "bubblewrap", "workspace": "/workspace"},
        package_version="0",
        started=f"2026-01-{1 + seed % 28:02}T00:00:00+00:00",
        seconds=round(pick.uniform(5, 900), 2),
        usage=usage,
        info=EpisodeInfo(
            exit_status=str(outcome),
            submission=None,
            model_stats=ModelStats(
                instance_cost=0.01,
                tokens_sent=usage.prompt_tokens,
                tokens_received=usage.completion_tokens,
                api_calls=usage.calls,
            ),
            outcome=outcome,
            trainable=True,
            reward=0.0,
            raw_score=0.5 + 0.4 * normalized if normalized is not None else None,
            normalized=normalized,
            best_score=max(scores, default=None),
            steps=len(trajectory),
            validations=len(scores),
            error="",
        ),
        environment=f"synth-ml/Made{challenge:03}-v0",
        tools=[],
        messages=messages,
        trajectory=trajectory,
        history=messages,
    )


def make_step(pick: random.Random, number: int) -> Step:
    probes = pick.random() < 0.003
    lines = "\n".join(
        f"model.add(Layer({pick.randint(1, 512)}, rate={pick.random():.4f}))" for _ in range(pick.randint(3, 12))
    )
    command = (
        "ls /proc"
        if probes
        else f"cat > model{number}.py <<'EOF'\nimport numpy as np\n{lines}\nEOF\npython model{number}.py && validate"
    )
    failed = pick.random() < 0.15
    score = None if failed or pick.random() < 0.5 else round(pick.uniform(0.3, 0.95), 4)
    told = "Traceback (most recent call last):\nValueError: shapes do not match\n[Exit code: 1]\n" if failed else ""
    output = "".join(f"epoch {epoch}: loss {pick.random():.5f}\n" for epoch in range(pick.randint(2, 25))) + told
    return Step(
        action=command,
        observation=output,
        response="",
        thought=f"I try a model with {pick.randint(2, 12)} layers, since the last one was too small.",
        execution_time=round(pick.uniform(0.1, 60), 3),
        state={"working_dir": "/workspace"},
        kind="command",
        tool="bash",
        arguments={"command": command},
        reward=0.0,
        exit_code=int(failed),
        score=score,
        outcome=Outcome.RUNNING,
        usage=TokenUsage(prompt_tokens=4000, completion_tokens=300, cost=0.001, calls=1),
    )


def make_messages(trajectory: Sequence[Step], challenge: int) -> list[dict[str, Any]]:
    opening = [
        {"role": "system", "content": "You are a machine-learning engineer."},
        {"role": "user", "content": f"# Challenge {challenge}\n" + "Predict the last column.\n" * 40},
    ]
    turns = [
        [
            {
                "role": "assistant",
                "content": step.thought,
                "tool_calls": [{"type": "function", "function": {"name": "bash", "arguments": step.arguments}}],
            },
            {"role": "tool", "content": step.observation},
        ]
        for step in trajectory
    ]
    return [*opening, *(message for turn in turns for message in turn)]
