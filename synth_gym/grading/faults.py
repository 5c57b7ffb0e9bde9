"""Whose fault it is that there is no score: the submission's or the challenge's."""

from __future__ import annotations


class SubmissionRejected(Exception):
    """The submission cannot be scored; the message is for its author and names the first offending place."""


class LabelsUnusable(Exception):
    """The labels or the grader's files are wrong; the message is for the author of the challenge."""
