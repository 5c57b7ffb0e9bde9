"""What was paid for is found again, and only that."""

from __future__ import annotations

from pathlib import Path

from synth_gym.synthesis.llm.store import Recorded, Store, key_of

BODY = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
REPLY = Recorded("{}", "stop", 10, 2, 0, 0.5, 0.1, "topics")


def test_an_answer_is_found_by_its_whole_request(tmp_path: Path) -> None:
    store = Store(tmp_path)
    key = key_of(BODY, 0)
    store.put(key, BODY, 0, REPLY)
    assert Store(tmp_path).get(key_of(dict(reversed(BODY.items())), 0)) == REPLY
    others = [(BODY | {"model": "n"}, 0), (BODY | {"temperature": 0.1}, 0), (BODY, 1)]
    assert [store.get(key_of(body, draw)) for body, draw in others] == [None, None, None]


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    key = key_of(BODY, 0)
    store.put(key, BODY, 0, REPLY)
    (file,) = tmp_path.rglob("*.json")
    file.write_text(file.read_text()[:40])
    assert store.get(key) is None
