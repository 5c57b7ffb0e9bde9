"""A generator for tests: challenges that run in milliseconds, with the standard library alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synth_gym.challenge import Column, Dataset, Limits, Metric, Predictions, Provenance, Scores
from synth_gym.synthesis import Draft

TEST = range(40)

_SCRIPT = """
import os, random
rng = random.Random(int(os.environ["SEED"]))
with open("submission.csv", "w") as file:
    file.write("id,y\\n")
    for n in range({first}, {first} + 40):
        file.write(f"{{n}},{{{formula}}}\\n")
"""
SAMPLE = "0.0"
BASELINE = "2 * n + 30"
REFERENCE = "2 * n + rng.uniform(0, 1)"


def script(formula: str, first: int = 0) -> str:
    """Python that predicts `formula`, in which `n` is the row's id and `rng` is seeded; the truth is `2 * n`."""
    return _SCRIPT.format(formula=formula, first=first)


def draft(
    id: str = "Toy",
    baseline: str = script(BASELINE),
    reference: str = script(REFERENCE),
    sample: str = SAMPLE,
    seeds: tuple[int, ...] = (0, 1, 2),
) -> Draft:
    """A challenge on a line."""
    labels = "id,y,split\n" + "".join(f"{n},{2 * n},{'public' if n % 3 else 'private'}\n" for n in TEST)

    def instruction(scores: Scores) -> str:
        return f"# A line\n\nThe baseline scores {scores.public_mean:g}.\n"

    return Draft(
        id=id,
        title="A line",
        family="toy",
        tags=(),
        dataset=Dataset(source="none", id=id, revision="1", licence="CC0-1.0", content_hash="sha256:0"),
        metric=Metric(name="mae", direction="minimize", optimum=0.0),
        submission=Predictions(kind="predictions", columns={"y": Column(type="number")}),
        limits=Limits(),
        requirements=(),
        provenance=Provenance(generator="toys", seed=0, created="2026-01-01", tool_version="0"),
        files={
            "workspace/baseline.py": baseline,
            "workspace/sample_submission.csv": "id,y\n" + "".join(f"{n},{sample}\n" for n in TEST),
            "grader/labels.csv": labels,
            "solution/solution.py": reference,
        },
        instruction=instruction,
        sample="workspace/sample_submission.csv",
        seeds=seeds,
    )


@dataclass(frozen=True)
class Toy:
    """Candidate number `number`; every third one is bad."""

    number: int
    family: str = "toy"

    @property
    def id(self) -> str:
        return f"Toy{self.number}"

    def draft(self) -> Draft:
        return draft(self.id, reference=script(BASELINE if self.number % 3 == 1 else REFERENCE), seeds=(0,))


class Toys:
    """The generator."""

    name = "toys"
    families = ("toy",)
    deck = families

    def candidates(self, family: str, seed: int) -> Iterator[Toy]:
        return (Toy(number) for number in range(seed, 1000))
