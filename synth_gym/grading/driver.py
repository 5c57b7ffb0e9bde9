"""Runs a program submission inside its sandbox: messages in on stdin, answers out on stdout, one JSON value a line.

This file is copied beside the submission and runs there with nothing but the standard library:

    python3 driver.py SUBMISSION.py FUNCTION

Nothing here is trusted: a submission can change all of it, and gains no more than to give other answers.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import pickle
import random
import sys
import traceback
from typing import Any, BinaryIO


def main(path: str, entry: str) -> None:
    incoming, outgoing = take_over_pipes()
    send(outgoing, json.dumps("ready"))
    function: Any = None
    for line in incoming:
        message = json.loads(line)
        try:
            if "begin" in message:
                random.seed(message["begin"]["seed"])
                function, answer = load(path, entry), None
            elif "call" in message:
                answer = function(*pickle.loads(base64.b64decode(message["call"])))
            else:
                answer = function(message["ask"])
            reply = json.dumps({"answer": answer}, allow_nan=False, default=as_plain)
        except BaseException as error:
            reply = json.dumps({"error": describe(error, path)})
        send(outgoing, reply)


def take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes under other numbers: what the program prints goes to stderr, what it reads is empty."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return incoming, outgoing


def send(outgoing: BinaryIO, line: str) -> None:
    outgoing.write(line.encode() + b"\n")


def load(path: str, entry: str) -> Any:
    """Execute the file as a fresh module and give its function."""
    spec: Any = importlib.util.spec_from_file_location("submission", path)
    module = sys.modules["submission"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, entry, None)
    if not callable(function):
        raise TypeError(f"the file defines no function {entry!r}")
    return function


def as_plain(value: Any) -> Any:
    """numpy's numbers and arrays, when `json` asks for a value that it does not know."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"the answer holds a {type(value).__name__}; give plain numbers, text, lists or dicts")


def describe(error: BaseException, path: str) -> str:
    """The error and the program's own last line that led to it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(path)]
    where = f" (line {lines[-1]})" if lines else ""
    return f"raised {type(error).__name__}{where}: {error}"


if __name__ == "__main__":
    main(*sys.argv[1:])
