"""One kept calibration as bytes: a zip of three members, version 1.

    calibration.json   camera, avatar, created, quality, pose and the ranges
    landmarks.f32      (478, 3) float32, pixels of the picture
    neutral.png        the head alone, at most 512 pixels a side

What the bytes claim is judged before memory is taken for it.
"""

import io
import time
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.calibration.neutral_crop import MAX_SIDE, cropped
from avatar_app.geometry import box_around
from avatar_app.types import (
    LANDMARK_COUNT,
    Calibration,
    FaceObservation,
    Frame,
    HeadPose,
    Points,
    Ranges,
    RgbImage,
    TrackedFrame,
)

MAX_BYTES = 4_000_000

_LANDMARK_BYTES = LANDMARK_COUNT * 3 * 4
_FARTHEST = 8.0
"""Landmarks lie within so many sides of the picture."""


@dataclass(frozen=True, slots=True)
class CalibrationKey:
    """For whom: the word that opens the camera (by name, where it has one) and the avatar's."""

    camera: str
    avatar: str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _Ranges(_Part):
    mouth: float | None = Field(None, ge=0, le=1)
    smile: float | None = Field(None, ge=0, le=1)
    shut_left: float | None = Field(None, ge=0, le=1)
    shut_right: float | None = Field(None, ge=0, le=1)
    gaze: float | None = Field(None, ge=0, le=0.5)
    turn: float | None = Field(None, ge=0, le=60)


class _Sheet(_Part):
    version: Literal[1] = 1
    camera: str = Field(max_length=4096)
    avatar: str = Field(max_length=4096)
    created: float = Field(ge=0, le=1e11)
    quality: float = Field(ge=0, le=1)
    yaw: float = Field(ge=-180, le=180)
    pitch: float = Field(ge=-180, le=180)
    roll: float = Field(ge=-180, le=180)
    ranges: _Ranges | None = None


def packed(key: CalibrationKey, calibration: Calibration) -> bytes:
    """The file's content. Raises ValueError for a calibration without a face."""
    image, face = cropped(calibration.neutral)
    sheet = _Sheet(
        camera=key.camera,
        avatar=key.avatar,
        created=calibration.created or time.time(),
        quality=float(np.clip(calibration.quality, 0, 1)),
        yaw=face.pose.yaw,
        pitch=face.pose.pitch,
        roll=face.pose.roll,
        ranges=_sheet_of(calibration.ranges),
    )
    _, png = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("calibration.json", sheet.model_dump_json())
        archive.writestr("landmarks.f32", face.landmarks.astype("<f4").tobytes())
        archive.writestr("neutral.png", png.tobytes())
    return buffer.getvalue()


def unpacked(content: bytes) -> tuple[CalibrationKey, Calibration]:
    """For whom it is, and the calibration, not yet placed. Raises ValueError for anything but
    what ``packed`` makes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError) as error:
        raise ValueError(f"it is damaged: {error}") from error
    except (NotImplementedError, RuntimeError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"it is something else: {error}") from error


def _read(archive: zipfile.ZipFile) -> tuple[CalibrationKey, Calibration]:
    try:
        sheet = _Sheet.model_validate_json(_member(archive, "calibration.json", 100_000))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    image = _picture(_member(archive, "neutral.png", MAX_BYTES))
    landmarks = _landmarks(_member(archive, "landmarks.f32", _LANDMARK_BYTES), image)
    pose = HeadPose(sheet.yaw, sheet.pitch, sheet.roll)
    face = FaceObservation(landmarks, box_around(landmarks), pose)
    calibration = Calibration(
        TrackedFrame(Frame(image, 0, 0.0), face),
        quality=sheet.quality,
        ranges=_ranges_of(sheet.ranges),
        created=sheet.created,
        is_placed=False,
    )
    return CalibrationKey(sheet.camera, sheet.avatar), calibration


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    entry = archive.getinfo(name)
    if entry.file_size > most:
        raise ValueError(f"{name} is too large")
    with archive.open(entry) as file:
        return file.read(most)


def _picture(content: bytes) -> RgbImage:
    with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
        if max(picture.size) > MAX_SIDE or picture.mode != "RGB":
            raise ValueError(f"its picture is {picture.size} {picture.mode}")
        return np.array(picture, np.uint8)


def _landmarks(content: bytes, image: RgbImage) -> Points:
    if len(content) != _LANDMARK_BYTES:
        raise ValueError("its landmarks are cut short")
    points = np.frombuffer(content, "<f4").reshape(LANDMARK_COUNT, 3).astype(np.float32)
    if not np.isfinite(points).all() or np.abs(points).max() > _FARTHEST * max(image.shape):
        raise ValueError("its landmarks lie nowhere")
    if min(np.ptp(points[:, :2], axis=0)) < 1:
        raise ValueError("its landmarks are no face")
    return points


def _sheet_of(ranges: Ranges | None) -> _Ranges | None:
    if ranges is None:
        return None
    left, right = ranges.shut_eyes or (None, None)
    return _Ranges(
        mouth=ranges.mouth,
        smile=ranges.smile,
        shut_left=left,
        shut_right=right,
        gaze=ranges.gaze,
        turn=ranges.turn,
    )


def _ranges_of(sheet: _Ranges | None) -> Ranges | None:
    if sheet is None:
        return None
    both = None
    if sheet.shut_left is not None and sheet.shut_right is not None:
        both = (sheet.shut_left, sheet.shut_right)
    return Ranges(sheet.mouth, sheet.smile, both, sheet.gaze, sheet.turn)
