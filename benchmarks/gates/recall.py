"""How many known faults the gates find, and how many good challenges they refuse.

    python benchmarks/gates/recall.py --suite core --challenges 3 --out recall
    python benchmarks/gates/recall.py --faults labels_hashed wrong_direction --gates expected

Prints a table on stderr and JSON on stdout. Every fault class of `faults/` is made in copies of good challenges, and
each copy is certified (docs/gates-recall.md). With --out a run that was ended goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from faults import FAULTS
from journal import Journal
from plan import plan_trials
from table import show
from tally import Tally
from trials import Outcome, Trial, run_trial

from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.files import check_writable
from synth_gym.progress import progress
from synth_gym.rollout.pool import run_jobs
from synth_gym.suite import find_suite


def main() -> int:
    options = make_parser().parse_args()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            out = options.out or Path(scratch)
            check_writable(out)
            report = measure(options, Journal(out / "journal.jsonl"))
    except SynthGymError as error:
        print(f"recall.py: {error}", file=sys.stderr)
        return 2
    if not options.json:
        show(report)
    print(json.dumps(report, indent=2))
    return 0 if all(report["targets"].values()) else 1


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="core", help="a suite's name or folder (default: core)")
    parser.add_argument("--challenges", type=int, default=3, metavar="N", help="copies for each class (default: 3)")
    parser.add_argument("--faults", nargs="+", metavar="NAME", default=list(FAULTS), help="classes (default: all)")
    parser.add_argument(
        "--gates",
        choices=("all", "expected"),
        default="all",
        help="every gate, or those that the fault is for and the others only where these find nothing (default: all)",
    )
    parser.add_argument("--jobs", type=int, default=1, help="trials at a time (default: 1)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sandbox", default="bubblewrap", help="where scripts run")
    parser.add_argument("--out", type=Path, help="folder of the journal; without it nothing is kept")
    parser.add_argument("--json", action="store_true", help="leave the table out")
    return parser


def measure(options: argparse.Namespace, journal: Journal) -> dict[str, Any]:
    """Run the trials that the journal lacks, and report on all of them."""
    for name in options.faults:
        if name not in FAULTS:
            raise SynthGymError(f"no fault class {name!r}{did_you_mean(name, FAULTS)}")
    trials = plan_trials(
        find_suite(options.suite),
        options.faults,
        count=options.challenges,
        seed=options.seed,
        mode=options.gates,
        sandbox=options.sandbox,
    )
    outcomes = run_all(trials, journal, max(1, options.jobs))
    settings = {"suite": options.suite, "challenges": options.challenges, "gates": options.gates, "seed": options.seed}
    return settings | Tally(outcomes).report()


def run_all(trials: Iterable[Trial], journal: Journal, jobs: int) -> list[Outcome]:
    """The outcomes of all trials; those that the journal has are not run again."""
    wanted = list(trials)
    waiting = [trial for trial in wanted if trial not in journal]
    with progress("certifying copies", len(wanted), done=len(wanted) - len(waiting)) as advance:
        for done in run_jobs(run_trial, waiting, workers=jobs):
            if done.result is None:
                raise SynthGymError(f"the fault {done.job.fault} in {done.job.challenge.name}: {done.crash}")
            journal.add(done.result)
            advance(note=f"{done.job.fault} in {done.job.challenge.name}")
    return [journal[trial] for trial in wanted]


if __name__ == "__main__":
    sys.exit(main())
