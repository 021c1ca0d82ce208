"""avatar-app doctor: what works on this machine."""

from typing import TYPE_CHECKING

from avatar_app.cli.options import AsJson
from avatar_app.errors import MachineError

if TYPE_CHECKING:
    from avatar_app.doctor import Check

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "absent": "dim"}


def doctor(
    *,
    as_json: AsJson = False,
) -> None:
    """Say what works on this machine and what mends the rest.

    Exit code 2 when the program cannot work here; a missing camera or screen is no such case."""
    from avatar_app.doctor import Verdict, checks

    found = checks()
    if as_json:
        _print_json(found)
    else:
        _print_table(found)
    failed = [check.name for check in found if check.verdict is Verdict.FAIL]
    if failed:
        raise MachineError(f"The program cannot work here yet: {', '.join(failed)}.")


def _print_json(found: list["Check"]) -> None:
    from dataclasses import asdict

    from avatar_app.cli.terminal import print_json

    print_json([asdict(check) for check in found])


def _print_table(found: list["Check"]) -> None:
    from rich.table import Table
    from rich.text import Text

    from avatar_app.cli.terminal import results

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for check in found:
        detail = Text(check.detail)
        if check.hint:
            detail.append(f"\n→ {check.hint}", style="bold")
        table.add_row(Text(check.verdict, style=_COLOURS[check.verdict]), check.name, detail)
    results().print(table, soft_wrap=False)
