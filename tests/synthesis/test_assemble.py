"""Only a draft whose reference clearly beats its baseline, which beats the sample, becomes a challenge."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import BASELINE, REFERENCE, draft, script

from synth_gym.challenge import Challenge
from synth_gym.synthesis import Draft, DrawRejectedError
from synth_gym.synthesis.assemble import assemble

SANDBOX = "bubblewrap"


def test_scores_are_measured_and_written(tmp_path: Path) -> None:
    assemble(draft(), tmp_path / "Toy-v0", SANDBOX)
    spec = Challenge.load(tmp_path / "Toy-v0").spec
    assert spec.baseline.private == (30.0, 30.0, 30.0)
    assert spec.baseline.seeds == spec.reference.seeds == (0, 1, 2)
    assert 0.3 < spec.reference.mean < 0.7 and spec.reference.sd > 0
    assert "baseline scores 30" in (tmp_path / "Toy-v0" / "workspace" / "instruction.md").read_text()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (draft(baseline="raise ValueError('no data')"), "baseline fails"),
        (draft(reference="pass"), "solution fails"),
        (draft(reference=script(REFERENCE, first=1)), "solution fails"),
        (draft(sample="39.0"), "baseline is no better than the sample"),
        (draft(sample="many"), "sample submission is rejected"),
        (draft(reference=script("2 * n + 29")), "reference is hardly better than the baseline"),
        (draft(reference=script("2 * n + (90 if n % 3 else 0.1)")), "reference is not better on the public split"),
        (draft(baseline=script("2 * n + 10 + 10 * int(os.environ['SEED'])")), "gain is within the noise over seeds"),
        (draft(reference=script("2 * n")), "reference is at the optimum"),
    ],
)
def test_bad_drafts_are_rejected_for_their_reason(bad: Draft, reason: str, tmp_path: Path) -> None:
    with pytest.raises(DrawRejectedError) as rejection:
        assemble(bad, tmp_path / "Toy-v0", SANDBOX)
    assert rejection.value.reason == reason
    assert not (tmp_path / "Toy-v0" / "challenge.yaml").exists()


def test_a_failing_script_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(DrawRejectedError, match="exit code 1: ValueError: no data"):
        assemble(draft(baseline="raise ValueError('no data')"), tmp_path / "Toy-v0", SANDBOX)


def test_the_first_seed_must_do(tmp_path: Path) -> None:
    """A script that fails with a later seed only is found too."""
    late = "import os\nassert os.environ['SEED'] != '2', 'bad seed'\n" + script(BASELINE)
    with pytest.raises(DrawRejectedError, match="bad seed"):
        assemble(draft(baseline=late), tmp_path / "Toy-v0", SANDBOX)
