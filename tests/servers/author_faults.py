"""Faults put into good replies. Each takes what the author would have said and gives what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Draft = dict[str, Any]
"""A reply of `challenge` or `repair`."""


def spoil_reply(fault: str | None, reply: dict[str, Any]) -> tuple[str, str]:
    """The text of a reply, and why it ended there."""
    text = json.dumps(reply)
    if fault == "cut-off":
        return text[: 2 * len(text) // 3], "length"
    if fault == "not-json":
        return "Certainly! I would be glad to help. Here is what I had in mind: " + text[:200], "stop"
    if fault == "wrong-schema":
        first, *others = reply
        return json.dumps({f"my_{first}": reply[first], **{key: reply[key] for key in others}}), "stop"
    return text, "stop"


def spoil_draft(fault: str | None, draft: Draft) -> Draft:
    """A challenge with a fault in it.

    Args:
        fault: a key of `DRAFT_FAULTS`; anything else leaves the draft as it is.
        draft: a good one; for a fault of graders, one with a grader.
    """
    if fault in _OF_GRADERS:
        return draft | {"grader": _OF_GRADERS[fault](draft["grader"])}
    return draft | _OF_DRAFTS[fault](draft) if fault in _OF_DRAFTS else draft


def _before_reading(source: str, lines: str) -> str:
    """A script with something in front of its first look at the data."""
    reading = 'train = pd.read_csv("data/train.csv")'
    return source.replace(reading, f"{lines}\n\n{reading}", 1)


def _syntax_error(draft: Draft) -> Draft:
    return {"reference": draft["reference"].replace("def ", "def (", 1)}


def _endless_loop(draft: Draft) -> Draft:
    # It waits rather than counts: a machine that tests many of these has other work to do.
    return {"baseline": _before_reading(draft["baseline"], "import time\n\nwhile True:\n    time.sleep(0.01)")}


def _network(draft: Draft) -> Draft:
    lines = 'import urllib.request\n\nurllib.request.urlopen("http://example.com/more-rows.csv", timeout=5)'
    return {"reference": _before_reading(draft["reference"], lines)}


def _outside_read(draft: Draft) -> Draft:
    lines = 'known = pd.read_csv("../grader/labels.csv")'
    return {"reference": _before_reading(draft["reference"], lines)}


def _wrong_names(draft: Draft) -> Draft:
    source = re.sub(r'^TARGET = "(.*)"$', r'TARGET = "the_\1"', draft["baseline"], flags=re.MULTILINE)
    return {"baseline": source}


def _wrong_format(draft: Draft) -> Draft:
    source = re.sub(
        r"^(.*)\.to_csv\((.*)\)$", r'\1.drop(columns="id").to_csv(\2)', draft["reference"], flags=re.MULTILINE
    )
    return {"reference": source}


def _constant_baseline(draft: Draft) -> Draft:
    source = '"""A first try: the sample submission."""\n\nimport shutil\n\nimport pandas as pd\n\n'
    target = re.search(r'^TARGET = ".*"$', draft["baseline"], re.MULTILINE)
    told = f"{target[0]}\n\n" if target else ""
    copied = 'train = pd.read_csv("data/train.csv")\nprint(f"{len(train)} rows to learn from")\n'
    return {"baseline": f'{source}{told}{copied}shutil.copyfile("sample_submission.csv", "submission.csv")\n'}


def _weak_reference(draft: Draft) -> Draft:
    return {"reference": draft["baseline"]}


def _unknown_metric(draft: Draft) -> Draft:
    return {"metric": "goodness", "grader": None}


def _leaky_columns(draft: Draft) -> Draft:
    return {"features": [*draft["features"], *draft["drop_columns"]], "drop_columns": []}


_OF_DRAFTS: dict[str | None, Callable[[Draft], Draft]] = {
    "syntax-error": _syntax_error,
    "endless-loop": _endless_loop,
    "network": _network,
    "outside-read": _outside_read,
    "wrong-names": _wrong_names,
    "wrong-format": _wrong_format,
    "constant-baseline": _constant_baseline,
    "weak-reference": _weak_reference,
    "unknown-metric": _unknown_metric,
    "leaky-columns": _leaky_columns,
}


def _grader_crashes(grader: str) -> str:
    return grader.replace("row[TARGET] for row in labels", 'row["answer"] for row in labels').replace(
        "float(row[TARGET]) for row in labels", 'float(row["answer"]) for row in labels'
    )


def _grader_takes_inf(grader: str) -> str:
    """Without its checks of values."""
    checks = r"^    if not (all\(math\.isfinite|\{given\[name\]).*\n        raise ValueError\(.*\)\n"
    return re.sub(checks, "", grader, flags=re.MULTILINE)


def _grader_tells_labels(grader: str) -> str:
    return grader.replace('f"{len(missing)} ids are missing"', 'f"ids are missing: {truth}"').replace(
        "    missing = ", '    print("the true values are", truth)\n    missing = '
    )


_OF_GRADERS: dict[str | None, Callable[[str], str]] = {
    "grader-crashes": _grader_crashes,
    "grader-takes-inf": _grader_takes_inf,
    "grader-tells-labels": _grader_tells_labels,
}
