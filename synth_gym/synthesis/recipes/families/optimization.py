"""Heuristics for combinatorial optimisation; a program is handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synth_gym.challenge import Metric, Program
from synth_gym.grading.protocols.optimization.problems import problem_named
from synth_gym.schema import to_yaml
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import pick, rounds
from synth_gym.synthesis.recipes.families.programs import MAX_SEED, ProgramTexts, program_draft
from synth_gym.synthesis.recipes.problems import PROBLEMS, SIZES, problem_card
from synth_gym.synthesis.recipes.templates import render

PUBLIC, PRIVATE = 4, 8
SUBMISSION = Program(kind="program", path="heuristic.py", protocol="optimization", entry="solve", seconds=60.0)
METRIC = Metric(name="mean_quality", direction="maximize", optimum=1.0, worst=0.0)


@dataclass(frozen=True)
class Optimization:
    """The family."""

    name: str = "combinatorial-optimization"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[OptimizationDesign]:
        """Problems in turn, each with instances of the usual kind and size or of another."""
        for problem in rounds(PROBLEMS, rng):
            plain = rng.random() >= twisted
            layout = problem.layouts[0] if plain else pick(problem.layouts, rng)
            size = "" if plain else pick(tuple(SIZES), rng)
            yield OptimizationDesign(problem.key, layout.piece, size)


@dataclass(frozen=True)
class OptimizationDesign:
    """One problem, kind of instances and size."""

    problem: str
    layout: str
    size: str
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        return (problem_card(self.problem).name + self.layout + self.size,)

    def draft(self, address: Address) -> Draft:
        problem = problem_card(self.problem)
        layout = next(layout for layout in problem.layouts if layout.piece == self.layout)
        parameters = problem.sizes[self.size] | {"layout": layout.name}
        seeds = address.stream("instances").choice(MAX_SEED, size=PUBLIC + PRIVATE, replace=False).tolist()
        rules = {"problem": problem.key, "parameters": parameters}
        twists = tuple(piece for piece in (layout.piece and layout.name, self.size.lower()) if piece)
        texts = ProgramTexts(
            title=", ".join(filter(None, (problem.title, layout.piece and layout.name, SIZES[self.size]))),
            family="combinatorial-optimization",
            source=problem.name,
            twists=twists,
            templates="optimization",
            context={"problem": problem, "layout_about": layout.about},
            public=PUBLIC,
            private=PRIVATE,
        )
        files = {
            "workspace/problem.py": Path(str(problem_named(problem.key).__file__)).read_text(encoding="utf-8"),
            "workspace/practice.py": render(
                "optimization/practice.py.j2", submission=SUBMISSION, parameters=repr(parameters)
            ),
            "grader/instances.yaml": to_yaml(rules | {"seeds": {"public": seeds[:PUBLIC], "private": seeds[PUBLIC:]}}),
        }
        return program_draft(address, texts, METRIC, SUBMISSION, rules | {"seeds": seeds}, files)
