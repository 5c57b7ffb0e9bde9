"""Scores into rankings: AUP, confidence intervals, leaderboards."""
