"""The certified challenges as a suite: twins go, the others are dealt to training and test."""

from __future__ import annotations

import shutil
from pathlib import Path

from synth_gym.certification.certify import certify
from synth_gym.certification.compare import compare
from synth_gym.certification.inputs import Inputs
from synth_gym.challenge import Challenge, SuiteFile
from synth_gym.synthesis.llm.steps import Step, Steps
from synth_gym.synthesis.making import refusal
from synth_gym.synthesis.suites import split_by_dataset, write_suite


def register(out: Path, steps: Steps, sandbox: str, test_fraction: float, model: str) -> dict[str, list[str]]:
    """The stage `register`: drop what the gates over the whole suite refuse, and write `suite.yaml`.

    Returns:
        `{"train": [...], "test": [...]}`, folder names.
    """
    certified = {step.result["folder"]: name for name, step in steps.all("certify") if step.result and not step.reason}
    folders = [out / folder for folder in sorted(certified) if (out / folder).is_dir()]
    while folders:
        refused = 0
        for one in compare([certify(folder, Inputs(sandbox)) for folder in folders], Inputs(sandbox)):
            if rejection := refusal(one.certificate):
                dropped = Step(reason=rejection.reason, detail=rejection.detail)
                steps.write("register", certified[one.folder.name], dropped)
                shutil.rmtree(one.folder)
                folders.remove(one.folder)
                refused += 1
        if not refused:
            break
    challenges = [Challenge.load(folder) for folder in folders]
    for folder in folders:
        steps.write("register", certified[folder.name], Step(result={"folder": folder.name}))
    splits = split_by_dataset(challenges, test_fraction)
    write_suite(out, _description(challenges, splits, model))
    return splits


def _description(challenges: list[Challenge], splits: dict[str, list[str]], model: str) -> SuiteFile:
    datasets = len({challenge.spec.dataset.id for challenge in challenges})
    return SuiteFile(
        title=f"{len(challenges)} challenges on {datasets} datasets of the Hugging Face Hub",
        description=f"Written by the model {model!r}, grounded on the Hub and certified. "
        "The test challenges use datasets that no training challenge uses.",
        splits={name: tuple(folders) for name, folders in splits.items()},
    )
