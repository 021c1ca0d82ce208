"""A library on drawn faces, in a folder of the test."""

from pathlib import Path

from drawn_face import DrawnFaceTracker, drawn_portrait

from avatar_app.avatars.consent import stated
from avatar_app.avatars.entry import LibraryEntry
from avatar_app.avatars.library import AvatarLibrary
from avatar_app.imaging import write_png
from avatar_app.types import ConsentKind

OWN = stated(ConsentKind.OWN)


def library_in(folder: Path, *bundled: str) -> AvatarLibrary:
    """A library in ``folder``/avatars with the named avatars as those that come with it."""
    pictures = {}
    for number, name in enumerate(bundled):
        pictures[name] = folder / f"{name}.png"
        write_png(pictures[name], drawn_portrait(shade=100 + number))
    return AvatarLibrary(folder / "avatars", DrawnFaceTracker, pictures)


def added(library: AvatarLibrary, name: str, shade: int = 180, **options: object) -> LibraryEntry:
    """Another avatar; each shade is another picture."""
    inspection = library.intake.image(drawn_portrait(shade=shade), name)
    return library.add(inspection, **options)  # type: ignore[arg-type]


def names(library: AvatarLibrary) -> list[str]:
    """The names of those that are shown, in order."""
    return [entry.name for entry in library.list().shown]
