"""avatar-app evaluate: how well the engine repeats real clips."""

from typing import Annotated

import typer

from avatar_app.cli.options import AsJson, Engine


def evaluate(
    clips: Annotated[list[str], typer.Argument(help="Video files with one face each.")],
    *,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Measure self-reenactment of CLIPs, against leaving the portrait alone."""
