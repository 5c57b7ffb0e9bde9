"""A batch of optimisation instances, one call of the program for each.

The program gets one instance as plain data and returns a solution; how good that is, is measured here. The score is the
mean over the instances of a quality from 0 to 1: a bound that no solution beats against what was reached. Instances are
drawn in the grader's process from seeds that the program never sees.
"""
