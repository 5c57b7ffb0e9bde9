"""One OpenAI-compatible server: asks for a reply, and tells a user's mistake from a server's fault."""

from __future__ import annotations

import os
import re
from typing import Any

from synth_gym.errors import MissingExtraError, SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies.agent import Sampling
from synth_gym.policies.base import PolicyStopped

_OVERFLOW = re.compile(
    r"context[_ ](length|window|size)|maximum (model|sequence) length|longer than the (model|maximum)"
    r"|prompt is too long|too many tokens|reduce the length of the (messages|prompt|input)|max_new_tokens",
    re.IGNORECASE,
)
"""How servers say that a conversation is too long (OpenAI, vLLM, SGLang, llama.cpp, TGI, Groq, Mistral, Anthropic)."""


class ModelServerError(Exception):
    """The model's server failed in spite of retries: an infrastructure fault, never the policy's doing."""


class ChatClient:
    """Asks one model at one server.

    Args:
        model: the model's name at the server.
        base_url: of the server; `OPENAI_BASE_URL`, or OpenAI itself, by default. The key is `OPENAI_API_KEY`; a server
            of one's own rarely needs any.
        retries: on 408, 409, 429, 5xx and lost connections, after pauses that grow to 8 seconds.

    Raises:
        SynthGymError: there is no key for OpenAI's own server.
        MissingExtraError: the `openai` package is not installed.
    """

    def __init__(self, model: str, *, base_url: str | None = None, retries: int = 6) -> None:
        try:
            import openai
        except ModuleNotFoundError:
            raise MissingExtraError("the policy 'llm'", "llm", "openai") from None
        base_url = base_url or os.environ.get("OPENAI_BASE_URL") or None
        key = os.environ.get("OPENAI_API_KEY") or ("none" if base_url else None)
        if key is None:
            raise SynthGymError("the policy 'llm' needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own")
        self._openai = openai
        self._model = model
        self._attempts = retries + 1
        self._client = openai.OpenAI(api_key=key, base_url=base_url, max_retries=retries)
        self._url = str(self._client.base_url)

    def complete(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]], sampling: Sampling, seed: int
    ) -> Any:
        """One chat completion.

        Returns:
            the server's answer; its first choice has a message.

        Raises:
            PolicyStopped: the conversation has outgrown the model's context.
            SynthGymError: the server cannot be reached or refuses the request (key, model, parameters).
            ModelServerError: the server failed in spite of retries.
        """
        openai, create = self._openai, self._client.chat.completions.create
        try:
            answer = create(model=self._model, messages=messages, tools=tools, **self._options(sampling, seed))
        except openai.APITimeoutError:
            raise ModelServerError(f"{self._url} gave no answer in time") from None
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            raise SynthGymError(f"cannot reach the model's server at {self._url}: {_one_line(cause)}") from None
        except openai.APIStatusError as error:
            raise self._explained(error) from None
        except (openai.APIResponseValidationError, ValueError) as error:
            raise ModelServerError(f"{self._url} sent no chat completion: {_one_line(error)}") from None
        return self._checked(answer)

    def _options(self, sampling: Sampling, seed: int) -> dict[str, Any]:
        # OpenAI renamed max_tokens; other servers know only the old name.
        longest = "max_completion_tokens" if "api.openai.com" in self._url else "max_tokens"
        options = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            longest: sampling.max_tokens,
            "seed": seed if sampling.seeded else None,
        }
        return {name: value for name, value in options.items() if value is not None}

    def _explained(self, error: Any) -> Exception:
        """What a refusal means for the episode."""
        status, said = error.status_code, _one_line(error)
        if status in (400, 413, 422) and _OVERFLOW.search(said):
            return PolicyStopped(Outcome.CONTEXT_LIMIT, said)
        if error.code == "insufficient_quota":
            return SynthGymError(f"{self._url} refuses further requests: {said}")
        if status in (408, 409, 429) or status >= 500:
            return ModelServerError(f"{self._url} failed {self._attempts} times: {said}")
        hints = {401: "check OPENAI_API_KEY", 403: "check OPENAI_API_KEY", 404: f"check the model {self._model!r}"}
        hint = hints.get(status, "check the model and its sampling options")
        return SynthGymError(f"{self._url} refuses the request ({hint}): {said}")

    def _checked(self, answer: Any) -> Any:
        choices = getattr(answer, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            said = answer if isinstance(answer, str) else getattr(answer, "error", None) or answer
            raise ModelServerError(f"{self._url} sent no chat completion: {_one_line(said)}")
        return answer


def _one_line(text: Any) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= 300 else f"{words[:300]}..."
