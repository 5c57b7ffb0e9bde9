"""How a conversation becomes text: ChatML turns with Hermes-style tool calls, as the Qwen3 family writes them.

Three properties matter for training an agent and are easily lost; `audit.py` checks them for any template:

- append-only: the text of a conversation's beginning is the beginning of its text. One episode is then one training
  sample, and a server can keep what it has computed from turn to turn. (Stock Qwen3 templates drop earlier reasoning.)
- the assistant's spans, and nothing else, lie between the `generation` marks that the loss mask is made from;
- the stop token lies inside them, so that the student learns to stop.
"""

from __future__ import annotations

STOP = "<|im_end|>"
"""Ends every turn."""
PAD = "<|endoftext|>"
CONTROL_TOKENS = (PAD, "<|im_start|>", STOP)
"""What divides a conversation into turns. No message may hold one."""
TOOL_CALL = ("<tool_call>", "</tool_call>")
THINK = ("<think>", "</think>")
MARKUP = ("<tools>", "</tools>", *TOOL_CALL, "<tool_response>", "</tool_response>", *THINK)
"""Marks inside a turn. One token each."""

CHAT_TEMPLATE = r"""
{%- set system = messages[0].content if messages[0].role == 'system' else '' %}
{%- if system or tools %}
    {{- '<|im_start|>system\n' + system }}
    {%- if tools %}
        {{- '\n\n' if system }}
        {{- 'You act by calling functions. Each line below describes one in JSON.\n<tools>' }}
        {%- for tool in tools %}
            {{- '\n' + tool | tojson }}
        {%- endfor %}
        {{- '\n</tools>\nA call is written as\n<tool_call>\n{"name": "...", "arguments": {...}}\n</tool_call>' }}
    {%- endif %}
    {{- '<|im_end|>\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' %}
        {{- '<|im_start|>user\n' + message.content + '<|im_end|>\n' }}
    {%- elif message.role == 'tool' %}
        {{- '<|im_start|>user\n<tool_response>\n' + message.content + '\n</tool_response><|im_end|>\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>assistant\n' }}
        {%- generation %}
            {%- if message.reasoning_content %}
                {{- '<think>\n' + message.reasoning_content + '\n</think>\n' }}
            {%- endif %}
            {{- message.content or '' }}
            {%- for call in message.tool_calls or [] %}
                {{- '\n' if message.content or not loop.first }}
                {{- '<tool_call>\n{"name": ' + call.function.name | tojson }}
                {{- ', "arguments": ' + call.function.arguments | tojson + '}\n</tool_call>' }}
            {%- endfor %}
            {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
""".strip()
