"""From a reply's text to the stage's data; whatever is wrong with it has a name."""

from __future__ import annotations

import functools
import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from synth_gym.policies.replies import valid
from synth_gym.synthesis.llm.store import Recorded

Model = TypeVar("Model", bound=BaseModel)

_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n\s*```\s*\Z", re.DOTALL)
_MOST_FAULTS = 10


class InvalidReplyError(Exception):
    """A reply is not what was asked for. The reason is a few words; the message is for the model."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def parsed(reply: Recorded, model: type[Model]) -> Model:
    """The reply as data. A code fence around it is forgiven.

    Raises:
        InvalidReplyError: it was cut off, is no JSON, or does not fit the schema.
    """
    if reply.finish == "length":
        raise InvalidReplyError("reply is cut off", "the reply was cut off at its length limit: say less")
    fenced = _FENCED.match(reply.content)
    try:
        # JSON can spell halves of surrogate pairs, which no file can hold.
        data = json.loads(valid(json.dumps(json.loads(fenced[1] if fenced else reply.content), ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise InvalidReplyError("reply is not JSON", f"the reply is not JSON: {error}") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidReplyError("reply does not fit the schema", _faults(error)) from None


@functools.cache
def response_format(stage: str, model: type[BaseModel]) -> dict[str, Any]:
    """What makes a server hold its model to the reply's schema."""
    schema = {"name": stage, "schema": model.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def _faults(error: ValidationError) -> str:
    said = [f"{'.'.join(map(str, fault['loc'])) or 'reply'}: {fault['msg']}" for fault in error.errors()]
    return "the reply does not fit the schema: " + "; ".join(said[:_MOST_FAULTS])
