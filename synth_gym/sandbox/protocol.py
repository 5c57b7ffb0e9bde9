"""The protocol between the host and the bash inside a sandbox: what is sent, what comes back.

Three pipes join the two sides:

- stdin: a supervisor, itself a bash, reads its script there and starts the shell, which then reads its commands there.
  The shell may end (`exit`, `exec`, `set -e; false`, a signal); the supervisor reports that and starts another;
- stdout carries the output of the commands and nothing else;
- stderr carries reports, framed by a token that is new for every command and that only the shell itself has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

# Descriptors: high numbers, so that commands have the low ones to themselves.
_OUTPUT, _REPORTS = 198, 199

# Job control gives the shell a process group of its own: `kill 0` does not reach the supervisor. The traps keep a
# signal from ending it, and unlike ignored signals they are not handed down. A stopped shell counts as ended, hence the
# kill.
_SUPERVISOR = f"""\
set -m
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
{{limits}}
exec {_OUTPUT}>&1 {_REPORTS}>&2 >/dev/null 2>&1
while :; do
  bash --noprofile --norc; code=$?; kill -KILL %%
  printf '%s\\0' {{life}} $code 0 '' >&{_REPORTS}; printf '\\0%s\\0' {{life}} >&{_REPORTS}
  while read -r line; do [[ $line == {{life}} ]] && continue 2; done
  exit
done
"""

# Line 1: bash counts the lines of all its input; this starts again from 0, so that error messages give the line within
# the command. The error after the assignment keeps bash from taking it back.
# Line 2: `$?` is what the last command left; `&& :` keeps `set -e` and an ERR trap out of it. The protocol's own output
# goes to /dev/null, so that `set -x` does not trace it.
# Line 3: after a syntax error in the command, bash takes the next word for no keyword, not even for `{`.
# `\builtin` is neither an alias nor a function of the same name as the builtin.
_COMMAND = f"""\
\\builtin test -o posix || \\builtin : $((LINENO=0, 1/0))
{{status}}; \\builtin eval {{text}} </dev/null >&{_OUTPUT} 2>&1 {_OUTPUT}>&- {_REPORTS}>&-
\\builtin printf '%s\\0' {{token}} $? $$ "$PWD" >&{_REPORTS}
\\builtin export -p >&{_REPORTS}; \\builtin printf '\\0%s\\0' {{token}} >&{_REPORTS}
"""

# U+DC80 to U+DCFF stand for bytes that are not UTF-8 (`surrogateescape`): a folder's name may hold such.
_UNSPEAKABLE = dict.fromkeys((0, *range(0xD800, 0xDC80), *range(0xDD00, 0xE000)))


@dataclass(frozen=True)
class Report:
    """What the shell says after a command, or the supervisor after the shell's end."""

    exit_code: int | None
    pid: int
    """The shell's process id inside; 0 in a report of the supervisor."""
    working_directory: str
    exports: str
    """The exported variables, as commands that export them again."""


def supervisor_script(life: str, limits: str) -> bytes:
    """The script that the supervisor runs.

    Args:
        life: token of its reports, and the line that lets it start another shell.
        limits: `ulimit` commands.
    """
    return _SUPERVISOR.format(life=life, limits=limits).encode()


def command_lines(command: str, token: str, last_exit_code: int) -> bytes:
    """What makes the shell run a command and report.

    Args:
        command: any text; what bash or UTF-8 cannot hold (a zero byte, half of a surrogate pair) is left out.
        token: frames the report.
        last_exit_code: what `$?` is at first.
    """
    status = rf"(\builtin exit {last_exit_code}) && \builtin :" if last_exit_code else r"\builtin :"
    text = _quote(command.translate(_UNSPEAKABLE))
    return _COMMAND.format(status=status, text=text, token=token).encode("utf-8", "surrogateescape")


def restoring_command(exports: str, working_directory: str, workspace: str) -> str:
    """A command that gives a new shell the exported variables and the working directory of the old one."""
    return f"{{ {exports}\ncd -- {_quote(working_directory)} || cd -- {_quote(workspace)}\n}} >/dev/null 2>&1"


def take_report(stream: bytearray, token: str) -> Report | None:
    """The report with this token in what has arrived so far, whatever else a process may have written there.

    It is taken out of the stream with all that came before it. What came after it stays: the supervisor's word that the
    shell has ended may follow on the shell's last report at once.
    """
    mark = token.encode() + b"\0"
    start = stream.find(mark)
    end = stream.find(b"\0" + mark, start + len(mark)) if start >= 0 else -1
    if end < 0:
        return None
    text = stream[start + len(mark) : end].decode("utf-8", "surrogateescape")
    del stream[: end + 1 + len(mark)]
    exit_code, pid, directory, exports = (text.split("\0", 3) + [""] * 4)[:4]
    return Report(_number(exit_code), _number(pid) or 0, directory, exports)


def _number(field: str) -> int | None:
    return int(field) if field.isdecimal() else None


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
