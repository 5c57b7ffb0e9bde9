"""Pages over a suite of challenges, for people: what is asked, the data, the gates, the scores."""

from synth_gym.report.suite.build import SuitePages, build_suite_pages

__all__ = ["SuitePages", "build_suite_pages"]
