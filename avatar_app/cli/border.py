"""Where errors become an exit code and one sentence; nobody below prints or exits.

Exit codes: 0 done, 1 a fault of the program, 2 bad input or environment, 3 done but the Content
Credentials of a file are missing or do not hold, 130 stopped by Ctrl-C.
"""

import logging
import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from avatar_app.errors import AvatarError, ConsentError, plain_words
from avatar_app.log import start_logging
from avatar_app.paths import log_file

_IN_COMMANDS: dict[type[AvatarError], str] = {
    ConsentError: "The words are --consent own, --consent nobody or --consent agreed:NAME, or see "
    "avatar-app avatars consent --help.",
}
"""What a hint means on the command line: the hints themselves are for the window too."""

DONE, FAULT, REFUSED, UNVOUCHED, INTERRUPTED = 0, 1, 2, 3, 130


def run(app: typer.Typer, arguments: Sequence[str] | None) -> int:
    """Run a command line (``sys.argv`` for None) and give its exit code; raises nothing."""
    start_logging(log_file())
    command = typer.main.get_command(app)
    try:
        code = command.main(args=arguments, prog_name="avatar-app", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # The last border: a person sees a sentence, the log the rest.
        code, sentence = _sentence(error)
        typer.echo(f"avatar-app: {sentence}", err=True)
        return code
    return code if isinstance(code, int) else DONE


def _sentence(error: Exception) -> tuple[int, str]:
    """Exit code and what to print: one line, and below it the lines of a hint that has several."""
    if isinstance(error, AvatarError):
        return REFUSED, _refusal(error)
    if isinstance(error, TyperException):
        what = plain_words(_one_line(error.format_message()).rstrip("."))
        asked = what if what.endswith("?") else f"{what}."
        return REFUSED, f"{asked} See {_command(error)} --help."
    logging.getLogger(__name__).error("The command failed", exc_info=error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return REFUSED, _one_line(f"{place}{error.strerror or error}.")
    return FAULT, _fault(error)


def _refusal(error: AvatarError) -> str:
    meant = _IN_COMMANDS.get(type(error), "")
    if "\n" not in error.hint:
        return _one_line(f"{error} {meant}")
    lines = [f"{error.message} {meant}", *error.hint.splitlines()]
    return "\n  ".join(map(_one_line, lines))


def _command(error: TyperException) -> str:
    """The command that was called wrongly, as one types it."""
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "avatar-app"


def _fault(error: Exception) -> str:
    what = _one_line(str(error)) or type(error).__name__
    return f"Something unexpected failed ({what[:200]}); the details are in {log_file()}."


def _one_line(text: str) -> str:
    """Without the codes that a terminal would obey: servers and files can put any into a text."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())


def _reader_left() -> int:
    """The program behind the pipe closed it: be silent, also when Python flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAULT
