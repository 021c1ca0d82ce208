"""The zip archives that torch.save writes: what lies in them, before PyTorch opens one.

Nothing in them is compressed, so an archive that claims more bytes than the file has, by
compression, overlap or a second member of one name, was not written by PyTorch.
"""

import zipfile
from typing import BinaryIO

_END_BYTES = 22
_LOCATOR_BYTES = 20
_END64_BYTES = 56
_MAX_DIRECTORY_BYTES = 4_000_000
"""A checkpoint of a thousand tensors needs about 100,000."""


class UnfitArchiveError(Exception):
    """An archive that is damaged or packed as PyTorch does not; one clause says why."""


def stored_members(file: BinaryIO, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members of an archive of ``size`` bytes by name in lower case, for PyTorch finds them in
    any case of letters. Raises UnfitArchiveError."""
    if _directory_bytes(file, size) > _MAX_DIRECTORY_BYTES:
        raise UnfitArchiveError("holds far more than a dict of tensors")
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnfitArchiveError("is damaged or not written by PyTorch") from error
    members = {member.filename.lower(): member for member in listed}
    stored = all(m.compress_type == zipfile.ZIP_STORED for m in listed)
    if not stored or len(members) < len(listed) or sum(m.file_size for m in listed) > size:
        raise UnfitArchiveError("is packed in a way that PyTorch does not")
    return members


def member_bytes(file: BinaryIO, member: zipfile.ZipInfo) -> bytes:
    """The contents of one member. Raises UnfitArchiveError."""
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.read(member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnfitArchiveError("is damaged or not written by PyTorch") from error


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """Length of the list of members, as the last bytes of the file tell: the record of 64-bit
    sizes where there is one, else the plain one."""
    file.seek(max(size - _END64_BYTES - _LOCATOR_BYTES - _END_BYTES, 0))
    tail = file.read()
    plain = tail[-_END_BYTES:]
    if not plain.startswith(b"PK\x05\x06"):
        raise UnfitArchiveError("is truncated: its end is missing")
    if tail[_END64_BYTES:].startswith(b"PK\x06\x07"):
        return int.from_bytes(tail[40:48], "little")
    return int.from_bytes(plain[12:16], "little")
