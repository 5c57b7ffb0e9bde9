"""Integrity flags: what in an episode a person should look at before anybody learns from it.

Each is found from the record alone, by what the agent ran and said and what came back. They are signs, not proof: an
agent that hides what it does is not caught here, and the sandbox, not a flag, is what keeps it from its gain.

flag.py           what a flag is, and the names of all
code.py           what a step ran, as text that is code and not comment
grader_files.py   files that look like the grader's were touched
sandbox_probe.py  the walls of the sandbox were felt for
claimed_score.py  a score was stated or written that the judge never gave
stale.py          what was handed in is older than the last command that was to make it
find.py           all of them over one record
"""

from synth_gym.rollout.flags.find import find_flags
from synth_gym.rollout.flags.flag import FLAGS, Flag

__all__ = ["FLAGS", "Flag", "find_flags"]
