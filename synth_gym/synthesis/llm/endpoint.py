"""One OpenAI-compatible server, asked asynchronously: posts a request once, and says what a failure means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from synth_gym.errors import MissingExtraError, SynthGymError
from synth_gym.policies.chat_api import ChatApi
from synth_gym.policies.client import MAX_UNREACHED, ModelServerError, api_key, one_line, passing
from synth_gym.policies.replies import Reply
from synth_gym.policies.retry import pause
from synth_gym.synthesis.llm.settings import ModelAccess

_FEATURE = "the generator 'llm'"
_UNSENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}
"""Failures before the request was sent, as httpx names them."""


class LostReplyError(Exception):
    """No reply, for a reason that may pass."""

    def __init__(self, message: str, *, sent: bool, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.sent = sent
        """Whether the server may have made a reply all the same, and charges for it."""
        self.headers = headers or {}


class Endpoint:
    """The server.

    Args:
        access: address, key, timeout, retries.

    Raises:
        SynthGymError: there is no key for OpenAI's own server.
        MissingExtraError: the `openai` package is not installed.
    """

    def __init__(self, access: ModelAccess) -> None:
        try:
            import openai
        except ModuleNotFoundError:
            raise MissingExtraError(_FEATURE, "llm", "openai") from None
        base_url = access.base_url or os.environ.get("OPENAI_BASE_URL") or None
        key = api_key(_FEATURE, access.key_variable, base_url)
        self._openai = openai
        self._access = access
        # Retries are ours: those of the library would not be paid for.
        self._client = openai.AsyncOpenAI(api_key=key, base_url=base_url, timeout=access.timeout, max_retries=0)
        self._url = str(self._client.base_url)
        # OpenAI renamed the limit; other servers know only the old name.
        self._limit_name = "max_completion_tokens" if "api.openai.com" in self._url else "max_tokens"
        self._api = ChatApi(renamed_limit=False)
        self._reached = False

    async def close(self) -> None:
        await self._client.close()

    async def post(self, body: dict[str, Any]) -> Reply:
        """One try of one request.

        Raises:
            LostReplyError: there was no reply; the next try may get one.
            SynthGymError: the server refuses the request.
        """
        named = {self._limit_name if name == "max_tokens" else name: value for name, value in body.items()}
        try:
            answer = await self._client.post("/chat/completions", body=named, cast_to=object)
            self._reached = True
            return self._api.reply(answer)
        except self._openai.APIConnectionError as error:
            cause = error.__cause__
            raise LostReplyError(one_line(cause or error), sent=type(cause).__name__ not in _UNSENT) from None
        except self._openai.APIStatusError as error:
            self._reached = True
            raise self._refusal(error) from None
        except (ValueError, RecursionError) as error:
            # Half a body, or something that is no chat completion.
            raise LostReplyError(f"no chat completion: {one_line(error)}", sent=True) from None

    def pause_after(self, error: LostReplyError, failures: int) -> float:
        """Seconds to wait before the next try.

        Raises:
            ModelServerError: there have been enough.
            SynthGymError: there is no such server.
        """
        if not self._reached and not error.sent and failures > MAX_UNREACHED:
            raise SynthGymError(f"cannot reach the model's server at {self._url}: {error}") from None
        if failures > self._access.retries:
            raise ModelServerError(f"{self._url} failed {failures} times: {error}") from None
        return pause(failures, error.headers)

    def _refusal(self, error: Any) -> Exception:
        said = one_line(error)
        if passing(error):
            return LostReplyError(said, sent=False, headers=error.response.headers)
        no_key = error.status_code in (401, 403)
        hint = f"check {self._access.key_variable}" if no_key else "check the model and the settings"
        return SynthGymError(f"{self._url} refuses the request ({hint}): {said}")
