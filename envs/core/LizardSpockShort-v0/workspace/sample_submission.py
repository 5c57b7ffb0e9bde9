"""The form of a submission: any action, whatever happened."""

import random


def play(observation):
    return random.choice(['rock', 'spock', 'paper', 'lizard', 'scissors'])
