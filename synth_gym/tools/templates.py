"""Jinja for text from content files. Bundles and agent definitions may come from strangers: templates run sandboxed."""

from __future__ import annotations

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)


def compile_template(text: str) -> Template:
    """A template that cannot reach Python's internals.

    Raises:
        jinja2.TemplateSyntaxError: the text is not a template.
    """
    return _ENVIRONMENT.from_string(text)
