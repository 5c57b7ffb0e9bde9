"""Every door in turn; a round's entry must be a pair."""


def row_strategy(history):
    assert all(isinstance(entry, tuple) for entry in history)
    return len(history) % 2
