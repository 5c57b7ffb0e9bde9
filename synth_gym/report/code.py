"""Source code as highlighted HTML."""

from __future__ import annotations

from pathlib import PurePosixPath

from markupsafe import Markup, escape

_LANGUAGES = {".py": "python", ".sh": "bash", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
_LONGEST = 20_000
"""Characters beyond which text stays plain: colouring it would cost more than it tells."""


def language_of(path: str) -> str:
    """The language of a file, by its name; empty when unknown."""
    return _LANGUAGES.get(PurePosixPath(path).suffix.lower(), "")


def highlight(text: str, language: str) -> Markup:
    """Escaped HTML of the text with `<span class="...">` around its tokens (Pygments' short class names).

    Args:
        text: source code, printable.
        language: `"bash"`, `"python"`, ...; empty for plain text.
    """
    if not language or len(text) > _LONGEST:
        return escape(text)
    import pygments
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return Markup(pygments.highlight(text, lexer, HtmlFormatter(nowrap=True)))  # Pygments escapes
