"""What programs print, made fit to be read."""

from __future__ import annotations

import pytest

from synth_gym.report.code import highlight, language_of
from synth_gym.report.text import printable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after\x1b]8;;http://x\x1b\\link", "afterlink"),
        ("10%\r50%\r100%\r\nnext\r\n", "100%\nnext\n"),
        ("a\x00b\x07c\x7f", "a␀b␇c␡"),
        ("invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"),
        ("zero\u200bwidth \ud800 half", "zero⟨U+200B⟩width ⟨U+D800⟩ half"),
        ("naïve 数据 🙂", "naïve 数据 🙂"),
    ],
)
def test_printable(raw: str, shown: str) -> None:
    assert printable(raw) == shown
    assert printable(shown) == shown
    shown.encode("utf-8")


def test_an_unfinished_escape_sequence_is_shown_not_swallowed() -> None:
    assert printable("before \x1b[31") == "before ␛[31"
    assert printable("x\x1b]never ended\nnext") == "x␛]never ended\nnext"


@pytest.mark.parametrize("language", ["", "bash", "python", "json", "yaml", "toml"])
def test_code_is_escaped_in_every_language(language: str) -> None:
    html = str(highlight("echo '</code><script>alert(1)</script>' & \"quoted\"\n", language))
    assert "<script" not in html and "</code" not in html and "&amp;" in html


def test_languages() -> None:
    assert [language_of(name) for name in ("a/b.py", "RUN.SH", "x.csv", "")] == ["python", "bash", "", ""]
    assert 'class="kn"' in highlight("import csv", "python")
    assert highlight("x = 1\n" * 4000, "python") == "x = 1\n" * 4000
