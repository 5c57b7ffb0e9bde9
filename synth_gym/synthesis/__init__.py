"""Making challenges from real data.

A `Generator` draws candidates; `synthesize` builds them, measures their scripts and keeps those with room between
baseline and reference. `recipes` is the generator that needs no key.
"""

from synth_gym.synthesis.draft import Candidate, Draft, DrawRejectedError, Generator
from synth_gym.synthesis.report import Report
from synth_gym.synthesis.synthesize import synthesize

__all__ = ["Candidate", "Draft", "DrawRejectedError", "Generator", "Report", "synthesize"]
