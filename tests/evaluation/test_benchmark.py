"""The shipped benchmark file, and how strictly one is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from synth_gym.content import content
from synth_gym.errors import SynthGymError
from synth_gym.evaluation.benchmark import Benchmark, load_benchmark


def test_mlgym_holds_13_tasks_and_12_methods_with_reasons(mlgym: Benchmark) -> None:
    assert (len(mlgym.tasks), len(mlgym.methods), mlgym.attempts) == (13, 12, 4)
    assert sum(len(task.published.best) for task in mlgym.tasks) == 133
    for task in mlgym.tasks:
        assert task.gameable and len(task.gameable.why) > 40
    assert [task.id for task in mlgym.tasks if task.direction == "minimize"] == ["3SATTime", "languageModelingFineWeb"]


def test_unearned_records_do_not_set_the_normalised_scale(mlgym: Benchmark) -> None:
    tasks = {task.name: task for task in mlgym.scored_tasks({task.id: task.baseline for task in mlgym.tasks})}
    assert tasks["imageCaptioningCOCO"].reference == pytest.approx(0.327, abs=5e-4)
    assert tasks["blotto"].reference == pytest.approx(0.250, abs=5e-4)
    assert tasks["3SATTime"].reference == 11.894


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"steps_": 5}, "unknown key 'steps_' (did you mean 'steps'?)"),
        ({"methods": {}}, "is not among methods"),
        (
            {"unearned": [{"method": "gpt4o2", "task": "bloto", "why": "x"}]},
            "unknown task 'bloto' (did you mean 'blotto'?)",
        ),
        ({"tasks": []}, "tasks: "),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    data = yaml.safe_load((content("benchmarks") / "mlgym.yaml").read_text(encoding="utf-8"))
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(data | change), encoding="utf-8")
    with pytest.raises(SynthGymError) as caught:
        load_benchmark(str(file))
    assert complaint in str(caught.value) and "\n" not in str(caught.value)


def test_an_unknown_benchmark_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SynthGymError, match=r"no benchmark 'mlgim' \(did you mean 'mlgym'\?\)"):
        load_benchmark("mlgim")
