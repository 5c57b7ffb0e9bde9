"""Episodes in files of a few each, written by several processes and kept from one report to the next.

A batch is a script that hands over two texts, the episodes for the pages and their summaries for the next report. They
are JSON, compressed and coded, so that nothing in them can be markup or code. (A page opened from the disk may load
nothing but scripts.) Its name is made of the paths, sizes and times of its records: what has not changed is not read
again, and a report that was killed goes on where it was.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import synth_gym
from synth_gym.errors import SynthGymError
from synth_gym.evaluation.episodes import method_of
from synth_gym.files import write_text
from synth_gym.report.episode import episode_data
from synth_gym.report.summary import Summary, summarise
from synth_gym.rollout.flags import find_flags
from synth_gym.rollout.pool import run_jobs
from synth_gym.rollout.record import Record, read_record

FORMAT = 1
"""Of what a batch holds, flags included; another number makes every batch anew."""
EPISODES = 16
"""Episodes in a batch: a page loads all of them to show one, and so small a number keeps 100,000 in 7,000 files."""
_SUMMARIES: TypeAdapter[list[Summary]] = TypeAdapter(list[Summary])


@dataclass(frozen=True)
class Batch:
    """Records that share a file."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    """What pages call the files: their paths within the folder that the user gave."""
    key: str
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.key}.js"


def plan_batches(files: Sequence[tuple[Path, str]], folder: Path) -> list[Batch]:
    """Records, as (path, name), into batches. One never crosses folders, so that a new record shifts few others."""
    groups = (list(group) for _, group in groupby(files, key=lambda file: file[0].parent))
    parts = (group[start : start + EPISODES] for group in groups for start in range(0, len(group), EPISODES))
    return [_batch(part, folder) for part in parts]


def write_batches(batches: Sequence[Batch]) -> Iterator[tuple[Batch, list[Summary]]]:
    """Write what is not there yet, by a process per CPU if it is much; yields each batch with its summaries, in order.

    Args:
        batches: of `plan_batches`.

    Raises:
        SynthGymError: a record is broken.
    """
    missing = {batch.key: batch for batch in batches if not batch.path.is_file()}
    fresh = _written(list(missing.values()))
    early: dict[str, list[Summary]] = {}  # processes finish in an order of their own
    for batch in batches:
        while batch.key in missing and batch.key not in early:
            early.update([next(fresh)])
        yield batch, early.pop(batch.key) if batch.key in missing else _kept_summaries(batch)


def _kept_summaries(batch: Batch) -> list[Summary]:
    """The summaries of a batch that is there; one that is damaged is written anew."""
    try:
        coded = batch.path.read_text(encoding="utf-8").split('"')[5]
        return _SUMMARIES.validate_json(zlib.decompress(base64.b64decode(coded)))
    except (IndexError, ValueError, zlib.error):
        return write_batch(batch)[1]


def write_batch(batch: Batch) -> tuple[str, list[Summary]]:
    """Write one batch: its key, and the summaries."""
    summaries, episodes = [], []
    for file, name in zip(batch.files, batch.names, strict=True):
        record = read_record(file)
        flags = find_flags(record)
        summary = summarise(_identifier(record, name), record, flags)
        summaries.append(summary)
        episodes.append(episode_data(record, summary, flags, name))
    text = json.dumps(episodes, ensure_ascii=False, separators=(",", ":"))
    pages, facts = _coded(text.encode("utf-8", errors="replace")), _coded(_SUMMARIES.dump_json(summaries))
    write_text(batch.path, f'synthGym.take("{batch.key}", "{pages}", "{facts}");\n')
    return batch.key, summaries


def _coded(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def _written(batches: Sequence[Batch]) -> Iterator[tuple[str, list[Summary]]]:
    workers = len(os.sched_getaffinity(0))
    if len(batches) <= 2 * workers:
        yield from map(write_batch, batches)
        return
    for done in run_jobs(write_batch, batches, workers=workers):
        if done.result is None:
            raise SynthGymError(f"the pages of {', '.join(done.job.names)} cannot be made: {done.crash}")
        yield done.result


def _batch(files: Sequence[tuple[Path, str]], folder: Path) -> Batch:
    stats = [(str(path.absolute()), name, path.stat().st_size, path.stat().st_mtime_ns) for path, name in files]
    facts: list[Any] = [FORMAT, synth_gym.__version__, stats]
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    return Batch(tuple(path for path, _ in files), tuple(name for _, name in files), key, folder)


def _identifier(record: Record, name: str) -> str:
    facts = (
        record.env_id,
        record.challenge_hash,
        method_of(record.policy),
        record.seed,
        record.started,
        Path(name).name,
    )
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:10]
