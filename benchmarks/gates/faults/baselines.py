"""Baselines that do not do what is said of them."""

from __future__ import annotations

from faults.copy import BASELINE, LABELS, REFERENCE, Copy
from faults.fault import NotApplicable, classes, fault, numbers, one_column
from synth_gym.challenge import Scores

BUDGET_SECONDS = 20.0

TOO_LONG = f"""\
import time

time.sleep({3 * BUDGET_SECONDS})
"""

SPOIL = """\
import csv as _csv
import random as _random

_dice = _random.Random({seed})
with open("submission.csv", newline="") as _file:
    _rows = list(_csv.DictReader(_file))
_key, _target = _rows[0]
_known = [row[_target] for row in _rows]
_share = _dice.uniform(0.0, {share})


def _other(text):
    try:
        return repr(float(text) * (1 + _share * _dice.uniform(-1, 1)))
    except ValueError:
        return _dice.choice(_known)


for _row in _rows:
    if _dice.random() < _share:
        _row[_target] = _other(_row[_target])
with open("submission.csv", "w", newline="") as _file:
    _writer = _csv.DictWriter(_file, [_key, _target], lineterminator="\\n")
    _writer.writeheader()
    _writer.writerows(_rows)
"""


def _moved(copy: Copy, scores: Scores, share: float) -> Scores:
    """Scores moved by a share of the distance between baseline and reference, towards the reference."""
    step = share * (copy.spec.reference.mean - copy.spec.baseline.mean)
    public, private = ([round(value + step, 6) for value in values] for values in (scores.public, scores.private))
    return Scores.measured(scores.command, scores.seeds, tuple(public), tuple(private))


@fault("baseline", source="MLGym Titanic: the stored baseline of 0.76555 belongs to other labels")
def baseline_score_wrong(copy: Copy) -> str:
    """The stored baseline score is one that nobody can get."""
    share = copy.rng.choice((0.05, 0.3, -0.4))
    copy.store(baseline=_moved(copy, copy.spec.baseline, share))
    return f"moved by {share} of the distance to the reference"


@fault("baseline", source="runnable checks of every synthesiser")
def baseline_crashes(copy: Copy) -> str:
    """The baseline does not run."""
    source = copy.read(BASELINE)
    copy.write(
        BASELINE, copy.rng.choice((f"import no_such_package\n{source}", f"{source}\nraise RuntimeError('shape')\n"))
    )
    return "an exception"


@fault("baseline", source="runnable checks of every synthesiser")
def baseline_writes_elsewhere(copy: Copy) -> str:
    """The baseline writes its submission under another name."""
    path = copy.spec.submission.path
    copy.append(BASELINE, f'import os as _os\n\n_os.rename("{path}", "old_{path}")\n')
    return f"old_{path}"


@fault("baseline", "cost", source="MLGym: training timeouts of 1800 s that models run into")
def baseline_over_budget(copy: Copy) -> str:
    """The baseline needs longer than one command may take."""
    copy.update(limits={"command_seconds": BUDGET_SECONDS})
    copy.append(BASELINE, TOO_LONG)
    return f"sleeps for {3 * BUDGET_SECONDS:g} s, a command may take {BUDGET_SECONDS:g} s"


@fault("baseline", source="MLGym's games: unseeded starters", suits=one_column)
def baseline_unseeded(copy: Copy) -> str:
    """The baseline draws at random without the seed."""
    copy.append(BASELINE, SPOIL.format(seed="", share=0.9))
    copy.measure(BASELINE)
    return "a random share of the answers is changed"


@fault("headroom", source="RE-Bench: an environment dropped for its noise", suits=one_column)
def noise_over_headroom(copy: Copy) -> str:
    """The baseline's scores differ more from seed to seed than the reference is better."""
    copy.append(BASELINE, SPOIL.format(seed="SEED", share=0.9))
    if "SEED =" not in copy.read(BASELINE):
        raise NotApplicable("the baseline does not read SEED")
    copy.measure(BASELINE, seeds=(0, 1, 2))
    baseline, reference = copy.spec.baseline, copy.spec.reference
    if abs(reference.mean - baseline.mean) > 2.5 * baseline.sd:
        raise NotApplicable("the noise stays below the headroom")
    return f"sd {baseline.sd:.3g}, distance {abs(reference.mean - baseline.mean):.3g}"


@fault("trivial_floor", source="MLGym Titanic: the baseline is worse than a rule of one line", suits=classes)
def baseline_below_majority(copy: Copy) -> str:
    """The baseline is worse than the most frequent class."""
    counts = [row[copy.target] for row in copy.rows(LABELS)]
    rarest = min(sorted(set(counts)), key=counts.count)
    if counts.count(rarest) * len(set(counts)) > 0.9 * len(counts):
        raise NotApplicable("all classes are as frequent")
    return _answers_always(copy, rarest)


@fault("trivial_floor", source="MLGym Titanic: the baseline is worse than a rule of one line", suits=numbers)
def baseline_below_mean(copy: Copy) -> str:
    """The baseline is worse than the mean of the training data."""
    values = [float(value) for value in copy.truth().values()]
    # A series that grows leaves the mean of its past far behind.
    return _answers_always(copy, repr(round(max(values) + 10 * (max(values) - min(values)), 6)))


def _answers_always(copy: Copy, answer: str) -> str:
    lines = ["import csv", 'rows = list(csv.DictReader(open("data/test.csv")))']
    lines += ['with open("submission.csv", "w") as file:', f'    print("{copy.key},{copy.target}", file=file)']
    lines += [f'    file.writelines(f"{{row[{copy.key!r}]}},{answer}\\n" for row in rows)']
    copy.write(BASELINE, "\n".join(['"""One answer for all rows."""', *lines]) + "\n")
    copy.measure(BASELINE)
    return f"it always answers {answer}"


@fault("reference", source="scores that were declared, not measured")
def reference_score_wrong(copy: Copy) -> str:
    """The stored reference score is one that nobody can get."""
    share = copy.rng.choice((0.05, 0.4, -0.3))
    copy.store(reference=_moved(copy, copy.spec.reference, share))
    return f"moved by {share} of the distance to the baseline"


@fault("reference", source="synthesised tasks are only checked to run")
def reference_is_baseline(copy: Copy) -> str:
    """The reference does what the baseline does."""
    copy.write(REFERENCE, copy.read(BASELINE).replace("__file__", "'solution.py'"))
    return "solution.py is baseline.py, with the better score stored"
