"""Which tasks can run on this machine, and why the others cannot."""

from __future__ import annotations

import importlib.metadata
from importlib.util import find_spec

from synth_gym.interop.mlgym.checkout import MLGymTask
from synth_gym.interop.mlgym.notes import Notes


def obstacles(task: MLGymTask) -> list[str]:
    """Everything that keeps a task from being played here, in words; empty when nothing does."""
    notes = task.notes
    found = [*static_obstacles(notes), *_missing_files(task)]
    if not task.metric:
        found.append("which of its numbers counts, and in which direction, is not known")
    elif task.baseline is None:
        found.append(f"it states no baseline score of {task.metric}")
    if not found and not notes.submission:
        found.append("no strict grader has been written for it")
    return found


def static_obstacles(notes: Notes) -> list[str]:
    """What can be said without a checkout."""
    return [*notes.obstacles, *_missing_packages(notes.packages), *_missing_modules(notes.modules)]


def _missing_files(task: MLGymTask) -> list[str]:
    absent = (name for name in task.file.starter_code if not (task.checkout / name).exists())
    missing = [f"{name} is not in the checkout" for name in absent]
    if task.notes.obstacles:
        return missing  # they name the data in better words
    for dataset in task.datasets:
        if not dataset.is_local:
            missing.append(f"its data ({dataset.data_path}) must be downloaded; sandboxes have no network")
        elif not (task.checkout / dataset.data_path).is_dir() and not _can_be_split(task):
            missing.append(f"its data ({dataset.data_path}) are not in the checkout")
    return missing


def _can_be_split(task: MLGymTask) -> bool:
    return task.notes.split is not None and (task.checkout / task.notes.split.source).is_file()


def _missing_packages(pins: dict[str, str]) -> list[str]:
    wrong = [f"{name}=={version}" for name, version in pins.items() if _installed(name) != version]
    return [f"it needs other packages: pip install {' '.join(wrong)}"] if wrong else []


def _missing_modules(modules: tuple[str, ...]) -> list[str]:
    absent = [name for name in modules if find_spec(name) is None]
    return [f"it needs {' and '.join(absent)}: pip install 'synth-gym[ml]'"] if absent else []


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
