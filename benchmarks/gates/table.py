"""The report as a table for people, on stderr."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def show(report: dict[str, Any]) -> None:
    """Print classes, gates, misses and the overall figures."""
    console = Console(stderr=True)
    console.print(_classes(report["classes"]))
    console.print(_gates(report["gates"]))
    for miss in report["misses"]:
        console.print(
            f"missed: {miss['fault']} in {miss['challenge']}: {miss['details']}", highlight=False, markup=False
        )
    for one in report["rejected"]:
        console.print(f"refused: {one['challenge']}: {one['failed']}", highlight=False, markup=False)
    overall = report["overall"]
    console.print(f"caught by any gate:       {_share(overall['any_gate'])}", highlight=False)
    console.print(f"caught by an expected one: {_share(overall['expected_gate'])}", highlight=False)
    console.print(f"good ones refused:        {_share(report['false_rejects'])}", highlight=False)


def _classes(classes: dict[str, Any]) -> Table:
    table = _table("fault class", "any gate", "expected", "caught by", "prevented")
    for name, found in classes.items():
        by = ", ".join(f"{gate} {count}" for gate, count in list(found["caught_by"].items())[:4])
        table.add_row(
            name, _count(found["any_gate"]), _count(found["expected_gate"]), by, str(found["prevented"] or "")
        )
    return table


def _gates(gates: dict[str, Any]) -> Table:
    table = _table("gate", "of its faults", "caught", "alone")
    for name, found in gates.items():
        table.add_row(name, _count(found["meant"]), str(found["caught"]), str(found["alone"]))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name)
    return table


def _count(found: dict[str, Any]) -> str:
    return f"{found['hits']}/{found['trials']}" if found["trials"] else "-"


def _share(found: dict[str, Any]) -> str:
    if found["rate"] is None:
        return "no trial"
    low, high = found["interval"]
    return f"{found['rate']:.1%} ({found['hits']} of {found['trials']}; 95% interval {low:.1%} to {high:.1%})"
