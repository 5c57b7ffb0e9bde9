"""The optimisation problems: what is a solution, what is it worth, and how instances are posed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols import read_config, start
from synth_gym.grading.protocols.base import Begin
from synth_gym.grading.protocols.optimization.problems import PROBLEMS, problem_named
from synth_gym.schema import to_yaml

PARAMETERS: dict[str, dict[str, Any]] = {
    "bin_packing": {"items": 12},
    "facility_location": {"sites": 5, "customers": 10},
    "flow_shop": {"jobs": 6, "machines": 3},
    "graph_colouring": {"vertices": 12, "degree": 4},
    "knapsack": {"items": 10, "limits": 2},
    "max_cut": {"vertices": 10, "degree": 4},
    "max_sat": {"variables": 8, "clauses": 30},
    "quadratic_assignment": {"machines": 6},
    "set_cover": {"elements": 12, "sets": 9},
    "travelling_salesman": {"cities": 8},
    "vehicle_routing": {"customers": 8},
    "weighted_tardiness": {"jobs": 8},
}
IDLE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "bin_packing": lambda instance: list(range(len(instance["sizes"]))),
    "facility_location": lambda instance: [0],
    "flow_shop": lambda instance: list(range(len(instance["times"]))),
    "graph_colouring": lambda instance: list(range(instance["vertices"])),
    "knapsack": lambda instance: [],
    "max_cut": lambda instance: [0] * instance["vertices"],
    "max_sat": lambda instance: [True] * instance["variables"],
    "quadratic_assignment": lambda instance: list(range(len(instance["flows"]))),
    "set_cover": lambda instance: list(range(len(instance["sets"]))),
    "travelling_salesman": lambda instance: list(range(len(instance["cities"]))),
    "vehicle_routing": lambda instance: [[customer] for customer in range(len(instance["customers"]))],
    "weighted_tardiness": lambda instance: list(range(len(instance["times"]))),
}


THREE_MACHINES = {"flows": [[0, 5, 0], [5, 0, 1], [0, 1, 0]], "distances": [[0, 1, 3], [1, 0, 2], [3, 2, 0]]}
TWO_CUSTOMERS = {"depot": [0, 0], "customers": [[1, 0], [2, 0]], "demands": [4, 4]}


@pytest.mark.parametrize("name", PROBLEMS)
def test_instances_depend_on_the_seed_alone(name: str) -> None:
    generate = problem_named(name).generate
    first, same, other = (generate(random.Random(seed), **PARAMETERS[name]) for seed in (1, 1, 2))
    assert first == same != other


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_solution_is_worth_from_0_to_1(name: str) -> None:
    problem = problem_named(name)
    for seed in range(5):
        instance = problem.generate(random.Random(seed), **PARAMETERS[name])
        assert 0.0 <= problem.quality(instance, IDLE[name](instance)) <= 1.0


@pytest.mark.parametrize("answer", [None, "x", {}, [None], [0.5], [-1, -1], [[0]], ["0"] * 8, [0] * 7])
@pytest.mark.parametrize("name", PROBLEMS)
def test_what_solves_nothing_is_refused(name: str, answer: Any) -> None:
    problem = problem_named(name)
    with pytest.raises(ValueError):
        problem.quality(problem.generate(random.Random(0), **PARAMETERS[name]), answer)


@pytest.mark.parametrize(
    ("name", "instance", "answer", "quality"),
    [
        ("bin_packing", {"capacity": 10, "sizes": [6, 4, 5]}, [0, 0, 7], 1.0),
        ("bin_packing", {"capacity": 10, "sizes": [6, 4, 5]}, [0, 1, 2], 2 / 3),
        ("flow_shop", {"times": [[1, 3], [3, 1]]}, [0, 1], 1.0),
        ("flow_shop", {"times": [[1, 3], [3, 1]]}, [1, 0], 5 / 7),
        ("graph_colouring", {"vertices": 3, "edges": [[0, 1], [1, 2], [0, 2]]}, [5, 6, 7], 1.0),
        ("graph_colouring", {"vertices": 3, "edges": [[0, 1]]}, [0, 1, 2], 2 / 3),
        ("knapsack", {"values": [6, 4], "demands": [[2], [2]], "capacities": [2]}, [0], 1.0),
        ("knapsack", {"values": [6, 4], "demands": [[2], [2]], "capacities": [2]}, [1], 4 / 6),
        ("max_cut", {"vertices": 3, "edges": [[0, 1, 1], [1, 2, 3]]}, [0, 0, 1], 3 / 4),
        ("max_sat", {"variables": 2, "clauses": [[1], [-2]], "weights": [1, 3]}, [True, False], 1.0),
        ("max_sat", {"variables": 2, "clauses": [[1], [-2]], "weights": [1, 3]}, [False, False], 0.5),
        ("max_sat", {"variables": 2, "clauses": [[1], [-2]], "weights": [1, 3]}, [True, True], 0.0),
        ("facility_location", {"opening": [4, 9], "serving": [[1, 0], [1, 9]]}, [0], 1.0),
        ("facility_location", {"opening": [4, 9], "serving": [[1, 0], [1, 9]]}, [0, 1], 6 / 14),
        ("quadratic_assignment", {"flows": [[0, 2], [2, 0]], "distances": [[0, 3], [3, 0]]}, [1, 0], 1.0),
        ("quadratic_assignment", THREE_MACHINES, [0, 1, 2], 1.0),
        ("quadratic_assignment", THREE_MACHINES, [1, 0, 2], 7 / 8),
        ("set_cover", {"elements": 2, "sets": [[0], [1], [0, 1]], "costs": [2, 2, 3]}, [2], 1.0),
        ("set_cover", {"elements": 2, "sets": [[0], [1], [0, 1]], "costs": [2, 2, 3]}, [0, 1], 3 / 4),
        ("vehicle_routing", {**TWO_CUSTOMERS, "capacity": 4}, [[0], [1]], 1.0),
        ("vehicle_routing", {**TWO_CUSTOMERS, "capacity": 8}, [[0, 1]], 1.0),
        ("vehicle_routing", {**TWO_CUSTOMERS, "capacity": 8}, [[0], [1]], 4 / 6),
        ("weighted_tardiness", {"times": [2, 1], "weights": [1, 4], "due": [2, 1]}, [0, 1], 0.0),
        ("weighted_tardiness", {"times": [2, 1], "weights": [1, 4], "due": [2, 1]}, [1, 0], 1 - 1 / 8),
        ("weighted_tardiness", {"times": [2, 1], "weights": [1, 4], "due": [3, 3]}, [1, 0], 1.0),
        ("travelling_salesman", {"cities": [[0, 0], [0, 1], [1, 1], [1, 0]]}, [0, 1, 2, 3], 1.0),
        ("travelling_salesman", {"cities": [[0, 0], [0, 1], [1, 1], [1, 0]]}, [0, 2, 1, 3], 4 / (2 + 2 * 2**0.5)),
    ],
)
def test_quality_is_the_bound_against_what_was_reached(
    name: str, instance: dict[str, Any], answer: Any, quality: float
) -> None:
    assert problem_named(name).quality(instance, answer) == pytest.approx(quality)


@pytest.mark.parametrize(
    ("name", "instance", "answer", "message"),
    [
        ("bin_packing", {"capacity": 10, "sizes": [6, 5]}, [0, 0], "a bin holds 11"),
        ("graph_colouring", {"vertices": 2, "edges": [[0, 1]]}, [1, 1], "have the same colour 1"),
        ("knapsack", {"values": [6, 4], "demands": [[2], [2]], "capacities": [2]}, [0, 1], "need 4 of limit 0"),
        ("knapsack", {"values": [6], "demands": [[2]], "capacities": [2]}, [0, 0], "twice"),
        ("travelling_salesman", {"cities": [[0, 0], [0, 1]]}, [0, 0], "each of the 2 cities once"),
        ("max_cut", {"vertices": 2, "edges": [[0, 1, 1]]}, [0, 2], "each 0 or 1"),
        ("facility_location", {"opening": [4], "serving": [[1]]}, [], "at least one site"),
        ("set_cover", {"elements": 2, "sets": [[0], [1]], "costs": [2, 2]}, [1], "1 elements are in none"),
        ("vehicle_routing", {**TWO_CUSTOMERS, "capacity": 4}, [[0, 1]], "route 0 carries 8"),
    ],
)
def test_a_broken_rule_is_named(name: str, instance: dict[str, Any], answer: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        problem_named(name).quality(instance, answer)


CONFIG = {
    "problem": "max_cut",
    "parameters": {"vertices": 10, "degree": 4},
    "seeds": {"public": [1, 2], "private": [3, 4, 5]},
}


def test_every_instance_of_the_split_is_posed_once_and_averaged() -> None:
    play, posed = start("optimization", CONFIG, "private"), []
    message = next(play)
    assert isinstance(message, Begin)
    with pytest.raises(StopIteration) as end:
        message = play.send(None)
        while True:
            assert not isinstance(message, Begin)
            posed.append(message.observation)
            message = play.send([n % 2 for n in range(10)])
    quality = problem_named("max_cut").quality
    assert len(posed) == 3
    assert end.value.value == pytest.approx(sum(quality(one, [n % 2 for n in range(10)]) for one in posed) / 3)


def test_a_wrong_solution_names_its_instance() -> None:
    play = start("optimization", CONFIG, "public")
    next(play)
    play.send(None)
    play.send([0] * 10)
    with pytest.raises(SubmissionRejected, match="instance 2 of 2: a cut is a list of 10 sides"):
        play.send("all")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"problem": "max_cuts"}, r"did you mean 'max_cut'\?"),
        ({"parameters": {"vertices": 10}}, "missing 1 required positional argument"),
        ({"parameters": {"vertices": 10, "degree": 4, "layout": "odd"}}, "no layout 'odd'"),
        ({"seeds": {"public": [], "private": [1]}}, "at least 1 item"),
    ],
)
def test_a_wrong_configuration_is_found_before_any_grading(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    (tmp_path / "instances.yaml").write_text(to_yaml(CONFIG | changes))
    with pytest.raises(InvalidFileError, match=message):
        read_config("optimization", tmp_path)
