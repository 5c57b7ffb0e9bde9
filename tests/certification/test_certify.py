"""Certificates: written, bound to the content, kept while they hold; broken challenges never stop the others."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.certification import is_certified, read_certificate
from synth_gym.certification.certify import certify, certify_all
from synth_gym.certification.gates import GATES
from synth_gym.certification.inputs import DEFAULT, Inputs
from synth_gym.challenge import Challenge

DAY = 86_400.0


@pytest.fixture(scope="module")
def certified_line(good_line: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certified") / "suite" / good_line.name
    shutil.copytree(good_line, folder)
    assert certify(folder).certificate.certified
    return folder


@pytest.fixture
def certified(certified_line: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(certified_line, tmp_path / "certified" / certified_line.name))


def test_a_sound_challenge_is_certified(certified: Path) -> None:
    challenge, certificate = Challenge.load(certified), read_certificate(certified)
    assert is_certified(challenge) and certificate
    assert list(certificate.gates) == [gate.name for gate in GATES]
    assert {result.status for result in certificate.gates.values()} == {"passed"}
    assert certificate.content_hash == challenge.content_hash and certificate.version == 2
    assert {"baseline", "reference", "always the mean"} <= set(certificate.approaches)
    assert all(gate.cpu_seconds >= 0 for gate in certificate.gates.values())


def test_a_certificate_names_no_place_of_this_machine(certified: Path, line: Path) -> None:
    (line / "workspace" / "baseline.py").write_text("raise OSError(__file__)\n")
    (line / "challenge.yaml").write_text((line / "challenge.yaml").read_text() + "oops: 1\n")
    certify(line)
    for folder in (certified, line):
        assert str(folder.parent) not in (folder / "certificate.json").read_text()
    assert "challenge.yaml: unknown key 'oops'" in (line / "certificate.json").read_text()


@pytest.mark.parametrize(
    "file", ["workspace/instruction.md", "workspace/data/train.csv", "grader/labels.csv", "challenge.yaml"]
)
def test_an_edited_challenge_is_no_longer_certified(certified: Path, file: str) -> None:
    with (certified / file).open("a") as changed:
        changed.write("\n")
    assert not is_certified(Challenge.load(certified))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 3}', '{"version": 2, "gates": {}}', "\\0"])
def test_an_unreadable_certificate_certifies_nothing(certified: Path, content: str) -> None:
    (certified / "certificate.json").write_text(content)
    assert not is_certified(Challenge.load(certified))


def test_a_failed_gate_in_the_certificate_certifies_nothing(certified: Path) -> None:
    path = certified / "certificate.json"
    path.write_text(path.read_text().replace('"passed"', '"failed"', 1))
    assert not is_certified(Challenge.load(certified))


def test_a_certificate_that_holds_is_kept(certified: Path) -> None:
    before = (certified / "certificate.json").stat().st_mtime_ns
    result = certify(certified)
    assert not result.fresh and result.certificate.certified
    assert (certified / "certificate.json").stat().st_mtime_ns == before


def edited_result(folder: Path, gate: str, **values: object) -> None:
    """Change what the certificate says of one gate; of all the others, say that they took a day."""
    path = folder / "certificate.json"
    content = json.loads(path.read_text())
    for result in content["gates"].values():
        result["seconds"] = DAY
    content["gates"][gate] |= values
    path.write_text(json.dumps(content))


def measured_anew(folder: Path, inputs: Inputs = DEFAULT) -> set[str]:
    result = certify(folder, inputs)
    assert result.fresh and is_certified(Challenge.load(folder))
    return {name for name, one in result.certificate.gates.items() if one.seconds != DAY}


@pytest.mark.parametrize("gate", ["headroom", "dataset"])
def test_a_gate_that_judges_otherwise_is_measured_alone(certified: Path, gate: str) -> None:
    edited_result(certified, gate, version=99)
    assert measured_anew(certified) == {gate}
    assert not certify(certified).fresh


def test_a_new_gate_is_measured_alone(certified: Path) -> None:
    edited_result(certified, "direction")
    path = certified / "certificate.json"
    content = json.loads(path.read_text())
    del content["gates"]["direction"]
    path.write_text(json.dumps(content))
    assert measured_anew(certified) == {"direction"}


def test_another_list_of_benchmarks_is_measured_alone(certified: Path, tmp_path: Path) -> None:
    edited_result(certified, "direction")
    file = tmp_path / "list.yaml"
    file.write_text("name: mine\nentries: [{id: something else}]\n")
    assert measured_anew(certified, Inputs(lists=(file,))) == {"decontamination"}


BREAKS: dict[str, Callable[[Path], Any]] = {
    "no YAML": lambda folder: (folder / "challenge.yaml").write_text("a: [\n"),
    "binary YAML": lambda folder: (folder / "challenge.yaml").write_bytes(bytes(range(256))),
    "empty YAML": lambda folder: (folder / "challenge.yaml").write_text(""),
    "a list": lambda folder: (folder / "challenge.yaml").write_text("- a\n"),
    "nested too deep": lambda folder: (folder / "challenge.yaml").write_text("[" * 5000),
    "another name": lambda folder: folder.rename(folder.with_name("Other-v0")),
    "no workspace": lambda folder: shutil.rmtree(folder / "workspace"),
    "no grader": lambda folder: shutil.rmtree(folder / "grader"),
    "no solution": lambda folder: shutil.rmtree(folder / "solution"),
    "no labels": lambda folder: (folder / "grader" / "labels.csv").unlink(),
    "binary labels": lambda folder: (folder / "grader" / "labels.csv").write_bytes(b"\xff\0"),
    "empty labels": lambda folder: (folder / "grader" / "labels.csv").write_text(""),
    "labels are a folder": lambda folder: (
        (folder / "grader" / "labels.csv").unlink(),
        (folder / "grader" / "labels.csv").mkdir(),
    ),
    "a loop of links": lambda folder: (folder / "workspace" / "loop").symlink_to(folder),
    "a dangling link": lambda folder: (folder / "workspace" / "data" / "more.csv").symlink_to("nowhere"),
    "challenge.yaml is a dangling link": lambda folder: (
        (folder / "challenge.yaml").unlink(),
        (folder / "challenge.yaml").symlink_to("nowhere"),
    ),
    "challenge.yaml is a folder": lambda folder: (
        (folder / "challenge.yaml").unlink(),
        (folder / "challenge.yaml").mkdir(),
    ),
    "challenge.yaml is missing": lambda folder: (folder / "challenge.yaml").unlink(),
    "a pipe": lambda folder: os.mkfifo(folder / "grader" / "pipe"),
    "labels are a pipe": lambda folder: (
        (folder / "grader" / "labels.csv").unlink(),
        os.mkfifo(folder / "grader" / "labels.csv"),
    ),
    "workspace is a file": lambda folder: (
        shutil.rmtree(folder / "workspace"),
        (folder / "workspace").write_text(""),
    ),
    "a name that is no text": lambda folder: Path(os.fsdecode(os.fsencode(folder / "workspace") + b"/\xff")).touch(),
    "nothing at all": lambda folder: (shutil.rmtree(folder), folder.mkdir()),
    "a certificate that is a folder": lambda folder: (folder / "certificate.json").mkdir(),
}


@pytest.mark.parametrize("spoil", BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_directory_is_a_failed_gate_not_an_error(line: Path, spoil: Callable[[Path], Any]) -> None:
    suite = line.parent
    spoil(line)
    [folder] = suite.iterdir()
    certificate = certify(folder).certificate
    schema, *others = certificate.gates.values()
    assert schema.status == "failed" and schema.message and "\n" not in schema.message
    assert "Traceback" not in schema.message and schema.message.encode()
    if not (folder / "certificate.json").is_dir():
        assert {result.status for result in others} == {"not_applicable"}


@pytest.mark.parametrize(
    ("file", "content", "gate"),
    [
        ("workspace/instruction.md", "\xff", "instruction"),
        ("workspace/baseline.py", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n", "baseline"),
        ("grader/grade.py", "import os\nos._exit(3)\n", "oracle"),
        ("grader/grade.py", "def (\n", "oracle"),
    ],
)
def test_a_gate_that_trips_is_a_failed_gate(line: Path, file: str, content: str, gate: str) -> None:
    (line / file).write_bytes(content.encode("latin-1"))
    found = certify(line).certificate.gates[gate]
    assert found.status == "failed" and found.message and "\n" not in found.message


def test_broken_challenges_do_not_stop_the_others(certified: Path) -> None:
    suite = certified.parent
    shutil.copytree(certified, suite / "Broken-v0")
    (suite / "Broken-v0" / "challenge.yaml").write_text(":")
    results = list(certify_all([suite / "Broken-v0", certified], jobs=2))
    assert {result.folder.name: result.certificate.certified for result in results} == {
        "Broken-v0": False,
        "TinyLine-v0": True,
    }


def test_the_command_tells_the_yield_of_every_gate(certified: Path, cli: Any) -> None:
    suite = certified.parent
    shutil.copytree(certified, suite / "Broken-v0")
    (suite / "Broken-v0" / "challenge.yaml").write_text(":")
    result = cli.json("certify", suite, "--jobs", 2)
    assert (result["challenges"], result["certified"], result["measured"]) == (2, 1, 1)
    assert result["gates"]["schema"].items() >= {"passed": 1, "failed": 1, "not_applicable": 0}.items()
    assert result["gates"]["oracle"].items() >= {"passed": 1, "failed": 0, "not_applicable": 1}.items()
    assert all(gate["seconds"] >= 0 and gate["cpu_seconds"] >= 0 for gate in result["gates"].values())
    [failure] = result["failures"]
    assert failure["challenge"] == "Broken-v0" and failure["gate"] == "schema" and failure["message"]
    table = cli("certify", suite)
    assert "1 of 2 challenges certified (0 measured now)" in table.stdout and "Broken-v0: schema:" in table.stdout


def test_one_challenge_can_be_certified_alone(certified: Path, cli: Any) -> None:
    assert cli.json("certify", certified)["challenges"] == 1


def test_what_the_machine_lacks_is_one_line(line: Path, cli: Any, tmp_path: Path) -> None:
    assert "no suite 'nosuch'" in cli.refusal("certify", "nosuch")
    assert "unknown sandbox 'bubblewarp'" in cli.refusal("certify", line, "--sandbox", "bubblewarp")
    assert "bubblewrap is not installed" in cli.refusal("certify", line, PATH=str(tmp_path))
    spec = line / "challenge.yaml"
    spec.write_text(spec.read_text() + "requirements: [no_such_package]\n")
    assert "needs 'no_such_package', which is not installed" in cli.refusal("certify", line)
