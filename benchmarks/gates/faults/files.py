"""Labels, grader or solution in a file of their own in the workspace."""

from __future__ import annotations

import base64
import gzip
import json

from faults._graders import write_grader
from faults.copy import LABELS, SAMPLE, Copy
from faults.fault import NotApplicable, fault, one_column, predictions

ANSWERS = "workspace/data"


@fault("isolation", "leak_files", source="SandMLE: answer.csv in the public folder", suits=predictions)
def labels_file(copy: Copy) -> str:
    """The workspace holds the file of labels."""
    copy.write(f"{ANSWERS}/.cache.csv", copy.read(LABELS))
    return f"{ANSWERS}/.cache.csv is {LABELS}"


@fault("isolation", "leak_files", source="SandMLE: answer.csv in the public folder", suits=one_column)
def labels_table(copy: Copy) -> str:
    """The workspace holds a table of test ids and labels."""
    copy.put_rows(f"{ANSWERS}/extra.csv", [{"ref": key, "value": value} for key, value in copy.truth().items()])
    return f"{ANSWERS}/extra.csv pairs ids with labels"


@fault("leak_files", source="leak scans that read CSV only", suits=one_column)
def labels_json(copy: Copy) -> str:
    """The workspace holds the labels as JSON."""
    copy.write(f"{ANSWERS}/meta.json", json.dumps({"version": 2, "items": copy.truth()}, indent=1))
    return f"{ANSWERS}/meta.json maps ids to labels"


@fault("leak_files", source="leak scans that read CSV only", suits=one_column)
def labels_lines(copy: Copy) -> str:
    """The workspace holds the labels in the order of the test rows, one on each line."""
    copy.write(
        f"{ANSWERS}/run.log", "\n".join(f"[{number:05d}] {value}" for number, value in enumerate(copy.truth().values()))
    )
    return f"{ANSWERS}/run.log lists the labels in the order of the test rows"


@fault("leak_files", source="leak scans that read text only", suits=predictions)
def labels_gzipped(copy: Copy) -> str:
    """The workspace holds the labels compressed."""
    (copy.folder / ANSWERS / "cache.bin.gz").write_bytes(gzip.compress(copy.read(LABELS).encode(), mtime=0))
    return f"{ANSWERS}/cache.bin.gz is {LABELS} under gzip"


@fault("leak_files", source="leak scans that read text only", suits=predictions)
def labels_base64(copy: Copy) -> str:
    """The workspace holds the labels in base64."""
    copy.write(f"{ANSWERS}/token.txt", base64.encodebytes(copy.read(LABELS).encode()).decode())
    return f"{ANSWERS}/token.txt is {LABELS} in base64"


@fault("isolation", "trivial_floor", source="MLGym Titanic: sample_submission.csv equals the labels", suits=predictions)
def sample_is_truth(copy: Copy) -> str:
    """The sample submission holds the true values."""
    if not copy.has(SAMPLE):
        raise NotApplicable("there is no sample submission")
    copy.put_rows(SAMPLE, [{name: row[name] for name in row if name != "split"} for row in copy.rows(LABELS)])
    return f"{SAMPLE} scores the optimum"


@fault("isolation", "leak_files", source="SandMLE: evaluator.py in the public folder", suits=one_column)
def grader_in_workspace(copy: Copy) -> str:
    """The workspace holds an evaluator that has the labels in its source."""
    write_grader(copy)
    source = f"TRUTH = {copy.truth()!r}\n\n{copy.read('grader/grade.py')}"
    copy.write("workspace/evaluate.py", source)
    return "workspace/evaluate.py defines TRUTH"


@fault("isolation", source="MLGym: evaluate.py, opponents and solvers lie beside the agent's code")
def solution_in_workspace(copy: Copy) -> str:
    """The workspace holds the reference solution, with a comment more."""
    source = copy.read("solution/solution.py")
    copy.write("workspace/notes/draft.py", f"# An old draft.\n{source}")
    return "workspace/notes/draft.py is solution/solution.py but for its first line"
