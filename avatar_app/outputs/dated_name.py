"""Names of recordings and snapshots."""

from datetime import datetime
from itertools import count
from pathlib import Path


def dated_name(folder: Path, suffix: str, now: datetime) -> Path:
    """``Avatar 2026-11-26 14-03-05.mp4`` in ``folder``, with a number behind it where that is
    taken or about to be."""
    stem = f"Avatar {now:%Y-%m-%d %H-%M-%S}"
    names = (f"{stem} ({number})" if number > 1 else stem for number in count(1))
    paths = (folder / f"{name}{suffix}" for name in names)
    return next(path for path in paths if not _is_taken(path))


def _is_taken(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.part").exists()
