"""The beginning of a download, kept so that the next attempt can go on where it ended."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

_MAX_NOTE_BYTES = 10_000


class PartialFile:
    """``TARGET.part`` and, beside it, which version of the file its server said that it is."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def range_headers(self, address: str) -> dict[str, str]:
        """What asks for the rest of the file: for the same version of it where this address gave
        the beginning (RFC 9110, 13.1.5). A beginning from elsewhere is gone on with as well: the
        whole is compared with its hash."""
        if not self.size:
            return {}
        headers = {"Range": f"bytes={self.size}-"}
        note = self._read_note()
        if note.get("address") == address and note.get("version"):
            headers["If-Range"] = note["version"]
        return headers

    def restart(self, address: str, headers: Mapping[str, str]) -> None:
        """Empty the file: what comes now is the beginning of this version."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        etag = headers.get("etag", "")
        version = headers.get("last-modified", "") if etag.startswith("W/") or not etag else etag
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps({"address": address, "version": version}))

    def append(self) -> BinaryIO:
        """The file, opened at its end."""
        return self.path.open("ab")

    def discard(self) -> None:
        """Forget the beginning."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def finish(self) -> Path:
        """Give the file its name."""
        self.path.replace(self._target)
        self._note.unlink(missing_ok=True)
        return self._target

    def _read_note(self) -> dict[str, str]:
        try:
            if self._note.stat().st_size > _MAX_NOTE_BYTES:
                return {}
            note = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(note, dict):
            return {}
        return {str(key): value for key, value in note.items() if isinstance(value, str)}
