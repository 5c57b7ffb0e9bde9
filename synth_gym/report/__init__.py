"""The HTML that people look at: one folder of static pages that needs no network and no server."""

from synth_gym.report.build import build_report

__all__ = ["build_report"]
