"""Certification: a challenge is believed when every gate has measured that it may be.

`synth_gym.certification.certify` runs the gates; `synth_gym.certificate` reads what they found, and stays light.
"""

from synth_gym.certificate import Certificate, UncertifiedWarning, is_certified, read_certificate

__all__ = ["Certificate", "UncertifiedWarning", "is_certified", "read_certificate"]
