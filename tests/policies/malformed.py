"""Replies as models spoil them, for every action format: the answer, and what the next observation must say.

`None` in place of words: the reply is understood all the same, and something is run.
"""

from __future__ import annotations

from servers.model_server import Answer, said

Kinds = dict[str, tuple[Answer, str | None]]

_CUT = "cut off at its length limit"


def malformed(api: str, action_format: str) -> Kinds:
    """At least fifteen kinds."""
    return {"tool_calls": _tool_calls, "thought_action": _thought_action, "xml": _xml}[action_format](api)


def _tool_calls(api: str) -> Kinds:
    hermes = '<tool_call>\n{"name": "bash", "arguments": {"command": "true"}}\n</tool_call>'
    return {
        "truncated": (said(api, "So I", cut=True), _CUT),
        "truncated call": (said(api, "So I", ("bash", '{"command": "ls'), cut=True), _CUT),
        "no call": (said(api, "I am done."), "holds no tool call"),
        "a control token": (said(api, "I am done.<|im_end|>"), "holds no tool call"),
        "nothing": (said(api), "holds no tool call"),
        "refusal": (said(api, refusal="I will not."), "holds no tool call"),
        "a fence": (said(api, "```bash\nls\n```"), "holds no tool call"),
        "only <think>": (said(api, "<think>Hm.</think>"), "holds no tool call"),
        "unclosed <think>": (said(api, "<think>Hm, or"), "without </think>"),
        "unknown tool": (said(api, None, ("shwo", '{"path": "."}')), "did you mean 'show'?"),
        "no name": (said(api, None, ("functions.bash<|im_end|>", "{}")), "names no tool"),
        "not JSON": (said(api, None, ("bash", "ls -la")), "cannot be read"),
        "a list": (said(api, None, ("bash", '["ls"]')), "must be a JSON object"),
        "wrong type": (said(api, None, ("show", '{"path": ".", "start": "top"}')), "must be of type integer"),
        "extra argument": (said(api, None, ("validate", '{"file": "x"}')), "it takes no arguments"),
        "missing argument": (said(api, None, ("bash", "{}")), "needs the argument 'command'"),
        "half a character": (said(api, None, ("bash", '{"command": "\\ud83d"}')), "surrogate pair"),
        "raw half a character": (said(api, "So \ud83d"), "holds no tool call"),
        "NUL": (said(api, None, ("bash", '{"command": "echo \\u0000"}')), "NUL character"),
        "parallel calls": (said(api, "Both.", ("bash", '{"command": "true"}'), ("show", '{"path": "."}')), None),
        "call in the text": (said(api, f"Now:\n{hermes}"), None),
        "broken call in the text": (said(api, '<tool_call>{"name": </tool_call>'), "is not JSON"),
        "unclosed call in the text": (said(api, '<tool_call>{"name": "ba', cut=True), _CUT),
    }


def _thought_action(api: str) -> Kinds:
    block = "```bash\ntrue\n```"
    return {
        "truncated": (said(api, "So I", cut=True), _CUT),
        "no block": (said(api, "I am done."), "holds no code block"),
        "nothing": (said(api), "holds no code block"),
        "refusal": (said(api, refusal="I will not."), "holds no code block"),
        "tool call": (said(api, None, ("bash", '{"command": "ls"}')), "holds no code block"),
        "tool call in the text": (said(api, '<tool_call>{"name": "bash"}</tool_call>'), "holds no code block"),
        "only <think>": (said(api, f"<think>Maybe\n{block}</think>"), "holds no code block"),
        "unclosed <think>": (said(api, f"<think>Maybe\n{block}"), "without </think>"),
        "unclosed fence": (said(api, "Now:\n```bash\npython -c '", cut=True), _CUT),
        "no closing fence": (said(api, "Now:\n```bash\nls"), "is not closed"),
        "empty block": (said(api, "```bash\n\n```"), "is empty"),
        "another language": (said(api, "```python\nprint(1)\n```"), "python block"),
        "NUL": (said(api, "```\necho \x00\n```"), "NUL character"),
        "unknown tool": (said(api, "```\nshwo .\n```"), None),
        "half a character": (said(api, "```\necho \ud83d\n```"), None),
        "two blocks": (said(api, f"First:\n{block}\nthen:\n{block}"), None),
        "one line": (said(api, "So: \n```true```"), None),
        "indented": (said(api, "1. So:\n   ```bash\n   true\n   ```"), None),
        "thinking before it": (said(api, f"<think>Or\n```\nrm x\n```\n?</think>\n{block}"), None),
        "thinking without a beginning": (said(api, f"Hm.\n```\nrm x\n```\n</think>\n{block}"), None),
        "carriage returns": (said(api, "So:\r\n```bash\r\ntrue\r\n```\r\n"), None),
        "another block beside it": (said(api, f"{block}\nwhich prints\n```\nnothing\n```"), None),
    }


def _xml(api: str) -> Kinds:
    def call(name: str, **arguments: str) -> str:
        given = "".join(f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in arguments.items())
        return f"<function={name}>\n{given}</function>"

    fine = call("bash", command="true")
    return {
        "truncated": (said(api, "So I", cut=True), _CUT),
        "no call": (said(api, "I am done."), "holds no call"),
        "nothing": (said(api), "holds no call"),
        "refusal": (said(api, refusal="I will not."), "holds no call"),
        "a fence": (said(api, "```bash\nls\n```"), "holds no call"),
        "tool call": (said(api, None, ("bash", '{"command": "ls"}')), "holds no call"),
        "only <think>": (said(api, f"<think>{fine}</think>"), "holds no call"),
        "unclosed <think>": (said(api, f"<think>{fine}"), "without </think>"),
        "unclosed function": (said(api, fine.removesuffix("</function>")), "is not closed"),
        "unclosed parameter": (said(api, fine.replace("</parameter>", "")), "is no <parameter=...>"),
        "no parameter": (said(api, "<function=bash>ls</function>"), "is no <parameter=...>"),
        "no name": (said(api, "<function=></function>"), "names no tool"),
        "unknown tool": (said(api, call("shwo", path=".")), "did you mean 'show'?"),
        "wrong type": (said(api, call("show", path=".", start="top")), "must be of type integer"),
        "extra argument": (said(api, call("validate", file="x")), "it takes no arguments"),
        "missing argument": (said(api, call("bash")), "needs the argument 'command'"),
        "NUL": (said(api, call("bash", command="echo \x00")), "NUL character"),
        "half a character": (said(api, call("bash", command="echo \ud83d")), None),
        "two calls": (said(api, f"Both. {fine}\n{fine}"), None),
        "wrapped": (said(api, f"So:\n<tool_call>\n{fine}\n</tool_call>"), None),
        "tags in a value": (said(api, call("bash", command="echo '</parameter> <function>'")), None),
        "thinking before it": (said(api, f"<think>Or {call('submit')}?</think>\n{fine}"), None),
    }
