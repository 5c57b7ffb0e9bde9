"""Templates into pages. A page is one HTML file that holds its own style and script.

Everything from a record passes `printable` and is then escaped. On top of that the page's content security policy names
the hash of the one script that may run, so that even markup that slipped through could not act. The viewer's pages load
scripts of data from the folder beside them, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import synth_gym
from synth_gym.report.plots import Axis, ticks
from synth_gym.report.text import printable

VIEWER: dict[str, tuple[str, ...]] = {
    "episodes": ("query", "facets", "table", "episodes"),
    "episode": ("query", "highlight", "diff", "plot", "steps", "facts", "walk", "reading", "reader"),
    "compare": ("highlight", "diff", "plot", "steps", "facts", "walk", "compare"),
}
"""The viewer's pages, and the scripts of each besides those that all need."""
_SHARED_SCRIPTS = ("page", "format", "data", "keys")


def render(
    template: str, *, styles: Sequence[str] = (), scripts: Sequence[str] = ("script.js",), **content: Any
) -> str:
    """One page.

    Args:
        template: `index.html`, ...
        styles: further style sheets, beside `style.css`.
        scripts: one script is made of them.
        content: what the template shows.
    """
    environment = _environment()
    style, script = (
        "\n".join(_asset(environment, name) for name in names) for names in (("style.css", *styles), scripts)
    )
    return environment.get_template(template).render(
        **content,
        style=Markup(style),  # shipped files, not data
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        version=synth_gym.__version__,
    )


def render_viewer(page: str) -> str:
    """One of the `VIEWER`'s pages. It holds no data: its script makes it from what it loads."""
    scripts = [f"viewer/{name}.js" for name in (*_SHARED_SCRIPTS, *VIEWER[page])]
    return render(f"viewer/{page}.html", styles=["viewer/viewer.css"], scripts=scripts)


NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
"""As wide as a plus, which a hyphen is not."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("synth_gym.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters.update(_FILTERS)
    environment.globals["whole_ticks"] = _whole_ticks
    environment.globals["plain_ticks"] = lambda axis: [(tick, f"{tick:g}".replace("-", MINUS)) for tick in axis.ticks]
    environment.globals["percent_label"] = lambda share: f"{100 * share:.0f} %"
    environment.globals["interval_text"] = _interval_text
    return environment


def _visible(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _score(value: float | None) -> str:
    return NOTHING if value is None else f"{value + 0.0:.4g}".replace("-", MINUS)


def _signed(value: float | None) -> str:
    if value is None:
        return NOTHING
    text = f"{round(value, 2) + 0.0:+.2f}" if abs(value) < 100 else f"{value:+.3g}"  # adding 0 turns -0 into 0
    return text.replace("-", MINUS)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.0f} %"


def _tone(outcome: str, scored: bool) -> str:
    """Good: submitted. Warning: ended by a limit, yet scored. Bad: no score."""
    if not scored:
        return "bad"
    return "good" if outcome == "submitted" else "warn"


def _whole_ticks(axis: Axis) -> list[tuple[float, str]]:
    return [(tick, f"{tick:g}") for tick in ticks(axis.low, axis.high) if tick == int(tick)]


def _interval_text(what: str, bar: Any) -> str:
    return f"{what} {bar.value:.3f}, 95 % interval {bar.interval[0]:.3f} to {bar.interval[1]:.3f}"


_FILTERS: dict[str, Callable[..., Any]] = {
    "tidy": lambda value: f"{value:g}".replace("-", MINUS),
    "score": _score,
    "signed": _signed,
    "percent": _percent,
    "tone": _tone,
    "address": lambda text: quote(text, safe=""),
    "words": lambda outcome: outcome.replace("_", " "),
}
