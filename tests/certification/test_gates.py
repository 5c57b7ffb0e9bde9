"""Every gate passes what is sound and fails for the fault that it is there for."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.certification.gate import Finding
from synth_gym.certification.gates import GATES
from synth_gym.errors import InvalidFileError
from synth_gym.schema import read_yaml

Check = Callable[[str, Path], Finding]
Edit = Callable[..., Path]
NAMES = [gate.name for gate in GATES]
ONLY_PREDICTIONS = {"dataset", "leak_columns", "leak_files", "leak_order", "leak_rows", "oracle"}

BY_POSITION = """
import csv
def score(submission, labels):
    answers = [float(row["y"]) for row in csv.DictReader(submission.open())][: len(labels)]
    return (sum((a - float(row["y"])) ** 2 for a, row in zip(answers, labels)) / len(labels)) ** 0.5
"""


@pytest.mark.parametrize("gate", NAMES)
def test_a_sound_predictions_challenge_passes(gate: str, good_line: Path, check: Check) -> None:
    finding = check(gate, good_line)
    assert (finding.status, finding.message) == ("passed", "")


@pytest.mark.parametrize("gate", NAMES)
def test_a_sound_program_challenge_passes(gate: str, good_game: Path, check: Check) -> None:
    finding = check(gate, good_game)
    assert finding.status == ("not_applicable" if gate in ONLY_PREDICTIONS else "passed"), finding


def test_every_gate_says_what_it_is_for() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for gate in GATES:
        assert all((gate.name, gate.fault, gate.source, gate.rule)), gate.name


def assert_fails(finding: Finding, message: str) -> None:
    assert finding.status == "failed" and message in finding.message, finding


def test_schema_finds_missing_files_and_links(line: Path, check: Check) -> None:
    (line / "workspace" / "shortcut").symlink_to("/etc/passwd")
    assert_fails(check("schema", line), "workspace/shortcut is a link")
    (line / "workspace" / "shortcut").unlink()
    shutil.rmtree(line / "solution")
    assert_fails(check("schema", line), "solution/solution.py is missing")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("metric:", "metrik:", "unknown key 'metrik' (did you mean 'metric'?)"),
        ("name: rmse", "name: rms", "no built-in metric 'rms'"),
        ("direction: minimize", "direction: maximize", "must be better"),
        ("type: number", "type: category", "rmse needs columns of type number"),
    ],
)
def test_schema_finds_contradictions(
    line: Path, check: Check, edit: Edit, before: str, after: str, message: str
) -> None:
    with pytest.raises(InvalidFileError) as caught:
        check("schema", edit(line, "challenge.yaml", before, after))
    assert message in str(caught.value)


def test_licence_refuses_data_that_may_not_be_passed_on(line: Path, check: Check, edit: Edit) -> None:
    edit(line, "challenge.yaml", "CC0-1.0", "LicenseRef-ask-first")
    assert_fails(check("licence", line), "'LicenseRef-ask-first' is not known to allow")
    edit(line, "challenge.yaml", "generator: hand", "generator: recipes\n  recipe: a/1")
    assert check("licence", line).status == "passed"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("revision: '1'", "revision: main", "'main' does not pin the data"),
        ("revision: '1'", "revision: refs/heads/main", "'refs/heads/main' does not pin the data"),
        ("sha256:da2", "md5:da2", "content_hash"),
        ("2026-11-23", "yesterday", "'yesterday' is not an ISO 8601 date"),
        ("generator: hand", "generator: recipes", "provenance.recipe is missing"),
        ("generator: hand", "generator: llm", "provenance.model"),
    ],
)
def test_provenance_refuses_what_cannot_be_traced(
    line: Path, check: Check, edit: Edit, before: str, after: str, message: str
) -> None:
    assert_fails(check("provenance", edit(line, "challenge.yaml", before, after)), message)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("`submission.csv`", "`answers.csv`", "does not name `submission.csv`"),
        ("`id` and `y`", "`key` and `y`", "does not name `id`"),
        ("`rmse`", "`mae`", "does not name `rmse`"),
        ("lower is better", "higher is better", "says 'higher is better', the grader rewards the opposite"),
        (", lower is better", "", "does not say that lower is better"),
        ("in any order.", "in any order. Copy it to `final.csv`.", "tells to submit `final.csv`"),
    ],
)
def test_instruction_must_agree_with_the_grader(
    line: Path, check: Check, edit: Edit, before: str, after: str, message: str
) -> None:
    if "`id` and" in before:
        edit(line, "workspace/instruction.md", "`id`, `x`", "`x`")
    assert_fails(check("instruction", edit(line, "workspace/instruction.md", before, after)), message)


def test_instruction_names_the_columns_where_it_speaks_of_the_submission(line: Path, check: Check, edit: Edit) -> None:
    """That they stand elsewhere is not enough."""
    assert "`y`" in (line / "workspace/instruction.md").read_text().partition("## Submission")[0]
    edit(line, "workspace/instruction.md", "`id` and `y`", "`id` and `answer`")
    assert_fails(check("instruction", line), "the section on the submission does not name `y`")


def labels_of(folder: Path) -> list[list[str]]:
    return [row.split(",") for row in (folder / "grader" / "labels.csv").read_text().split()[1:]]


def leak_copy(folder: Path) -> None:
    shutil.copy(folder / "grader" / "labels.csv", folder / "workspace" / "data" / "notes.txt")


def leak_solution(folder: Path) -> None:
    shutil.copy(folder / "solution" / "solution.py", folder / "workspace" / "old.py")


def leak_joined(folder: Path) -> None:
    rows = [f"{id},{float(y):.6e},1" for id, y, _ in sorted(labels_of(folder))]
    (folder / "workspace" / "data" / "extra.csv").write_text("row,score,weight\n" + "\n".join(rows))


def leak_by_position(folder: Path) -> None:
    truth = {id: y for id, y, _ in labels_of(folder)}
    ids = [row.split(",")[0] for row in (folder / "workspace" / "data" / "test.csv").read_text().split()[1:]]
    (folder / "workspace" / "data" / "order.csv").write_text("v,w\n" + "\n".join(f"{truth[id]},0" for id in ids))


def leak_draft(folder: Path) -> None:
    script = folder / "solution" / "solution.py"
    script.write_text(script.read_text() + "\n".join(f"def step_{n}(values): return values" for n in range(9)))
    draft = folder / "workspace" / "notes" / "draft.py"
    draft.parent.mkdir()
    draft.write_text("# an idea\n" + script.read_text().partition("\n")[2])


def leak_package(folder: Path) -> None:
    spec = folder / "challenge.yaml"
    text = re.sub(r"source: .*", "source: scikit-learn", spec.read_text(), count=1)
    spec.write_text(text)


def leak_hidden_copy(folder: Path) -> None:
    spec = folder / "challenge.yaml"
    spec.write_text(spec.read_text().replace("dataset:\n", "dataset:\n  hide: [sklearn/datasets/data/no_such.csv]\n"))


@pytest.mark.parametrize(
    ("leak", "message"),
    [
        (leak_copy, "workspace/data/notes.txt is a copy"),
        (leak_solution, "workspace/old.py is a copy"),
        (leak_joined, "column 'score' of workspace/data/extra.csv agrees with the labels of 100.0%"),
        (leak_by_position, "column 'v' of workspace/data/order.csv agrees"),
        (leak_draft, "workspace/notes/draft.py holds most of a script"),
        (leak_package, "an installed package, scikit-learn, carries the data"),
        (leak_hidden_copy, "dataset.hide names 'sklearn/datasets/data/no_such.csv'"),
    ],
)
def test_isolation_finds_labels_in_reach(line: Path, check: Check, leak: Callable[[Path], None], message: str) -> None:
    leak(line)
    assert_fails(check("isolation", line), message)


@pytest.mark.parametrize(("name", "status"), [("x", "failed"), ("step", "passed")])
def test_a_column_in_the_labels_order_is_a_leak_unless_it_is_time(
    line: Path, check: Check, name: str, status: str
) -> None:
    """A series that always rises is ordered like its steps."""
    truth = {id: y for id, y, _ in labels_of(line)}
    table = line / "workspace/data/test.csv"
    ids = [row.split(",")[0] for row in table.read_text().split()[1:]]
    order = sorted(ids, key=lambda id: float(truth[id]))
    table.write_text(f"id,{name}\n" + "".join(f"{id},{order.index(id)}\n" for id in ids))
    train = line / "workspace/data/train.csv"
    train.write_text(train.read_text().replace("id,x,", f"id,{name},"))
    for script in ("workspace/baseline.py", "solution/solution.py"):
        (line / script).write_text((line / script).read_text().replace('"x"', f'"{name}"'))
    finding = check("leak_columns", line)
    assert finding.status == status and (status == "passed" or "in another scale" in finding.message), finding


def test_isolation_finds_a_games_hidden_opponents_in_another_format(game: Path, check: Check) -> None:
    private = read_yaml(game / "grader/game.yaml")["opponents"]["private"]
    (game / "workspace" / "arena.json").write_text(json.dumps({"players": private}))
    assert_fails(check("isolation", game), "workspace/arena.json holds the private split's configuration")


_OTHER = """
import csv
def score(submission, labels):
    answers = {row["id"]: float(row["y"]) for row in csv.DictReader(submission.open())}
    known = [row for row in labels if KEEP]
    return sum(abs(answers[row["id"]] - float(row["y"])) for row in known) / len(known)
