"""The files that MLGym would put into its agent's workspace."""

from __future__ import annotations

from pathlib import Path

from synth_gym.interop.mlgym.checkout import MLGymTask
from synth_gym.interop.mlgym.split import split_table

_THEIR_WORKSPACE = b"/home/agent/workspace"
"""Some evaluators and scripts of theirs have the path of their container written into them."""


def workspace_files(task: MLGymTask) -> dict[str, bytes]:
    """Starter code and data by path in the workspace, the test labels among them where MLGym hands them out."""
    files: dict[str, bytes] = {}
    for name in task.file.starter_code:
        files |= _read(task.checkout / name, Path(name).name)
    split = task.notes.split
    for dataset in task.datasets:
        folder = task.checkout / dataset.data_path
        if folder.is_dir():
            files |= _read(folder, "data")
        elif split:
            table = split_table(task.checkout / split.source, split)
            files |= {f"data/{name}": content for name, content in table.items()}
    return {name: _anywhere(name, content) for name, content in sorted(files.items())}


def _read(source: Path, name: str) -> dict[str, bytes]:
    if source.is_file():
        return {name: source.read_bytes()}
    found = (file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {f"{name}/{file.relative_to(source).as_posix()}": file.read_bytes() for file in found}


def _anywhere(name: str, content: bytes) -> bytes:
    return content.replace(_THEIR_WORKSPACE, b".") if name.endswith(".py") else content


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files by relative path."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
