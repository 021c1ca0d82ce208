"""Whose face a portrait shows, stated once by the user and kept with the sentence.

A picture that is no avatar of the library is known by its pixels, so that the same photo is asked
about once wherever it lies."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avatar_app.avatars.storage import changing, read_text, written
from avatar_app.errors import ConsentError
from avatar_app.translatable import translatable
from avatar_app.types import Consent, ConsentKind

MAX_NAME = 80
"""Characters in a person's or an avatar's name."""

STATEMENTS = {
    ConsentKind.OWN: translatable("This is my own face."),
    ConsentKind.NOBODY: translatable(
        "This picture is rendered, drawn or generated and shows no real person."
    ),
    ConsentKind.AGREED: translatable(
        "{person} has agreed that I use this picture as a live avatar."
    ),
}
"""The English sentences; a translation is handed to ``stated`` with its language."""

OF_THE_PROGRAM = Consent(
    ConsentKind.NOBODY, STATEMENTS[ConsentKind.NOBODY], "en", datetime(2026, 1, 1, tzinfo=UTC)
)
"""What the makers of the program state about the avatars that come with it."""

HOW_TO_STATE = translatable(
    "State it once: it shows your own face, nobody's (drawn, rendered, generated) or that of a "
    "person who agreed."
)

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ConsentRecord(BaseModel):
    """A consent as it lies in a file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: ConsentKind
    statement: str = Field(min_length=1, max_length=1000)
    language: str = Field(min_length=2, max_length=20)
    given_at: datetime
    person: str = Field("", max_length=MAX_NAME)

    @model_validator(mode="after")
    def _agreed_names_somebody(self) -> "ConsentRecord":
        if self.kind is ConsentKind.AGREED and not self.person.strip():
            raise ValueError("the person who agreed is not named")
        return self

    @staticmethod
    def of(consent: Consent) -> "ConsentRecord":
        """The record of a consent."""
        return ConsentRecord(
            kind=consent.kind,
            statement=consent.statement,
            language=consent.language,
            given_at=consent.given_at,
            person=consent.person,
        )

    def consent(self) -> Consent:
        """The consent that was recorded."""
        return Consent(self.kind, self.statement, self.language, self.given_at, self.person)


def stated(
    kind: ConsentKind, *, person: str = "", statement: str = "", language: str = "en"
) -> Consent:
    """The user's statement, made now. ``statement`` is the sentence as it was shown, where that
    was not the English one. Raises ConsentError when a person agreed who is not named."""
    person = plain_name(person)
    if kind is ConsentKind.AGREED and not person:
        raise ConsentError("The person who agreed is not named.", "Write the name.")
    sentence = statement or STATEMENTS[kind].format(person=person)
    named = person if kind is ConsentKind.AGREED else ""
    return Consent(kind, sentence, language, datetime.now(UTC).replace(microsecond=0), named)


def parse_consent(word: str) -> Consent:
    """``own``, ``nobody`` or ``agreed:NAME`` as a statement made now. Raises ConsentError."""
    kind, _, person = word.partition(":")
    is_agreed = kind == ConsentKind.AGREED
    if kind not in set(ConsentKind) or bool(plain_name(person)) != is_agreed:
        raise ConsentError(f"{word!r} is no statement about a portrait.")
    return stated(ConsentKind(kind), person=person)


def require_consent(name: str, consent: Consent | None) -> None:
    """Raises ConsentError where nothing was stated about the avatar of this name."""
    if consent is None:
        raise ConsentError(
            f"Nobody has stated whose face “{name}” shows, so it is not used.", HOW_TO_STATE
        )


def plain_name(text: str) -> str:
    """A name without control characters and line ends, of bounded length."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:MAX_NAME].strip()


class ConsentMemory:
    """What was stated about pictures, a file each in ``folder``: one that is damaged is asked
    about again and takes no other along."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, digest: str) -> Consent | None:
        """What was stated about the picture with these pixels (``picture_digest``)."""
        path = self._place(digest)
        try:
            return ConsentRecord.model_validate(tomllib.loads(read_text(path))).consent()
        except (OSError, ValueError, ValidationError):
            return None

    def remember(self, digest: str, consent: Consent) -> None:
        """Keep a statement. Raises LibraryError where the disk does not take it."""
        text = tomli_w.dumps(as_toml(ConsentRecord.of(consent)))
        with written(self._place(digest)) as part:
            part.write_text(text, encoding="utf-8")

    def forget(self, digest: str) -> None:
        """Take a statement back. Raises LibraryError."""
        with changing(str(self._folder)):
            self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no digest")
        return self._folder / f"{digest}.toml"


def as_toml(record: BaseModel) -> dict[str, Any]:
    """The fields of a record as TOML knows them: without those that are None."""
    return record.model_dump(exclude_none=True)
