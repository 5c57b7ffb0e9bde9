"""The dataset card of an export."""

from __future__ import annotations

from typing import Any

from synth_gym.schema import to_yaml


def dataset_card(summary: dict[str, Any]) -> str:
    """Markdown with the YAML head that dataset hubs read.

    Args:
        summary: what `export.json` holds.
    """
    head = {
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "train.parquet"}]}],
        "tags": ["agent", "tool-use", "machine-learning-engineering", "synth-gym"],
    }
    rules = "".join(f"| {stage['rule']} | {stage['kept']} | {stage['dropped']} |\n" for stage in summary["rules"])
    challenges = "".join(f"| `{env_id}` | {rows} |\n" for env_id, rows in summary["challenges"].items())
    mean = "none" if summary["mean_normalized"] is None else f"{summary['mean_normalized']:.3f}"
    return (
        f"---\n{to_yaml(head)}---\n\n"
        "# Agent trajectories on machine-learning challenges\n\n"
        f"{summary['rows']} episodes with {summary['assistant_turns']} assistant turns, selected from\n"
        f"{summary['records']} records of: {', '.join(summary['policies'])}.\n"
        f"Mean normalised score: {mean} (0 is a challenge's baseline, 1 its reference).\n\n"
        "A row holds `messages` (one system and one user turn, then assistant and tool turns) and `tools` (function\n"
        "schemas), as TRL's `SFTTrainer` reads them; the arguments of tool calls are objects. The other columns say\n"
        "which episode it was.\n\n"
        f"## Selection\n\n| rule | kept | dropped |\n|---|---:|---:|\n{rules}\n"
        f"## Challenges\n\n| challenge | rows |\n|---|---:|\n{challenges}\n"
        f"`train.jsonl` has the hash `{summary['hash']}`.\n"
    )
