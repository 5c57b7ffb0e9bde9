"""Cutting source files into snippets with a known origin."""

from __future__ import annotations

import ast
import functools
import hashlib
import sys
import sysconfig
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from synth_gym.challenge import Dataset
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.recipes.corpora import Corpus, corpus_named, label_of_test

MIN_CHARACTERS = 120
MAX_CHARACTERS = 420
MASK = "<name>"
"""Stands for every name that would give the label away."""


@dataclass(frozen=True)
class Snippet:
    """One piece of program text."""

    text: str
    label: str
    file: str


@functools.cache
def snippets(key: str) -> tuple[Snippet, ...]:
    """All snippets of a corpus, in the order of their files; none occurs twice.

    Raises:
        DrawRejectedError: the sources are not on this machine (some distributions of Python leave tests and Tk out).
    """
    corpus = corpus_named(key)
    library = _library(corpus)
    found: dict[str, Snippet] = {}
    for path in _files(corpus, library):
        relative = PurePosixPath(path.relative_to(library).as_posix())
        label = corpus.label(relative)
        if label:
            for text in _texts(path, label, docstrings=corpus.docstrings):
                found.setdefault(text, Snippet(text, label, str(relative)))
    if not found:
        raise DrawRejectedError("sources are not installed", f"{corpus.distribution}: {', '.join(corpus.roots)}")
    return tuple(found.values())


def describe(key: str) -> Dataset:
    """The corpus's entry in `challenge.yaml`."""
    corpus = corpus_named(key)
    digest = hashlib.sha256("\0".join(f"{one.label}\0{one.text}" for one in snippets(key)).encode())
    return Dataset(
        source=corpus.distribution,
        id=key,
        revision=_revision(corpus),
        licence=corpus.licence,
        url=corpus.url,
        content_hash=f"sha256:{digest.hexdigest()}",
        hide=_hidden(corpus),
    )


def _library(corpus: Corpus) -> Path:
    """The folder that holds the corpus's roots."""
    if corpus.distribution == "python":
        return Path(sysconfig.get_path("stdlib"))
    root = corpus.roots[0].split("/")[0]
    spec = find_spec(root)
    if spec is None or spec.origin is None:
        raise DrawRejectedError("sources are not installed", corpus.distribution)
    return Path(spec.origin).parent.parent


def _files(corpus: Corpus, library: Path) -> list[Path]:
    return [path for root in corpus.roots for path in sorted((library / root).rglob("*.py"))]


def _hidden(corpus: Corpus) -> tuple[str, ...]:
    """Folders that hold the used files: the roots, or only the test folders of a package that is needed."""
    if corpus.label is not label_of_test:
        return (*corpus.roots, *corpus.hide)
    library = _library(corpus)
    folders = (
        path.relative_to(library).as_posix() for path in (library / corpus.roots[0]).rglob("tests") if path.is_dir()
    )
    return tuple(sorted(folders))


def _revision(corpus: Corpus) -> str:
    if corpus.distribution == "python":
        return ".".join(map(str, sys.version_info[:3]))
    return version(corpus.distribution)


def _texts(path: Path, label: str, *, docstrings: bool) -> Iterator[str]:
    """The snippets of one file."""
    source = path.read_text(encoding="utf-8", errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        # Test suites carry files that are wrong on purpose.
        return
    lines = source.splitlines()
    for node in ast.walk(tree):
        text = _docstring(node) if docstrings else _body(node, lines)
        # The label's own name, in any spelling, would be the answer.
        text = _masked(text, label)[:MAX_CHARACTERS].strip()
        if len(text) >= MIN_CHARACTERS:
            yield text


def _docstring(node: ast.AST) -> str:
    return (ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""


def _body(node: ast.AST, lines: list[str]) -> str:
    """A function's body without its first line and its documentation string."""
    if not isinstance(node, ast.FunctionDef):
        return ""
    statements = node.body[1:] if ast.get_docstring(node) else node.body
    if not statements:
        return ""
    return textwrap.dedent("\n".join(lines[statements[0].lineno - 1 : node.end_lineno]))


def _masked(text: str, label: str) -> str:
    words = {label, label.replace("_", ""), label.replace("_", " "), label.rstrip("s")}
    for word in sorted(words, key=len, reverse=True):
        for spelling in (word, word.capitalize(), word.title().replace("_", ""), word.upper()):
            text = text.replace(spelling, MASK)
    return text
