"""Suites as dataset repositories of the Hugging Face Hub."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from synth_gym.certificate import is_certified
from synth_gym.certification.gates.licence import ALLOWED
from synth_gym.challenge import Challenge, load_suite_file
from synth_gym.errors import MissingExtraError, SynthGymError
from synth_gym.files import check_writable
from synth_gym.interop.suite_card import INDEX, card_of, index_of
from synth_gym.suite import Suite

Found = TypeVar("Found")


@dataclass(frozen=True)
class Moved:
    """A suite that was published or fetched."""

    repository: str
    revision: str
    """The commit."""
    challenges: int
    certified: int


def push(suite: Suite, repository: str, *, url: str | None = None, private: bool = False) -> Moved:
    """Publish a suite: its challenges, `suite.yaml`, a card and an index, as one commit.

    What the repository held of challenges that the suite no longer has is removed.

    Args:
        suite: of certified challenges whose data may be passed on.
        repository: `owner/name`; made if there is none.
        url: of the Hub; `HF_ENDPOINT`, or huggingface.co, by default. The token is `HF_TOKEN`.
        private: make a private repository.

    Raises:
        SynthGymError: a challenge is not certified, its data may not be passed on, or the Hub refuses.
    """
    challenges = suite.challenges
    _check(challenges)
    api = _api(url)
    with tempfile.TemporaryDirectory(prefix="synth-gym-push-") as folder:
        staged = Path(folder)
        for challenge in challenges:
            shutil.copytree(challenge.path, staged / challenge.path.name, ignore=shutil.ignore_patterns("__pycache__"))
        description = load_suite_file(suite.path)
        if (suite.path / "suite.yaml").is_file():
            shutil.copy(suite.path / "suite.yaml", staged)
        report = suite.path / ".synthesis" / "report.json"
        (staged / INDEX).write_text(index_of(challenges), encoding="utf-8")
        (staged / "README.md").write_text(card_of(repository, description, challenges, report), encoding="utf-8")
        _asked(lambda: api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True))
        commit = _asked(
            lambda: api.upload_folder(
                repo_id=repository,
                repo_type="dataset",
                folder_path=staged,
                delete_patterns=["*-v*/*"],
                commit_message=f"{len(challenges)} challenges",
            )
        )
    return Moved(repository, str(commit.oid), len(challenges), len(challenges))


def pull(repository: str, out: Path, *, url: str | None = None, revision: str | None = None) -> Moved:
    """Fetch a suite into a new folder; nothing of it is run.

    Args:
        repository: `owner/name`.
        out: the suite's folder; must not exist, or be empty.
        url: of the Hub.
        revision: commit, branch or tag.

    Raises:
        SynthGymError: the Hub refuses, the folder is taken, or the repository holds no suite.
    """
    if out.exists() and any(out.iterdir()):
        raise SynthGymError(f"{out} is not empty: choose another folder with --out")
    check_writable(out.parent)
    api = _api(url)
    commit = str(_asked(lambda: api.dataset_info(repository, revision=revision)).sha)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        fetched = Path(folder) / out.name
        _asked(lambda: api.snapshot_download(repository, repo_type="dataset", revision=commit, local_dir=fetched))
        # The client's own notes about the download.
        shutil.rmtree(fetched / ".cache", ignore_errors=True)
        challenges = Suite.load(fetched).challenges
        if not challenges:
            raise SynthGymError(f"{repository} holds no challenges: it is not a suite")
        certified = sum(map(is_certified, challenges))
        fetched.replace(out)
    return Moved(repository, commit, len(challenges), certified)


def _check(challenges: list[Challenge]) -> None:
    """Refuse what must not be published."""
    if not challenges:
        raise SynthGymError("the suite holds no challenges")
    for challenge in challenges:
        licence = challenge.spec.dataset.licence
        if licence not in ALLOWED:
            raise SynthGymError(
                f"{challenge.env_id}: the licence {licence!r} does not allow passing the data on; make the suite with "
                "--redistributable, or leave the challenge out"
            )
        if not is_certified(challenge):
            raise SynthGymError(f"{challenge.env_id} is not certified: run 'synth-gym certify {challenge.path.parent}'")


def _api(url: str | None) -> Any:
    try:
        from huggingface_hub import HfApi
    except ModuleNotFoundError:
        raise MissingExtraError("the Hugging Face Hub", "llm", "huggingface_hub") from None
    return HfApi(endpoint=url, library_name="synth-gym")


def _asked(ask: Callable[[], Found]) -> Found:
    """An answer of the Hub; a refusal is the user's mistake."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError

    try:
        return ask()
    except (HfHubHTTPError, HFValidationError, LocalTokenNotFoundError) as error:
        said = " ".join(str(error).split())
        raise SynthGymError(f"the Hub refuses (check the repository's name and HF_TOKEN): {said[:300]}") from None
