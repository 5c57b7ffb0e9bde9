"""How much one column says about a target: leave-one-out among the test rows, or learnt from the training rows.

All measures lie between 0 (nothing) and 1 (everything): for classes the share of rows that are right beyond the most
frequent class, for numbers the squared rank correlation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from synth_gym.certification.data import Values, numbers

NEAR_PERFECT = 0.95
"""One real measurement alone hardly ever tells so much."""
FAR_BELOW = 0.1
"""How much weaker the whole reference must be than one column, for that column to be a leak: in a good task the
reference uses the best column."""
DECIDES = 0.99
"""Share of the labels from which on one column decides them."""
EXACT = 0.9999
"""Squared rank correlation from which on a column is the target in another scale, whatever the reference reaches."""
MENDED = {True: 0.8, False: 0.6}
"""Share of what the reference leaves open, for classes and for numbers, that no honest column tells by itself: the
reference uses it too."""
MIN_MISTAKES = 8
NEIGHBOURS = 5
"""Training rows that a prediction from one numeric column is made from."""


def strength(answers: Values, truth: Values, classes: bool) -> float:
    """How good answers are.

    Args:
        answers: shape (rows,); classes or, for a target of two classes, a score that ranks the second one higher.
        truth: shape (rows,).
        classes: whether the target is classes.
    """
    if not classes:
        return rank_correlation(answers.astype(float), truth) ** 2
    if answers.dtype.kind == "f":
        answers = _as_classes(answers, truth)
    most = Counter(truth.tolist()).most_common(1)[0][1] / len(truth)
    right = float(np.mean(answers == truth))
    return max(0.0, (right - most) / (1 - most)) if most < 1 else 0.0


def rank_correlation(first: Values, second: Values) -> float:
    """Spearman's; 0 when one of them is constant."""
    return correlation(ranks(first), ranks(second))


def correlation(first: Values, second: Values) -> float:
    """Pearson's; 0 when one of them is constant."""
    one, two = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((one @ one) * (two @ two)))
    return float(one @ two) / scale if scale else 0.0


def ranks(values: Values) -> Values:
    """Midranks, shape (rows,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: Values = (last - (counts - 1) / 2)[inverse]
    return middle


def among_themselves(column: Sequence[str], truth: Values, classes: bool) -> float:
    """How well each row's target follows from the other rows that have the same or the nearest values."""
    found = numbers(column)
    if found is None or np.isnan(found).any():
        return strength(_same_value(column, truth, classes), truth, classes)
    return strength(_next_values(found, truth, classes), truth, classes)


def learnt(train: Sequence[str], train_truth: Values, test: Sequence[str], truth: Values, classes: bool) -> Values:
    """The test rows' target as one column tells it, shape (rows,)."""
    known, asked = numbers(train), numbers(test)
    answer: Callable[[Values], object] = _majority if classes else np.mean
    if known is None or asked is None:
        answers = _looked_up(train, train_truth, test, answer)
    else:
        answers = _nearest(known, train_truth, asked, answer)
    if classes and not set(train_truth.tolist()) & set(truth.tolist()):
        answers = _renamed(answers, truth)
    return answers


def beyond(answers: Values, told: Values, truth: Values, classes: bool) -> float:
    """How much of what some answers leave open is told by others.

    Args:
        answers: of the reference, shape (rows,).
        told: of one column, shape (rows,).
        truth: shape (rows,).
        classes: whether the target is classes.

    Returns:
        for classes the share of the answers' mistakes that are mended, 0 where there are too few of them; for numbers
        the squared partial correlation of ranks.
    """
    if classes:
        if answers.dtype.kind == "f":
            answers = _as_classes(answers, truth)
        wrong = answers != truth
        return float(np.mean(told[wrong] == truth[wrong])) if wrong.sum() >= MIN_MISTAKES else 0.0
    given = ranks(answers.astype(float))
    rest = [_residual(ranks(values.astype(float)), given) for values in (told, truth)]
    return correlation(*rest) ** 2


def _residual(values: Values, given: Values) -> Values:
    """What a straight line through other values leaves."""
    given = given - given.mean()
    slope = (given @ values) / (given @ given) if given.any() else 0.0
    rest: Values = values - values.mean() - slope * given
    return rest


def looked_up(train: Sequence[str], train_truth: Values, test: Sequence[str]) -> Values:
    """Classes as they follow from the training rows with exactly the same value, shape (rows,)."""
    return _looked_up(train, train_truth, test, _majority)


def _as_classes(scores: Values, truth: Values) -> Values:
    """As many of the highest scores as there are rows of the second class are taken for it."""
    low, high = sorted(set(truth.tolist()))[:1], sorted(set(truth.tolist()))[-1:]
    count = int(np.sum(truth == high[0]))
    answers = np.full(len(truth), low[0], dtype=truth.dtype)
    answers[np.argsort(-scores, kind="stable")[:count]] = high[0]
    return answers


def _same_value(column: Sequence[str], truth: Values, classes: bool) -> Values:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(column):
        groups[value].append(index)
    fallback = _majority(truth) if classes else truth.mean()
    answers = np.full(len(truth), fallback, dtype=truth.dtype if classes else float)
    for members in groups.values():
        for index in members if len(members) > 1 else ():
            others = truth[[one for one in members if one != index]]
            answers[index] = _majority(others) if classes else others.mean()
    return answers


def _next_values(column: Values, truth: Values, classes: bool) -> Values:
    """The target of the neighbours on both sides; for classes of the nearer one, which may have the same value."""
    # Equal values in random order: in the order of the rows they would tell what the rows' order tells.
    order = np.lexsort((np.random.default_rng(0).permutation(len(column)), column))
    x, y = column[order], truth[order]
    before, after = np.arange(len(x)) - 1, np.arange(len(x)) + 1
    before[0], after[-1] = 1, len(x) - 2
    if classes:
        nearer = np.where(np.abs(x[before] - x) <= np.abs(x[after] - x), before, after)
        guess = y[nearer]
    else:
        guess = (y[before] + y[after]) / 2
    answers = np.empty_like(guess)
    answers[order] = guess
    return answers


def _looked_up(
    train: Sequence[str], train_truth: Values, test: Sequence[str], answer: Callable[[Values], object]
) -> Values:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(train):
        groups[value].append(index)
    known = {value: answer(train_truth[members]) for value, members in groups.items()}
    fallback = answer(train_truth)
    return np.array([known.get(value, fallback) for value in test])


def _nearest(known: Values, train_truth: Values, asked: Values, answer: Callable[[Values], object]) -> Values:
    usable = ~np.isnan(known)
    if not usable.any():
        return np.array([answer(train_truth)] * len(asked))
    order = np.argsort(known[usable], kind="stable")
    x, y = known[usable][order], train_truth[usable][order]
    middle = np.searchsorted(x, np.nan_to_num(asked, nan=float(np.median(x))))
    first = np.clip(middle - NEIGHBOURS // 2, 0, max(0, len(x) - NEIGHBOURS))
    windows = [answer(y[start : start + NEIGHBOURS]) for start in first]
    return np.array(windows)


def _renamed(answers: Values, truth: Values) -> Values:
    """Answers in the test's names of the classes: each stands for the one that it mostly meets."""
    meant = {value: _majority(truth[answers == value]) for value in set(answers.tolist())}
    return np.array([meant[value] for value in answers.tolist()])


def _majority(values: Values) -> str:
    return str(Counter(values.tolist()).most_common(1)[0][0])
