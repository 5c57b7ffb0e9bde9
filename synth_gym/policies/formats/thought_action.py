"""Thoughts, then one fenced block of shell: the format of models without tool calls, and of MLGym."""

from __future__ import annotations

from collections.abc import Sequence

from synth_gym.policies.base import Action
from synth_gym.policies.formats.fences import Block, fenced_blocks
from synth_gym.policies.replies import UNCLOSED, Call, Reply
from synth_gym.tools import Toolset

SHELLS = ("bash", "sh", "shell", "zsh", "console")
"""Languages of blocks that are run. A block without any is run where no other block is."""

_WANTED = "Write what you think, then one block that begins with a line ```bash and ends with a line ```."


class ThoughtAction:
    """Runs a block as a command line of `bash`; several blocks are done one after the other."""

    prompt = """\
Every reply says what you think and then holds one code block. Bash runs what stands in it, and you read the output:

```bash
ls -la
```

Besides the usual programs of a shell there are these commands:

{{ commands }}"""
    in_text = True

    def read(self, reply: Reply, tools: Toolset) -> list[Call]:
        blocks = fenced_blocks(reply.text)
        runnable = _runnable(blocks)
        if not runnable:
            error = UNCLOSED if reply.unclosed else f"{_problem(blocks)}, so nothing was done. {_WANTED}"
            return [Call(Action("", thought=reply.text.strip(), error=error + reply.note), text=reply.text)]
        calls, before = [], 0
        for block in runnable:
            thought = reply.text[before : block.start].strip()
            command = tools.guard(block.content)
            said = reply.text[before : block.end].strip()
            calls.append(Call(Action("bash", {"command": command}, thought=thought), text=said))
            before = block.end
        return calls


def _runnable(blocks: Sequence[Block]) -> list[Block]:
    whole = [block for block in blocks if block.closed and block.content.strip()]
    return [block for block in whole if block.language in SHELLS] or [block for block in whole if not block.language]


def _problem(blocks: Sequence[Block]) -> str:
    """Why none of the blocks can be run."""
    if not blocks:
        return "Your reply holds no code block"
    if any(not block.closed for block in blocks):
        return "The code block of your reply is not closed"
    if all(not block.content.strip() for block in blocks):
        return "The code block of your reply is empty"
    foreign = next(block.language for block in blocks if block.language)
    return f"Your reply holds a {foreign} block and only bash blocks are run (a here-document writes a file)"