"""


def test_oracle_finds_a_grader_of_another_metric_than_its_name_says(line: Path, check: Check) -> None:
    (line / "grader" / "grade.py").write_text(_OTHER.replace("KEEP", "True"))
    assert_fails(check("oracle", line), "by rmse, which it is called")


def test_second_split_finds_a_private_score_that_some_rows_do_not_move(line: Path, check: Check) -> None:
    public = [{"id": id, "y": y} for id, y, split in labels_of(line) if split == "public"]
    (line / "grader" / "grade.py").write_text(_OTHER.replace("in labels if KEEP", f"in {public!r}"))
    assert_fails(check("second_split", line), "does not follow the private rows' answers alone")


def test_data_needed_finds_a_reference_that_knows_the_answers(line: Path, check: Check) -> None:
    answers = {id: y for id, y, _ in labels_of(line)}
    (line / "solution" / "solution.py").write_text(f"ANSWERS = {answers!r}\n")
    assert_fails(check("data_needed", line), "solution/solution.py holds the test rows' answers")


def test_oracle_finds_scoring_by_position(line: Path, check: Check) -> None:
    (line / "grader" / "grade.py").write_text(BY_POSITION)
    assert_fails(check("oracle", line), "the grader compares rows by position")


def test_oracle_finds_a_wrong_optimum_and_unusable_labels(line: Path, check: Check, edit: Edit) -> None:
    edit(line, "challenge.yaml", "optimum: 0.0", "optimum: 0.1")
    assert_fails(check("oracle", line), "score 0 on the public split, not 0.1")
    edit(line, "challenge.yaml", "optimum: 0.1", "optimum: 0.0")
    edit(line, "challenge.yaml", "type: number", "type: number\n      maximum: 5")
    with pytest.raises(Exception, match="above the maximum 5"):
        check("oracle", line)


def test_mutations_finds_a_grader_that_harmless_variants_disturb(line: Path, check: Check) -> None:
    (line / "grader" / "grade.py").write_text(
        "import random\ndef score(submission, labels):\n    return random.random()\n"
    )
    assert_fails(check("mutations", line), "a harmless variant (rows reversed) scores")


def test_mutations_finds_values_that_nobody_checks(line: Path, check: Check, edit: Edit) -> None:
    edit(line, "challenge.yaml", "type: number", "type: category")
    (line / "grader" / "grade.py").write_text("def score(submission, labels):\n    return 0.0\n")
    assert_fails(check("mutations", line), "scores 0: state the allowed values")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise RuntimeError('no data')", "the baseline fails with seed 0: exit code 1: RuntimeError: no data"),
        ("pass", "submission.csv was not written"),
        ("open('submission.csv', 'w').write('id,y\\n')", "the file has no rows"),
        ("import time; time.sleep(60)", "it ran out of time"),
    ],
)
def test_baseline_must_run(line: Path, check: Check, edit: Edit, code: str, message: str) -> None:
    edit(line, "challenge.yaml", "command_seconds: 10.0", "command_seconds: 1.0")
    (line / "workspace" / "baseline.py").write_text(code + "\n")
    assert_fails(check("baseline", line), message)


def test_baseline_and_reference_must_earn_what_is_stored(line: Path, check: Check, edit: Edit) -> None:
    (line / "workspace" / "baseline.py").write_text(
        (line / "workspace" / "baseline.py").read_text().replace('row["x"]]', 'float(row["x"]) * 1.1]')
    )
    assert_fails(check("baseline", line), "challenge.yaml says")
    edit(line, "solution/solution.py", "slope = ", "slope = 0.9 * ")
    assert_fails(check("reference", line), "challenge.yaml says")


def test_trivial_floor_finds_a_baseline_that_knows_nothing(tiny_suite: Path, check: Check) -> None:
    finding = check("trivial_floor", tiny_suite / "TinyLine-v0")
    assert_fails(finding, "on the private split, the baseline 5.15496: it must know clearly more")


def test_trivial_floor_finds_a_sample_that_knows_the_labels(line: Path, check: Check) -> None:
    rows = "".join(f"{id},{y}\n" for id, y, _ in labels_of(line))
    (line / "workspace" / "sample_submission.csv").write_text("id,y\n" + rows)
    assert_fails(check("trivial_floor", line), "workspace/sample_submission.csv scores 0 on the private split")


def test_trivial_floor_finds_a_game_that_one_action_wins(game: Path, check: Check, edit: Edit) -> None:
    text = (game / "grader" / "game.yaml").read_text()
    head, _, _ = text.partition("opponents:")
    always = "[{strategy: always, parameters: {action: rock}, seed: 1}]"
    (game / "grader" / "game.yaml").write_text(f"{head}opponents:\n  public: {always}\n  private: {always}\n")
    assert_fails(check("trivial_floor", game), "always paper scores 1 on the private split, the reference")


@pytest.mark.parametrize(
    "source", ["random.random()", "hash(labels[0]['id']) % 1000", "id(labels) % 10**9", "time.time()"]
)
def test_determinism_finds_an_unseeded_grader(line: Path, check: Check, source: str) -> None:
    (line / "grader" / "grade.py").write_text(
        f"import random, time\ndef score(submission, labels):\n    return {source}\n"
    )
    assert_fails(check("determinism", line), "in 4 gradings: seed the grader")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("optimum: 0.0", "optimum: 1.0", "rmse has the optimum 0.0 and the worst value None"),
        ("optimum: 0.0", "optimum: 0.0\n  worst: 9.0", "rmse has the optimum 0.0"),
    ],
)
def test_direction_finds_a_wrong_range(
    line: Path, check: Check, edit: Edit, before: str, after: str, message: str
) -> None:
    assert_fails(check("direction", edit(line, "challenge.yaml", before, after)), message)


@pytest.mark.parametrize(
    ("optimum", "worst", "message"),
    [
        (1.0, 2.0, "is no better than the worst"),
        (0.1, -1.0, "is better than the optimum 0.1"),
        (1.0, 0.9, "is worse than the worst value 0.9"),
    ],
)
def test_direction_finds_scores_out_of_range(
    game: Path, check: Check, edit: Edit, optimum: float, worst: float, message: str
) -> None:
    edit(game, "challenge.yaml", "optimum: 1.0\n  worst: -1.0", f"optimum: {optimum}\n  worst: {worst}")
    assert_fails(check("direction", game), message)


def test_headroom_finds_noise_and_ceilings(line: Path, check: Check) -> None:
    noisy = {"command": "c", "seeds": [0, 1], "public": [3.0, 1.0], "private": [3.0, 1.0], "mean": 2.0, "sd": 2**0.5}
    at_top = {"command": "c", "seeds": [0], "public": [0.0], "private": [0.0], "mean": 0.0, "sd": 0.0}
    assert_fails(check("headroom", with_scores(line, reference=at_top)), "the reference is at the optimum")
    assert_fails(check("headroom", with_scores(line, baseline=noisy)), "only 1.4 standard deviations better")


def with_scores(folder: Path, **scores: object) -> Path:
    import yaml

    path = folder / "challenge.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | scores))
    return folder
