"""How fast the viewer is over many episodes: `synth-gym view` over made-up records, then Chromium on its pages.

    python benchmarks/performance/viewer.py --records 50000

Prints JSON. Times of the pages are from the browser's own clock, opened from the disk: `first_paint_ms` is its first
contentful paint, `table_ms` when the rows in sight are there, both from the start of the navigation. `search_ms` and
its like begin with the input's event and end with the frame that shows its result. Medians and maxima over `--rounds`
fresh loads, and over every search of every round.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import machine
from made_records import make_records

SEARCHES = ("w", "wine", "wine policy-3", "submitted challenge 42", "time limit", "sandbox probe", "no such thing", "")
MEASURE = """
const [act, done] = [new Function(arguments[0]), arguments[arguments.length - 1]];
const began = performance.now();
act();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="where to work, and leave everything; a temporary folder by default"
    )
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="viewer-"))
    try:
        print(json.dumps(measure(folder, options.records, options.rounds), indent=2))
    finally:
        if not options.folder:
            shutil.rmtree(folder)


def measure(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    where = machine()
    records, report = folder / "records", folder / "report"
    if not records.is_dir():
        make_records(records, count)
    return {
        "records": count,
        "records_mb": megabytes(records),
        "machine": where,
        "build": build(records, report),
        "build_again": build(records, report),
        "report_mb": megabytes(report),
        "report_files": sum(1 for _ in report.rglob("*")),
        "columns_mb": round((report / "data" / "episodes.js").stat().st_size / 1e6, 2),
        "pages": pages(report, rounds),
    }


def build(records: Path, report: Path) -> dict[str, float]:
    """Wall and CPU seconds of `synth-gym view`, and the memory of its largest process."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "synth_gym.cli.main", "view", str(records), "--out", str(report), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 1),
        "peak_memory_mb": round(used.ru_maxrss / 1024, 1),
    }


def pages(report: Path, rounds: int) -> dict[str, Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1400,900",
    ):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    found: dict[str, list[float]] = {}
    try:
        for _ in range(rounds):
            for name, milliseconds in measure_page(driver, report):
                found.setdefault(name, []).append(milliseconds)
    finally:
        driver.quit()
    return {
        name: {"median": round(statistics.median(values), 1), "max": round(max(values), 1)}
        for name, values in found.items()
    }


def measure_page(driver: Any, report: Path) -> Iterator[tuple[str, float]]:
    def act(script: str) -> float:
        return float(driver.execute_async_script(MEASURE, script))

    driver.get("about:blank")
    driver.get((report / "episodes.html").as_uri())
    wait(driver, "performance.getEntriesByName('table drawn').length")
    yield (
        "first_paint_ms",
        driver.execute_script("return performance.getEntriesByName('first-contentful-paint')[0].startTime"),
    )
    yield "table_ms", driver.execute_script("return performance.getEntriesByName('table drawn')[0].startTime")
    for words in SEARCHES:
        yield "search_ms", act(f"search.value = {words!r}; search.dispatchEvent(new Event('input'));")
    yield "filter_ms", act("document.querySelector('.filter-chip').click()")
    for column in ("challenge", "normalized", "seconds"):
        yield "sort_ms", act(f"document.querySelector('.column-{column} button').click()")
    yield "scroll_ms", act("document.querySelector('.viewport').scrollTop = 1e6")
    link = driver.execute_script("return document.querySelector('tbody th a').href")
    driver.get("about:blank")
    driver.get(link)
    wait(driver, "document.body.dataset.shown")
    yield "reader_ms", driver.execute_script("return performance.now()")


def wait(driver: Any, condition: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 60, poll_frequency=0.02).until(lambda _: driver.execute_script(f"return {condition}"))


def megabytes(folder: Path) -> float:
    return round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1)


if __name__ == "__main__":
    main()
