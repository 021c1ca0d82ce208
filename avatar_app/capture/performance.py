"""A recorded performance: the face of every frame of a clip, in one small file.

The file is a zip of plain numpy arrays (``.npz`` without pickles), format version 1:

    version    ()            int64     1
    landmarks  (N, 478, 3)   float32   pixels of the frame; zeros where there was no face
    present    (N,)          bool      whether there was one
    times      (N,)          float64   seconds from the first frame
    size       (2,)          int64     width and height of the frames
    fps        (2,)          int64     numerator and denominator

What a header claims is judged before memory is taken for it.
"""

import math
import zipfile
import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from avatar_app.errors import MachineError, MediaError
from avatar_app.types import LANDMARK_COUNT, Points
from avatar_app.whole_file import written_whole

FORMAT_VERSION = 1

MAX_FRAMES = 36_000
"""Twenty minutes at 30 frames a second: about 200 MB in memory."""

_MAX_SIDE = 16_384
_FRAME_BYTES = LANDMARK_COUNT * 3 * 4
_MAX_MEMBER_BYTES = MAX_FRAMES * _FRAME_BYTES + 4096
_HINT = "Record the performance again."


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """``landmarks`` (N, 478, 3) float32, ``present`` (N,) bool, ``times`` (N,) float64 seconds,
    ``size`` (width, height) of the recorded frames."""

    landmarks: Points
    present: NDArray[np.bool_]
    times: NDArray[np.float64]
    size: tuple[int, int]
    fps: Fraction

    def __len__(self) -> int:
        return len(self.times)


def save_performance(path: Path, performance: Performance) -> None:
    """Write it at once or not at all: an old file survives a full disk. Raises MachineError."""
    try:
        with written_whole(path) as part, part.open("wb") as file:
            _write(file, _arrays(performance))
    except OSError as error:
        raise MachineError(
            f"The performance cannot be written to {path}: {error.strerror}.",
            "Free some room or choose another place.",
        ) from error


def _write(file: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    try:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                npy.write_array(  # type: ignore[no-untyped-call]
                    member, array, version=(1, 0), allow_pickle=False
                )
        archive.close()
    except OSError:
        # Left alone, the archive would write its ending to the full disk once more when collected.
        archive.fp = None
        raise


def _arrays(performance: Performance) -> dict[str, NDArray[Any]]:
    return {
        "version": np.array(FORMAT_VERSION, np.int64),
        "landmarks": np.asarray(performance.landmarks, np.float32),
        "present": np.asarray(performance.present, np.bool_),
        "times": np.asarray(performance.times, np.float64),
        "size": np.array(performance.size, np.int64),
        "fps": np.array(performance.fps.as_integer_ratio(), np.int64),
    }


def load_performance(path: Path) -> Performance:
    """Read a recording; every array's type, shape and size is checked. Raises MediaError."""
    if not path.is_file():
        raise MediaError(f"There is no recorded performance {path}.", "Check the name.")
    try:
        if path.stat().st_size > _MAX_MEMBER_BYTES * 2:
            raise _unusable(path, "it is too large")
        with zipfile.ZipFile(path) as archive:
            return _checked(path, archive)
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise _unusable(path, "it is damaged or something else") from error
    except (ValueError, NotImplementedError, RuntimeError, MemoryError) as error:
        raise _unusable(path, str(error) or "too little memory") from error


def _checked(path: Path, archive: zipfile.ZipFile) -> Performance:
    version = int(_member(archive, "version", np.int64, ()))
    if version != FORMAT_VERSION:
        raise _unusable(path, f"its format is {version}, this program reads {FORMAT_VERSION}")
    times = _member(archive, "times", np.float64, (None,))
    count = len(times)
    if not 0 < count <= MAX_FRAMES:
        raise ValueError(f"it has {count} frames")
    width, height = (int(side) for side in _member(archive, "size", np.int64, (2,)))
    numerator, denominator = (int(part) for part in _member(archive, "fps", np.int64, (2,)))
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ValueError("its frame size is impossible")
    if not (denominator > 0 and 0 < numerator <= 1000 * denominator):
        raise ValueError("its frame rate is impossible")
    landmarks = _member(archive, "landmarks", np.float32, (count, LANDMARK_COUNT, 3))
    if not (np.isfinite(landmarks).all() and np.isfinite(times).all()):
        raise ValueError("it holds numbers that are not finite")
    present = _member(archive, "present", np.bool_, (count,))
    return Performance(landmarks, present, times, (width, height), Fraction(numerator, denominator))


def _member(
    archive: zipfile.ZipFile, name: str, dtype: type[np.generic], shape: tuple[int | None, ...]
) -> NDArray[Any]:
    """One array of exactly this type and shape (None: any length); ValueError otherwise."""
    entry = archive.getinfo(f"{name}.npy")
    if entry.file_size > _MAX_MEMBER_BYTES:
        raise ValueError(f"its {name} are too many")
    with archive.open(entry) as file:
        magic = npy.read_magic(file)  # type: ignore[no-untyped-call]
        if magic != (1, 0):
            raise ValueError(f"its {name} are of an unknown kind")
        header = npy.read_array_header_1_0(file)  # type: ignore[no-untyped-call]
        found, fortran, kind = header
        fits = len(found) == len(shape) and all(
            want in (None, got) for want, got in zip(shape, found, strict=True)
        )
        wanted_bytes = math.prod(found) * np.dtype(dtype).itemsize
        if kind != dtype or fortran or not fits or wanted_bytes > _MAX_MEMBER_BYTES:
            raise ValueError(f"its {name} are {kind} {found}, expected {np.dtype(dtype)} {shape}")
        data = file.read(wanted_bytes)
    if len(data) != wanted_bytes:
        raise ValueError(f"its {name} are cut short")
    return np.frombuffer(data, dtype).reshape(found)


def _unusable(path: Path, why: str) -> MediaError:
    return MediaError(f"The recorded performance {path} cannot be used: {why}.", _HINT)
