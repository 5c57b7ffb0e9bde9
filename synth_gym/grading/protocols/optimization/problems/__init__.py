"""The problems, by name.

Each module is self-contained and needs the standard library alone, so that a challenge can carry a copy of it for
practice. It defines

- `generate(rng, **parameters)`: an instance, plain JSON data;
- `quality(instance, answer)`: from 0 to 1, 1 only where a bound on the best solution is reached. ValueError for an
  answer that solves nothing.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

PROBLEMS = (
    "bin_packing",
    "facility_location",
    "flow_shop",
    "graph_colouring",
    "knapsack",
    "max_cut",
    "max_sat",
    "quadratic_assignment",
    "set_cover",
    "travelling_salesman",
    "vehicle_routing",
    "weighted_tardiness",
)


def problem_named(name: str) -> ModuleType:
    """The module of one of `PROBLEMS`."""
    return import_module(f"{__name__}.{name}")
