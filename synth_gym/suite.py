"""A suite is a folder of challenges. Suites are found without opening one challenge file: folder names are ids.

Where suites come from, in this order (a later one may override a challenge of the same name): those that ship with the
package (`envs/`), those named by the environment variable `SYNTH_GYM_SUITES` (folders joined by `:`), and
`register_suite(path)`.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import gymnasium
from gymnasium.envs.registration import EnvSpec

from synth_gym.content import content
from synth_gym.errors import InvalidFileError, SynthGymError, did_you_mean

if TYPE_CHECKING:
    from synth_gym.challenge import Challenge

NAMESPACE = "synth-ml"
SUITES_VARIABLE = "SYNTH_GYM_SUITES"
_SPEC_FILE = "challenge.yaml"
_FOLDER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)?-v\d+")

_registered: dict[Path, Suite] = {}


@dataclass(frozen=True)
class Suite:
    """A folder of challenges, read lazily."""

    path: Path
    certified_only: bool = False
    """Whether challenges that no certificate vouches for count as not there."""

    @classmethod
    def load(cls, path: str | Path, *, certified_only: bool = False) -> Suite:
        """A suite by its folder.

        Raises:
            SynthGymError: the folder does not exist or holds no challenge, or no certified one where only these count.
        """
        suite = cls(Path(path).resolve(), certified_only)
        if not suite.path.is_dir():
            raise SynthGymError(f"{path}: no such suite folder")
        if not suite.folders and certified_only and cls(suite.path).folders:
            raise SynthGymError(f"{path}: no challenge is certified; see what is wrong with: synth-gym certify {path}")
        if not suite.folders:
            raise SynthGymError(
                f"{path}: the suite is empty (no folder in it holds a {_SPEC_FILE}); "
                f"make challenges with: synth-gym synthesize --generator recipes -n 10 --out {path}"
            )
        return suite

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def folders(self) -> list[Path]:
        """Challenge folders, sorted by name. Nothing is opened, unless only certified ones count."""
        with os.scandir(self.path) as entries:
            found = [Path(entry.path) for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
        whole = sorted(folder for folder in found if (folder / _SPEC_FILE).exists())
        return [folder for folder in whole if not self.certified_only or _is_certified(folder)]

    @cached_property
    def challenges(self) -> list[Challenge]:
        from synth_gym.challenge import Challenge

        return [Challenge.load(folder) for folder in self.folders]

    @cached_property
    def splits(self) -> dict[str, list[str]]:
        """`{"train": [folder names], "test": [...]}` as `suite.yaml` says; empty without that file."""
        from synth_gym.challenge import load_suite_file

        description = load_suite_file(self.path)
        return {name: list(members) for name, members in description.splits.items()}

    def split(self, name: str | None) -> list[Challenge]:
        """The challenges of one split, or all of them for None.

        Raises:
            SynthGymError: the suite has no such split, or it names a challenge that is not there.
        """
        if name is None:
            return self.challenges
        if name not in self.splits:
            raise SynthGymError(
                f"suite {self.name!r} has no split {name!r}; it has: {', '.join(self.splits) or 'none'}"
            )
        return [self.challenge(member) for member in self.splits[name]]

    def challenge(self, name: str) -> Challenge:
        """One challenge by its id or folder name (`Iris` or `Iris-v0`)."""
        from synth_gym.challenge import Challenge

        for folder in self.folders:
            if folder.name == name or folder.name.rpartition("-v")[0] == name:
                return Challenge.load(folder)
        names = [folder.name for folder in self.folders]
        raise SynthGymError(f"suite {self.name!r} has no challenge {name!r}{did_you_mean(name, names)}")


def find_suites() -> Iterator[Suite]:
    """Every suite that can be found: shipped, named by the environment, registered."""
    seen: set[Path] = set()
    for folder in [content("envs"), *_folders_from_environment()]:
        for suite in _suites_in(folder):
            if suite.path not in seen:
                seen.add(suite.path)
                yield suite
    yield from (suite for path, suite in _registered.items() if path not in seen)


def find_suite(name_or_path: str | Path) -> Suite:
    """A suite by folder, or by the name of one that can be found.

    Raises:
        SynthGymError: neither; the message names what there is.
    """
    if Path(name_or_path).is_dir():
        return Suite.load(name_or_path)
    known = {suite.name: suite for suite in find_suites()}
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    hint = did_you_mean(str(name_or_path), known) or f"; known suites: {', '.join(sorted(known)) or 'none'}"
    raise SynthGymError(f"no suite {str(name_or_path)!r}: it is neither a folder nor a known suite{hint}")


def find_challenge(name_or_path: str | Path) -> Challenge:
    """A challenge by folder, or by environment id (`synth-ml/Iris-v0`; namespace and version may be left out).

    Raises:
        SynthGymError: no such challenge; with a did-you-mean.
    """
    from synth_gym.challenge import Challenge

    if (Path(name_or_path) / _SPEC_FILE).is_file():
        return Challenge.load(name_or_path)
    name = str(name_or_path).removeprefix("synth_gym:").removeprefix(f"{NAMESPACE}/")
    folders = {folder.name: folder for suite in find_suites() for folder in suite.folders}
    versions = sorted((folder for folder in folders if folder.rpartition("-v")[0] == name), key=_version)
    chosen = folders.get(name) or (folders[versions[-1]] if versions else None)
    if chosen is None:
        close = did_you_mean(name, folders) or did_you_mean(name, [folder.rpartition("-v")[0] for folder in folders])
        raise SynthGymError(f"no challenge {str(name_or_path)!r}{close}; 'synth-gym list' shows what there is")
    return Challenge.load(chosen)


def register_suite(path: str | Path, *, certified_only: bool = False) -> Suite:
    """Register every challenge of a folder as `synth-ml/<Name>-v<version>`.

    Args:
        path: the folder.
        certified_only: leave out challenges that no certificate vouches for as they are now; a warning names them.

    Raises:
        SynthGymError: as `Suite.load`.
    """
    suite = Suite.load(path, certified_only=certified_only)
    if certified_only:
        _leave_out(sorted({*Suite(suite.path).folders} - {*suite.folders}))
    _registered[suite.path] = suite
    _register(suite)
    return suite


def register_found_suites() -> None:
    """Register every suite that can be found; called once when the package is imported."""
    for suite in find_suites():
        _register(suite)


def _register(suite: Suite) -> None:
    """Make its challenges known to Gymnasium; a folder whose name is no id (`Name-v0`) is left to `Challenge.load`.

    They go into the registry directly: `gymnasium.register` looks through all of it for every id, which takes seconds
    for thousands, to find clashes of ids with and without a version.
    """
    for folder in suite.folders:
        env_id = f"{NAMESPACE}/{folder.name}"
        known = gymnasium.registry.get(env_id)
        if _FOLDER_NAME.fullmatch(folder.name) and (known is None or known.kwargs["challenge"] != str(folder)):
            # nondeterministic: scripts may print times, and thread scheduling may move the last digits of a model.
            gymnasium.registry[env_id] = EnvSpec(
                env_id,
                entry_point="synth_gym.env:ChallengeEnv",
                vector_entry_point="synth_gym.vector:ChallengeVectorEnv",
                kwargs={"challenge": str(folder)},
                nondeterministic=True,
            )


def _leave_out(folders: list[Path]) -> None:
    from synth_gym.certificate import UncertifiedWarning

    for folder in folders:
        known = gymnasium.registry.get(f"{NAMESPACE}/{folder.name}")
        if known is not None and known.kwargs["challenge"] == str(folder):
            del gymnasium.registry[known.id]
    if folders:
        names = ", ".join(folder.name for folder in folders)
        warnings.warn(f"left out, as they are not certified: {names}", UncertifiedWarning, stacklevel=3)


def _is_certified(folder: Path) -> bool:
    from synth_gym.certificate import is_certified
    from synth_gym.challenge import Challenge

    try:
        return is_certified(Challenge.load(folder))
    except InvalidFileError:
        return False


def _folders_from_environment() -> list[Path]:
    return [Path(part) for part in os.environ.get(SUITES_VARIABLE, "").split(os.pathsep) if part]


def _suites_in(folder: Path) -> list[Suite]:
    """The folder itself if it is a suite, else the suites directly in it; none if it does not exist."""
    if not folder.is_dir():
        return []
    candidates = [Suite(folder.resolve())]
    candidates += [Suite(Path(entry.path).resolve()) for entry in os.scandir(folder) if entry.is_dir()]
    if candidates[0].folders:
        return candidates[:1]
    return sorted((suite for suite in candidates[1:] if suite.folders), key=lambda suite: suite.name)


def _version(folder: str) -> int:
    return int(folder.rpartition("-v")[2]) if folder.rpartition("-v")[2].isdigit() else -1
