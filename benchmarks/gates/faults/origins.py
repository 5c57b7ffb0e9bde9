"""Data that may not be used, cannot be found again, or is somebody's test set."""

from __future__ import annotations

import re
import shutil

from faults.copy import INSTRUCTION, LABELS, SAMPLE, Copy
from faults.fault import NotApplicable, fault, one_column
from synth_gym.challenge import Spec

MLGYM = "MLGym uses public CIFAR-10, Fashion-MNIST, MNLI, COCO and FineWeb, which a topic sampler may propose"

IDS = ("cifar10", "fashion_mnist", "multi_nli", "titanic", "fineweb")
ALIASES = (
    "uoft-cs/cifar10",
    "zalando-datasets/fashion_mnist",
    "SetFit/mnli",
    "HuggingFaceFW/fineweb",
    "nyu-mll/multi_nli",
)
TASKS = (
    "Sort small colour photographs of 32 by 32 pixels, the CIFAR-10 images, into ten classes: airplane, automobile, "
    "bird, cat, deer, dog, frog, horse, ship and truck.",
    "Predict which passengers survived the sinking of the Titanic from class, sex, age, fare and port of embarkation.",
    "Given a premise and a hypothesis from MultiNLI, predict entailment, neutral or contradiction.",
    "Classify the grey images of clothing articles of Fashion-MNIST, 28 by 28 pixels, into ten kinds.",
)
"""What tasks of MLGym ask for."""


@fault("licence", source="OpenMLE could ship 1,415 of its 5,758 tasks")
def licence_missing(copy: Copy) -> str:
    """Nobody knows the licence."""
    licence = copy.rng.choice(("unknown", "", "other"))
    copy.update(dataset={"licence": licence})
    return repr(licence)


@fault("licence", source="OpenMLE could ship 1,415 of its 5,758 tasks")
def licence_forbids(copy: Copy) -> str:
    """The licence forbids what is done with the data."""
    licence = copy.rng.choice(("CC-BY-NC-4.0", "CC-BY-ND-4.0", "LicenseRef-kaggle-competition"))
    copy.update(dataset={"licence": licence})
    return repr(licence)


@fault("provenance", source="published collections that name no revision")
def revision_unpinned(copy: Copy) -> str:
    """The revision names whatever is newest."""
    revision = copy.rng.choice(("main", "latest", "", "refs/heads/main"))
    copy.update(dataset={"revision": revision})
    return repr(revision)


@fault("provenance", source="published collections that name no generator")
def provenance_missing(copy: Copy) -> str:
    """A model made the challenge, nobody knows which."""
    copy.update(provenance={"generator": "llm", "model": None, "prompt_hash": None})
    return "neither model nor prompt"


@fault("provenance", "dataset", source="data that changed after they were pinned")
def content_hash_missing(copy: Copy) -> str:
    """The data's hash is a stand-in."""
    copy.update(dataset={"content_hash": "sha256:TODO"})
    return "sha256:TODO"


@fault("decontamination", source=MLGYM, suits=one_column)
def contaminated_id(copy: Copy) -> str:
    """The data are those of an MLGym task."""
    name = copy.rng.choice(IDS)
    copy.update(dataset={"source": "huggingface", "id": name, "revision": "4" * 40})
    return name


@fault("decontamination", source=MLGYM, suits=one_column)
def contaminated_alias(copy: Copy) -> str:
    """The data are a mirror of those of an MLGym task."""
    name = copy.rng.choice(ALIASES)
    copy.update(dataset={"source": "huggingface", "id": name, "revision": "4" * 40})
    return name


@fault("decontamination", source=MLGYM, suits=one_column)
def contaminated_task(copy: Copy) -> str:
    """Only the instruction tells that the task is one of MLGym's."""
    task = copy.rng.choice(TASKS)
    section = re.compile(r"(?<=^## Task\n).*?(?=^## )", re.S | re.M)
    text, count = section.subn(f"\n{task}\n\n", copy.read(INSTRUCTION))
    if not count:
        raise NotApplicable("the instruction has no section 'Task'")
    copy.write(INSTRUCTION, text)
    copy.update(dataset={"source": "huggingface", "id": "acme/dataset-2", "url": None, "revision": "4" * 40})
    return task


@fault("duplicates", source="TB-Science compares tasks by TF-IDF; 1,000 sampled topics collapse onto popular data")
def near_duplicate(copy: Copy) -> str:
    """The suite has the same challenge under another name."""
    other = f"{copy.spec.id}Again"
    twin = Copy(copy.folder.with_name("twin") / copy.folder.name, copy.rng, copy.sandbox)
    shutil.copytree(copy.folder, twin.folder)
    twin = twin.rename(other)
    twin.update(title=f"{twin.spec.title}, once more")
    shutil.move(twin.folder, copy.folder.with_name(twin.folder.name))
    twin.folder.parent.rmdir()
    return twin.folder.name


@fault("certificate", source="tasks that are mended, or spoilt, after they were checked")
def edited_after_certification(copy: Copy) -> str:
    """A file was changed after the gates had passed."""
    name = copy.rng.choice([one for one in (INSTRUCTION, LABELS, SAMPLE, "grader/game.yaml") if copy.has(one)])
    copy.write(name, f"{copy.read(name)}\n")
    return f"an empty line at the end of {name}"


def _hides(spec: Spec) -> bool:
    return bool(spec.dataset.hide)


@fault("isolation", "cheats", source="BenchJack: test labels rebuilt from public data", suits=_hides)
def source_readable(copy: Copy) -> str:
    """The data, with labels, can be loaded from an installed package."""
    if "sklearn" not in copy.spec.requirements and "statsmodels" not in copy.spec.requirements:
        raise NotApplicable("no installed package carries the data")
    copy.update(dataset={"hide": ()})
    return "dataset.hide is empty"
