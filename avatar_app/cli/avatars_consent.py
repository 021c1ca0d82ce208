"""Asking once whose face a picture shows, before it is moved live or in a file."""

import sys
from typing import TYPE_CHECKING

import typer

from avatar_app.cli import border

if TYPE_CHECKING:
    from avatar_app.types import Consent

_QUESTION = """Whose face does {name} show?
  1  my own
  2  of nobody: rendered, drawn or generated
  3  a person who agreed that I use it
This is kept with the picture on this computer and asked once."""


def settle_consent(word: str, option: str | None) -> str:
    """See to it that something was stated about the avatar or file: by ``--consent``, earlier, or
    now in a terminal; its name. Raises ConsentError where nobody can be asked."""
    from avatar_app.avatars.choice import choose, portrait_of, record_consent
    from avatar_app.avatars.consent import parse_consent
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.build import open_library

    library = open_library()
    choice = choose(word, library)
    portrait = portrait_of(choice, library)
    consent = parse_consent(option) if option is not None else None
    bundled = isinstance(choice, LibraryEntry) and choice.bundled
    if bundled or (portrait.consent is not None and consent is None):
        return portrait.name
    record_consent(choice, consent or ask_consent(portrait.name), library)
    return portrait.name


def can_ask() -> bool:
    """Whether a person sits at the terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_consent(name: str) -> "Consent":
    """Ask in the terminal. Raises ConsentError where nobody is there or nothing was stated."""
    from avatar_app.avatars.consent import require_consent, stated
    from avatar_app.types import ConsentKind

    if not can_ask():
        require_consent(name, None)
    try:
        typer.echo(_QUESTION.format(name=name), err=True)
        answer = typer.prompt("1, 2 or 3", default="", show_default=False, err=True).strip()
        kinds = dict(zip("123", ConsentKind, strict=True))
        if answer not in kinds:
            require_consent(name, None)
        kind, person = kinds[answer], ""
        if kind is ConsentKind.AGREED:
            person = typer.prompt("Name of that person", err=True)
        consent = stated(kind, person=person)
        if not typer.confirm(f"“{consent.statement}” Is that true?", err=True):
            require_consent(name, None)
    except typer.Abort as error:
        raise typer.Exit(border.INTERRUPTED) from error
    return consent
