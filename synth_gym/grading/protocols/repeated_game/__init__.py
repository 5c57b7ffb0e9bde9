"""A repeated matrix game against several seeded opponents.

The program defines a function that gets one observation and returns one of the agent's actions:

    {"round": 3, "rounds": 100, "mine": ["left", ...], "theirs": ["up", ...]}

`round` counts from 0; `mine` and `theirs` are all earlier actions of this match. The score is the agent's mean
payoff per round, averaged over the opponents of the split. The opponents' random numbers live in the grader's
process alone: a program can neither read nor rewind them.
"""
