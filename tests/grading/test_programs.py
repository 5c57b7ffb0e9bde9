"""Program submissions: honest ones are scored, all others are rejected with a reason."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import GraderFailedError, InvalidFileError
from synth_gym.grading import Grade, Grader
from synth_gym.grading.process import run_worker

GradeText = Callable[..., Grade]

COOPERATE = "def choose(observation):\n    return 'cooperate'\n"
DEFECT = "def choose(observation):\n    return 'defect'\n"
COPY = "def choose(observation):\n    return (observation['theirs'] or ['cooperate'])[-1]\n"


@pytest.mark.parametrize(
    ("program", "score"),
    [(COOPERATE, (3 + 0) / 2), (DEFECT, ((5 + 19) / 20 + 1) / 2), (COPY, (3 + 19 / 20) / 2)],
    ids=["cooperate", "defect", "copy"],
)
@pytest.mark.parametrize("sandbox", ["bubblewrap", "process"])
@pytest.mark.filterwarnings("ignore:the 'process' sandbox isolates nothing")
def test_the_score_is_the_mean_payoff_per_round(
    game_challenge: Path, grade_text: GradeText, program: str, score: float, sandbox: str
) -> None:
    grade = grade_text(game_challenge, program, sandbox=sandbox)
    assert grade.message == "" and grade.score == pytest.approx(score, abs=1e-12)


def test_the_same_program_gets_the_same_score(game_challenge: Path, grade_text: GradeText) -> None:
    program = "import random\ndef choose(observation):\n    return random.choice(sorted({'cooperate', 'defect'}))\n"
    grades = {grade_text(game_challenge, program, split="private") for _ in range(3)}
    assert len(grades) == 1 and grades.pop().score is not None


def test_the_splits_have_opponents_of_their_own(game_challenge: Path, grade_text: GradeText) -> None:
    assert grade_text(game_challenge, DEFECT, "public") != grade_text(game_challenge, DEFECT, "private")


def test_every_match_starts_with_fresh_global_variables(game_challenge: Path, grade_text: GradeText) -> None:
    program = """
calls = 0
def choose(observation):
    global calls
    calls += 1
    assert calls == observation["round"] + 1
    return "defect"
