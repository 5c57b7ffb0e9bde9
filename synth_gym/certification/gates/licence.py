"""May the data be passed on?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC-BY-SA-3.0",
        "CC-BY-SA-4.0",
        "CC0-1.0",
        "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0",
        "LicenseRef-public-domain",
        "MIT",
        "ODC-By-1.0",
        "ODbL-1.0",
        "PDDL-1.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
    }
)


def check(case: Case) -> Finding:
    licence = case.spec.dataset.licence
    if licence in ALLOWED:
        return passed(licence)
    if case.spec.provenance.recipe:
        # Whoever has the recipe and the data's own package makes the challenge anew; nobody need pass it on.
        return passed(f"{licence}, rebuilt from its recipe and not to be passed on")
    return failed(
        f"the licence {licence!r} is not known to allow passing the data on: choose other data, or give its recipe",
        licence,
    )


GATE = Gate(
    name="licence",
    fault="data that nobody may pass on",
    source="OpenMLE could ship the data of 1,415 of its 5,758 tasks",
    rule="the licence is one that allows redistribution, or the challenge is rebuilt from a recipe",
    check=check,
)
