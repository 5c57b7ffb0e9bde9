"""The form of a submission: a valid solution without any idea."""


def solve(instance):
    return [0] * instance["vertices"]
