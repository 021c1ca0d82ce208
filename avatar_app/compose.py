"""From an engine's picture to the picture others see: size, fit, mirror and badge."""

import cv2
import numpy as np

from avatar_app.card import CardDrawer
from avatar_app.config import Fit, Language
from avatar_app.errors import EngineError
from avatar_app.provenance.mark import Mark
from avatar_app.types import RgbImage

_GROUND = (22, 24, 29)
_ALARM = (226, 32, 40)
_CARD_SIZE = (1280, 720)
_CARDS_KEPT = 8
_BACKDROP_SIDE = 96
_BACKDROP_LIGHT = 0.6


class Composer:
    """Makes every picture that leaves the program (height, width, 3) uint8, C-contiguous.

    With ``width`` and ``height`` None a picture keeps its own size. Per frame it only resizes
    and copies; what costs more is computed once. ``language`` is that of the badge.
    Belongs to one thread."""

    def __init__(
        self,
        width: int | None,
        height: int | None,
        *,
        fit: Fit,
        mirror: bool,
        badge: bool,
        language: Language = Language.ENGLISH,
    ) -> None:
        self._size = None if width is None or height is None else (width, height)
        self._fit = fit
        self._mirror = mirror
        self._mark = Mark(language) if badge else None
        self._cards: dict[tuple[str, str], RgbImage] = {}
        self._card_drawer = CardDrawer(*(self._size or _CARD_SIZE))

    def backdrop(self, rest: RgbImage) -> RgbImage:
        """What lies beside a contained portrait: the portrait itself, enlarged to cover the
        picture, strongly blurred and a little darker. Once per avatar."""
        _check(rest)
        if self._size is None:
            return rest
        width, height = self._size
        shrink = _BACKDROP_SIDE / max(width, height)
        small = np.empty((max(1, round(height * shrink)), max(1, round(width * shrink)), 3), "u1")
        _cover(rest, small)
        small = cv2.GaussianBlur(small, (0, 0), _BACKDROP_SIDE / 16)
        small = cv2.convertScaleAbs(small, alpha=_BACKDROP_LIGHT)
        return np.ascontiguousarray(cv2.resize(small, self._size, interpolation=cv2.INTER_CUBIC))

    def compose(self, picture: RgbImage, backdrop: RgbImage | None) -> RgbImage:
        """The finished frame, always a fresh array. ``backdrop`` is what ``backdrop`` made for
        this avatar; None is a dark ground. Raises EngineError for anything but a picture."""
        out = self._place(picture, backdrop)
        if self._mark is not None:
            self._mark.stamp(out)
        return out

    def pass_through(self, image: RgbImage) -> RgbImage:
        """The camera's own picture, fitted, in a red frame; it is no avatar and has no badge."""
        out = self._place(image, None)
        thick = max(2, round(min(out.shape[:2]) * 0.012))
        out[:thick] = out[-thick:] = _ALARM
        out[:, :thick] = out[:, -thick:] = _ALARM
        return out

    def card(self, title: str, detail: str = "") -> RgbImage:
        """The placeholder with a head and shoulders and up to two texts; 1280 x 720 where this
        composer has no size of its own. Kept; never mirrored, never badged. Read-only."""
        key = (title, detail)
        card = self._cards.get(key)
        if card is None:
            if len(self._cards) >= _CARDS_KEPT:
                self._cards.pop(next(iter(self._cards)))
            card = self._cards[key] = self._card_drawer.draw(title, detail)
        return card

    def _place(self, picture: RgbImage, backdrop: RgbImage | None) -> RgbImage:
        _check(picture)
        height, width = picture.shape[:2]
        if self._size is None or self._size == (width, height):
            return _turned(picture) if self._mirror else np.array(picture, order="C")
        out = self._ground(backdrop)
        if self._fit is Fit.COVER:
            _cover(picture, out)
        else:
            _contain(picture, out)
        return _turned(out) if self._mirror else out

    def _ground(self, backdrop: RgbImage | None) -> RgbImage:
        assert self._size is not None
        width, height = self._size
        if backdrop is not None and self._fit is Fit.CONTAIN:
            _check(backdrop)
            if backdrop.shape != (height, width, 3):
                raise EngineError(f"The backdrop is {backdrop.shape}, not {(height, width, 3)}.")
            return np.array(backdrop, order="C")
        out = np.empty((height, width, 3), np.uint8)
        if self._fit is Fit.CONTAIN:
            out[:] = _GROUND
        return out


def _check(picture: RgbImage) -> None:
    dtype, shape = getattr(picture, "dtype", None), getattr(picture, "shape", None)
    if dtype != np.uint8 or shape is None or len(shape) != 3 or shape[2] != 3 or 0 in shape:
        raise EngineError(
            f"The picture is {dtype} {shape}, expected uint8 (H, W, 3).",
            "Choose another avatar or another engine.",
        )


def _turned(picture: RgbImage) -> RgbImage:
    return np.asarray(cv2.flip(picture, 1), np.uint8)


def _contain(picture: RgbImage, out: RgbImage) -> None:
    """The whole picture, as large as fits, centred in ``out``."""
    height, width = out.shape[:2]
    scale = min(width / picture.shape[1], height / picture.shape[0])
    wide = min(width, max(1, round(picture.shape[1] * scale)))
    high = min(height, max(1, round(picture.shape[0] * scale)))
    x, y = (width - wide) // 2, (height - high) // 2
    _resize(picture, out[y : y + high, x : x + wide])


def _cover(picture: RgbImage, out: RgbImage) -> None:
    """The middle of the picture, as much as fills ``out``."""
    height, width = picture.shape[:2]
    scale = max(out.shape[1] / width, out.shape[0] / height)
    wide = min(width, max(1, round(out.shape[1] / scale)))
    high = min(height, max(1, round(out.shape[0] / scale)))
    x, y = (width - wide) // 2, (height - high) // 2
    _resize(picture[y : y + high, x : x + wide], out)


def _resize(picture: RgbImage, out: RgbImage) -> None:
    """Straight into ``out``, which may be a window of a larger picture.

    Shrinking averages whole blocks first and interpolates the rest: five times faster than
    OpenCV's area resize by an odd factor, and as free of shimmer."""
    height, width = out.shape[:2]
    block = min(picture.shape[0] // height, picture.shape[1] // width)
    if block > 1:
        high, wide = picture.shape[0] // block, picture.shape[1] // block
        even = picture[: high * block, : wide * block]
        picture = np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    done = cv2.resize(picture, (width, height), dst=out, interpolation=cv2.INTER_LINEAR)
    if done is not out:
        out[:] = done
