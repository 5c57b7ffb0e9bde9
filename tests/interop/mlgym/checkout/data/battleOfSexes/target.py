"""The friend, who tosses a coin."""

import random


def target_column_strategy(history):
    return random.randrange(2)
