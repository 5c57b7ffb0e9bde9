"""One model server: asks for a reply, and tells a user's mistake from a server's fault."""

from __future__ import annotations

import functools
import json
import os
import re
import time
from contextlib import suppress
from typing import Any

from synth_gym.errors import MissingExtraError, SynthGymError, did_you_mean
from synth_gym.policies.agent import AgentDefinition
from synth_gym.policies.chat_api import ChatApi
from synth_gym.policies.conversation import Conversation
from synth_gym.policies.replies import Reply
from synth_gym.policies.responses_api import ResponsesApi
from synth_gym.policies.retry import pause

MAX_TIMEOUTS = 3
"""Timeouts after which a request is given up; each has cost minutes."""
MAX_UNREACHED = 2
"""Failed connections after which a server that has never answered counts as not there."""

_OVERFLOW = re.compile(
    r"context[_ ](length|window|size)|maximum (model|sequence) length|longer than the (model|maximum)"
    r"|prompt is too long|too many tokens|reduce the length of the (messages|prompt|input)|max_new_tokens",
    re.IGNORECASE,
)
"""How servers say that a conversation is too long (OpenAI, vLLM, SGLang, llama.cpp, TGI, Groq, Mistral, Anthropic)."""

_NO_MODEL = re.compile(r"model.*(not (exist|found|supported|available)|unknown)|no (such )?model", re.IGNORECASE)

_answered: set[str] = set()
"""Servers that have answered this process: when one is away, it is awaited also by episodes that begin just then."""


class ModelServerError(Exception):
    """The model's server failed in spite of retries: an infrastructure fault, never the policy's doing."""


class ContextOverflowError(Exception):
    """The conversation has outgrown the model's context; the message is the server's."""


class ModelClient:
    """Asks one model at one server.

    Connections are shared by all clients of a process, and threads may use them at the same time: an episode that waits
    for its model costs a thread and no CPU.

    Args:
        agent: says which API, server, key, timeout and sampling.
        model: the model's name at the server.
        base_url: of the server, in place of the definition's.
        retries: on 408, 409, 429, 5xx and lost connections; the pauses are those of `retry.pause`.

    Raises:
        SynthGymError: there is no key for OpenAI's own server.
        MissingExtraError: the `openai` package is not installed.
    """

    def __init__(self, agent: AgentDefinition, model: str, *, base_url: str | None = None, retries: int = 8) -> None:
        try:
            import openai
        except ModuleNotFoundError:
            raise MissingExtraError("the policy 'llm'", "llm", "openai") from None
        self._openai = openai
        self._model = model
        self._sampling = agent.sampling
        self._key_variable = agent.key_variable
        self._attempts = retries + 1
        base_url = base_url or agent.base_url or os.environ.get("OPENAI_BASE_URL") or None
        self._client = _connect(base_url, api_key("the policy 'llm'", agent.key_variable, base_url), agent.timeout)
        self._url = str(self._client.base_url)
        renamed = "api.openai.com" in self._url
        self._api = ResponsesApi() if agent.api == "responses" else ChatApi(renamed_limit=renamed)

    def ask(self, conversation: Conversation, seed: int) -> Reply:
        """One reply.

        Raises:
            ContextOverflowError: the conversation has outgrown the model's context.
            SynthGymError: the server cannot be reached or refuses the request (key, model, parameters).
            ModelServerError: the server failed in spite of retries.
        """
        answer = self._post(self._api.request(self._model, conversation, self._sampling, seed))
        try:
            return self._api.reply(json.loads(answer) if isinstance(answer, str) else answer)
        except (ValueError, RecursionError) as error:
            said = answer if isinstance(answer, str) else error
            raise ModelServerError(f"{self._url} sent no chat completion: {one_line(said)}") from None

    def _post(self, body: dict[str, Any]) -> Any:
        """The body of a successful response: what its JSON says, or text."""
        timeouts = failures = 0
        while True:
            try:
                # As plain data: the library's own types would change what servers of other kinds send.
                answer = self._client.post(self._api.path, body=body, cast_to=object)
                _answered.add(self._url)
                return answer
            except (ValueError, RecursionError) as error:
                return f"{error}"
            except self._openai.APIConnectionError as error:
                failures += 1
                timeouts += isinstance(error, self._openai.APITimeoutError)
                self._check_reachable(error, failures, timeouts)
                time.sleep(pause(failures, {}))
            except self._openai.APIStatusError as error:
                _answered.add(self._url)
                failures += 1
                if failures >= self._attempts or not passing(error):
                    raise self._explained(error, failures) from None
                time.sleep(pause(failures, error.response.headers))

    def _check_reachable(self, error: Exception, failures: int, timeouts: int) -> None:
        """Give up on a connection that failed too often."""
        if timeouts >= min(MAX_TIMEOUTS, self._attempts):
            raise ModelServerError(f"{self._url} gave no answer in time") from None
        if failures >= self._attempts or (self._url not in _answered and not timeouts and failures > MAX_UNREACHED):
            said = f"cannot reach the model's server at {self._url}: {one_line(error.__cause__ or error)}"
            raise (ModelServerError(said) if self._url in _answered else SynthGymError(said)) from None

    def _explained(self, error: Any, failures: int) -> Exception:
        """What a refusal means for the episode."""
        status, said = error.status_code, one_line(error)
        if status in (400, 413, 422) and _OVERFLOW.search(said):
            return ContextOverflowError(said)
        if error.code == "insufficient_quota":
            return SynthGymError(f"{self._url} refuses further requests: {said}")
        if passing(error):
            return ModelServerError(f"{self._url} failed {failures} times: {said}")
        hint = "check the model and its sampling options"
        if status in (401, 403):
            hint = f"check {self._key_variable}"
        elif status == 404 or _NO_MODEL.search(said):
            hint = f"check the model {self._model!r}{self._models()}"
        return SynthGymError(f"{self._url} refuses the request ({hint}): {said}")

    def _models(self) -> str:
        """The names of the models that the server has, where it tells."""
        with suppress(Exception):  # only a hint is at stake
            listed = self._client.get("/models", cast_to=object, options={"timeout": 10})
            names = sorted(str(model["id"]) for model in listed["data"])
            if self._model not in names:
                few = f"; the server has {', '.join(names)}" if len(names) <= 5 else ""
                return did_you_mean(self._model, names) + few
        return ""


def api_key(feature: str, variable: str, base_url: str | None) -> str:
    """The key of the environment; a server of one's own rarely needs any.

    Raises:
        SynthGymError: there is none, and the server is OpenAI's.
    """
    key = os.environ.get(variable) or ("none" if base_url else None)
    if key is None:
        raise SynthGymError(f"{feature} needs {variable}, or OPENAI_BASE_URL for a server of your own")
    return key


@functools.lru_cache(maxsize=16)
def _connect(base_url: str | None, key: str, timeout: float) -> Any:
    """One connection pool per server and process. Retries are ours: those of the library give up within a minute."""
    import openai

    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)


def passing(error: Any) -> bool:
    """Whether the same request may succeed later; of an `openai.APIStatusError`."""
    return (error.status_code in (408, 409, 429) or error.status_code >= 500) and error.code != "insufficient_quota"


def one_line(text: Any) -> str:
    """The beginning of a text, on one line."""
    words = " ".join(str(text).split())
    return words if len(words) <= 300 else f"{words[:300]}..."
