"""From the word that names an avatar to the picture: an id, a name, or a picture file."""

from pathlib import Path

from avatar_app.avatars.consent import OF_THE_PROGRAM
from avatar_app.avatars.entry import LibraryEntry
from avatar_app.avatars.inspection import MAX_SIDE, picture_digest
from avatar_app.avatars.library import AvatarLibrary
from avatar_app.avatars.portrait import Portrait
from avatar_app.errors import LibraryError, MediaError
from avatar_app.imaging import read_image
from avatar_app.paths import DEFAULT_AVATAR
from avatar_app.translatable import translatable
from avatar_app.types import Consent

_LISTED = 12


def choose(word: str, library: AvatarLibrary) -> LibraryEntry | Path:
    """The avatar or the picture file that is meant; "" is the first that comes with the program.

    An id is always meant as one. Raises LibraryError where a name fits several avatars, or one and
    a file, MediaError where it fits nothing."""
    entries = library.list().entries
    exact = [entry for entry in entries if entry.id == word or (not word and entry.bundled)]
    if exact:
        return exact[0] if word else _first_of_program(exact)
    named = [entry for entry in entries if entry.name.casefold() == word.casefold()]
    path = file_named(word)
    file = bool(word) and path.exists()
    if len(named) + (file and path.is_file()) > 1:
        raise _ambiguous(word, named, path if file else None)
    if named:
        return named[0]
    if file:
        return path
    raise _unknown(word, entries)


def portrait_of(choice: LibraryEntry | Path, library: AvatarLibrary) -> Portrait:
    """What is to be loaded, with what was stated about it. Raises MediaError for a file that is
    no picture."""
    if isinstance(choice, Path):
        return Portrait(choice.stem, choice, consent=_consent_of(choice, library))
    return Portrait(
        choice.id if choice.bundled else choice.name,
        choice.picture,
        crop=None if choice.bundled else choice.crop,
        face=choice.face if choice.faces > 1 else None,
        credit=choice.credit,
        consent=choice.consent,
    )


def record_consent(
    choice: LibraryEntry | Path, consent: Consent | None, library: AvatarLibrary
) -> None:
    """Keep what was stated about an avatar or a file, or take it back with None. Raises
    LibraryError, also for an avatar that comes with the program; MediaError for no picture."""
    if isinstance(choice, LibraryEntry):
        library.set_consent(choice.id, consent)
    elif consent is not None:
        library.consents.remember(digest_of(choice), consent)
    else:
        library.consents.forget(digest_of(choice))


def file_named(word: str) -> Path:
    """The path that was typed, with the home folder in the place of ``~``."""
    try:
        return Path(word).expanduser()
    except RuntimeError:  # There is no such user: the name begins with a tilde, then.
        return Path(word)


def digest_of(path: Path) -> str:
    """The ``picture_digest`` of a file. Raises MediaError."""
    return picture_digest(read_image(path, max_side=MAX_SIDE))


def _consent_of(path: Path, library: AvatarLibrary) -> Consent | None:
    digest = digest_of(path)
    stated = library.consents.recall(digest)
    return OF_THE_PROGRAM if stated is None and library.bundled_with(digest) else stated


def _first_of_program(bundled: list[LibraryEntry]) -> LibraryEntry:
    """The user's order does not change what "no avatar was chosen" means."""
    return next((entry for entry in bundled if entry.id == DEFAULT_AVATAR), bundled[0])


def _ambiguous(word: str, named: list[LibraryEntry], path: Path | None) -> LibraryError:
    meant = [*(entry.id for entry in named), *([str(path)] if path is not None else [])]
    return LibraryError(
        f"{word!r} may mean any of these: {', '.join(meant)}.",
        "Write the avatar's id, or the file with its folder (./NAME).",
    )


def _unknown(word: str, entries: tuple[LibraryEntry, ...]) -> MediaError:
    names = [entry.id if entry.bundled else entry.name for entry in entries]
    listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    hint = (
        translatable(f"Avatars: {listed}.") if listed else translatable("There is no avatar yet.")
    )
    return MediaError(f"There is no avatar and no picture file {word!r}.", hint)
