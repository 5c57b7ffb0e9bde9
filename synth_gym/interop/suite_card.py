"""The card of a suite that is published: what is in it, who may use it, what the gates found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth_gym import __version__
from synth_gym.certificate import read_certificate
from synth_gym.challenge import Challenge, SuiteFile
from synth_gym.schema import to_yaml

INDEX = "challenges.jsonl"
"""One line for each challenge, which the Hub shows as a table."""
_SIZES = ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def index_of(challenges: Sequence[Challenge]) -> str:
    """The content of `INDEX`."""
    return "".join(json.dumps(_row(challenge), ensure_ascii=False) + "\n" for challenge in challenges)


def card_of(name: str, suite: SuiteFile, challenges: Sequence[Challenge], report: Path | None) -> str:
    """The content of `README.md`.

    Args:
        name: `owner/name` of the repository.
        suite: the suite's own description.
        challenges: all of them.
        report: the report of the synthesis (`.synthesis/report.json`), if there is one: it tells the costs.
    """
    licences = Counter(challenge.spec.dataset.licence for challenge in challenges)
    sections = [
        f"# {suite.title or name}",
        suite.description,
        _use(name),
        f"## Challenges\n\n{_table('family', Counter(one.spec.family for one in challenges), 'challenges')}",
        f"## Licences\n\nOf the data; each `challenge.yaml` names its dataset, its commit and its licence.\n\n"
        f"{_table('licence', licences, 'challenges')}",
        f"## Gates\n\nWhat the certificates say.\n\n{_gates(challenges)}",
        f"## Provenance\n\n{_provenance(challenges)}{_costs(report)}",
    ]
    head = to_yaml(_metadata(suite.title or name, licences, len(challenges)))
    return f"---\n{head}---\n\n" + "\n\n".join(section for section in sections if section) + "\n"


def _row(challenge: Challenge) -> dict[str, Any]:
    spec = challenge.spec
    return {
        "id": challenge.env_id,
        "title": spec.title,
        "family": spec.family,
        "dataset": spec.dataset.id,
        "licence": spec.dataset.licence,
        "metric": spec.metric.name,
        "direction": spec.metric.direction,
        "baseline": spec.baseline.mean,
        "reference": spec.reference.mean,
        "content_hash": challenge.content_hash,
    }


def _metadata(title: str, licences: Counter[str], count: int) -> dict[str, Any]:
    """The card's head, as the Hub reads it."""
    single = next(iter(licences)).lower() if len(licences) == 1 else ""
    known = single and not single.startswith("licenseref")
    return {
        "pretty_name": title,
        **({"license": single} if known else {"license": "other", "license_name": "that-of-each-dataset"}),
        "tags": ["synth-gym", "reinforcement-learning", "machine-learning-engineering", "agents"],
        "size_categories": [next((word for most, word in _SIZES if count < most), "n>100K")],
        "configs": [{"config_name": "default", "data_files": [{"split": "challenges", "path": INDEX}]}],
    }


def _use(name: str) -> str:
    return f"```\npip install 'synth-gym[llm,ml]'\nsynth-gym pull {name} --out {name.rpartition('/')[2]}\n```"


def _table(what: str, counts: Counter[str], unit: str) -> str:
    rows = [f"| {name} | {count} |" for name, count in counts.most_common()]
    return "\n".join([f"| {what} | {unit} |", "|---|---|", *rows, f"| **together** | **{counts.total()}** |"])


def _gates(challenges: Sequence[Challenge]) -> str:
    found: dict[str, Counter[str]] = {}
    for certificate in filter(None, (read_certificate(challenge.path) for challenge in challenges)):
        for name, result in certificate.gates.items():
            found.setdefault(name, Counter())[result.status] += 1
    rows = [f"| `{name}` | {one['passed']} | {one['not_applicable']} |" for name, one in found.items()]
    return "\n".join(["| gate | passed | does not apply |", "|---|---|---|", *rows])


def _provenance(challenges: Sequence[Challenge]) -> str:
    makers = Counter(
        f"the generator `{made.generator}`" + (f" with the model `{made.model}`" if made.model else "")
        for made in (challenge.spec.provenance for challenge in challenges)
    )
    told = "; ".join(f"{count} by {maker}" for maker, count in makers.most_common())
    return f"Made {told}. Published with synth_gym {__version__}."


def _costs(report: Path | None) -> str:
    """What the synthesis cost, and how many topics became challenges."""
    if report is None or not report.is_file():
        return ""
    figures = json.loads(report.read_text(encoding="utf-8"))
    cost = f" The model's calls cost ${figures['cost']:.2f}." if figures.get("cost") else ""
    return f" {figures['topics']} topics were tried, {figures['challenges']} became challenges.{cost}"
