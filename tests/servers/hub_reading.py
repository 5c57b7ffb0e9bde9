"""What the playground's Hub answers to requests that read: one function for each kind of request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

from tests.servers import hub_views
from tests.servers.hub_errors import HubError
from tests.servers.hub_repository import Commit, File, Repository
from tests.servers.loopback import Request, json_answer
from tests.servers.model_server import Answer

if TYPE_CHECKING:
    from tests.servers.hub_server import HubServer

PAGE = 100
"""Most results of one page of a search."""


def search(hub: HubServer, request: Request) -> Answer:
    query = request.query
    words = [word for text in query.get("search", []) for word in re.findall(r"[a-z0-9]+", text.lower())]
    found = [repository for repository in hub.repositories.values() if hub.visible(repository, request)]
    found = [one for one in found if _matches(one, words, query)]
    found.sort(key=lambda one: (-one.downloads, one.id))
    start, size = int(query.get("cursor", ["0"])[0]), min(PAGE, int(query.get("limit", [str(PAGE)])[0]))
    full = query.get("full", ["false"])[0].lower() == "true"
    results = [hub_views.listed(one, full=full) for one in found[start : start + size]]
    if start + size >= len(found):
        return json_answer(results)
    following = urlencode({**query, "cursor": [str(start + size)]}, doseq=True)
    return json_answer(results, headers={"link": f'<{hub.origin}{request.path}?{following}>; rel="next"'})


def _matches(repository: Repository, words: list[str], query: Mapping[str, list[str]]) -> bool:
    """As on the Hub, every word must stand in the id or the pretty name; descriptions are not searched."""
    card = repository.head.card
    text = f"{repository.id} {card.get('pretty_name', '')}".lower()
    tags = hub_views.tags(card)
    owner = repository.id.split("/")[0]
    if query.get("author", [owner]) != [owner] or not all(tag in tags for tag in query.get("filter", [])):
        return False
    return all(word in text for word in words)


def info(hub: HubServer, request: Request, id: str, revision: str = "main") -> Answer:
    repository, commit = hub.commit(request, id, revision)
    whole = hub_views.info(repository, commit, blobs=request.query.get("blobs", [""])[0].lower() == "true")
    expand = request.query.get("expand", [])
    return json_answer({key: value for key, value in whole.items() if not expand or key in ("_id", "id", *expand)})


def refs(hub: HubServer, request: Request, id: str) -> Answer:
    _, commit = hub.commit(request, id, "main")
    branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": commit.oid}]
    return json_answer({"branches": branches, "converts": [], "tags": []})


def tree(hub: HubServer, request: Request, id: str, revision: str, folder: str = "") -> Answer:
    _, commit = hub.commit(request, id, revision)
    recursive, expand = (request.query.get(key, [""])[0].lower() == "true" for key in ("recursive", "expand"))
    try:
        items = commit.entries(folder, recursive=recursive)
    except KeyError:
        raise HubError(404, "EntryNotFound", f"{folder} does not exist on {revision}") from None
    return json_answer([hub_views.entry(item, commit, expand=expand) for item in items])


def paths_info(hub: HubServer, request: Request, id: str, revision: str) -> Answer:
    _, commit = hub.commit(request, id, revision)
    form = parse_qs(request.body.decode())
    known: dict[str, File | str] = {name: name for name in commit.entries(recursive=True) if isinstance(name, str)}
    known.update(commit.files)
    expand = form.get("expand", [""])[0].lower() == "true"
    found = [known[path] for path in form.get("paths", []) if path in known]
    return json_answer([hub_views.entry(item, commit, expand=expand) for item in found])


def resolve(hub: HubServer, request: Request, id: str, revision: str, path: str) -> Answer:
    """Where a file lies: the Hub keeps the bytes under the commit's name."""
    commit, file = _file(hub, request, id, revision, path)
    where = f"/api/resolve-cache/datasets/{id}/{commit.oid}/{quote(path)}"
    return Answer(b"", 307, _about(file, commit) | {"location": where})


def resolve_cache(hub: HubServer, request: Request, id: str, revision: str, path: str) -> Answer:
    """A file's bytes, or the range of them that was asked for."""
    commit, file = _file(hub, request, id, revision, path)
    size = len(file.content)
    headers = _about(file, commit) | {"content-type": "application/octet-stream"}
    start, end = _range(request.headers.get("range", ""), size)
    if start >= end and size:
        return Answer(b"", 416, {"content-range": f"bytes */{size}"})
    if "range" in request.headers:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method != "HEAD":
        with hub.lock:
            hub.sent[f"{id}/{path}"] += end - start
    return Answer(file.content[start:end], 206 if "range" in request.headers else 200, headers)


def _file(hub: HubServer, request: Request, id: str, revision: str, path: str) -> tuple[Commit, File]:
    repository, commit = hub.commit(request, id, revision)
    if repository.access == "gated":
        message = f"Access to dataset {id} is restricted and you are not in the authorized list."
        raise HubError(403 if "authorization" in request.headers else 401, "GatedRepo", message)
    if path not in commit.files:
        raise HubError(404, "EntryNotFound", "Entry not found")
    return commit, commit.files[path]


def _about(file: File, commit: Commit) -> dict[str, str]:
    linked = {"x-linked-size": str(file.size), "x-linked-etag": f'"{file.etag}"'} if file.large else {}
    return {"x-repo-commit": commit.oid, "accept-ranges": "bytes", "etag": f'"{file.etag}"', **linked}


def _range(asked: str, size: int) -> tuple[int, int]:
    """Start and end of a `Range` header; everything without one."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    first, last = match.groups() if match else ("", "")
    if first:
        return int(first), min(size, int(last) + 1) if last else size
    return (max(0, size - int(last)) if last else 0), size