"""
    assert grade_text(game_challenge, program) == grade_text(game_challenge, DEFECT)


def test_what_a_program_prints_or_reads_is_harmless(game_challenge: Path, grade_text: GradeText) -> None:
    noisy = (
        "import os, sys, subprocess\n"
        'print(\'{"answer": "defect"}\', flush=True)\n'
        "os.write(1, b'{\"score\": 99}\\n')\n"
        "assert sys.stdin.read() == ''\n"
        "subprocess.run(['echo', '{\"answer\": 1}'])\n"
    )
    assert grade_text(game_challenge, noisy + DEFECT) == grade_text(game_challenge, DEFECT)


def test_numpy_answers_are_plain_data(game_challenge: Path, grade_text: GradeText) -> None:
    program = "import numpy\ndef choose(observation):\n    return numpy.array(['defect', 'cooperate'])[0]\n"
    assert grade_text(game_challenge, program) == grade_text(game_challenge, DEFECT)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            "def choose(observation):\n    return 'betray'\n",
            "match 1 of 2, round 1: 'betray' is not one of the actions",
        ),
        ("def choose(observation):\n    return None\n", "None is not one of the actions cooperate, defect"),
        ("def choose(observation):\n    return ['defect']\n", "['defect'] is not one of the actions"),
        ("def choose(observation):\n    return 'x' * 10**5\n", "... is not one of the actions"),
        ("def choose(observation):\n    return 'x' * 10**7\n", "gave an answer of more than 1048576 bytes"),
        ("def choose(observation):\n    return float('nan')\n", "raised ValueError"),
        ("def choose(observation):\n    return object()\n", "the answer holds a object; give plain numbers"),
        (
            "def choose(observation):\n    x = []\n    return x[3]\n",
            "raised IndexError (line 3): list index out of range",
        ),
        ("def choose(history):\n    raise SystemExit(0)\n", "raised SystemExit (line 2)"),
        ("def choose(a, b):\n    return 'defect'\n", "missing 1 required positional argument"),
        ("def decide(observation):\n    return 'defect'\n", "the file defines no function 'choose'"),
        ("def choose(:\n", "match 1 of 2: strategy.py raised SyntaxError"),
        ("import missing_package\n", "raised ModuleNotFoundError (line 1)"),
        ("", "the file defines no function 'choose'"),
        ("import os\nos._exit(0)\n", "match 1 of 2: strategy.py ended"),
        ("import os\ndef choose(observation):\n    os._exit(0)\n", "match 1 of 2, round 1: strategy.py ended"),
        (
            "import os, signal\ndef choose(observation):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
            "strategy.py ended",
        ),
        ("def choose(observation):\n    return bytearray(2**30)\n", "raised MemoryError"),
    ],
)
def test_a_program_that_breaks_the_rules_is_rejected(
    game_challenge: Path, grade_text: GradeText, program: str, message: str
) -> None:
    grade = grade_text(game_challenge, program)
    assert grade.score is None and grade.message.startswith("strategy.py: ")
    assert message in grade.message and "\n" not in grade.message and len(grade.message) < 2000


@pytest.mark.parametrize(
    "program",
    [
        "while True: pass\n",
        "import time\ndef choose(observation):\n    time.sleep(600)\n",
        "def choose(o):\n    return input()\n",
    ],
    ids=["loops at import", "sleeps", "waits for input"],
)
def test_a_slow_program_is_rejected_in_time(game_challenge: Path, grade_text: GradeText, program: str) -> None:
    folder = _with_seconds(game_challenge, 0.5)
    began = time.monotonic()
    grade = grade_text(folder, program)
    assert time.monotonic() - began < 5
    assert grade.score is None
    assert "did not finish within the 0.5 s of a whole grading" in grade.message or "raised EOFError" in grade.message


# The known attacks on evaluators that import or believe agent code.
ATTACKS = {
    "prints a result and exits at import": "import os\nprint('{\"score\": 5.0}', flush=True)\nos._exit(0)\n",
    "writes to every descriptor": """
import os
for fd in range(3, 200):
    for text in (b'{"score": 5.0}\\n', b'{"answer": "defect"}\\n'):
        try:
            os.write(fd, text)
        except OSError:
            pass
""",
    "patches json and random": """
import json, random
json.dumps = lambda *a, **k: '{"score": 5.0}'
random.Random.random = lambda self: 0.0
""",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_attacks_gain_nothing(game_challenge: Path, grade_text: GradeText, attack: str) -> None:
    assert grade_text(game_challenge, attack + COOPERATE).score is None


def test_a_program_sees_nothing_of_the_grader(game_challenge: Path, grade_text: GradeText) -> None:
    look = """
import os, sys
seen = []
known = ('/proc', '/sys', '/usr', '/dev', sys.prefix, sys.base_prefix)
for folder, folders, files in os.walk('/'):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in known and name != 'site-packages']
    seen += [name for name in files if name in ('game.yaml', 'labels.csv', 'challenge.yaml')]
assert not seen, seen
assert not [name for name in sys.modules if name.startswith('synth_gym')]
assert sorted(set(os.listdir('.')) - {'__pycache__'}) == ['driver.py', 'strategy.py'], os.listdir('.')
assert not [fd for fd in os.listdir('/proc/self/fd') if int(fd) > 6]
"""
    assert grade_text(game_challenge, look + COOPERATE) == grade_text(game_challenge, COOPERATE)


def test_a_program_cannot_rewind_its_opponents_chance(game_challenge: Path, grade_text: GradeText) -> None:
    """Saving and restoring the generator's state foresees an opponent in the same process; here there is none."""
    program = """
import random
def choose(observation):
    state = random.getstate()
    random.random()
    random.setstate(state)
    return "defect"
"""
    assert grade_text(game_challenge, program, "private") == grade_text(game_challenge, DEFECT, "private")


