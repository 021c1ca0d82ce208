"""A look at a file before the library reads it: how much of it would be taken into memory.

The library takes whole what it thinks are credentials, and some kinds of files altogether.
"""

import struct
from typing import BinaryIO

from avatar_app.errors import MediaError

MOST_BYTES = 512 * 2**20
"""Of a picture (a GIF among them) or a document; a film may be as long as it likes."""

MOST_IN_A_BOX = 64 * 2**20
"""Of any part of a film but its media data."""

_MATROSKA = b"\x1a\x45\xdf\xa3"
_MEDIA = {b"mdat", b"free", b"skip", b"wide"}
_MOST_BOXES = 10_000
_HINT = "It was not looked into."


def is_matroska(file: BinaryIO) -> bool:
    """Whether it is a film that cannot carry credentials."""
    file.seek(0)
    return file.read(4) == _MATROSKA


def refuse_greed(file: BinaryIO) -> None:
    """Raises MediaError for a file that would take more memory than any honest one needs."""
    size = file.seek(0, 2)
    file.seek(4)
    if file.read(4) == b"ftyp":
        _check_boxes(file, size)
    elif size > MOST_BYTES and not is_matroska(file):
        raise MediaError(f"The file is larger than {MOST_BYTES >> 20} MB.", _HINT)
    file.seek(0)


def _check_boxes(file: BinaryIO, size: int) -> None:
    """The boxes at the top of an ISO base media file (ISO/IEC 14496-12, 4.2)."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        length = length or size - at
        if kind not in _MEDIA and length > MOST_IN_A_BOX:
            raise MediaError(
                f"A part of the film ({kind!r}) is larger than {MOST_IN_A_BOX >> 20} MB.", _HINT
            )
        if length < 8:
            return
        at += length
    raise MediaError(f"The film has more than {_MOST_BOXES} parts.", _HINT)
