"""Content Credentials: whether files can be signed here, and with which key."""

from collections.abc import Iterator

from avatar_app import paths
from avatar_app.doctor.check import Check, Verdict
from avatar_app.errors import MachineError
from avatar_app.provenance.identity import FILE_NAME, known_identity
from avatar_app.provenance.library import c2pa
from avatar_app.translatable import translatable

_NAME = translatable("Content Credentials")


def credentials() -> Iterator[Check]:
    """The signing library is loaded, the key only read: looking makes none. Without the library
    everything else works."""
    try:
        c2pa()
    except MachineError as error:
        yield Check(_NAME, Verdict.WARN, error.message, error.hint)
        return
    folder = paths.credentials_dir()
    if known_identity(folder) is not None:
        yield Check(_NAME, Verdict.OK, f"Files are signed with the key in {folder}.")
    elif (folder / FILE_NAME).exists():
        detail = translatable(
            f"The signing key in {folder} is damaged, has run out or may not be read."
        )
        hint = translatable(
            "Record once: it is made anew, and files signed before count as of an unknown key."
        )
        yield Check(_NAME, Verdict.WARN, detail, hint)
    else:
        yield Check(_NAME, Verdict.OK, "The signing key is made when the first file is signed.")
