"""Scripted cheats, one move each: what they try, and a judge of what they gained.

The policy plays them in episodes of their own; a gate asks for the moves that fit a challenge and judges each:

    honest = run_script(challenge, BASELINE, [0])[0]
    for move in moves_for(challenge, quick=True):
        what = gained(attempt(challenge, move, honest.submission), honest)
"""

from synth_gym.policies.cheat.attempt import Attempt, attempt, gained
from synth_gym.policies.cheat.catalogue import MOVES, find_move, moves_for
from synth_gym.policies.cheat.move import Move
from synth_gym.policies.cheat.policy import CheatPolicy

__all__ = ["MOVES", "Attempt", "CheatPolicy", "Move", "attempt", "find_move", "gained", "moves_for"]
