"""Repositories as the Hub's API shows them: the JSON that `huggingface_hub` reads."""

from __future__ import annotations

from typing import Any

from tests.servers.hub_repository import DATE, POINTER_SIZE, Commit, File, Repository


def info(repository: Repository, commit: Commit, *, blobs: bool = False) -> dict[str, Any]:
    """`GET /api/datasets/{id}`."""
    return {
        "_id": commit.oid[:24],
        "id": repository.id,
        "author": repository.id.split("/")[0],
        "sha": commit.oid,
        "lastModified": DATE,
        "createdAt": DATE,
        "private": repository.access == "private",
        "gated": "manual" if repository.access == "gated" else False,
        "disabled": repository.access == "disabled",
        "tags": tags(commit.card),
        "description": commit.description,
        "downloads": repository.downloads,
        "likes": repository.downloads // 100,
        "cardData": commit.card,
        "siblings": [_sibling(file, blobs) for _, file in sorted(commit.files.items())],
        "usedStorage": sum(file.size for file in commit.files.values()),
    }


def listed(repository: Repository, *, full: bool) -> dict[str, Any]:
    """One result of `GET /api/datasets`."""
    whole = info(repository, repository.head)
    return whole if full else {key: value for key, value in whole.items() if key not in ("siblings", "cardData")}


def tags(card: dict[str, Any]) -> list[str]:
    """What the Hub makes of the card for its filters."""
    found = [f"{key}:{value}" for key in ("task_categories", "size_categories") for value in card.get(key, [])]
    found += [f"license:{card['license']}"] if "license" in card else []
    return [*found, "format:parquet", "modality:tabular", "region:us"]


def entry(item: File | str, commit: Commit, *, expand: bool) -> dict[str, Any]:
    """One result of `tree` and of `paths-info`."""
    last = {"lastCommit": {"id": commit.oid, "title": commit.title, "date": DATE}} if expand else {}
    if isinstance(item, str):
        return {"type": "directory", "oid": commit.oid, "size": 0, "path": item} | last
    found = {"type": "file", "oid": item.oid, "size": item.size, "path": item.path} | last
    if item.large:
        found["lfs"] = {"oid": item.sha256, "size": item.size, "pointerSize": POINTER_SIZE}
    return found


def _sibling(file: File, blobs: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"rfilename": file.path}
    if blobs:
        found |= {"size": file.size, "blobId": file.oid}
        if file.large:
            found["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": POINTER_SIZE}
    return found