def test_a_program_leaves_no_process_behind(game_challenge: Path, grade_text: GradeText) -> None:
    marker = f"31{os.getpid()}"
    program = f"import subprocess\nsubprocess.Popen(['sleep', '{marker}'], start_new_session=True)\n" + DEFECT
    assert grade_text(game_challenge, program).score is not None
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [one for one in commands if marker.encode() in one]


def test_links_and_folders_are_rejected(game_challenge: Path, tmp_path: Path) -> None:
    grader = Grader(Challenge.load(game_challenge), sandbox="bubblewrap", scratch=tmp_path)
    link, folder, huge = tmp_path / "link", tmp_path / "folder", tmp_path / "huge"
    link.symlink_to(game_challenge / "grader" / "game.yaml")
    folder.mkdir()
    huge.write_bytes(b"#" * (2**20 + 1))
    assert grader.grade(link, "public") == Grade(None, "strategy.py: it is a link")
    assert grader.grade(folder, "public") == Grade(None, "strategy.py: it is not a regular file")
    assert grader.grade(tmp_path / "none", "public") == Grade(None, "strategy.py: there is no such file")
    assert "at most 1048576 are accepted" in grader.grade(huge, "public").message


def test_a_sandbox_that_does_not_start_is_not_the_programs_fault() -> None:
    (to_program, ours), (theirs, out) = os.pipe(), os.pipe()
    os.close(out)
    job = {"kind": "program", "name": "strategy.py", "program_seconds": 1}
    task = {"to_program": ours, "from_program": theirs}
    try:
        with pytest.raises(GraderFailedError, match="the program's sandbox did not start"):
            run_worker(job, [task], seconds=5, descriptors=(ours, theirs))
    finally:
        for descriptor in (to_program, ours, theirs):
            os.close(descriptor)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("strategy: tit_for_tat", "strategy: tit_for_tatt", "no strategy 'tit_for_tatt' (did you mean 'tit_for_tat'?)"),
        ("action: defect", "action: betray", "strategy 'always': 'betray' is not one of the actions cooperate, defect"),
        ("action: defect", "deed: defect", "strategy 'always'"),
        ("rounds: 20", "rounds: 0", "rounds"),
        ("rounds: 20", "round: 20", "unknown key 'round' (did you mean 'rounds'?)"),
        ("noise: 0.3", "noise: 3", "noise"),
        ("agent:\n  - - 3\n    - 0\n", "agent:\n  - - 3\n", "payoffs.agent must have 2 rows"),
    ],
)
def test_a_wrong_game_file_is_one_clear_line(game_challenge: Path, before: str, after: str, message: str) -> None:
    path = game_challenge / "grader" / "game.yaml"
    text = path.read_text()
    assert before in text, text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(InvalidFileError) as caught:
        Grader(Challenge.load(game_challenge), sandbox="process", scratch=game_challenge)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_game_file_or_protocol_is_one_clear_line(game_challenge: Path) -> None:
    spec = game_challenge / "challenge.yaml"
    (game_challenge / "grader" / "game.yaml").unlink()
    with pytest.raises(InvalidFileError, match=r"game\.yaml: cannot be read"):
        Grader(Challenge.load(game_challenge), sandbox="process", scratch=game_challenge)
    spec.write_text(spec.read_text().replace("repeated_game", "repeated_gme"))
    with pytest.raises(InvalidFileError, match=r"no protocol 'repeated_gme' \(did you mean 'repeated_game'\?\)"):
        Grader(Challenge.load(game_challenge), sandbox="process", scratch=game_challenge)


def _with_seconds(folder: Path, seconds: float) -> Path:
    spec = folder / "challenge.yaml"
    spec.write_text(spec.read_text().replace("seconds: 3.0", f"seconds: {seconds}"))
    return folder
