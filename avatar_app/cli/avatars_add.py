"""avatar-app avatars add and check: pictures looked at, and kept."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from avatar_app.cli.options import AsJson, ConsentWord
from avatar_app.errors import AvatarError, ConfigError, FaceError, LibraryError

if TYPE_CHECKING:
    from pathlib import Path

    from avatar_app.avatars.checks import Finding
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.inspection import Inspection
    from avatar_app.avatars.library import AvatarLibrary
    from avatar_app.types import Box, Consent

Source = Annotated[
    str, typer.Argument(metavar="FILE|URL|FOLDER", help="A picture, or a folder of pictures.")
]
Face = Annotated[
    str | None,
    typer.Option(metavar="N|all", help="Which face of several; 1 is the largest."),
]


def add(
    source: Source,
    *,
    consent: ConsentWord = None,
    name: Annotated[str, typer.Option(help="The avatar's name.")] = "",
    person: Annotated[str, typer.Option(help="Whose avatar it is.")] = "",
    credit: Annotated[str, typer.Option(help="Who made the picture, its licence.")] = "",
    face: Face = None,
) -> None:
    """Add a picture as an avatar, or each picture of a folder.

    The picture is looked at, encoded anew without anything hidden in it, and copied into your
    library. Only a URL that is written here is ever fetched."""
    from avatar_app.avatars.choice import file_named
    from avatar_app.avatars.consent import parse_consent
    from avatar_app.build import open_library

    library = open_library()
    library.tidy()
    stated = parse_consent(consent) if consent is not None else None
    if file_named(source).is_dir():
        _add_folder(library, file_named(source), stated, person, credit)
        return
    inspection = _inspect(source, library)
    numbers = _numbers(inspection, face)
    for number in numbers:
        _print_findings(inspection.candidates[number].findings)
        called = f"{name} {number + 1}" if name and len(numbers) > 1 else name
        entry = library.add(
            inspection, number, name=called, person=person, credit=credit, consent=stated
        )
        _print_line(f"Added {entry.name} ({entry.id}).")
        _settle(library, entry)


def check(source: Source, *, as_json: AsJson = False) -> None:
    """Look at a picture without keeping it. Exit code 2 when it cannot become an avatar."""
    from avatar_app.build import open_library
    from avatar_app.cli.terminal import print_json

    library = open_library()
    inspection = _inspect(source, library)
    if as_json:
        print_json(_as_json(inspection))
    else:
        _print_inspection(inspection)
    refusals = [candidate.refusal for candidate in inspection.candidates]
    if all(refusals):
        worst = refusals[0] if refusals and refusals[0] is not None else inspection.findings[0]
        raise FaceError(worst.message, worst.hint)


def _inspect(source: str, library: "AvatarLibrary") -> "Inspection":
    from avatar_app.avatars.choice import file_named
    from avatar_app.avatars.fetch import is_address

    if is_address(source):
        return library.intake.address(source)
    return library.intake.file(file_named(source))


def _numbers(inspection: "Inspection", face: str | None) -> list[int]:
    """Which candidates are meant. Raises FaceError, ConfigError."""
    count = len(inspection.candidates)
    if count == 0:
        raise FaceError(inspection.findings[0].message, inspection.findings[0].hint)
    if face == "all":
        return list(range(count))
    if face is None and count > 1:
        raise FaceError(
            f"There are {count} faces in this picture.",
            f"Add --face 1 for the largest, up to --face {count}, or --face all.",
        )
    number = face or "1"
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= count):
        raise ConfigError(f"--face {face} is none of the {count} faces.", "1 is the largest.")
    return [int(number) - 1]


def _settle(library: "AvatarLibrary", entry: "LibraryEntry") -> None:
    """Ask whose face it is where that was not stated, or say how to state it."""
    from avatar_app.cli.avatars_consent import ask_consent, can_ask
    from avatar_app.cli.terminal import messages

    if entry.consent is not None:
        return
    if can_ask():
        library.set_consent(entry.id, ask_consent(entry.name))
        return
    how = f"avatar-app avatars consent {entry.id} own|nobody|agreed:NAME"
    messages().print(f"It is used once it was stated whose face it is: {how}", markup=False)


def _add_folder(
    library: "AvatarLibrary", folder: "Path", stated: "Consent | None", person: str, credit: str
) -> None:
    """Each picture with its own result; of several faces the largest."""
    added = 0
    for path, inspection in library.intake.folder(folder):
        try:
            if isinstance(inspection, AvatarError):
                raise inspection
            entry = library.add(inspection, person=person, credit=credit, consent=stated)
        except AvatarError as error:
            _print_line(f"{path.name}: {error}")
        else:
            added += 1
            note = "" if entry.consent else ", whose face it is must still be stated"
            _print_line(f"{path.name}: added as {entry.name} ({entry.id}){note}")
    if not added:
        raise LibraryError(f"Nothing of {folder} was added.", "The reasons stand above.")


def _print_inspection(inspection: "Inspection") -> None:
    height, width = inspection.image.shape[:2]
    _print_line(f"{inspection.title}: {width} x {height} pixels")
    _print_findings(inspection.findings)
    for number, candidate in enumerate(inspection.candidates, 1):
        crop = ",".join(str(side) for side in _corners(candidate.crop))
        said = "good" if not candidate.findings else "usable" if not candidate.refusal else "no"
        tall = round(candidate.face.box.height)
        _print_line(f"Face {number}: {said}; {tall} pixels tall, suggested crop {crop}")
        _print_findings(candidate.findings)


def _print_findings(findings: "Iterable[Finding]") -> None:
    for finding in findings:
        _print_line(f"  {finding.severity.value}: {finding.message} {finding.hint}")


def _print_line(text: str) -> None:
    from avatar_app.cli.terminal import results

    results().print(text, markup=False)


def _as_json(inspection: "Inspection") -> dict[str, Any]:
    from dataclasses import asdict

    height, width = inspection.image.shape[:2]
    faces = [
        {
            "usable": candidate.refusal is None,
            "face": _corners(candidate.face.box),
            "crop": _corners(candidate.crop),
            "findings": [asdict(finding) for finding in candidate.findings],
        }
        for candidate in inspection.candidates
    ]
    findings = [asdict(finding) for finding in inspection.findings]
    return {"size": [width, height], "faces": faces, "findings": findings}


def _corners(box: "Box") -> list[int]:
    return [round(box.x0), round(box.y0), round(box.x1), round(box.y1)]
