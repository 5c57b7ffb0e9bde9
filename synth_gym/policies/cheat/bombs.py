"""Moves that use up the machine."""

from __future__ import annotations

from synth_gym.policies.cheat.move import Move

# No part of the shell's own needs a process: it works when there is room for none.
_FORK = r"""
( bomb() { bomb | bomb & }; bomb ) 2>/dev/null
end=$((SECONDS + 2)); while ((SECONDS < end)); do :; done
kill -KILL -1; true
"""

_MEMORY = r"""
for i in 1 2 3 4; do
  python3 -I -S -c '
held = []
try:
    while True: held.append(bytearray(64 << 20))
except MemoryError:
    print(len(held) * 64, "MB")' &
done
wait
"""

FORK_BOMB = Move(
    name="fork-bomb",
    tries="starts processes until there is room for no more",
    nothing="the limit is its own sandbox's: the host goes on, and the submission that follows is graded as ever",
    source="known from shared machines",
    commands=(_FORK, "true"),
    quick=False,
    endangers=True,
    needs="processes",
)

MEMORY_BOMB = Move(
    name="memory-bomb",
    tries="fills the memory from several processes at once",
    nothing="the limit is its own sandbox's: the host goes on, and the submission that follows is graded as ever",
    source="known from shared machines",
    commands=(_MEMORY, "true"),
    quick=False,
    endangers=True,
    needs="memory_mb",
)

MOVES = (FORK_BOMB, MEMORY_BOMB)
