"""Signs finished files on their way to their names. A recording is never lost for a signature."""

import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from avatar_app.errors import AvatarError
from avatar_app.provenance.certificate import SigningIdentity
from avatar_app.provenance.container import refuse_greed
from avatar_app.provenance.identity import open_identity
from avatar_app.provenance.signing import (
    DETACHED,
    EMBEDDED,
    SIDECAR,
    detached,
    require_room,
    signed_copy,
)
from avatar_app.provenance.statement import Statement, manifest
from avatar_app.translatable import translatable
from avatar_app.types import Outcome
from avatar_app.whole_file import written_whole

_SIGNED = ".signed"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SealReport:
    """What became of the files that passed: how many carry credentials and how many do not.

    ``reason`` says in a few words why the first of those does not, ``sidecar`` names the file
    beside the last one that cannot carry them itself, ``note`` tells of a key that was made."""

    signed: int = 0
    unsigned: int = 0
    reason: str = ""
    sidecar: str = ""
    note: str = ""

    @property
    def sentence(self) -> str:
        """What a person should know, one sentence; empty where nothing was to be signed."""
        if self.unsigned and self.signed:
            return (
                f"{self.unsigned} of {self.signed + self.unsigned} files carry no Content "
                f"Credentials: {self.reason}."
            )
        if self.unsigned:
            return translatable(
                f"The file is whole but carries no Content Credentials: {self.reason}."
            )
        if self.sidecar:
            return f"Content Credentials lie beside it in {self.sidecar}; keep both together."
        return translatable("Signed with Content Credentials.") if self.signed else ""


class FileSeal:
    """The outputs' ``Seal``: embeds credentials that say what ``statement`` says, signed with the
    key in the folder ``keys``. Serves several files one after the other, all in one thread;
    ``report`` may be asked anywhere. Nothing is raised: what cannot be signed stays as it is."""

    def __init__(self, statement: Statement, keys: Path) -> None:
        self._statement = statement
        self._keys = keys
        self._identity: SigningIdentity | None = None
        self._sidecar = b""
        self.report = SealReport()

    def sign(self, part: Path, path: Path, outcomes: Collection[Outcome]) -> None:
        """Sign the finished file ``part``, which is about to be called ``path`` and shows
        pictures of these ``outcomes``."""
        signed = part.with_name(part.name + _SIGNED)
        try:
            self._sign(part, signed, path, outcomes)
        except Exception as error:  # Whatever it is: the recording matters more.
            _log.warning("%s could not be signed", path.name, exc_info=error)
            self._count(reason=_reason(error))
        finally:
            with contextlib.suppress(OSError):
                signed.unlink(missing_ok=True)

    def settle(self, path: Path) -> None:
        """The file has its name: what it cannot carry is laid beside it."""
        content, self._sidecar = self._sidecar, b""
        if not content:
            return
        beside = path.with_suffix(SIDECAR)
        try:
            with written_whole(beside) as part:
                part.write_bytes(content)
        except OSError as error:
            _log.warning("%s could not be written", beside.name, exc_info=error)
            self._count(reason=_reason(error))
        else:
            self._count(sidecar=beside.name)

    def _sign(self, part: Path, signed: Path, path: Path, outcomes: Collection[Outcome]) -> None:
        kind = path.suffix.lower()
        claim = manifest(self._statement, outcomes)
        if kind in DETACHED:
            # One of an older file would belie the new one; that it goes is due in any case.
            path.with_suffix(SIDECAR).unlink(missing_ok=True)
        require_room(part)
        with part.open("rb") as file:
            refuse_greed(file)  # What could not be read again is not signed either.
        if kind in DETACHED:
            self._sidecar = detached(part, DETACHED[kind], claim, self._key())
            return
        signed_copy(part, signed, EMBEDDED[kind], claim, self._key())
        signed.replace(part)
        self._count()

    def _key(self) -> SigningIdentity:
        if self._identity is None:
            self._identity = open_identity(self._keys)
        return self._identity

    def _count(self, *, reason: str = "", sidecar: str = "") -> None:
        old = self.report
        self.report = SealReport(
            old.signed + (not reason),
            old.unsigned + bool(reason),
            old.reason or reason,
            sidecar or old.sidecar,
            self._identity.note if self._identity is not None else "",
        )


def _reason(error: Exception) -> str:
    """A few words for a sentence that ends with them."""
    if isinstance(error, AvatarError):
        return error.message.rstrip(".")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "the signing library refused it (the log has the details)"
