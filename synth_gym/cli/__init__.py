"""The verbs of `synth-gym`: one module per verb, each with `HELP`, `configure`, `run` and `present`."""
