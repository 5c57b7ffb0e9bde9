"""A good program, and programs that no grader may score."""

from __future__ import annotations

from synth_gym.grading.grader import MAX_PROGRAM_BYTES


def harmless(source: bytes) -> dict[str, bytes]:
    """The same program, written otherwise or noisier: name -> source that must get the same score."""
    return {
        "a comment": source + b"\n# the end\n",
        "carriage returns": source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        "a byte-order mark": b"\xef\xbb\xbf" + source,
        "prints a score": source + b"\nprint('{\"score\": 1e9}', flush=True)\n",
        "writes to stdout": source + b"\nimport os\nos.write(1, b'{\"answer\": 1}\\n')\n",
    }


def malformed(entry: str) -> dict[str, bytes]:
    """Programs by name.

    Args:
        entry: the function that a good program defines.
    """
    head = f"def {entry}(*arguments, **options):\n    "
    sources = {
        "empty": "",
        "not Python": "def :\n",
        "no function": "x = 1\n",
        "not a function": f"{entry} = 1\n",
        "an unknown import": "import no_such_module\n",
        "raises when loaded": "raise RuntimeError('no')\n",
        "exits when loaded": "import os\nprint('{\"score\": 1e9}', flush=True)\nos._exit(0)\n",
        "raises when called": f"{head}raise RuntimeError('no')\n",
        "leaves when called": f"{head}raise SystemExit(0)\n",
        "exits when called": f"import os\n{head}os._exit(0)\n",
        "kills itself": f"import os, signal\n{head}os.kill(os.getpid(), signal.SIGKILL)\n",
        "no answer": f"{head}return None\n",
        "a strange answer": f"{head}return {{'no such': 'answer'}}\n",
        "not a number": f"{head}return float('nan')\n",
        "not data": f"{head}return object()\n",
        "a huge answer": f"{head}return 'x' * 10**8\n",
        "never ends": "while True:\n    pass\n",
    }
    return {name: source.encode() for name, source in sources.items()} | {
        "not UTF-8": b"# -*- coding: utf-8 -*-\n'\xff'\n",
        "a NUL byte": b"x = 1\0\n",
        "too large": b"#" * (MAX_PROGRAM_BYTES + 1),
    }
