"""A benchmark's own evaluation script that calls one function of the submission.

The script and the modules that it imports run in the grader's process, as the challenge's `grader/` holds them. The
submission is not among them: in its place is a module whose function asks the program over the pipe. So the rules, the
opponents and their random numbers are out of the program's reach, while the arithmetic is the benchmark's own.
"""
