"""Calibrations kept on this machine: one file for each camera and avatar, for its user alone.

A file is written whole or not at all, so a kill at any moment leaves the old one; one that is
damaged counts as none.
"""

import contextlib
import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from avatar_app.calibration.kept_file import MAX_BYTES, CalibrationKey, packed, unpacked
from avatar_app.errors import MachineError
from avatar_app.types import Calibration
from avatar_app.whole_file import write_private, written_whole

MAX_KEPT = 200
"""When more are kept, the oldest go."""

_SUFFIX = ".calibration"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptCalibration:
    """One line of the list; ``created`` in seconds of time.time."""

    key: CalibrationKey
    created: float
    quality: float
    has_ranges: bool


class CalibrationStore:
    """The calibrations in one folder, which nobody else may read. Holds nothing in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, key: CalibrationKey, calibration: Calibration) -> None:
        """Keep it, in place of an older one. Of the neutral picture only the head is written.
        Raises MachineError, and the older one stays; a calibration without a face is a
        ValueError."""
        content = packed(key, calibration)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            with written_whole(self._path(key)) as part:
                write_private(part, content)
        except OSError as error:
            raise MachineError(
                f"The calibration cannot be kept in {self._folder}: {error.strerror}.",
                "Free some room; until then it holds for this session.",
            ) from error
        self._drop_oldest()

    def load(self, key: CalibrationKey) -> Calibration | None:
        """The one for this camera and avatar, not yet placed; None without a usable one."""
        sheet_and_calibration = self._read(self._path(key))
        if sheet_and_calibration is None or sheet_and_calibration[0] != key:
            return None
        return sheet_and_calibration[1]

    def entries(self) -> tuple[KeptCalibration, ...]:
        """All usable ones, the newest first."""
        found = [self._read(path) for path in self._files()]
        kept = [
            KeptCalibration(key, c.created, c.quality, c.ranges is not None)
            for key, c in (pair for pair in found if pair is not None)
        ]
        return tuple(sorted(kept, key=lambda line: -line.created))

    def delete(self, key: CalibrationKey) -> bool:
        """Forget one, with what an interrupted save may have left; whether there was anything.
        Raises MachineError."""
        return self._remove(self._path(key).name + "*") > 0

    def delete_all(self) -> int:
        """Forget all, damaged ones and left parts too; how many files that were. Raises
        MachineError."""
        return self._remove(f"*{_SUFFIX}*")

    def _path(self, key: CalibrationKey) -> Path:
        name = hashlib.sha256(f"{key.camera}\0{key.avatar}".encode()).hexdigest()[:32]
        return self._folder / f"{name}{_SUFFIX}"

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def _read(self, path: Path) -> tuple[CalibrationKey, Calibration] | None:
        try:
            if not path.is_file():
                return None
            if path.stat().st_size > MAX_BYTES:
                raise ValueError("it is too large")
            return unpacked(path.read_bytes())
        except (OSError, ValueError) as error:
            _log.warning("the calibration %s is ignored: %s", path.name, error)
            return None

    def _remove(self, pattern: str) -> int:
        count = 0
        try:
            for path in self._folder.glob(pattern):
                path.unlink(missing_ok=True)
                count += 1
        except OSError as error:
            raise MachineError(
                f"The calibrations in {self._folder} cannot be deleted: {error.strerror}.",
                "Delete that folder.",
            ) from error
        return count

    def _drop_oldest(self) -> None:
        with contextlib.suppress(OSError):
            files = sorted(self._files(), key=lambda path: path.stat().st_mtime)
            for path in files[:-MAX_KEPT]:
                path.unlink(missing_ok=True)
