"""Corpora of program text: sources that installed packages carry.

Only sources that a sandbox for machine learning can do without are used, since they are hidden there: a package's
tests, its documentation strings when nothing needs the package, applications of the standard library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Corpus:
    """Where snippets come from and what their label means."""

    key: str
    name: str
    """CamelCase, for ids."""
    title: str
    distribution: str
    """The distribution that carries the sources; `python` for the standard library."""
    licence: str
    url: str
    about: str
    question: str
    roots: tuple[str, ...]
    """Folders below the library folder."""
    label: Callable[[PurePosixPath], str | None]
    """A file's label by its path below the library folder; None when the file is not used."""
    docstrings: bool = False
    """The snippets are documentation strings rather than code."""
    hide: tuple[str, ...] = ()
    """Places to hide besides the folders that are used."""


def label_of_test(path: PurePosixPath) -> str | None:
    """`sklearn/svm/tests/test_svm.py` -> `svm`."""
    inside = path.parts[1:-1]
    return inside[0] if len(inside) >= 2 and "tests" in inside and path.name.startswith("test_") else None


def label_of_pandas(path: PurePosixPath) -> str | None:
    """`pandas/tests/frame/test_query.py` -> `frame`."""
    return path.parts[2] if len(path.parts) > 3 and path.name.startswith("test_") else None


def label_of_package(path: PurePosixPath) -> str | None:
    """`tkinter/ttk.py` -> `tkinter`."""
    return None if {"test", "tests", "idle_test"} & set(path.parts) else path.parts[0]


def label_of_statsmodels(path: PurePosixPath) -> str | None:
    """`statsmodels/tsa/arima/model.py` -> `tsa`."""
    return None if "tests" in path.parts or len(path.parts) < 3 or path.parts[1] == "sandbox" else path.parts[1]


def label_of_module(path: PurePosixPath) -> str | None:
    """`test/test_decimal.py` -> `decimal`."""
    named = [part for part in path.with_suffix("").parts[1:2] if part.startswith("test_")]
    return named[0].removeprefix("test_") if named else None


CORPORA = (
    Corpus(
        key="statsmodels-docstrings",
        name="StatisticsManual",
        title="Which part of a statistics library",
        distribution="statsmodels",
        licence="BSD-3-Clause",
        url="https://www.statsmodels.org",
        about="Documentation strings of functions and classes of the Python library statsmodels, each cut after some "
        "hundred characters.",
        question="Predict which sub-package of the library a documentation string comes from.",
        roots=("statsmodels",),
        label=label_of_statsmodels,
        docstrings=True,
    ),
    Corpus(
        key="pandas-tests",
        name="TableTests",
        title="What a test of a table library tests",
        distribution="pandas",
        licence="BSD-3-Clause",
        url="https://pandas.pydata.org",
        about="Test functions of the Python library pandas, without their names, each cut after some hundred "
        "characters.",
        question="Predict which area of the library a test belongs to.",
        roots=("pandas/tests",),
        label=label_of_pandas,
    ),
    Corpus(
        key="scikit-learn-tests",
        name="LearningTests",
        title="What a test of a machine learning library tests",
        distribution="scikit-learn",
        licence="BSD-3-Clause",
        url="https://scikit-learn.org",
        about="Test functions of the Python library scikit-learn, without their names, each cut after some hundred "
        "characters.",
        question="Predict which sub-package of the library a test belongs to.",
        roots=("sklearn",),
        label=label_of_test,
    ),
    Corpus(
        key="scipy-tests",
        name="NumericsTests",
        title="What a test of a numerical library tests",
        distribution="scipy",
        licence="BSD-3-Clause",
        url="https://scipy.org",
        about="Test functions of the Python library SciPy, without their names, each cut after some hundred "
        "characters.",
        question="Predict which sub-package of the library a test belongs to.",
        roots=("scipy",),
        label=label_of_test,
    ),
    Corpus(
        key="standard-library",
        name="StandardLibrary",
        title="Which package of the standard library",
        distribution="python",
        licence="PSF-2.0",
        url="https://www.python.org",
        about="Functions from packages of Python's standard library, each cut after some hundred characters.",
        question="Predict which package a function comes from.",
        roots=("distutils", "idlelib", "lib2to3", "tkinter", "turtledemo", "wsgiref", "xmlrpc"),
        label=label_of_package,
        hide=("setuptools/_distutils",),
    ),
    Corpus(
        key="python-tests",
        name="PythonTests",
        title="Which module a test of Python tests",
        distribution="python",
        licence="PSF-2.0",
        url="https://www.python.org",
        about="Test functions of Python itself, without their names, each cut after some hundred characters.",
        question="Predict which module of the standard library a test belongs to.",
        roots=("test",),
        label=label_of_module,
    ),
)


def corpus_named(key: str) -> Corpus:
    return next(corpus for corpus in CORPORA if corpus.key == key)
