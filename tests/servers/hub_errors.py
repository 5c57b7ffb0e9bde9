"""Answers of the Hub that are errors, in the words that `huggingface_hub` tells them apart by."""

from __future__ import annotations

from tests.servers.loopback import json_answer


class HubError(Exception):
    """An error answer.

    Args:
        status: of HTTP.
        code: `RepoNotFound`, `RevisionNotFound`, `EntryNotFound`, `GatedRepo`, or nothing.
        message: for people; the client knows a disabled repository by it.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        named = {"x-error-code": code} if code else {}
        self.answer = json_answer({"error": message}, status, named | {"x-error-message": message})


class Moved(HubError):
    """The way to a repository's new name. The address is relative: the client follows it wherever the Hub is."""

    def __init__(self, location: str) -> None:
        super().__init__(307, "", f"Temporary Redirect. Redirecting to {location}")
        self.answer.headers["location"] = location
