"""What the playground's Hub answers to requests that write; only the owner may.

Every file is taken inline: `huggingface_hub` sends a file of any size so when `preupload` calls it regular.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import yaml

from tests.servers.hub_errors import HubError
from tests.servers.hub_repository import Repository, split_readme
from tests.servers.loopback import Request, json_answer
from tests.servers.model_server import Answer

if TYPE_CHECKING:
    from tests.servers.hub_server import HubServer

USER = "playground"
"""The owner's name."""


def whoami(hub: HubServer, request: Request) -> Answer:
    """`HfApi.whoami`."""
    _check_owner(hub, request)
    token = {"accessToken": {"displayName": USER, "role": "write"}}
    return json_answer({"type": "user", "id": "0", "name": USER, "orgs": [], "auth": token})


def validate_yaml(hub: HubServer, request: Request) -> Answer:
    """Whether a README's card can be read; `upload_folder` asks first."""
    asked = request.json()
    try:
        split_readme(asked["content"])
    except yaml.YAMLError as error:
        return json_answer({"errors": [{"message": str(error)}], "warnings": []}, 400)
    return json_answer({"errors": [], "warnings": []})


def create(hub: HubServer, request: Request) -> Answer:
    """`HfApi.create_repo`."""
    _check_owner(hub, request)
    asked = request.json()
    if asked.get("type") != "dataset":
        raise HubError(400, "", "the playground's Hub keeps datasets only")
    id = f"{asked.get('organization') or USER}/{asked['name']}"
    answer = {"url": f"{hub.origin}/datasets/{id}", "name": id}
    with hub.lock:
        if id in hub.repositories:
            return json_answer(answer | {"error": "You already created this dataset repo"}, 409)
        private = asked.get("private") or asked.get("visibility") == "private"
        hub.repositories[id] = Repository(id, "private" if private else "open")
    hub.repositories[id].commit("initial commit", {})
    return json_answer(answer)


def delete(hub: HubServer, request: Request) -> Answer:
    """`HfApi.delete_repo`."""
    _check_owner(hub, request)
    asked = request.json()
    hub.repository(request, id := f"{asked.get('organization') or USER}/{asked['name']}")
    del hub.repositories[id]
    return json_answer({})


def preupload(hub: HubServer, request: Request, id: str, revision: str) -> Answer:
    """Which files are sent how."""
    _check_owner(hub, request)
    _, commit = hub.commit(request, id, revision)
    known = {path: file.oid for path, file in commit.files.items()}
    files = [
        {"path": one["path"], "uploadMode": "regular", "shouldIgnore": False, "oid": known.get(one["path"])}
        for one in request.json()["files"]
    ]
    return json_answer({"files": files})


def commit(hub: HubServer, request: Request, id: str, revision: str) -> Answer:
    """A commit: lines of JSON, a header and then one for each file."""
    _check_owner(hub, request)
    repository, parent = hub.commit(request, id, revision)
    title, added, deleted = "", {}, []
    for line in map(json.loads, request.body.decode().splitlines()):
        value = line["value"]
        if line["key"] == "header":
            title = value["summary"]
            if value.get("parentCommit", parent.oid) != parent.oid:
                raise HubError(412, "", "A commit has happened since. Please refresh and try again.")
        elif line["key"] == "file":
            added[value["path"]] = base64.b64decode(value["content"])
        elif line["key"] in ("deletedFile", "deletedFolder"):
            deleted.append(value["path"])
        else:
            raise HubError(400, "", f"the playground's Hub does not know {line['key']}")
    made = repository.commit(title, added, tuple(deleted))
    url = f"{hub.origin}/datasets/{id}/commit/{made.oid}"
    return json_answer({"success": True, "commitUrl": url, "commitOid": made.oid, "hookOutput": ""})


def _check_owner(hub: HubServer, request: Request) -> None:
    if not hub.owned(request):
        raise HubError(401, "", "Invalid credentials in Authorization header")
