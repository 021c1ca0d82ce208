"""The folders of the user's own avatars: read, made, changed."""

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

from avatar_app.avatars.entry import (
    PICTURE,
    Damaged,
    LibraryEntry,
    Record,
    is_id,
    read_entry,
    read_record,
    write_record,
)
from avatar_app.avatars.storage import changing
from avatar_app.errors import LibraryError
from avatar_app.imaging import write_png
from avatar_app.types import RgbImage

_NEW = ".new-"
_STALE_S = 3600.0
_ID_LENGTH = 12


class Shelf:
    """The folders below ``root`` whose names are ids. What the disk refuses is a LibraryError."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def all(self) -> tuple[list[LibraryEntry], list[Damaged]]:
        """The avatars as they came, and the folders that cannot be read."""
        entries, damaged = [], []
        for folder in self._folders():
            try:
                entries.append(read_entry(folder))
            except LibraryError as error:
                if folder.exists():  # Another program may have removed it meanwhile.
                    damaged.append(Damaged(folder, error.message, error.hint))
        entries.sort(key=lambda entry: (str(entry.added), entry.id))
        return entries, damaged

    def folder(self, name: str) -> Path:
        """The folder of an avatar, whatever state it is in. Raises LibraryError."""
        folder = self._root / name
        if not is_id(name) or not folder.is_dir():
            raise LibraryError(
                f"There is no avatar {name!r}.", "Choose one that is in the list of avatars."
            )
        return folder

    def put(self, record: Record, image: RgbImage) -> str:
        """A new folder, made aside and named when it is whole; its id."""
        with changing(str(self._root)):
            self._root.mkdir(parents=True, exist_ok=True)
            aside = self._root / f"{_NEW}{os.getpid()}-{time.time_ns()}"
            aside.mkdir()
        try:
            write_png(aside / PICTURE, image)
            write_record(aside, record)
            return self._named(aside, record.digest[:_ID_LENGTH])
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def change(self, avatar: str, /, **changes: Any) -> None:
        """Replace fields of an avatar's record."""
        folder = self.folder(avatar)
        write_record(folder, read_record(folder).model_copy(update=changes))

    def tidy(self) -> None:
        """Clear away what programs that were killed left behind an hour ago or more."""
        if not self._root.is_dir():
            return
        for path in [*self._root.glob(f"{_NEW}*"), *self._root.rglob("*.part")]:
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime > _STALE_S:
                    _delete(path)

    def _folders(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return sorted(path for path in self._root.iterdir() if is_id(path.name))
        return []

    def _named(self, aside: Path, stem: str) -> str:
        """Give a new folder the first id that is free: a folder is never renamed onto another."""
        with changing(str(self._root)):
            for number in range(1, 10_000):
                name = stem if number == 1 else f"{stem}-{number}"
                try:
                    if not os.path.lexists(self._root / name):
                        aside.rename(self._root / name)
                        return name
                except OSError:
                    if not os.path.lexists(self._root / name):
                        raise
        raise LibraryError("This picture is in the library too often.", "Remove some of them.")


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
