"""Spaces for text.

Gymnasium's `Text` draws random characters (a random action would be executed by a shell) and knows only its own
alphabet (an observation with a space or a newline falls out of it). These hold any UTF-8 text, draw from harmless
examples, and work in
`SyncVectorEnv` and in `AsyncVectorEnv` with its default shared memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Any

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector.utils.shared_memory import create_shared_memory, read_from_shared_memory, write_to_shared_memory

_HEADER = 4  # bytes that hold a text's length in shared memory


class TextSpace(Space[str]):
    """Every UTF-8 text of at most `max_bytes` bytes.

    Args:
        max_bytes: limit of the encoded length.
        examples: what `sample()` draws from; all of them must be harmless to execute when the space is an action space.
        seed: of the sampling.
    """

    def __init__(
        self, max_bytes: int, examples: Sequence[str] = ("",), seed: int | np.random.Generator | None = None
    ) -> None:
        self.max_bytes = max_bytes
        self.examples = tuple(examples)
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        return self.examples[int(self.np_random.integers(len(self.examples)))]

    def contains(self, x: Any) -> bool:
        return isinstance(x, str) and len(x.encode("utf-8", "surrogatepass")) <= self.max_bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextSpace) and (self.max_bytes, self.examples) == (other.max_bytes, other.examples)

    def __hash__(self) -> int:
        return hash((self.max_bytes, self.examples))

    def __repr__(self) -> str:
        return f"TextSpace(max_bytes={self.max_bytes})"


@create_shared_memory.register(TextSpace)
def _create(space: TextSpace, n: int = 1, ctx: Any = None) -> Any:
    import multiprocessing

    return (ctx or multiprocessing).Array("B", n * (_HEADER + space.max_bytes))


@write_to_shared_memory.register(TextSpace)
def _write(space: TextSpace, index: int, value: str, shared_memory: SynchronizedArray[Any]) -> None:
    data = value.encode("utf-8", "replace")[: space.max_bytes]
    start = index * (_HEADER + space.max_bytes)
    memory = memoryview(shared_memory.get_obj()).cast("B")
    memory[start : start + _HEADER + len(data)] = len(data).to_bytes(_HEADER, "little") + data


@read_from_shared_memory.register(TextSpace)
def _read(space: TextSpace, shared_memory: SynchronizedArray[Any], n: int = 1) -> SharedTexts:
    return SharedTexts(memoryview(shared_memory.get_obj()).cast("B"), n, _HEADER + space.max_bytes)


class SharedTexts(Sequence[str]):
    """The texts that lie in shared memory now.

    `AsyncVectorEnv` reads its shared memory once, expecting a view that stays current, and hands out deep copies of
    it: the copy is a plain tuple.
    """

    def __init__(self, memory: memoryview, n: int, size: int) -> None:
        self._cells = [memory[index * size : (index + 1) * size] for index in range(n)]

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, index: Any) -> Any:
        return tuple(map(_text, self._cells[index])) if isinstance(index, slice) else _text(self._cells[index])

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[str, ...]:
        return tuple(self)


def _text(cell: memoryview) -> str:
    length = int.from_bytes(cell[:_HEADER], "little")
    return bytes(cell[_HEADER : _HEADER + length]).decode("utf-8", "ignore")
