"""A Colonel Blotto tournament: both sides split their soldiers over battlefields at the same time, round after round.

The program gets one observation and returns how many soldiers go to each field, whole numbers that sum to at most its
soldiers:

    {"round": 3, "rounds": 50, "mine": [[5, 3, 2], ...], "theirs": [[4, 4, 2], ...]}

More soldiers than the other side win a field's value, as many win half of it. The score is the mean share of all values
that is won, from 0 to 1, over the rounds and the opponents of the split (Borel 1921; Roberson 2006).
"""
