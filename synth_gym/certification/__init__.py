"""Certification: a challenge is believed when every gate has measured that it may be.

`synth_gym.certification.certify` runs the gates; this package itself only reads certificates, and stays light.
"""

from synth_gym.certification.certificate import Certificate, is_certified, read_certificate

__all__ = ["Certificate", "is_certified", "read_certificate"]
