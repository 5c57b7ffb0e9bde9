"""Fixtures of the tests of the generator `llm`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.hub_server import HubServer


@pytest.fixture(scope="session")
def hub_server() -> Iterator[HubServer]:
    """The playground's Hub; a test that changes its weather changes it back."""
    with HubServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any key, no token."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.delenv("HF_TOKEN", raising=False)
