"""The work itself: write, run, read what came of it, mend, compare, hand in."""

from __future__ import annotations

from synth_gym.policies.practitioner.exploring import Desk, Steps
from synth_gym.policies.practitioner.hands import here_document
from synth_gym.policies.practitioner.mending import find_mend
from synth_gym.policies.practitioner.notebook import Notebook, Trial
from synth_gym.policies.practitioner.observations import Fault, read_fault, read_verdict
from synth_gym.policies.practitioner.scripts import Script
from synth_gym.policies.practitioner.slips import make_slip

MENDS = 3
"""Faults of one script after which it is given up."""
PATIENCE = 60
"""Seconds that a cautious practitioner gives to one script."""
RESERVE = 2
"""Steps kept for handing in."""


def attempt(desk: Desk, script: Script, thought: str, *, written: bool = False) -> Steps[Script]:
    """Write a script, run it, mend it until it is scored.

    Args:
        desk: what is worked with.
        script: what to try.
        thought: said beside the first action.
        written: the file exists already (another call of the same script).

    Returns:
        the script as it stands in the end; `notes.gave_up` tells whether it was left without a score.
    """
    observation = ""
    if not written:
        text = make_slip(script.text, desk.habits) if desk.habits.slips() else script.text
        script = script.rewritten(text)
        if desk.habits.shell_writer and desk.habits.runs_at_once:
            command = f"{here_document(script.path, text)}\n{_run_command(desk, script)}"
            observation = yield desk.hands.bash(command, thought)
        else:
            yield desk.hands.create(script.path, text, thought)
            thought = desk.habits.say("run")
    if not observation:
        observation = yield from _run(desk, script, thought)
    return (yield from _score(desk, script, observation))


def _score(desk: Desk, script: Script, observation: str) -> Steps[Script]:
    """Mend and run again until there is a score or no idea is left."""
    desk.notes.gave_up = False
    for _ in range(MENDS + 1):
        verdict = read_verdict(observation, script.path)
        desk.notes.learn(verdict)
        desk.notes.saw_warnings |= "Warning: " in observation
        if verdict.score is not None:
            _record(desk, script, verdict.score, observation)
            return script
        mended = None
        if verdict.fault and desk.notes.steps_left > RESERVE:
            mended = yield from _mend(desk, script, verdict.fault)
        if mended is None:
            break
        script = mended
        observation = yield from _run(desk, script, desk.habits.say("run"))
    desk.notes.gave_up = True
    return script


def _record(desk: Desk, script: Script, score: float, observation: str) -> None:
    submission = desk.notes.task.submission
    kept = _keeps(desk)
    restore = f"cp {script.name}.csv {submission}" if kept else script.command(submission)
    desk.notes.trials.append(Trial(script.name, script.title, restore, score, observation))


def _mend(desk: Desk, script: Script, fault: Fault) -> Steps[Script | None]:
    mend = find_mend(fault, script.text, desk.notes)
    if mend is None:
        return None
    text = mend.edit.apply(script.text)
    thought = desk.habits.say(mend.phrase, **mend.values)
    observation = yield desk.hands.edit(script.path, script.text, mend.edit, thought)
    if read_fault(observation):
        yield desk.hands.create(script.path, text, desk.habits.say("mend.whole"))
    return script.rewritten(text)


def _run(desk: Desk, script: Script, thought: str) -> Steps[str]:
    """Run and validate, in one command or in two."""
    if desk.habits.runs_at_once or desk.notes.task.program:
        return (yield desk.hands.bash(_run_command(desk, script), thought))
    observation = yield desk.hands.bash(_make(desk, script), thought)
    if read_fault(observation, script.path):
        return observation
    return observation + (yield desk.hands.call("validate", desk.habits.say("validate")))


def _run_command(desk: Desk, script: Script) -> str:
    return f"{_make(desk, script)} && validate{_keep(desk, script)}"


def _make(desk: Desk, script: Script) -> str:
    command = script.command(desk.notes.task.submission)
    if desk.notes.saw_warnings:
        command = command.replace("python ", "python -W ignore ", 1)
    cautious = desk.habits.cautious and command.startswith("python")
    return f"timeout {PATIENCE} {command}" if cautious else command


def _keep(desk: Desk, script: Script) -> str:
    """The end of a command that copies a scored submission aside."""
    return f" && cp {desk.notes.task.submission} {script.name}.csv" if _keeps(desk) else ""


def _keeps(desk: Desk) -> bool:
    return desk.habits.keeps_copies and not desk.notes.task.program


def run_baseline(desk: Desk) -> Steps[None]:
    """The number to beat, and proof that the way to a score works."""
    command = "python baseline.py"
    observation = yield desk.hands.bash(f"{command} && validate", desk.habits.say("baseline.run"))
    verdict = read_verdict(observation)
    desk.notes.learn(verdict)
    if verdict.score is not None:
        desk.notes.gave_up = False
        desk.notes.trials.append(Trial("baseline", "the baseline", command, verdict.score, observation))


def _is_beaten(notes: Notebook) -> bool:
    """Whether the baseline, which was not run yet, is better than all that was tried."""
    if notes.best is None or notes.baseline is None or any(trial.name == "baseline" for trial in notes.trials):
        return False
    return notes.metric.better(notes.baseline, notes.best.score)


def hand_in(desk: Desk) -> Steps[None]:
    """Bring the best submission back if another lies there, then submit."""
    notes, habits = desk.notes, desk.habits
    if _is_beaten(notes) and notes.steps_left > RESERVE and notes.validations_left > 0:
        yield from run_baseline(desk)
    best = notes.best
    if best is None:
        yield desk.hands.bash("python baseline.py; submit", habits.say("finish.baseline"))
        return
    key = "finish.baseline" if best.name == "baseline" else "finish.submit"
    if best is notes.trials[-1] and not notes.gave_up:
        yield desk.hands.call("submit", habits.say(key, title=best.title, score=best.score))
        return
    thought = habits.say("finish.restore", title=best.title, score=best.score)
    if habits.chance(0.5) and notes.steps_left > 1:
        yield desk.hands.bash(f"{best.restore} && validate", thought)
        yield desk.hands.call("submit", habits.say("finish.now"))
    else:
        yield desk.hands.bash(f"{best.restore} && submit", thought)
