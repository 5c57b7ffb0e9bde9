"""A Hugging Face Hub on loopback: real small datasets in Parquet, and bad ones, for the real `huggingface_hub` client.

    python -m tests.servers.hub_server --port 8900
    HF_ENDPOINT=http://127.0.0.1:8900 ...

It answers what the client asks about datasets: search, info, refs, tree, paths-info, files (with ranges), whoami, and
commits. `hub_datasets` and `hub_traps` say what lies there. A repository that does not exist is a 404; a private one is
a 401 to everybody but the owner, whose token is `OWNER`.
"""

from __future__ import annotations

import argparse
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from synth_gym.errors import SynthGymError
from tests.servers import hub_reading, hub_writing
from tests.servers.hub_datasets import real_datasets
from tests.servers.hub_errors import HubError, Moved
from tests.servers.hub_repository import Commit, Repository
from tests.servers.hub_traps import RENAMED, traps
from tests.servers.loopback import LoopbackServer, Request, json_answer
from tests.servers.model_server import Answer
from tests.servers.weather import Weather

OWNER = "hf_playground"
"""The token that sees private repositories and may write."""

_ID = r"(?P<id>[^/]+/[^/]+)"
_API = rf"/api/datasets/{_ID}"
_REVISION = r"(?P<revision>[^/]+)"
ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", r"/api/datasets", hub_reading.search),
    ("GET", _API, hub_reading.info),
    ("GET", rf"{_API}/revision/{_REVISION}", hub_reading.info),
    ("GET", rf"{_API}/refs", hub_reading.refs),
    ("GET", rf"{_API}/tree/{_REVISION}(?:/(?P<folder>.*))?", hub_reading.tree),
    ("POST", rf"{_API}/paths-info/{_REVISION}", hub_reading.paths_info),
    ("GET HEAD", rf"/datasets/{_ID}/resolve/{_REVISION}/(?P<path>.+)", hub_reading.resolve),
    ("GET HEAD", rf"/api/resolve-cache/datasets/{_ID}/{_REVISION}/(?P<path>.+)", hub_reading.resolve_cache),
    ("GET", r"/api/whoami-v2", hub_writing.whoami),
    ("POST", r"/api/validate-yaml", hub_writing.validate_yaml),
    ("POST", r"/api/repos/create", hub_writing.create),
    ("DELETE", r"/api/repos/delete", hub_writing.delete),
    ("POST", rf"{_API}/preupload/{_REVISION}", hub_writing.preupload),
    ("POST", rf"{_API}/commit/{_REVISION}", hub_writing.commit),
)


class HubServer(LoopbackServer):
    """Serves dataset repositories.

    Args:
        repositories: all of them; by default the playground's, real and bad.
        renamed: old id -> new id.
        port: 0 takes a free one.
        weather: transport faults.
    """

    def __init__(
        self,
        repositories: Iterable[Repository] | None = None,
        renamed: Mapping[str, str] = RENAMED,
        *,
        port: int = 0,
        weather: Weather | None = None,
    ) -> None:
        super().__init__(port, weather)
        found = _playground() if repositories is None else repositories
        self.repositories = {repository.id: repository for repository in found}
        self.renamed = renamed
        self.sent: Counter[str] = Counter()
        """Bytes sent of each file, by `owner/name/path`."""
        self.asked: Counter[str] = Counter()
        """Requests by kind: `search`, `info`, `tree`, `resolve` ..."""

    def state(self) -> dict[str, Any]:
        with self.lock:
            own = {"repositories": sorted(self.repositories), "asked": dict(self.asked), "sent": dict(self.sent)}
        return super().state() | own

    def respond(self, request: Request) -> Answer:
        for methods, pattern, handler in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if match and request.method in methods.split():
                with self.lock:
                    self.asked[handler.__name__] += 1
                named = {name: unquote(text) for name, text in match.groupdict().items() if text is not None}
                try:
                    return handler(self, request, **named)
                except HubError as error:
                    return error.answer
        return json_answer({"error": f"the playground's Hub does not know {request.method} {request.path}"}, 404)

    def owned(self, request: Request) -> bool:
        """Whether the owner asks."""
        return request.headers.get("authorization") == f"Bearer {OWNER}"

    def visible(self, repository: Repository, request: Request) -> bool:
        return repository.access != "private" or self.owned(request)

    def repository(self, request: Request, id: str) -> Repository:
        """The repository that a request speaks of, if this visitor may look at it.

        Raises:
            HubError: it is not there, renamed, private or disabled.
        """
        if id in self.renamed:
            raise Moved(request.target.replace(id, self.renamed[id], 1))
        repository = self.repositories.get(id)
        if repository is None:
            raise HubError(404, "RepoNotFound", "Repository not found")
        if not self.visible(repository, request):
            raise HubError(401, "RepoNotFound", "Invalid username or password.")
        if repository.access == "disabled":
            raise HubError(403, "", "Access to this resource is disabled.")
        return repository

    def commit(self, request: Request, id: str, revision: str = "main") -> tuple[Repository, Commit]:
        """The repository that a request speaks of, and the commit.

        Raises:
            HubError: one of them is not there or not to be seen.
        """
        repository = self.repository(request, id)
        try:
            return repository, repository.at(revision)
        except KeyError:
            raise HubError(404, "RevisionNotFound", f"Invalid rev id: {revision}") from None


def _playground() -> list[Repository]:
    """The playground's repositories; what is written to them stays with one server."""
    return [replace(repository, commits=list(repository.commits)) for repository in _built()]


@functools.cache
def _built() -> tuple[Repository, ...]:
    return (*real_datasets(), *traps())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.hub_server", description="A Hugging Face Hub.")
    parser.add_argument("--port", type=int, default=8900)
    try:
        server = HubServer(port=parser.parse_args().port)
    except SynthGymError as error:
        parser.error(str(error))
    print(
        f"{len(server.repositories)} datasets at {server.origin} (HF_ENDPOINT); the owner's token is {OWNER}",
        flush=True,
    )
    server.serve_until_interrupted()


if __name__ == "__main__":
    main()
