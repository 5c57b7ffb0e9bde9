"""Labels in reach under any name, and small honest data that look a little like it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synth_gym.certification.gate import Finding
from tests.certification.kinds import CLASSES, Kinds, drawn, write

Check = Callable[[str, Path], Finding]
GATES = ["leak_columns", "leak_files", "leak_order", "leak_rows", "dataset", "second_split"]
CODES = {kind: code for code, kind in enumerate(CLASSES)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "suite" / "TinyKinds-v0"


def assert_fails(finding: Finding, message: str) -> None:
    assert finding.status == "failed" and message in finding.message, finding


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("seed", range(3))
def test_honest_data_pass(folder: Path, check: Check, gate: str, seed: int) -> None:
    finding = check(gate, write(drawn(seed), folder))
    assert (finding.status, finding.message) == ("passed", "")


def noisy(row: dict[str, object]) -> float:
    return 100.0 * CODES[str(row["kind"])] + random.Random(int(str(row["id"]))).random()


@pytest.mark.parametrize(
    "value",
    [
        lambda row: row["kind"][::-1],
        lambda row: {"ash": 7, "birch": -3, "cedar": 5}[row["kind"]],
        noisy,
        lambda row: "q" if row["kind"] == "ash" and row["id"] % 50 == 0 else row["kind"].upper(),
    ],
    ids=["reversed text", "codes", "codes and noise", "text and some noise"],
)
def test_a_feature_that_is_the_label_is_found(folder: Path, check: Check, value: Callable[..., object]) -> None:
    assert_fails(check("leak_columns", write(drawn().add("code", value), folder)), "column 'code' alone")


@pytest.mark.parametrize("value", [lambda row: row["kind"][::-1], noisy], ids=["text", "codes and noise"])
def test_a_column_of_the_test_rows_alone_is_found(folder: Path, check: Check, value: Callable[..., object]) -> None:
    spoilt = write(drawn().add("code", value, train=False), folder)
    assert_fails(check("leak_columns", spoilt), "column 'code' of workspace/data/test.csv, which no training row has")
    assert_fails(check("dataset", spoilt), "column 'code' is in workspace/data/test.csv alone")


def test_another_table_is_joined_by_id(folder: Path, check: Check) -> None:
    kinds = drawn()
    rows = sorted(f"{row['id']},{row['kind'][::-1]}" for row in kinds.test)
    kinds.extra["notes.csv"] = "tree,remark\n" + "\n".join(rows) + "\n"
    assert_fails(check("leak_columns", write(kinds, folder)), "column 'remark' of workspace/notes.csv")


def test_a_real_feature_as_good_as_the_reference_is_no_leak(folder: Path, check: Check) -> None:
    kinds = drawn()
    for seed, name in enumerate(("height", "girth", "leaf")):
        kinds.add(name, lambda row, seed=seed: CODES[row["kind"]] + random.Random(row["id"] + seed).gauss(0, 0.2))
    assert check("leak_columns", write(kinds, folder)).status == "passed"


def encoded(kinds: Kinds) -> dict[str, bytes]:
    codes = np.array([CODES[kind] for kind in kinds.answers])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("answers", "\n".join(kinds.answers))
    saved = io.BytesIO()
    np.save(saved, codes.astype(np.float32))
    by_id = sorted(kinds.test, key=lambda row: row["id"])
    return {
        "answers.txt": "\n".join(kinds.answers).encode(),
        ".cache/x.bin": codes.astype(np.int64).tobytes(),
        "codes.npy": saved.getvalue(),
        "answers.gz": gzip.compress(" ".join(row["kind"] for row in by_id).encode()),
        "answers.zip": archive.getvalue(),
        "run.log": "\n".join(f"[{n:04d}] {kind} done" for n, kind in enumerate(kinds.answers)).encode(),
        "token.txt": base64.encodebytes("\n".join(kinds.answers).encode()),
        "packed.txt": base64.b64encode(gzip.compress("\n".join(kinds.answers).encode())),
        "dump.hex": "\n".join(kinds.answers).encode().hex().encode(),
        "truth.json": json.dumps([row["kind"] for row in by_id]).encode(),
    }


@pytest.mark.parametrize("name", sorted(encoded(drawn())))
def test_labels_in_any_file_are_found(folder: Path, check: Check, name: str) -> None:
    kinds = drawn()
    kinds.extra[name] = encoded(kinds)[name]
    assert_fails(check("leak_files", write(kinds, folder)), f"workspace/{name} holds the test rows' labels")


def test_a_column_that_stands_alone_is_found_though_it_is_wrong_now_and_then(folder: Path, check: Check) -> None:
    others = {"ash": "birch", "birch": "cedar", "cedar": "ash"}
    kinds = drawn().add("batch", lambda row: others[row["kind"]] if int(row["id"]) % 15 == 0 else row["kind"])
    for row in (*kinds.train, *kinds.test):
        row["girth"] = row["leaf"] = row["height"]
    assert_fails(check("leak_columns", write(kinds, folder)), "column 'batch' alone")


def test_private_rows_that_repeat_public_ones_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    public = [row for row in kinds.test if row["split"] == "public"]
    for number, row in enumerate(row for row in kinds.test if row["split"] == "private"):
        row.update({name: public[number % len(public)][name] for name in ("height", "girth", "leaf", "kind")})
    assert_fails(check("second_split", write(kinds, folder)), "private test rows repeat public ones")


def test_in_a_table_of_one_column_copies_are_more_than_chance_if_training_rows_have_none(
    folder: Path, check: Check
) -> None:
    kinds = drawn()
    for row in (*kinds.train, *kinds.test):
        del row["girth"], row["leaf"]
    assert check("leak_rows", write(kinds, folder)).status == "passed"
    for mine, theirs in zip(kinds.train, kinds.test[:30], strict=False):
        mine.update(height=theirs["height"], kind=theirs["kind"])
    assert_fails(check("leak_rows", write(kinds, folder)), "far more test rows than training rows have a twin")


def test_labels_paired_with_ids_are_found_in_any_order(folder: Path, check: Check) -> None:
    kinds = drawn()
    pairs = random.Random(0).sample(kinds.test, len(kinds.test))
    kinds.extra["lookup.json"] = json.dumps({row["id"]: row["kind"] for row in pairs})
    assert_fails(check("leak_files", write(kinds, folder)), "names 100% of the test ids together with their label")


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b garbage", b"PK garbage", b"", bytes(range(256)) * 9, base64.b64encode(os.urandom(64)), b"ash\n" * 500],
    ids=["no gzip", "no zip", "empty", "every byte", "random base64", "one label many times"],
)
def test_files_of_any_kind_are_read_and_pass(folder: Path, check: Check, content: bytes) -> None:
    kinds = drawn()
    kinds.extra["thing.bin"] = content
    assert check("leak_files", write(kinds, folder)).status == "passed"


def test_rows_in_the_order_of_the_labels_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    kinds.test.sort(key=lambda row: row["kind"])
    assert_fails(check("leak_order", write(kinds, folder)), "the place of a row in the test table tells the labels")


@pytest.mark.parametrize(
    ("renumber", "message"),
    [
        (lambda row: CODES[row["kind"]] * 10_000 + row["id"], "the id tells the labels"),
        (lambda row: row["id"] * 10 + CODES[row["kind"]], "the last character of the id"),
        (lambda row: f"{row['kind'][0]}{row['id']}", "tells the labels"),
    ],
)
def test_ids_that_encode_the_labels_are_found(
    folder: Path, check: Check, renumber: Callable[..., object], message: str
) -> None:
    assert_fails(check("leak_order", write(drawn().add("id", renumber), folder)), message)


def test_files_written_class_by_class_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    kinds.extra |= {f"images/{row['id']}.txt": "pixels" for row in kinds.test}
    write(kinds, folder)
    for row in kinds.test:
        os.utime(folder / f"workspace/images/{row['id']}.txt", (CODES[row["kind"]] * 9, CODES[row["kind"]] * 9))
    assert_fails(check("leak_order", folder), "the time of a row's file tells the labels")


def test_a_series_in_the_order_of_time_tells_nothing_new(folder: Path, check: Check) -> None:
    kinds = drawn()
    for rows in (kinds.train, kinds.test):
        rows.sort(key=lambda row: row["height"])
    assert check("leak_order", write(kinds, folder)).status == "passed"


def test_test_rows_among_the_training_rows_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    for row, known in zip(kinds.test[:12], kinds.train, strict=False):
        row |= {name: known[name] for name in ("height", "girth", "leaf", "kind")}
    assert_fails(check("leak_rows", write(kinds, folder)), "12 of 120 test rows stand among the training rows")


def test_near_copies_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    for row, known in zip(kinds.test[:12], kinds.train, strict=False):
        row |= {name: known[name] + 1e-4 for name in ("height", "girth", "leaf")} | {"kind": known["kind"]}
    assert_fails(check("leak_rows", write(kinds, folder)), "test rows stand among the training rows")


def test_some_copies_and_tables_of_few_categories_are_no_leak(folder: Path, check: Check) -> None:
    kinds = drawn()
    for row, known in zip(kinds.test[:2], kinds.train, strict=False):
        row |= {name: known[name] for name in ("height", "girth", "leaf", "kind")}
    assert check("leak_rows", write(kinds, folder)).status == "passed"
    for name in ("height", "girth", "leaf"):
        kinds.add(name, lambda row, name=name: round(row[name]))  # type: ignore[misc]
    finding = check("leak_rows", write(kinds, folder))
    assert finding.status == "passed", finding


def test_entities_on_both_sides_of_the_split_are_found(folder: Path, check: Check) -> None:
    kinds = drawn()
    kinds.add("forest", lambda row: f"{row['kind'][0]}-{row['id'] % 17}")
    assert_fails(check("leak_rows", write(kinds, folder)), "most test rows share their 'forest' with training rows")
