"""Plays a program against simple opponents: python arena.py strategy.py"""

import importlib.util
import json
import random
import sys

GAME = json.load(open("game.json"))
MINE, THEIRS = GAME["actions"]["agent"], GAME["actions"]["opponent"]


def always(action):
    return lambda mine, theirs: action


def dice(mine, theirs):
    return random.choice(THEIRS)


def copycat(mine, theirs):
    """Does what you did last."""
    return mine[-1] if mine else THEIRS[0]


def round_robin(mine, theirs):
    return THEIRS[len(theirs) % len(THEIRS)]


OPPONENTS = {f"always {action}": always(action) for action in THEIRS} | {
    "dice": dice,
    "copycat": copycat,
    "round robin": round_robin,
}


def match(play, opponent):
    """Mean payoff of a round."""
    mine, theirs, total = [], [], 0.0
    for number in range(GAME["rounds"]):
        action = play({"round": number, "rounds": GAME["rounds"], "mine": list(mine), "theirs": list(theirs)})
        answer = opponent(mine, theirs)
        total += GAME["payoffs"]["agent"][MINE.index(action)][THEIRS.index(answer)]
        mine.append(action)
        theirs.append(answer)
    return total / GAME["rounds"]


def tournament(path):
    """Mean payoff against each opponent; the program is loaded afresh for each."""
    payoffs = {}
    for name, opponent in OPPONENTS.items():
        random.seed(0)
        spec = importlib.util.spec_from_file_location("strategy", path)
        program = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(program)
        payoffs[name] = match(program.play, opponent)
    return payoffs


if __name__ == "__main__":
    results = tournament(sys.argv[1])
    for name, payoff in results.items():
        print(f"{name:24s} {payoff:8.4f}")
    print(f"{'mean':24s} {sum(results.values()) / len(results):8.4f}")
