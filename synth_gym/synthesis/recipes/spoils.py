"""Ways of spoiling images, which change what the best approach is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

INK = 16


@dataclass
class Images:
    """Images and the digits that they show."""

    pixels: np.ndarray
    """Shape (images, height, width), integers from 0 (paper) to 16 (ink)."""
    digits: np.ndarray
    """Shape (images, digits in an image)."""


Apply = Callable[[Images, Images, np.random.Generator], str]
"""Changes training and test images in place; gives the instruction's note."""


@dataclass(frozen=True)
class Spoil:
    """One way, or none."""

    piece: str
    title: str
    tag: str
    apply: Apply
    labels: bool = False
    """It spoils the labels, not the images."""


def nothing(train: Images, test: Images, rng: np.random.Generator) -> str:
    return ""


def few(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Leave a handful of training images of each digit."""
    count = int(rng.choice([5, 8, 12]))
    first = train.digits[:, 0]
    rows = np.concatenate([rng.permutation(np.flatnonzero(first == digit))[:count] for digit in np.unique(first)])
    train.pixels, train.digits = train.pixels[rows], train.digits[rows]
    return f"Only {len(rows)} labelled images could be had for training."


def wrong_labels(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Write another digit for a share of the training images."""
    share = float(rng.choice([0.15, 0.25, 0.35]))
    wrong = rng.random(len(train.digits)) < share
    train.digits = train.digits.copy()
    train.digits[wrong] = (train.digits[wrong] + rng.integers(1, 10, size=(int(wrong.sum()), 1))) % 10
    return f"About {share:.0%} of the training images were given the label of a wrong digit. The test labels are right."


def stains(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Cover a random square of every image."""
    size = int(rng.choice([3, 4]))
    for images in (train, test):
        images.pixels = images.pixels.copy()
        _, height, width = images.pixels.shape
        for image in images.pixels:
            row, column = rng.integers(height - size + 1), rng.integers(width - size + 1)
            image[row : row + size, column : column + size] = 0
    return f"In every image, of training and test, a square of {size} by {size} pixels at a random place was wiped out."


def moved(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Move the test images by a pixel; what leaves on one side is lost."""
    test.pixels = np.stack([_moved(image, *rng.integers(-1, 2, size=2)) for image in test.pixels])
    return (
        "The test images were taken by a careless hand: each is moved by up to one pixel in a random direction, up, "
        "down, left, right or diagonally. The training images are centred."
    )


def negatives(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Invert about half of the test images."""
    inverted = rng.random(len(test.pixels)) < 0.5
    test.pixels = np.where(inverted[:, None, None], INK - test.pixels, test.pixels)
    return f"About half of the test images are negatives: paper is {INK}, ink is 0. No training image is."


def speckles(train: Images, test: Images, rng: np.random.Generator) -> str:
    """Replace random pixels by random values."""
    share = float(rng.choice([0.15, 0.25]))
    for images in (train, test):
        hit = rng.random(images.pixels.shape) < share
        images.pixels = np.where(hit, rng.integers(0, INK + 1, size=images.pixels.shape), images.pixels)
    return f"About {share:.0%} of all pixels, in training and test, were replaced by random values."


def _moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    height, width = image.shape
    padded = np.pad(image, 1)
    return padded[1 - down : 1 - down + height, 1 - right : 1 - right + width]


SPOILS = (
    Spoil("", "", "plain", nothing),
    Spoil("FewExamples", "from few examples", "few-shot", few, labels=True),
    Spoil("NoisyLabels", "with wrong labels in training", "label-noise", wrong_labels, labels=True),
    Spoil("Stained", "with stains", "occlusion", stains),
    Spoil("Moved", "moved in the test", "translation", moved),
    Spoil("Negatives", "half of them negatives", "inversion", negatives),
    Spoil("Speckled", "with speckles", "feature-noise", speckles),
)
