"""Challenges written by a language model over real datasets of the Hugging Face Hub.

Topics, proposals, grounding on the Hub, writing, debugging, certification: every stage is a step of its own that writes
files under `.synthesis/` of the suite, can be killed at any moment and goes on where it was. `pipeline` is all of it.
"""
