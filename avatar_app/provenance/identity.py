"""Where the signing key of this installation lies: in one file that only its user may read.

The key is made when the first file is signed. It never leaves the machine; whoever deletes its
folder gets a new one, and files signed before are then those of an unknown key.
"""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from avatar_app.errors import MachineError
from avatar_app.provenance.certificate import SigningIdentity, new_identity, parse_identity

FILE_NAME = "signing.pem"

_MAX_BYTES = 20_000
_MADE = "A signing key was made for this installation."
_MADE_ANEW = (
    "The signing key of this installation was damaged or had run out, and was made anew; "
    "files signed before count as signed by an unknown key."
)


def known_identity(folder: Path) -> SigningIdentity | None:
    """The key in ``folder``; None where there is none that could be used. Changes nothing."""
    try:
        return parse_identity(_read(folder / FILE_NAME))
    except (OSError, ValueError):
        return None


def open_identity(folder: Path) -> SigningIdentity:
    """The key in ``folder``, made where it is missing or damaged; its ``note`` tells of that.
    Raises MachineError where it can be neither read nor kept."""
    path = folder / FILE_NAME
    try:
        _close_to_others(folder)
        try:
            identity = parse_identity(_read(path))
        except FileNotFoundError:
            return _make(path, _MADE, over=False)
        except ValueError:
            return _make(path, _MADE_ANEW, over=True)
        path.chmod(0o600)
    except OSError as error:
        raise MachineError(
            f"The signing key in {folder} cannot be used: {error.strerror or error}.",
            "See to it that the folder may be read and written to.",
        ) from error
    return identity


def _close_to_others(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def _read(path: Path) -> bytes:
    """Raises ValueError for what is no small file."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError("it is too large")
    return content


def _make(path: Path, note: str, *, over: bool) -> SigningIdentity:
    """A new key under ``path``. Another program that was faster wins, unless what it finds there
    is to be written ``over``."""
    identity = replace(new_identity(), note=note)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(identity.pem)
        if over:
            part.replace(path)
            return identity
        return _first(part, path, identity)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _first(part: Path, path: Path, identity: SigningIdentity) -> SigningIdentity:
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return parse_identity(_read(path))
    except OSError:  # A file system without links.
        part.replace(path)
    return identity
