"""Plays practice episodes with a program: python practice.py controller.py"""

import importlib.util
import json
import random
import sys

from simulator import Episode

SYSTEM = json.load(open("system.json"))


def load(path):
    spec = importlib.util.spec_from_file_location("program", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def episode(act, seed):
    """Mean reward of a step."""
    random.seed(seed)
    played = Episode(SYSTEM, seed)
    while not played.over:
        played.act(act(played.observation()))
    return played.score


def mean_reward(path, count=4):
    """Over practice episodes; the program is loaded afresh for each."""
    return sum(episode(load(path).act, seed) for seed in range(count)) / count


if __name__ == "__main__":
    print(f"mean reward {mean_reward(sys.argv[1]):.4f}")
