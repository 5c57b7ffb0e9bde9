"""The Hugging Face Hub, asked through its own client: search, what a dataset is, and its Parquet files by ranges."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from synth_gym.errors import MissingExtraError, SynthGymError
from synth_gym.policies.client import one_line
from synth_gym.policies.retry import pause
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.licences import licence_of
from synth_gym.synthesis.llm.settings import HubAccess
from synth_gym.synthesis.llm.splits import Split, best_split

Found = TypeVar("Found")

CONVERTED = "refs/convert/parquet"
"""The branch where the Hub keeps Parquet copies of other formats."""
TIMEOUT = 30.0
"""Seconds for one answer of the Hub's API."""
BLOCK = 2**16
"""Bytes that are read ahead in a Parquet file."""
_TRANSPORT = {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"}
"""Packages whose errors are those of the network; which one the client uses depends on its version."""


class HubUnavailableError(Exception):
    """The Hub failed in spite of retries: nothing is known of the dataset, and it is asked again in the next run."""


@dataclass(frozen=True)
class Source:
    """A dataset that may be used: what it is and where its rows lie."""

    id: str
    """Its present name."""
    revision: str
    """The commit."""
    licence: str
    split: Split


class Hub:
    """The Hub.

    Args:
        access: address, retries, limits.
        licences: SPDX identifiers to choose from; see `licence_of`.

    Raises:
        MissingExtraError: the `huggingface_hub` package is not installed.
    """

    def __init__(self, access: HubAccess, licences: Iterable[str] = ()) -> None:
        try:
            import huggingface_hub.errors
        except ModuleNotFoundError:
            raise MissingExtraError("the generator 'llm'", "llm", "huggingface_hub") from None
        # The client warns of every retry; what is not mended by them is an error of ours.
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        self._hub = huggingface_hub
        self._access = access
        self._licences = tuple(licences)
        self._api = huggingface_hub.HfApi(endpoint=access.url, library_name="synth-gym")

    def search(self, query: str) -> list[str]:
        """Ids of the datasets that a search finds, those first that are downloaded most."""
        limit = self._access.results

        def ask() -> list[str]:
            return [one.id for one in self._api.list_datasets(search=query, sort="downloads", limit=limit)]

        return self._asked(ask)

    def source(self, id: str) -> Source:
        """What a dataset is, if it may be used.

        Raises:
            DrawRejectedError: it is not there, not for everybody, too large, without a fitting licence or format.
            HubUnavailableError: the Hub does not say.
        """
        info = self._info(id)
        for word, value in (("gated", info.gated), ("private", info.private), ("disabled", info.disabled)):
            if value:
                raise DrawRejectedError(f"dataset is {word}", info.id)
        card = info.card_data.to_dict() if info.card_data else {}
        licence = licence_of(card, info.tags or [], self._licences)
        revision = str(info.sha)
        sizes = self._sizes(info.id, revision)
        if not any(path.endswith(".parquet") for path in sizes):
            revision, sizes, card = self._converted(info.id, revision, sizes)
        split = best_split(sizes, card)
        if split.bytes > self._access.max_dataset_bytes:
            raise DrawRejectedError("dataset is too large", f"{info.id}: {split.bytes:,} bytes in {split.name!r}")
        return Source(info.id, revision, licence, split)

    def open(self, source: Source, path: str) -> Any:
        """A file of the dataset; what is read of it is asked for by HTTP ranges."""
        files = self._hub.HfFileSystem(endpoint=self._access.url, skip_instance_cache=True)
        whole = f"datasets/{source.id}@{source.revision}/{path}"
        return self._asked(lambda: files.open(whole, "rb", block_size=BLOCK, cache_type="readahead"))

    def read(self, ask: Callable[[], Found]) -> Found:
        """Run what reads an open file, again where the network fails."""
        return self._asked(ask)

    def _info(self, id: str) -> Any:
        from huggingface_hub.errors import DisabledRepoError, GatedRepoError, RepositoryNotFoundError
        from huggingface_hub.utils import HFValidationError

        try:
            return self._asked(lambda: self._api.dataset_info(id, timeout=TIMEOUT))
        except GatedRepoError:
            raise DrawRejectedError("dataset is gated", id) from None
        except DisabledRepoError:
            raise DrawRejectedError("dataset is disabled", id) from None
        except (RepositoryNotFoundError, HFValidationError) as error:
            # To a visitor without a token the Hub says 401 for what is private and for what is not there.
            hidden = _status(error) in (401, 403)
            reason = "dataset does not exist or is private" if hidden else "dataset does not exist"
            raise DrawRejectedError(reason, id) from None

    def _sizes(self, id: str, revision: str) -> dict[str, int]:
        """Path -> bytes of every file at a revision."""

        def ask() -> dict[str, int]:
            tree = self._api.list_repo_tree(id, repo_type="dataset", revision=revision, recursive=True)
            return {one.path: one.size for one in tree if hasattr(one, "size")}

        return self._asked(ask)

    def _converted(self, id: str, revision: str, sizes: dict[str, int]) -> tuple[str, dict[str, int], dict[str, Any]]:
        """The Hub's own Parquet copy, where it has one; its paths tell configs and splits, the card does not."""
        from huggingface_hub.errors import RevisionNotFoundError

        try:
            copy = self._asked(lambda: self._api.dataset_info(id, revision=CONVERTED, timeout=TIMEOUT))
        except RevisionNotFoundError:
            return revision, sizes, {}
        return str(copy.sha), self._sizes(id, str(copy.sha)), {}

    def _asked(self, ask: Callable[[], Found]) -> Found:
        """An answer of the Hub; what may pass is asked again, after the pause that the Hub asks for."""
        failures = 0
        while True:
            try:
                return ask()
            except Exception as error:
                if _status(error) == 401 and not isinstance(error, self._hub.errors.RepositoryNotFoundError):
                    raise SynthGymError(f"the Hub refuses the token (check HF_TOKEN): {one_line(error)}") from None
                if not _passing(error):
                    raise
                failures += 1
                if failures > self._access.retries:
                    raise HubUnavailableError(f"the Hub failed {failures} times: {one_line(error)}") from None
                headers = getattr(getattr(error, "response", None), "headers", None) or {}
                time.sleep(pause(failures, headers))


def _status(error: BaseException) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


def _passing(error: Exception) -> bool:
    """Whether the same request may succeed later."""
    status = _status(error)
    if status is not None:
        return status in (408, 429) or status >= 500
    return isinstance(error, (ConnectionError, TimeoutError)) or type(error).__module__.split(".")[0] in _TRANSPORT
