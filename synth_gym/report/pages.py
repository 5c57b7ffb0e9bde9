"""Templates into pages. A page is one HTML file that holds its own style and script and loads nothing.

Everything from a record passes `printable` and is then escaped. On top of that the page's content security policy names
the hash of the one script that may run, so that even markup that slipped through could not act.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import synth_gym
from synth_gym.report.episode import StepView
from synth_gym.report.plots import Axis, ticks
from synth_gym.report.text import printable


def render(template: str, **content: Any) -> str:
    """One page.

    Args:
        template: `index.html` or `episode.html`.
        content: what the template shows.
    """
    environment = _environment()
    style, script = (_asset(environment, name) for name in ("style.css", "script.js"))
    return environment.get_template(template).render(
        **content,
        style=Markup(style),  # shipped files, not data
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        version=synth_gym.__version__,
    )


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


def _duration(seconds: float) -> str:
    return (
        f"{seconds * 1000:.0f} ms"
        if seconds < 1
        else f"{seconds:.1f} s"
        if seconds < 120
        else f"{seconds / 60:.1f} min"
    )


def _step_title(step: StepView) -> str:
    facts = [f"exit code {step.exit_code}"] if step.failed and step.exit_code is not None else []
    facts += [f"score {_score(step.score)}"] if step.score is not None else []
    return ", ".join([step.tool or step.kind, *facts])


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
    "words": lambda outcome: outcome.replace("_", " "),
    "step_title": _step_title,
    "duration": _duration,
}
