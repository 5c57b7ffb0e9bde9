"""Mistakes as people make them. Each takes a sound script and gives a wrong one, or None where it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable

from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.knowledge import knowledge

Slip = Callable[[str, Habits], str | None]


def make_slip(script: str, habits: Habits) -> str:
    """The script with one slip that applies to it; unchanged if none does."""
    for slip in habits.shuffled(SLIPS):
        spoilt = slip(script, habits)
        if spoilt is not None and spoilt != script:
            return spoilt
    return script


def forget_import(script: str, habits: Habits) -> str | None:
    lines = re.findall(r"^(?:import|from) .*\n", script, re.MULTILINE)
    lines = [line for line in lines if "," not in line]
    return script.replace(habits.pick(*lines), "", 1) if lines else None


def forget_folder(script: str, habits: Habits) -> str | None:
    return re.sub(r'"\w+/(\w+\.csv)"', r'"\1"', script, count=1)


def misname_target(script: str, habits: Habits) -> str | None:
    match = re.search(r'TARGET = (?:"[^"]+", )?"([^"]+)"', script)
    if not match:
        return None
    right = match[1]
    wrong = habits.pick("target", "label", right.capitalize(), f"{right}s", right.replace("_", ""))
    return script.replace(f'"{right}"', f'"{wrong}"', 1) if wrong != right else None


def misname_argument(script: str, habits: Habits) -> str | None:
    """Another library's name for an argument."""
    found = [
        (match, wrong)
        for model, names in knowledge("arguments").items()
        for wrong, right in names.items()
        for match in re.finditer(rf"\b{model}\((?:[^()]|\([^()]*\))*?\b{right}(?==)", script)
    ]
    if not found:
        return None
    match, wrong = habits.pick(*found)
    right = re.findall(r"\w+$", match[0])[0]
    return script[: match.end() - len(right)] + wrong + script[match.end() :]


def write_index(script: str, habits: Habits) -> str | None:
    return script.replace(", index=False)", ")", 1)


def forget_id(script: str, habits: Habits) -> str | None:
    return script.replace("{ID: test[ID], ", "{", 1)


def misname_output(script: str, habits: Habits) -> str | None:
    match = re.search(r'\.to_csv\("(\w+)\.csv"', script)
    wrong = habits.pick("submissions.csv", "predictions.csv", "output.csv")
    return script.replace(f'to_csv("{match[1]}.csv"', f'to_csv("{wrong}"', 1) if match else None


def overlook_words(script: str, habits: Habits) -> str | None:
    return re.sub(r"X, X_test = pd\.get_dummies.*\nX_test = X_test\.reindex.*\n", "", script)


def overlook_gaps(script: str, habits: Habits) -> str | None:
    return script.replace("X, X_test = X.fillna(X.median()), X_test.fillna(X.median())\n", "")


def write_labels(script: str, habits: Habits) -> str | None:
    """The class where its probability is wanted; only words are noticed."""
    return script.replace("model.predict_proba(X_test)[:, column]", "model.predict(X_test)")


def leave_bracket_open(script: str, habits: Habits) -> str | None:
    lines = [line for line in script.splitlines() if line.startswith(("print(", "model = ")) and line.endswith("))")]
    if not lines:
        return None
    line = habits.pick(*lines)
    return script.replace(line, line[:-1], 1)


def return_number(script: str, habits: Habits) -> str | None:
    """An action's number where its name is wanted."""
    last = script.rfind("return MINE[")
    line = script[last:].split("\n")[0]
    return (
        script[:last] + f"return {line[len('return MINE[') : -1]}" + script[last + len(line) :] if last >= 0 else None
    )


def forget_first_round(script: str, habits: Habits) -> str | None:
    return re.sub(r"^ +if not mine:\n +return MINE.*\n", "", script, flags=re.MULTILINE)


def exaggerate(script: str, habits: Habits) -> str | None:
    """So many trees that a cautious person's time limit cuts the run off."""
    if not habits.cautious:
        return None
    return re.sub(r"(?<=n_estimators=)(\d+)", r"\g<1>00", script, count=1)


SLIPS: tuple[Slip, ...] = (
    forget_import,
    forget_folder,
    misname_target,
    misname_argument,
    write_index,
    forget_id,
    misname_output,
    overlook_words,
    overlook_gaps,
    write_labels,
    leave_bracket_open,
    return_number,
    forget_first_round,
    exaggerate,
)
