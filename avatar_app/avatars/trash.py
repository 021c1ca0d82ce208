"""Removed avatars, kept for a while so that the removal can be undone."""

import contextlib
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from avatar_app.avatars.entry import is_id, read_record
from avatar_app.avatars.storage import changing
from avatar_app.errors import LibraryError

KEPT = 20
"""So many removed avatars are kept, the newest."""

KEPT_DAYS = 30
"""And none of them longer."""

_NAME = re.compile(r"([0-9]{1,20})-(.+)")


@dataclass(frozen=True, slots=True)
class Removed:
    """An avatar in the trash."""

    id: str
    name: str
    removed_at: datetime
    folder: Path


class Trash:
    """A folder of folders, each named after the time at which it came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def contents(self) -> tuple[Removed, ...]:
        """What can be brought back, the newest first."""
        if not self._folder.is_dir():
            return ()
        found = [self._removed(path) for path in self._folder.iterdir()]
        there = [removed for removed in found if removed is not None]
        return tuple(sorted(there, key=lambda removed: removed.folder.name, reverse=True))

    def take(self, folder: Path) -> None:
        """Move an avatar's folder here, at once. Raises LibraryError."""
        with changing(str(folder)):
            self._folder.mkdir(parents=True, exist_ok=True)
            folder.rename(self._folder / f"{time.time_ns():020d}-{folder.name}")

    def give_back(self, root: Path) -> str:
        """Move the newest one back to ``root``; its id. Raises LibraryError when there is none, or
        another avatar took its place."""
        removed = next(iter(self.contents()), None)
        if removed is None:
            raise LibraryError("There is no removal to undo.", "Removed avatars are kept a month.")
        place = root / removed.id
        if place.exists():
            raise LibraryError(
                f"{removed.name} is in the library again already.", "Nothing needs to be undone."
            )
        with changing(str(root)):
            removed.folder.rename(place)
        return removed.id

    def empty(self, *, keep: int = 0, days: float = 0) -> None:
        """Delete all but the newest ``keep`` of the last ``days``, for good."""
        oldest = datetime.now(UTC).timestamp() - days * 86400
        for number, removed in enumerate(self.contents()):
            if number >= keep or removed.removed_at.timestamp() < oldest:
                shutil.rmtree(removed.folder, ignore_errors=True)

    def _removed(self, path: Path) -> Removed | None:
        match = _NAME.fullmatch(path.name)
        if match is None or not is_id(match[2]) or path.is_symlink() or not path.is_dir():
            return None
        name = match[2]
        with contextlib.suppress(LibraryError):
            name = read_record(path).name
        try:
            when = datetime.fromtimestamp(int(match[1]) / 1e9, UTC)
        except (OverflowError, OSError, ValueError):
            return None
        return Removed(match[2], name, when, path)
