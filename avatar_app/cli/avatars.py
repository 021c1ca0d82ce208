"""avatar-app avatars: the user's avatars and the bundled ones."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from avatar_app.cli.avatars_add import add, check
from avatar_app.cli.options import AsJson
from avatar_app.errors import LibraryError

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary

app = typer.Typer(help="The avatars: list, add, change and remove them.", no_args_is_help=True)
app.command()(add)
app.command()(check)

Name = Annotated[str, typer.Argument(metavar="AVATAR", help="An avatar's id or name.")]


@app.command("list")
def list_avatars(*, as_json: AsJson = False) -> None:
    """List the avatars in order; the number chooses one in the window."""
    from avatar_app.cli.terminal import messages, print_json

    listing = _library().list()
    if as_json:
        print_json([_as_json(entry) for entry in listing.entries])
    else:
        _print_table(listing.entries)
    for problem in listing.damaged:
        messages().print(f"{problem.message} {problem.hint}", markup=False)


@app.command()
def show(avatar: Name) -> None:
    """Tell everything about one avatar."""
    from rich.table import Table
    from rich.text import Text

    from avatar_app.cli.terminal import results

    library = _library()
    entry = find(avatar, library)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    rows = _as_json(entry) | {"thumbnail": str(library.thumbnail(entry.id))}
    for key, value in rows.items():
        table.add_row(key.replace("_", " "), Text("" if value is None else str(value)))
    results().print(table, soft_wrap=False)


@app.command()
def rename(avatar: Name, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give an avatar another name."""
    library = _library()
    _say(library.rename(find(avatar, library).id, name))


@app.command()
def describe(
    avatar: Name,
    *,
    person: Annotated[str | None, typer.Option(help="Whose avatar it is.")] = None,
    credit: Annotated[str | None, typer.Option(help="Who made the picture, its licence.")] = None,
) -> None:
    """Say whose avatar it is and who made the picture."""
    library = _library()
    _say(library.describe(find(avatar, library).id, person=person, credit=credit))


@app.command()
def move(
    avatar: Name, place: Annotated[int, typer.Argument(min=1, help="1 is the first.")]
) -> None:
    """Put an avatar at another place. The first nine have the keys 1 to 9."""
    library = _library()
    _say(library.move(find(avatar, library).id, place))


@app.command()
def hide(avatar: Name) -> None:
    """Leave an avatar out of the window's strip."""
    library = _library()
    _say(library.hide(find(avatar, library).id))


@app.command()
def unhide(avatar: Name) -> None:
    """Show a hidden avatar again."""
    library = _library()
    _say(library.hide(find(avatar, library).id, hidden=False))


@app.command()
def recrop(
    avatar: Name,
    crop: Annotated[
        str, typer.Argument(metavar="X0,Y0,X1,Y1|suggested", help="In pixels of the picture.")
    ],
) -> None:
    """Use another part of the picture."""
    library = _library()
    entry = find(avatar, library)
    _say(library.recrop(entry.id, _box(crop, entry, library)))


@app.command()
def consent(
    avatar: Annotated[str, typer.Argument(metavar="AVATAR|FILE", help="An avatar or a picture.")],
    statement: Annotated[str, typer.Argument(metavar="own|nobody|agreed:NAME|none")],
) -> None:
    """State whose face an avatar or a file shows.

    The word none takes it back."""
    from avatar_app.avatars.choice import choose, record_consent
    from avatar_app.avatars.consent import parse_consent
    from avatar_app.cli.terminal import results

    library = _library()
    given = None if statement == "none" else parse_consent(statement)
    record_consent(choose(avatar, library), given, library)
    results().print(given.statement if given else "Taken back.", markup=False)


@app.command()
def remove(
    avatar: Name,
    *,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Empty the trash as well: no undo.")
    ] = False,
) -> None:
    """Remove an avatar; undo brings it back."""
    from avatar_app.avatars.entry import is_id
    from avatar_app.cli.terminal import results

    library = _library()
    library.remove(avatar if is_id(avatar) else find(avatar, library).id)
    if for_good:
        library.empty_trash()
    results().print(f"Removed {avatar}.", markup=False)


@app.command()
def undo() -> None:
    """Bring back the avatar that was removed last."""
    from avatar_app.cli.terminal import results

    entry = _library().undo()
    results().print(f"{entry.name} is back.", markup=False)
    _say(entry)


def find(word: str, library: "AvatarLibrary") -> "LibraryEntry":
    """The avatar of that id or name. Raises LibraryError, or MediaError for nothing at all."""
    from avatar_app.avatars.choice import choose
    from avatar_app.avatars.entry import LibraryEntry

    choice = choose(word, library)
    if not isinstance(choice, LibraryEntry):
        raise LibraryError(f"{word} is a file, not an avatar of the library.", "Add it first.")
    return choice


def _library() -> "AvatarLibrary":
    from avatar_app.build import open_library

    library = open_library()
    library.tidy()
    return library


def _box(text: str, entry: "LibraryEntry", library: "AvatarLibrary") -> Any:
    from avatar_app.avatars.crop import overlap
    from avatar_app.types import Box

    if text == "suggested":
        candidates = library.look_again(entry.id).candidates
        if not candidates:
            raise LibraryError("No face was found in the picture.", "Write the crop in pixels.")
        return max(candidates, key=lambda found: overlap(found.face.box, entry.face)).crop
    try:
        return Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError) as error:
        raise LibraryError(f"{text!r} is no crop.", "Write it as X0,Y0,X1,Y1.") from error


def _as_json(entry: "LibraryEntry") -> dict[str, Any]:
    from avatar_app.avatars.entry import box_numbers

    stated = entry.consent
    return {
        "id": entry.id,
        "name": entry.name,
        "digit": entry.digit or None,
        "person": entry.person,
        "credit": entry.credit,
        "bundled": entry.bundled,
        "hidden": entry.hidden,
        "picture": str(entry.picture),
        "size": list(entry.size),
        "crop": list(box_numbers(entry.crop)),
        "consent": stated.kind.value if stated else None,
        "statement": stated.statement if stated else None,
        "stated_at": stated.given_at.isoformat() if stated else None,
    }


def _print_table(entries: "tuple[LibraryEntry, ...]") -> None:
    from rich.table import Table
    from rich.text import Text

    from avatar_app.cli.terminal import results

    table = Table("", "id", "name", "person", "consent", "", box=None, padding=(0, 2, 0, 0))
    for entry in entries:
        key = str(entry.digit) if entry.digit else ""
        stated = entry.consent.kind.value if entry.consent else "not stated yet"
        notes = [note for note in ("bundled", "hidden") if getattr(entry, note)]
        row = (key, entry.id, entry.name, entry.person, stated, ", ".join(notes))
        table.add_row(*(Text(cell) for cell in row))
    results().print(table, soft_wrap=False)


def _say(entry: "LibraryEntry") -> None:
    """The line by which every change ends."""
    from avatar_app.cli.terminal import results

    place = "hidden" if entry.hidden else f"key {entry.digit}" if entry.digit else "no key"
    stated = entry.consent.kind.value if entry.consent else "consent not stated yet"
    results().print(f"{entry.id}: {entry.name} ({place}, {stated})", markup=False)
