"""What two runs of the same commands may print differently: times, rates, temporary names, addresses.

`mask_times` replaces only text that carries its meaning with it (a unit, a clock's colons, a prefix). A bare number is
never touched, nor is a bare date (`1959-01-01` is usually data): what is not recognised stays and is compared.
"""

from __future__ import annotations

import re

_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?"
_ZONE = r"(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2})\b)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_UNIT = r"(?:ns|us|µs|μs|ms|s|secs?|seconds?|mins?|minutes?)"

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        # tqdm: 3/10 [00:01<00:02,  3.41it/s]
        (r"\[\d+:\d{2}(?::\d{2})?<[^\]\n]*\]", "[<rate>]"),
        (rf"(?<![\w.]){_NUMBER} ?[a-zA-Z]+/s\b", "<rate>"),
        (rf"(?<![\w.]){_NUMBER} ?s/[a-zA-Z]+\b", "<rate>"),
        # 2026-11-23T04:31:07.25+00:00, Mon Nov 23 04:31:07 UTC 2026, and the Nov 23 04:31 and Nov 23  2026 of ls -l
        (rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}{_ZONE}", "<time>"),
        (rf"\b(?:[A-Z][a-z]{{2}},? +)?{_MONTH} +\d{{1,2}} +{_CLOCK}(?: [A-Z]{{2,4}})?(?: \d{{4}})?", "<time>"),
        (rf"\b{_MONTH} +\d{{1,2}} +(?:\d{{1,2}}:\d{{2}}|\d{{4}})\b", "<time>"),
        (rf"(?<![\w:]){_CLOCK}(?![\w:])", "<time>"),
        # 1.23s, 0.5 sec, 12ms, the 0m1.234s of bash's time, and time: 0.5 without a unit
        (r"(?<![\w.])\d+m\d+(?:\.\d+)?s\b", "<seconds>"),
        (rf"(?<![\w.]){_NUMBER} ?{_UNIT}\b", "<seconds>"),
        (r"(?i)\b((?:\w+[ _])?(?:time|elapsed|took|duration|runtime)) *([:=]?) *\d+\.\d+\b", r"\1\2<seconds>"),
        # names that tempfile made, and object addresses
        (r"\b(tmp|synth-gym-)[a-z0-9_]{8}\b", r"\1<name>"),
        (r"\bat 0x[0-9a-fA-F]+", "at <address>"),
        # the shell's word on a background job: [1] 4242
        (r"(?m)^\[(\d+)\] \d+$", r"[\1] <pid>"),
    )
)


def mask_times(text: str) -> str:
    """The text with everything that depends on the clock (and the like) replaced by a word in angle brackets.

    Of a line that was redrawn with carriage returns (progress bars), only what was drawn last is kept.

    >>> mask_times("epoch 3 done in 1.24s, accuracy 0.91")
    'epoch 3 done in <seconds>, accuracy 0.91'
    """
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
