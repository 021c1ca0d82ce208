"""Room on the disk: asked before the work, and what the models take of it."""

import shutil
from pathlib import Path

from avatar_app.errors import MachineError

_SPARE = 50_000_000


def check_room(folder: Path, size: int) -> None:
    """Raises MachineError where ``size`` bytes (and a little more) do not fit beside what lies on
    the disk of ``folder``, which need not exist."""
    free = free_room(folder)
    if free < size + _SPARE:
        raise MachineError(
            f"About {in_words(size + _SPARE)} are needed at {folder} and {in_words(free)} are "
            "free.",
            "Free some room; avatar-app models list shows what models take.",
        )


def free_room(folder: Path) -> int:
    """Free bytes on the disk of ``folder``, which need not exist."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


def room_taken(folder: Path) -> int:
    """Bytes of all files below ``folder``; links are not followed."""
    if not folder.is_dir() or folder.is_symlink():
        return 0
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def in_words(size: int) -> str:
    """``size`` bytes in words."""
    if size >= 1e10:
        return f"{size / 1e9:.0f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
