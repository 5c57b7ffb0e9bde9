"""Records -> a training set: JSONL and Parquet rows, what the selection did, and a dataset card.

    train.jsonl     one row per episode: `messages`, `tools` and the columns of `rows.ABOUT`
    train.parquet   the same rows with a fixed schema
    export.json     counts, rules, the data's hash
    README.md       a dataset card, so that the folder can be published as it is

Records are read one at a time, first for selection, then to be written: memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.files import check_writable, write_json, write_text
from synth_gym.offline import prepare
from synth_gym.progress import progress
from synth_gym.rollout.record import Record, read_record, record_files
from synth_gym.training import selection
from synth_gym.training.candidate import Candidate, candidate_of
from synth_gym.training.card import dataset_card
from synth_gym.training.rows import ParquetRows, Row, clean_message
from synth_gym.training.selection import Rule, Stage

FORMAT = "trl"
ALWAYS = (selection.trainable(), selection.well_formed())
"""Rules that every export applies first."""


def export(records: Sequence[Path], out: Path, rules: Sequence[Rule] = ()) -> dict[str, Any]:
    """Write a training set.

    Args:
        records: folders of records (or record files).
        out: folder to write; an earlier export in it is replaced, file by file.
        rules: applied after `ALWAYS`, in order.

    Returns:
        what `export.json` holds.

    Raises:
        SynthGymError: no record is left, or the folder cannot be written.
    """
    prepare("the Parquet export", "datasets", "pyarrow")
    check_writable(out)
    files = [file for folder in records for file in record_files(folder)]
    if not files:
        raise SynthGymError("there are no records to export; make some with 'synth-gym rollout'")
    kept, stages = selection.select(_candidates(files), (*ALWAYS, *rules))
    if not kept:
        raise SynthGymError(_nothing_left(len(files), stages))
    digest, turns = _write_rows(kept, out)
    summary = _summary(len(files), kept, stages) | {"assistant_turns": turns, "hash": digest}
    write_text(out / "README.md", dataset_card(summary))
    write_json(out / "export.json", summary)
    return summary


def row_of(record: Record, digest: str) -> Row:
    """One record as a row; `digest` is the hash of its file."""
    return {
        "messages": [clean_message(message) for message in record.messages],
        "tools": record.tools,
        "env_id": record.env_id,
        "family": record.family,
        "challenge_hash": record.challenge_hash,
        "seed": record.seed,
        "policy": record.policy.name,
        "outcome": str(record.info.outcome),
        "raw_score": record.info.raw_score,
        "normalized": record.info.normalized,
        "record": digest,
    }


def _candidates(files: Sequence[Path]) -> Iterator[Candidate]:
    with progress("reading records", len(files)) as advance:
        for file in files:
            yield candidate_of(file)
            advance()


def _write_rows(kept: Sequence[Candidate], out: Path) -> tuple[str, int]:
    """Write both files under temporary names, then rename them.

    Returns:
        `sha256:<hex>` of the JSONL file, and the number of assistant turns.
    """
    lines, table = out / ".train.jsonl.tmp", out / ".train.parquet.tmp"
    digest, turns = hashlib.sha256(), 0
    parquet = ParquetRows(table)
    with lines.open("wb") as file, progress("writing rows", len(kept)) as advance:
        for candidate in kept:
            row = row_of(read_record(candidate.path), candidate.hash)
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            file.write(line)
            digest.update(line)
            parquet.write(row)
            turns += sum(message["role"] == "assistant" for message in row["messages"])
            advance()
    parquet.close()
    lines.replace(out / "train.jsonl")
    table.replace(out / "train.parquet")
    return f"sha256:{digest.hexdigest()}", turns


def _summary(records: int, kept: Sequence[Candidate], stages: Sequence[Stage]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "records": records,
        "rows": len(kept),
        "rules": [asdict(stage) for stage in stages],
        "challenges": dict(sorted(Counter(candidate.env_id for candidate in kept).items())),
        "policies": dict(sorted(Counter(candidate.policy for candidate in kept).items())),
        "outcomes": dict(sorted(Counter(candidate.outcome for candidate in kept).items())),
        "mean_normalized": _mean([candidate.normalized for candidate in kept if candidate.normalized is not None]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _nothing_left(records: int, stages: Sequence[Stage]) -> str:
    last = next(stage for stage in stages if stage.kept == 0)
    return f"none of the {records} records is left: the rule '{last.rule}' dropped the last {last.dropped}; loosen it"
