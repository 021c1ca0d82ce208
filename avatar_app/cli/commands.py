"""All commands. Whatever is heavy is imported inside them, so help appears at once."""

from typing import Annotated

import typer

import avatar_app
from avatar_app.cli import avatars
from avatar_app.cli.animate import animate
from avatar_app.cli.bench import bench
from avatar_app.cli.calibrate import calibrate
from avatar_app.cli.credentials import credentials
from avatar_app.cli.demo import demo
from avatar_app.cli.devices import devices
from avatar_app.cli.doctor import doctor
from avatar_app.cli.evaluate import evaluate
from avatar_app.cli.models import models
from avatar_app.cli.record import record
from avatar_app.cli.run import run
from avatar_app.cli.window import open_window
from avatar_app.log import start_logging
from avatar_app.paths import log_file

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run,
    animate,
    calibrate,
    record,
    demo,
    devices,
    doctor,
    bench,
    evaluate,
    credentials,
):
    app.command()(command)
app.add_typer(avatars.app, name="avatars")
app.add_typer(models, name="models")


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    *,
    verbose: Annotated[bool, typer.Option(help="Show the log in the terminal.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    quit_after_paint: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """A portrait that moves as you move. Without a command the window opens."""
    if version:
        typer.echo(avatar_app.__version__)
        return
    if verbose:
        start_logging(log_file(), verbose=True)
    if context.invoked_subcommand is None:
        open_window(quit_after_paint=quit_after_paint)
