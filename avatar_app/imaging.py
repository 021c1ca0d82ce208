"""Reading, writing and scaling pictures: (H, W, 3) uint8 RGB."""

import io
import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from avatar_app.errors import MachineError, MediaError
from avatar_app.translatable import translatable
from avatar_app.types import RgbImage
from avatar_app.whole_file import written_whole

# cv2 points Qt at its own plug-ins; a Qt that fails later would blame that folder.
for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

MAX_FILE_BYTES = 256_000_000
"""Larger files are not opened as a picture."""

BACKDROP = (160, 160, 160)
"""What a transparent picture is laid on."""

# Formats that start no other program and open no other file (unlike EPS or PDF).
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "TGA", "JPEG2000", "AVIF")
_HEAD_BYTES = 128
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_DEEP_MODES = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}
_READ_HINT = translatable("Choose a JPEG, PNG, WebP or HEIC picture that another program can show.")
_SMALLER_HINT = translatable("Save it with about 2000 pixels a side.")


def read_image(path: Path, *, max_pixels: int = 40_000_000, max_side: int = 2048) -> RgbImage:
    """A picture file as (H, W, 3) uint8 RGB, upright, its longer side at most ``max_side``.

    The size stands in the header and is judged before anything is decoded: at most ``max_pixels``
    (450 MB while decoding), four times as many in a baseline JPEG, which is shrunk while it is
    read, half as many in formats whose decoders keep several copies. Of an animation the first
    frame counts; transparency is laid on a neutral grey. The content decides what a file is, not
    its name. Raises MediaError."""
    _check_file(path)
    return _read(path, str(path), max_pixels, max_side)


def read_image_bytes(
    data: bytes, title: str, *, max_pixels: int = 40_000_000, max_side: int = 2048
) -> RgbImage:
    """The same for a picture that never was a file (a clipboard's, a download); ``title`` names it
    in errors. Raises MediaError."""
    if not data:
        raise MediaError(f"{title} is empty.", _READ_HINT)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(title)
    return _read(io.BytesIO(data), title, max_pixels, max_side)


def _read(source: Path | io.BytesIO, title: str, max_pixels: int, max_side: int) -> RgbImage:
    with warnings.catch_warnings(action="ignore"):
        try:
            with _opened(source) as picture:
                _check_size(title, picture, max_pixels)
                return _decode(picture, max_side)
        except MediaError:
            raise
        except (Image.DecompressionBombError, MemoryError) as error:
            raise _too_large(title) from error
        except Exception as error:  # Pillow's decoders raise almost anything on a damaged file.
            raise _unreadable(title, error) from error


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) as the header of a picture that the program wrote itself says. Raises
    MediaError."""
    _check_file(path)
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            return picture.size
    except Exception as error:  # As above.
        raise _unreadable(str(path), error) from error


def is_still_picture(path: Path) -> bool:
    """Whether the file's header is that of a picture with one frame, however large."""
    try:
        with warnings.catch_warnings(action="ignore"), _opened(path) as picture:
            return picture.format == "HEIF" or not getattr(picture, "is_animated", False)
    except Image.DecompressionBombError:
        return True
    except Exception:  # As above; whoever opens the file says what is wrong with it.
        return False


def _opened(source: Path | io.BytesIO) -> Image.Image:
    if isinstance(source, Path):
        with source.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    else:
        head = source.getvalue()[:_HEAD_BYTES]
    return Image.open(source, formats=(_heif(),) if _is_heif(head) else _FORMATS)


