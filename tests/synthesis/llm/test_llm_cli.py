"""`synth-gym synthesize --generator llm`: every mistake is one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.cli.main import main

TO_NOWHERE = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "needs a model: give --model"),
        (("--model", "m"), "needs OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ((*TO_NOWHERE, "--budget", "5"), "a budget needs a price"),
        ((*TO_NOWHERE, "--price", "1"), "--price takes two or three figures"),
        ((*TO_NOWHERE, "--topics", "0"), "topics must be at least 1"),
        ((*TO_NOWHERE, "--budget", "-1", "--price", "1", "2"), "budget"),
        (("--model", "m", "--offline"), "is not recorded: run without --offline"),
        (TO_NOWHERE, "cannot reach the model's server at http://127.0.0.1:9/v1/"),
    ],
)
def test_mistakes(
    options: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert main(["synthesize", "--generator", "llm", *options, "--out", str(tmp_path / "suite")]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert said in told[-1], told
    assert "Traceback" not in "".join(told)


def test_unknown_keys_of_a_settings_file_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("debugging: {atempts: 3}\n")
    command = ["synthesize", "--generator", "llm", *TO_NOWHERE, "--settings", str(file), "--out", str(tmp_path / "s")]
    assert main(command) == 2
    assert "'debugging.atempts' (did you mean 'attempts'?)" in capsys.readouterr().err
