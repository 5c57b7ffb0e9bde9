"""Reading the task: what the first observation says, as far as plain rules can understand it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from synth_gym.policies.practitioner.knowledge import knowledge

_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"[\w./-]*\w\.(?:csv|tsv|npz|npy|py|json|txt|md)")
_LISTED = r"`[^`\n]+`(?:(?:,|,? and|,? or)\s+`[^`\n]+`)*"
_CALL = re.compile(r"(\w+)\(([\w, =*.:\[\]]*)\)")


@dataclass(frozen=True)
class Metric:
    """The number that counts, as this practitioner knows it."""

    name: str
    """Key in `knowledge/metrics.yaml`, or the word of the instruction when it is not there."""
    maximize: bool
    task: str
    """`classification`, `regression`, or empty when the metric is unknown."""
    output: str = "value"
    """What has to be predicted: `label`, `probability` or `value`."""
    scoring: str = ""
    """scikit-learn's name of the metric, for cross-validation."""
    traits: frozenset[str] = frozenset()
    """`balanced` (rare classes count as much as frequent ones), `absolute`, `relative`, `quantile` ..."""
    quantile: float | None = None

    def better(self, score: float, than: float) -> bool:
        return score > than if self.maximize else score < than


@dataclass(frozen=True)
class Task:
    """The instruction, taken apart."""

    text: str
    submission: str
    """Path of the file to hand in."""
    metric: Metric
    files: tuple[str, ...]
    """Files that the instruction names, in its order."""
    columns: tuple[str, ...]
    """The submission's columns, as its section lists them."""
    positive: str = ""
    """The class whose probability is wanted, when one is named."""
    entry: str = ""
    """For a program: the function that it must define, with its parameters (`play(history)`)."""
    steps: int = 30
    validations: int = 10
    command_seconds: float = 60.0
    sections: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def program(self) -> bool:
        return self.submission.endswith(".py")

    @property
    def data_text(self) -> str:
        """What is said of the task and its data."""
        return " ".join(self.sections.get(name, "") for name in ("title", "task", "data")) or self.text

    def says(self, *words: str) -> bool:
        """Whether a word of the task or data section begins with one of these, ignoring case."""
        return any(re.search(rf"\b{word}", self.data_text, re.IGNORECASE) for word in words)


def read_task(text: str) -> Task:
    """Take apart the first observation of an episode."""
    sections = split_sections(text)
    submission_text = sections.get("submission", text)
    quoted = _CODE.findall(submission_text)
    path = _submission_path(text, quoted)
    return Task(
        text=text,
        submission=path,
        metric=read_metric(sections.get("metric", text)),
        files=_files(text),
        columns=_columns(submission_text),
        positive=_positive(text),
        entry=_entry(quoted) if path.endswith(".py") else "",
        steps=int(_number(r"(\d+) steps", text, 30)),
        validations=int(_number(r"validate (\d+) times", text, 10)),
        command_seconds=_number(r"([\d.]+) seconds for one command", text, 60.0),
        sections=sections,
    )


def split_sections(text: str) -> dict[str, str]:
    """Body by lower-case heading; the first heading is kept as `title`."""
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    bodies = {h[1].lower(): text[h.end() : end].strip() for h, end in zip(headings, ends, strict=True)}
    return ({"title": headings[0][1]} if headings else {}) | bodies


def read_metric(text: str) -> Metric:
    """The metric that a text speaks of: the known one that it names first."""
    known = knowledge("metrics")
    found = [(match.start(), name) for name, entry in known.items() if (match := _metric_match(name, entry, text))]
    name = min(found)[1] if found else (_CODE.findall(text) or ["score"])[0]
    entry = known.get(name, {"direction": "maximize"})
    return Metric(
        name=name,
        maximize=_maximize(text, entry["direction"]),
        task=entry.get("task", ""),
        output=entry.get("output", "value"),
        scoring=entry.get("scoring", ""),
        traits=frozenset(entry.get("traits", ())),
        quantile=_quantile(text) if "quantile" in entry.get("traits", ()) else None,
    )


def _metric_match(name: str, entry: dict[str, Any], text: str) -> re.Match[str] | None:
    words = "|".join([re.escape(name), *entry.get("patterns", ())])
    return re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", text, re.IGNORECASE)


def _maximize(text: str, default: str) -> bool:
    pattern = r"(higher|larger|more|lower|smaller|less) is better|\b(maximi[sz]e|minimi[sz]e)"
    match = re.search(pattern, text, re.IGNORECASE)
    word = (match[1] or match[2]).lower() if match else default
    return word.startswith(("higher", "larger", "more", "maxim"))


def _quantile(text: str) -> float:
    """`quantile 0.9`, `0.9-quantile`, `90 %`, `90th percentile` -> 0.9 (0.5 when no figure is given)."""
    if match := re.search(r"(?<![\d.])0\.\d+", text):
        return float(match[0])
    match = re.search(r"(\d+) ?(?:%|th\b|per ?cent)", text)
    return int(match[1]) / 100 if match else 0.5


def _submission_path(text: str, quoted: list[str]) -> str:
    if match := re.search(r"`validate` scores `([^`]+)`", text):
        return match[1]
    return next((word for word in quoted if _FILE.fullmatch(word)), "submission.csv")


def _files(text: str) -> tuple[str, ...]:
    """File names in backticks, alone or in a command."""
    words = [word for code in _CODE.findall(text) for word in code.split()]
    return tuple(dict.fromkeys(word for word in words if _FILE.fullmatch(word)))


def _columns(text: str) -> tuple[str, ...]:
    """The longest enumeration that follows the word `column` or `columns`."""
    lists = re.findall(rf"columns?:? ({_LISTED})", text)
    return tuple(_CODE.findall(max(lists, key=len))) if lists else ()


def _positive(text: str) -> str:
    match = re.search(r"positive class is `([^`]+)`|probability (?:of|that [^.`]*(?:`[^`]+`)? ?is) `([^`]+)`", text)
    return (match[1] or match[2]) if match else ""


def _entry(quoted: list[str]) -> str:
    return next((word for word in quoted if _CALL.fullmatch(word)), "")


def _number(pattern: str, text: str, default: float) -> float:
    match = re.search(pattern, text)
    return float(match[1]) if match else default
