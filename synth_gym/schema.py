"""Strict YAML: data models that reject unknown keys, and file errors that fit on one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from synth_gym.errors import InvalidFileError, did_you_mean

Model = TypeVar("Model", bound=BaseModel)

_MOST_BRACKETS = 10_000
"""libyaml recurses without a limit: a file of nested brackets would end the process."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Strict(BaseModel):
    """Base of everything read from a file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        InvalidFileError: the file cannot be read or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if text.count("[") + text.count("{") > _MOST_BRACKETS:
            raise InvalidFileError(f"{path}: has more than {_MOST_BRACKETS:,} brackets; it cannot be what is asked for")
        return yaml.load(text, Loader=_Loader)
    except OSError as error:
        raise InvalidFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidFileError(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise InvalidFileError(f"{path}: is not YAML{where}: {getattr(error, 'problem', error)}") from None


def load(path: Path, model: type[Model]) -> Model:
    """Read one YAML file into a model.

    Raises:
        InvalidFileError: with every fault of the file on one line.
    """
    return parse(read_yaml(path), model, source=str(path))


def parse(data: Any, model: type[Model], *, source: str) -> Model:
    """Check plain data against a model; `source` names the data in the message."""
    if not isinstance(data, dict):
        raise InvalidFileError(f"{source}: must hold a mapping, not {type(data).__name__}")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(_explain(fault, model) for fault in error.errors())
        raise InvalidFileError(f"{source}: {faults}") from None


def to_yaml(data: Any) -> str:
    """Plain data as YAML, in the order given."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def _explain(fault: Any, model: type[BaseModel]) -> str:
    location = [str(part) for part in fault["loc"]]
    place = ".".join(location)
    if fault["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        return f"unknown key '{place}'{did_you_mean(location[-1], known)}"
    if fault["type"] == "missing":
        return f"key '{place}' is missing"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def _fields_at(model: type[BaseModel], location: list[str]) -> list[str]:
    """Field names of every model that can stand at a location (union members included)."""
    models = [model]
    for part in location:
        inner = [found for outer in models for found in _models_in(outer.model_fields.get(part))]
        tagged = [outer for outer in models if _has_tag(outer, part)]
        models = inner or tagged or models
    return [name for found in models for name in found.model_fields]


def _has_tag(model: type[BaseModel], tag: str) -> bool:
    return any(field.default == tag for field in model.model_fields.values())


def _models_in(field: Any) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    stack = [field.annotation] if field else []
    while stack:
        annotation = stack.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        stack.extend(getattr(annotation, "__args__", ()))
    return found
