"""Maximum cut: vertices on two sides, so that the edges between the sides weigh as much as possible."""

from random import Random
from typing import Any


def generate(rng: Random, vertices: int, degree: int, layout: str = "uniform") -> dict[str, Any]:
    """Random edges, about `degree` at a vertex; weights `uniform` (all 1), `weighted` (1 to 100), or `ring` (a ring
    and random chords, weighted).
    """
    if layout not in ("uniform", "weighted", "ring"):
        raise ValueError(f"no layout {layout!r}; layouts are uniform, weighted, ring")
    pairs = [(a, b) for b in range(vertices) for a in range(b)]
    chosen = set(rng.sample(pairs, vertices * degree // 2))
    if layout == "ring":
        chosen |= {(a, a + 1) for a in range(vertices - 1)}
    return {
        "vertices": vertices,
        "edges": [[a, b, 1 if layout == "uniform" else rng.randint(1, 100)] for a, b in sorted(chosen)],
    }


def quality(instance: dict[str, Any], answer: Any) -> float:
    """Weight of the cut divided by the weight of all edges."""
    count = instance["vertices"]
    if not isinstance(answer, list) or len(answer) != count or not all(side in (0, 1) for side in answer):
        raise ValueError(f"a cut is a list of {count} sides, each 0 or 1")
    cut = sum(weight for a, b, weight in instance["edges"] if answer[a] != answer[b])
    return cut / sum(weight for _, _, weight in instance["edges"])
