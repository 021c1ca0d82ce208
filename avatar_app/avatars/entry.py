"""One avatar of the library, and how it lies in its folder.

    ID/avatar.toml     name, person, credit, crop, digest, consent
    ID/picture.png     the whole picture, upright, bounded, without metadata

A folder is made aside and takes its name when it is whole; afterwards only avatar.toml is ever
replaced, at once. So a program that is killed leaves each avatar as it was or as it should be.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.avatars.consent import MAX_NAME, ConsentRecord, as_toml
from avatar_app.avatars.crop import checked_crop
from avatar_app.avatars.storage import read_text, written
from avatar_app.errors import LibraryError
from avatar_app.translatable import translatable
from avatar_app.types import Box, Consent

RECORD, PICTURE = "avatar.toml", "picture.png"

_ID = re.compile(r"[0-9a-f]{12}(-[0-9]{1,4})?")
_Side = Annotated[int, Field(ge=1, le=4096)]
_Corner = Annotated[int, Field(ge=0, le=4096)]
_Corners = tuple[_Corner, _Corner, _Corner, _Corner]


class Record(BaseModel):
    """avatar.toml. ``size`` is the picture's (width, height), ``crop`` and ``face`` (the one that
    is meant) are x0, y0, x1, y1 in its pixels, ``faces`` is how many it shows, ``digest`` its
    ``picture_digest``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(min_length=1, max_length=MAX_NAME)
    person: str = Field("", max_length=MAX_NAME)
    credit: str = Field("", max_length=500)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: tuple[_Side, _Side]
    crop: _Corners
    face: _Corners
    faces: int = Field(1, ge=1)
    added: datetime
    consent: ConsentRecord | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LibraryEntry:
    """An avatar in the list. ``picture`` is its whole picture, ``size`` that one's (width,
    height), ``crop`` what is used of it and ``face`` where the face is that is meant. ``digit``
    is the key 1–9 that chooses it, 0 for none. Those that come with the program are ``bundled``:
    they may be moved and hidden, nothing else."""

    id: str
    name: str
    picture: Path
    size: tuple[int, int]
    crop: Box
    face: Box
    person: str = ""
    credit: str = ""
    digest: str = ""
    faces: int = 1
    added: datetime | None = None
    consent: Consent | None = None
    bundled: bool = False
    hidden: bool = False
    digit: int = 0


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something in the library that cannot be read; the rest is not concerned."""

    path: Path
    message: str
    hint: str


def is_id(name: str) -> bool:
    """Whether a folder of this name is an avatar of the user."""
    return _ID.fullmatch(name) is not None


def read_entry(folder: Path) -> LibraryEntry:
    """The avatar in a folder. Raises LibraryError with what is wrong."""
    picture = folder / PICTURE
    if folder.is_symlink() or picture.is_symlink() or not picture.is_file():
        raise LibraryError(f"The avatar in {folder} has lost its picture.", _mend(folder))
    record = read_record(folder)
    return LibraryEntry(
        id=folder.name,
        name=record.name,
        picture=picture,
        size=record.size,
        crop=checked_crop(Box(*record.crop), record.size),
        face=Box(*record.face),
        person=record.person,
        credit=record.credit,
        digest=record.digest,
        faces=record.faces,
        added=record.added,
        consent=record.consent.consent() if record.consent is not None else None,
    )


def read_record(folder: Path) -> Record:
    """What avatar.toml says. Raises LibraryError."""
    try:
        return Record.model_validate(tomllib.loads(read_text(folder / RECORD)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LibraryError(
            f"The avatar in {folder} is damaged: {where}: {first['msg'].lower()}.", _mend(folder)
        ) from error
    except (OSError, ValueError) as error:
        raise LibraryError(f"The avatar in {folder} is damaged: {error}.", _mend(folder)) from error


def write_record(folder: Path, record: Record) -> None:
    """Replace avatar.toml at once. Raises LibraryError."""
    text = tomli_w.dumps(as_toml(record))
    with written(folder / RECORD) as part:
        part.write_text(text, encoding="utf-8")


def box_numbers(box: Box) -> tuple[int, int, int, int]:
    """A box as the record keeps it: x0, y0, x1, y1 in whole pixels."""
    return round(box.x0), round(box.y0), round(box.x1), round(box.y1)


def _mend(folder: Path) -> str:
    return translatable(
        f"Remove {folder} and add the picture again; the other avatars are not concerned."
    )
