"""Reading predictions: what is harmless, and every fault with its message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.submission import ColumnFormat, Format, read_predictions

LAYOUT = Format(
    "id",
    {
        "kind": ColumnFormat("category", values=("cat", "dog")),
        "count": ColumnFormat("integer", minimum=0, maximum=9),
        "size": ColumnFormat("number"),
    },
)
IDS = ["a", "b", "c"]
GOOD = "id,kind,count,size\na,cat,1,0.5\nb,dog,2,-1e-3\nc,cat,3,.25\n"
VALUES = {"kind": ["cat", "dog", "cat"], "count": [1.0, 2.0, 3.0], "size": [0.5, -0.001, 0.25]}


def read(tmp_path: Path, content: str | bytes) -> dict[str, list[object]]:
    path = tmp_path / "submission.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_predictions(path, LAYOUT, IDS)


HARMLESS = {
    "as it should be": GOOD,
    "rows in another order": "id,kind,count,size\nc,cat,3,.25\na,cat,1,0.5\nb,dog,2,-1e-3\n",
    "columns in another order": "size,id,count,kind\n0.5,a,1,cat\n-0.001,b,2,dog\n0.25,c,3,cat\n",
    "byte-order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "carriage returns": GOOD.replace("\n", "\r\n"),
    "old line ends": GOOD.replace("\n", "\r"),
    "no last newline": GOOD.rstrip("\n"),
    "blank lines": GOOD.replace("\n", "\n\n") + "\n  \n",
    "spaces around fields": GOOD.replace(",", " , ").replace("\n", " \n"),
    "quotes": GOOD.replace("cat", '"cat"').replace("id,", '"id",'),
    "quotes after a space": GOOD.replace("cat", ' "cat"'),
    "an integer written as a number": GOOD.replace("b,dog,2,", "b,dog,2.0,"),
    "plus sign": GOOD.replace("0.5", "+0.5"),
}


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_variants_read_the_same(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == VALUES


FAULTS = {
    "empty": ("", "the file is empty; its first line must name the columns id, kind, count, size"),
    "blank": ("\n\n", "the file is empty"),
    "header only": ("id,kind,count,size\n", "the file has no rows; 3 are needed"),
    "no header": (GOOD.partition("\n")[2], "column 'id' is missing; the header must be: id, kind, count, size"),
    "missing column": (GOOD.replace("size", "length"), "column 'size' is missing"),
    "extra column": (
        "id,kind,count,size,score\na,cat,1,0.5,1\nb,dog,2,0,1\nc,cat,3,0,1\n",
        "unexpected column 'score'; the header must be: id, kind, count, size",
    ),
    "unnamed index": (
        ",id,kind,count,size\n0,a,cat,1,0.5\n",
        "unexpected column '' (an unnamed index? write the file without it)",
    ),
    "repeated column": ("id,kind,count,size,size\n", "column 'size' occurs 2 times in the header"),
    "repeated id": (GOOD + "a,dog,1,0\na,dog,1,0\n", "line 5: id 'a' occurs a second time (2 rows have this fault)"),
    "one row over and over": ("id,kind,count,size\n" + "a,cat,1,0.5\n" * 3, "line 3: id 'a' occurs a second time"),
    "foreign id": (GOOD.replace("b,dog", "z,dog"), "line 3: id 'z' is not in the test set"),
    "an extra row": (GOOD + "d,dog,1,0\n", "line 5: id 'd' is not in the test set"),
    "missing row": (GOOD.replace("b,dog,2,-1e-3\n", ""), "1 of 3 rows are missing, the first has id 'b'"),
    "missing id": (GOOD.replace("b,dog", ",dog"), "line 3: id '' is not in the test set"),
    "short row": (GOOD.replace(",-1e-3", ""), "line 3 has 3 fields, the header has 4"),
    "long row": (GOOD.replace("0.5", "0.5,0"), "line 2 has 5 fields, the header has 4"),
    "missing value": (GOOD.replace("0.5", " "), "line 2, column 'size': the value is missing"),
    "unknown category": (
        GOOD.replace("cat", "cow"),
        "line 2, column 'kind': 'cow' is not one of: cat, dog (2 rows have this fault)",
    ),
    "category in another case": (GOOD.replace("dog", "Dog"), "'Dog' is not one of: cat, dog"),
    "text for a number": (GOOD.replace("0.5", "half"), "line 2, column 'size': 'half' is not a number"),
    "nan": (GOOD.replace("0.5", "nan"), "'nan' is not a finite number"),
    "NaN": (GOOD.replace("0.5", "NaN"), "'NaN' is not a finite number"),
    "inf": (GOOD.replace("0.5", "inf"), "'inf' is not a finite number"),
    "-Infinity": (GOOD.replace("0.5", "-Infinity"), "'-Infinity' is not a finite number"),
    "overflow": (GOOD.replace("0.5", "1e400"), "'1e400' is not a finite number"),
    "underscore": (GOOD.replace("0.5", "1_0"), "'1_0' is not a number"),
    "hexadecimal": (GOOD.replace("0.5", "0x1p3"), "'0x1p3' is not a number"),
    "other digits": (GOOD.replace("0.5", "٣"), "is not a number"),
    "decimal comma": (GOOD.replace("0.5", '"0,5"'), "'0,5' is not a number"),
    "fraction": (GOOD.replace("dog,2", "dog,2.5"), "line 3, column 'count': '2.5' is not an integer"),
    "below": (GOOD.replace("dog,2", "dog,-1"), "'-1' is below the minimum 0"),
    "above": (GOOD.replace("dog,2", "dog,10"), "'10' is above the maximum 9"),
    "a formula": (GOOD.replace("0.5", "=1+1"), "'=1+1' is not a number"),
    "NUL": (GOOD.replace("0.5", "0.5\0"), "line 2 holds a NUL byte"),
    "latin-1": (GOOD.replace("cat", "ch\xe4t").encode("latin-1"), "the file is not UTF-8 text (byte 0xe4)"),
    "UTF-16": (GOOD.encode("utf-16"), "the file is not UTF-8 text (byte 0xff)"),
    "semicolons": (GOOD.replace(",", ";"), "column 'id' is missing"),
    "open quote": (GOOD.replace("a,cat", 'a,"cat'), "the file is not CSV"),
    "long field": (GOOD.replace("0.5", "1" * 70_000), "line 2 is longer than 65536 characters"),
    "long number": (GOOD.replace("0.5", "1" * 5_000), "is not a number"),
    "too large": (GOOD + " \n" * 100_000, "at most 81920 are accepted"),
    "binary": (bytes(range(256)), "the file is not UTF-8 text"),
    "html": ("<!DOCTYPE html>\n<html></html>\n", "column 'id' is missing"),
    "json": ('[{"id": "a"}]', "column 'id' is missing"),
}


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_has_one_clear_message(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(SubmissionRejected) as caught:
        read(tmp_path, content)
    text = str(caught.value)
    assert message in text and "\n" not in text and len(text) < 300


def test_what_is_not_a_regular_file_is_rejected(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    target.write_text(GOOD)
    link.symlink_to(target)
    os.mkfifo(pipe)
    for path, message in (
        (link, "it is a link"),
        (pipe, "it is not a regular file"),
        (tmp_path, "it is not a regular file"),
        (tmp_path / "none", "there is no such file"),
        (Path("/dev/zero"), "it is not a regular file"),
    ):
        with pytest.raises(SubmissionRejected, match=message):
            read_predictions(path, LAYOUT, IDS)


def test_memory_is_bounded_by_the_ids_not_by_the_file(tmp_path: Path) -> None:
    """20,000 ids and 500,000 foreign rows, read in 40 MiB more than at rest."""
    path = tmp_path / "submission.csv"
    rows = 20_000
    path.write_text("id,y\n" + "foreign,0\n" * 500_000)
    code = f"""
import resource
from pathlib import Path
from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.submission import ColumnFormat, Format, read_predictions
ids = [str(n) for n in range({rows})]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_predictions(Path({str(path)!r}), Format("id", {{"y": ColumnFormat("number")}}), ids)
except SubmissionRejected as rejection:
    print(rejection)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    message, kilobytes = done.stdout.splitlines()
    assert message == "line 2: id 'foreign' is not in the test set (500000 rows have this fault)"
    assert int(kilobytes) < 40 * 1024
