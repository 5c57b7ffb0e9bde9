"""Output in bounded memory."""

from __future__ import annotations

import random

import pytest

from synth_gym.sandbox.output import HeadTail

LIMIT = 100


@pytest.mark.parametrize("longest", [1, 7, LIMIT // 2, LIMIT, 5 * LIMIT])
def test_any_chunks_give_the_head_and_the_tail(longest: int) -> None:
    chance = random.Random(longest)
    for length in (0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT, 30 * LIMIT):
        data = bytes(chance.choices(b"abcdef", k=length))
        output, at = HeadTail(LIMIT), 0
        while at < length:
            size = chance.randint(1, longest)
            output.add(data[at : at + size])
            at += size
        head, tail = data[: LIMIT // 2].decode(), data[-LIMIT // 2 :].decode()
        gap = f"\n[... {length - LIMIT:,} bytes left out ...]\n"
        assert output.text() == (data.decode() if length <= LIMIT else head + gap + tail)