def _is_heif(head: bytes) -> bool:
    """By the brands that a file of boxes names first: "mif1" may hold HEVC, or AV1 as in AVIF."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[at : at + 4] for at in (8, *range(16, min(size, len(head)), 4))}
    return head[4:8] == b"ftyp" and bool(brands & _HEIF_BRANDS)


@cache
def _heif() -> str:
    """The format in which phones write. Its decoder is loaded when such a file comes, not when
    the program starts."""
    from pi_heif import register_heif_opener

    register_heif_opener()
    return "HEIF"


def _check_file(path: Path) -> None:
    if not path.exists():
        raise MediaError(f"There is no file {path}.", "Check the name.")
    if not path.is_file():
        raise MediaError(f"{path} is not a picture file.", _READ_HINT)
    size = path.stat().st_size
    if size == 0:
        raise MediaError(f"The file {path} is empty.", _READ_HINT)
    if size > MAX_FILE_BYTES:
        raise MediaError(f"The file {path} is too large.", _SMALLER_HINT)


def _check_size(title: str, picture: Image.Image, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels * _allowance(picture):
        raise MediaError(
            f"The picture {title} is too large ({width} x {height} pixels).", _SMALLER_HINT
        )


def _allowance(picture: Image.Image) -> float:
    if picture.format in {"JPEG", "MPO"}:
        return 1 if "progressive" in picture.info else 4
    return 0.5 if picture.format in {"WEBP", "AVIF", "HEIF", "JPEG2000"} else 1


def _too_large(title: str) -> MediaError:
    return MediaError(f"The picture {title} is too large.", _SMALLER_HINT)


def _unreadable(title: str, error: Exception) -> MediaError:
    if isinstance(error, PermissionError):
        return MediaError(f"The picture {title} may not be read.", "Check its permissions.")
    if isinstance(error, UnidentifiedImageError | ImportError):
        return MediaError(f"{title} is not a picture this program knows.", _READ_HINT)
    return MediaError(f"The picture {title} is damaged.", _READ_HINT)


def _decode(picture: Image.Image, max_side: int) -> RgbImage:
    picture.draft(None, (max_side, max_side))
    picture.load()
    shrunk = _shrink(_eight_bit(picture, max_side), max_side)
    orientation = picture.getexif().get(274, 1)
    shrunk.getexif()[274] = orientation if orientation in range(1, 9) else 1
    ImageOps.exif_transpose(shrunk, in_place=True)
    return np.array(_opaque(shrunk), dtype=np.uint8)


def _eight_bit(picture: Image.Image, max_side: int) -> Image.Image:
    if picture.mode in _DEEP_MODES:
        values = np.asarray(_shrink(picture, max_side))
        return Image.fromarray(_from_deep(values, picture.mode))
    if picture.mode in {"1", "P", "PA"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture


def _from_deep(values: NDArray[Any], mode: str) -> NDArray[np.uint8]:
    """16-bit grey by its full scale; other depths have no known white, so by their own range."""
    if mode.startswith("I;16"):
        return (values // 257).astype(np.uint8)
    finite = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    low, high = float(finite.min()), float(finite.max())
    return ((finite - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def _shrink(picture: Image.Image, max_side: int) -> Image.Image:
    width, height = picture.size
    scale = max_side / max(width, height)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB" and not picture.has_transparency_data:
        return picture
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    over = picture.convert("RGBA")
    below = Image.new("RGBA", over.size, (*BACKDROP, 255))
    return Image.alpha_composite(below, over).convert("RGB")


def write_png(path: Path, image: RgbImage) -> None:
    """Write a picture at once or not at all: an old file survives. Raises MachineError."""
    _, encoded = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    try:
        with written_whole(path) as part:
            part.write_bytes(encoded.tobytes())
    except OSError as error:
        raise MachineError(
            f"The picture cannot be written to {path}: {error.strerror}.",
            "Free some room or choose another place.",
        ) from error


def resize(image: RgbImage, size: tuple[int, int]) -> RgbImage:
    """The picture at ``size`` (width, height): by area when it shrinks, cubic when it grows."""
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    shrinks = size[0] * size[1] < width * height
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)


def letterbox(
    image: RgbImage, size: tuple[int, int], colour: tuple[int, int, int] = (0, 0, 0)
) -> RgbImage:
    """The whole picture, as large as ``size`` (width, height) allows, on bars of ``colour``."""
    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    boxed = np.empty((size[1], size[0], 3), np.uint8)
    boxed[:] = colour
    boxed[top : top + inner[1], left : left + inner[0]] = resize(image, inner)
    return boxed
