"""The two consoles: results go to standard output, progress and messages to standard error."""

import json
from typing import Any

import typer
from rich.console import Console

_WIDTH_OF_A_PIPE = 160


def results() -> Console:
    """Standard output. In a pipe lines are not cut at 80 characters."""
    return _console(stderr=False)


def messages() -> Console:
    """Standard error."""
    return _console(stderr=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output, nothing else beside it."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    return console
