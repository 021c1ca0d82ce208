"""avatar-app doctor: what works on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli.options import AsJson
from avatar_app.errors import MachineError

if TYPE_CHECKING:
    from avatar_app.doctor import Check

_VERDICT_WIDTH = 6
_APART = 2
_NARROWEST = 20
_BELOW = " " * (_VERDICT_WIDTH + _APART)
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "absent": "dim"}


def doctor(
    *,
    as_json: AsJson = False,
    camera_test: Annotated[
        bool,
        typer.Option(help="Only send a moving card to the virtual camera and read it back."),
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE.zip", help="Also write a file to send to whoever helps."),
    ] = None,
) -> None:
    """Say what works on this machine and what mends the rest.

    Exit code 2 when the program cannot work here; a missing camera or screen is no such case,
    except of --camera-test. A bundle has no pictures in it and no names; nothing is sent."""
    from avatar_app.doctor import Verdict, checks

    found = _camera_tested() if camera_test else checks()
    if as_json:
        _print_json(found)
    else:
        _print_table(found)
    if bundle is not None:
        _write_bundle(bundle, found)
    if camera_test and found[0].verdict is not Verdict.OK:
        raise MachineError("The virtual camera did not pass its test.", found[0].hint)
    failed = [check.name for check in found if check.verdict is Verdict.FAIL]
    if failed:
        raise MachineError(f"The program cannot work here yet: {', '.join(failed)}.")


def _camera_tested() -> list["Check"]:
    from avatar_app.doctor.camera_test import camera_test

    return [camera_test()]


def _write_bundle(path: Path, found: list["Check"]) -> None:
    from avatar_app.cli.terminal import messages
    from avatar_app.doctor.bundle import CONTENTS, LEFT_OUT, write_bundle

    write_bundle(path, found)
    lines = [f"{path} holds:", *(f"  {name}: {what}" for name, what in CONTENTS), LEFT_OUT]
    messages().print("\n".join(lines), markup=False, highlight=False)


def _print_json(found: list["Check"]) -> None:
    from dataclasses import asdict

    from avatar_app.cli.terminal import print_json

    print_json([asdict(check) for check in found])


def _print_table(found: list["Check"]) -> None:
    from textwrap import wrap

    from rich.text import Text

    from avatar_app.cli.terminal import results

    console, widest = results(), max(len(check.name) for check in found)
    margin = len(_BELOW) + widest + _APART
    room = max(_NARROWEST, console.width - margin)
    for check in found:
        # A word that is longer than the line stays whole: a path, to be copied.
        lines = wrap(check.detail, room, break_long_words=False, break_on_hyphens=False)
        row = Text().append(f"{check.verdict:{len(_BELOW)}}", style=_COLOURS[check.verdict])
        row.append(f"{check.name:{widest + _APART}}" + f"\n{' ' * margin}".join(lines))
        console.print(row, soft_wrap=True)
        for line in check.hint.splitlines():  # Whole, as one would copy it.
            console.print(Text(f"{_BELOW}→ {line}", style="bold"), soft_wrap=True)
