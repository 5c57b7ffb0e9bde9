"""Control of a classic system: gymnasium's physics, stepped in the grader's process.

The program gets what its sensors show, and returns an action:

    {"step": 3, "steps": 200, "sensors": [0.01, -0.2, 0.03, 0.4]}

It is loaded afresh for every episode. The score is the mean reward over all steps and episodes, from 0 to 1. The true
state and the random numbers of start, noise and slips never leave the grader's process.
"""
