"""Known faults of machine-learning challenges, each made on purpose in a copy of a good one.

Sources are the published accounts and the shipped evaluators in which the fault was found. Importing this package
fills `FAULTS`.
"""

from faults import (  # noqa: F401
    baselines,
    columns,
    contents,
    data,
    files,
    graders,
    origins,
    places,
    programs,
    references,
    splits,
    statements,
    strict,
)
from faults.copy import Copy
from faults.fault import FAULTS, Fault, NotApplicable

__all__ = ["FAULTS", "Copy", "Fault", "NotApplicable"]
