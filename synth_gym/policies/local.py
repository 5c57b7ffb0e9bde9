"""A model folder served in this very process: no server, no key.

Nothing of a conversation is computed twice: the attention cache is kept from turn to turn, and only what is new is fed.
The tokens that the model wrote stay as it wrote them; they are never rendered and tokenised again.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth_gym.errors import InvalidFileError
from synth_gym.offline import prepare
from synth_gym.outcome import Outcome
from synth_gym.policies.base import Action, PolicyStopped, Usage
from synth_gym.transcript import Transcript, View, render

_CALL = re.compile(r"<tool_call>\s*(?P<call>.*?)\s*</tool_call>", re.DOTALL)
_THINK = re.compile(r"\s*<think>(?P<reasoning>.*?)</think>\s*", re.DOTALL)
_WANTED = "Reply with exactly one tool call: a JSON object with 'name' and 'arguments'."
_PLACEHOLDER = "[reply]"


class LocalPolicy:
    """Plays with a causal language model of the `transformers` format.

    Args:
        model: a model folder, as `synth-gym train` writes it.
        seed: of the sampling.
        temperature: 0 takes the likeliest token.
        reply_tokens: most tokens of one reply; a longer one is cut off and answered as malformed.

    Raises:
        InvalidFileError: the folder holds no model, or its tokenizer no chat template.
    """

    name = "local"

    def __init__(self, model: str | Path, *, seed: int = 0, temperature: float = 0.0, reply_tokens: int = 512) -> None:
        self._student = _load(Path(model).resolve())
        self._seed = seed
        self._temperature = temperature
        self._reply_tokens = reply_tokens

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Begin a conversation. The first observation comes again with the first `act`."""
        self._tools = info["tools"]
        self._transcript = Transcript(self._student.view, observation)
        self._stream = _Stream(self._student, self._temperature, self._seed)

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Read an observation, write a reply.

        Raises:
            PolicyStopped: the conversation has outgrown the model's context.
        """
        student, begun = self._student, self._stream.length > 0
        seen = self._transcript.message({"role": "tool" if begun else "user", "content": observation})
        new = student.tokenize(student.turn(seen) if begun else student.opening(seen, self._tools))
        prompt_tokens = self._stream.length + len(new)
        reply = self._stream.reply(new, self._reply_tokens)
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=len(reply), cost=0.0)
        text = self._transcript.spoken(student.detokenize(reply))
        return parse_reply(text, usage, cut_off=reply[-1] != student.stop)


def parse_reply(text: str, usage: Usage | None = None, *, cut_off: bool = False) -> Action:
    """What a reply asks for. A reply that cannot be read gives an action with `error`, never an exception.

    Args:
        text: the reply: perhaps reasoning in `<think>`, words, and one `<tool_call>` with JSON in it.
        usage: passed on.
        cut_off: the reply was ended by its length.
    """
    thinking = _THINK.match(text)
    reasoning, spoken = (thinking["reasoning"].strip(), text[thinking.end() :]) if thinking else ("", text)
    try:
        thought, name, arguments = _read_call(spoken)
    except (ValueError, RecursionError) as error:
        cut = " It was cut off at its length limit: write less at once." if cut_off else ""
        problem = f"The reply could not be read: {error}.{cut} {_WANTED}"
        return Action("", thought=spoken.strip(), reasoning=reasoning, usage=usage, error=problem)
    return Action(name, arguments, thought=thought, reasoning=reasoning, usage=usage)


def _read_call(spoken: str) -> tuple[str, str, dict[str, Any]]:
    """The words before the one tool call, the tool's name, and its arguments.

    Raises:
        ValueError: it cannot be read; the message says why.
    """
    calls = list(_CALL.finditer(spoken))
    if len(calls) != 1:
        raise ValueError(f"it holds {len(calls)} tool calls, not one")
    try:
        call = json.loads(calls[0]["call"], strict=False, parse_constant=_no_constant)
    except ValueError as error:
        raise ValueError(f"its tool call is not JSON ({error})") from None
    match call:
        case {"name": str(name), "arguments": dict(arguments)}:
            return spoken[: calls[0].start()].strip(), name, arguments
    raise ValueError("its tool call is not an object with 'name' and 'arguments'")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


class _Student:
    """A loaded model with its tokenizer and what its training noted."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        if not self._tokenizer.chat_template:
            raise InvalidFileError(f"{folder}: its tokenizer has no chat template; use an instruction-tuned model")
        self.model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True).eval().to(_device())
        self.context: int = self.model.config.max_position_embeddings
        self.stop: int = self._tokenizer.eos_token_id
        notes = _training_notes(folder)
        self._system: str = notes.get("system", "")
        self.view = View(**notes.get("view", {}))

    def opening(self, instruction: dict[str, Any], tools: Sequence[dict[str, Any]]) -> str:
        """Everything before the first reply."""
        system = [{"role": "system", "content": self._system}] if self._system else []
        return render(self._tokenizer, [*system, instruction], tools, reply=True)

    def turn(self, result: dict[str, Any]) -> str:
        """Everything between a reply's stop token and the next reply. It does not depend on what was said before."""
        exchange = [{"role": "user", "content": ""}, {"role": "assistant", "content": _PLACEHOLDER}, result]
        after = render(self._tokenizer, exchange, (), reply=True).partition(_PLACEHOLDER)[2]
        return after.partition(self._tokenizer.eos_token)[2]

    def tokenize(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def detokenize(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))


class _Stream:
    """One conversation as a growing sequence of tokens, with its attention cache."""

    def __init__(self, student: _Student, temperature: float, seed: int) -> None:
        import torch
        from transformers import DynamicCache

        self._student = student
        self._temperature = temperature
        self._generator = torch.Generator().manual_seed(seed)
        self._cache = DynamicCache(config=student.model.config)
        self._waiting: list[int] = []
        self.length = 0
        """Tokens of the conversation so far."""

    def reply(self, new: Sequence[int], limit: int) -> list[int]:
        """Feed new tokens, then write until the stop token or `limit` tokens.

        Raises:
            PolicyStopped: the context is full.
        """
        written: list[int] = []
        self._extend(new)
        while len(written) < limit:
            written.append(self._next())
            self._extend(written[-1:])
            if written[-1] == self._student.stop:
                return written
        self._extend([self._student.stop])
        return written

    def _extend(self, tokens: Sequence[int]) -> None:
        self._waiting += tokens
        self.length += len(tokens)

    def _next(self) -> int:
        """Feed what is waiting; choose the next token."""
        import torch

        if self.length >= self._student.context:
            raise PolicyStopped(Outcome.CONTEXT_LIMIT)
        model = self._student.model
        with torch.inference_mode():
            ids = torch.tensor([self._waiting], device=model.device)
            logits = model(input_ids=ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1).logits[0, -1]
        self._waiting = []
        if self._temperature == 0:
            return int(logits.argmax())
        chances = torch.softmax(logits.float().cpu() / self._temperature, dim=-1)
        return int(torch.multinomial(chances, 1, generator=self._generator))


@functools.lru_cache(maxsize=2)
def _load(folder: Path) -> _Student:
    """The model of a folder; kept, so that many episodes in one process read it once."""
    prepare("the policy 'local'", "torch", "transformers")
    if not (folder / "config.json").is_file():
        raise InvalidFileError(f"{folder}: holds no model (no config.json); make one with 'synth-gym train'")
    return _Student(folder)


def _training_notes(folder: Path) -> dict[str, Any]:
    """`training.json`, or nothing for a model that was not trained here."""
    file = folder / "training.json"
    notes: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return notes


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
