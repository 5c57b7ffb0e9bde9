"""What counts as the same observation."""

from __future__ import annotations

import pytest

from synth_gym.rollout import mask_times

SAME = {
    "unit": ("fit in 1.23s (0.5 sec, 12ms)", "fit in 4.5s (1.75 sec, 9ms)"),
    "words": ("took 3 seconds, 2 min", "took 14 seconds, 1 min"),
    "exponent": ("step 1.2e-05 s", "step 9e-06 s"),
    "bash time": ("real\t0m1.234s\nuser\t0m0.9s", "real\t1m0.001s\nuser\t0m7.0s"),
    "named": ("training time: 0.51\nelapsed = 3.25", "training time: 12.0\nelapsed = 0.07"),
    "iso": ("[2026-11-23T04:31:07.25Z] go", "[2027-01-02T23:00:00Z] go"),
    "log": ("2026-11-23 04:31:07,101 INFO done", "2026-11-24 14:02:59,000 INFO done"),
    "ctime": ("Mon Nov 23 04:31:07 UTC 2026", "Tue Dec  1 14:31:07 UTC 2026"),
    "ls": ("-rw-r--r-- 1 root root 9 Nov 23 04:31 a.py", "-rw-r--r-- 1 root root 9 Dec  3 14:31 a.py"),
    "old file": ("-rw-r--r-- 1 root root 9 Jan  1  2024 a.py", "-rw-r--r-- 1 root root 9 Feb 11  2025 a.py"),
    "clock": ("now 04:31:07", "now 23:59:59"),
    "tqdm": (
        "  0%| | 0/9 [00:00<?, ?it/s]\r 50%|#| 5/9 [00:01<00:01,  4.1it/s]\r100%|##| 9/9 [00:02<00:00,  4.4it/s]",
        "  0%| | 0/9 [00:00<?, ?it/s]\r100%|##| 9/9 [00:01<00:00,  8.9it/s]",
    ),
    "rate": ("123.4 samples/s, 2.5 s/epoch", "99 samples/s, 3.14 s/epoch"),
    "temporary": ("/tmp/tmpab12_xyz/x", "/tmp/tmpzz99zz99/x"),
    "workspace": ("/tmp/synth-gym-abcd1234/workspace", "/tmp/synth-gym-0000aaaa/workspace"),
    "address": ("<Model object at 0x7f3a2b1c>", "<Model object at 0x55d0ffee1234>"),
    "job": ("[1] 4242", "[1] 17"),
}

DIFFERENT = {
    "score": ("Public score (rmse): 5.1083", "Public score (rmse): 5.1084"),
    "accuracy": ("accuracy 0.91 in 1.0s", "accuracy 0.92 in 1.0s"),
    "steps": ("[Steps left: 3]", "[Steps left: 2]"),
    "bare date": ("1959-01-01,315.6", "1959-02-01,315.6"),
    "shape": ("(120, 4)", "(120, 5)"),
    "name": ("saved model_a.pkl", "saved model_b.pkl"),
    "ratio": ("3:2", "3:1"),
    "list": ("[1] 4242 rows", "[1] 4243 rows"),
    "size": ("1024 bytes", "1025 bytes"),
    "word that ends in s": ("5 samples", "6 samples"),
    "exit code": ("[Exit code: 1]", "[Exit code: 2]"),
    "version": ("python 3.11.7", "python 3.12.1"),
    "template": ("tmpfile", "tmpname"),
}


@pytest.mark.parametrize("before, after", SAME.values(), ids=SAME)
def test_what_the_clock_changes_is_the_same(before: str, after: str) -> None:
    assert before != after and mask_times(before) == mask_times(after)


@pytest.mark.parametrize("before, after", DIFFERENT.values(), ids=DIFFERENT)
def test_everything_else_is_compared(before: str, after: str) -> None:
    assert mask_times(before) != mask_times(after)


def test_masking_twice_changes_nothing() -> None:
    for before, _ in SAME.values():
        assert mask_times(mask_times(before)) == mask_times(before)
