"""Tools in SWE-agent's bundle format: what a model is told of them, and what its calls become in the shell."""

from synth_gym.tools.bundle import Bundle, Tool, load_bundle
from synth_gym.tools.errors import InvalidToolCallError
from synth_gym.tools.toolset import Toolset

__all__ = ["Bundle", "InvalidToolCallError", "Tool", "Toolset", "load_bundle"]
