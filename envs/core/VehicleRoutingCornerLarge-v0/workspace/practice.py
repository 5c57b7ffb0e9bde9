"""Solves practice instances with a program: python practice.py heuristic.py

The instances that count are drawn in the same way, from other seeds.
"""

import importlib.util
import random
import sys
import time

import problem

PARAMETERS = {'customers': 65, 'layout': 'corner'}


def instances(count=4):
    return [problem.generate(random.Random(seed), **PARAMETERS) for seed in range(count)]


def mean_quality(solve, count=4):
    """From 0 to 1."""
    posed = instances(count)
    return sum(problem.quality(instance, solve(instance)) for instance in posed) / len(posed)


if __name__ == "__main__":
    spec = importlib.util.spec_from_file_location("program", sys.argv[1])
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    began = time.perf_counter()
    print(f"mean quality {mean_quality(program.solve):.4f}, {time.perf_counter() - began:.2f} s for 4 instances")
