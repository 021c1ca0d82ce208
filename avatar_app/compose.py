"""From an engine's picture to the picture others see: size, fit, ground, mirror and badge."""

from dataclasses import replace

import cv2
import numpy as np

from avatar_app.card import CardDrawer
from avatar_app.config import Background, Fit, Language
from avatar_app.errors import EngineError
from avatar_app.grounds import ground_behind
from avatar_app.placing import contain, cover, inner_box
from avatar_app.provenance.mark import Mark
from avatar_app.reflection import mirrored_image
from avatar_app.scene import Scene
from avatar_app.types import Alpha, RgbaImage, RgbImage

_GROUND = (22, 24, 29)
_ALARM = (226, 32, 40)
_CARD_SIZE = (1280, 720)
_CARDS_KEPT = 8
_FADED_SIDE = 0.05
_AS_IT_IS = Background.ORIGINAL


class Composer:
    """Makes every picture that leaves the program (height, width, 3) uint8, C-contiguous.

    With ``width`` and ``height`` None a picture keeps its own size. Per frame it only resizes,
    blends and copies; what costs more is computed once. ``scene`` may be changed between two
    frames; backdrops made before that are of no use then. ``language`` is that of badge and cards.
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
        self.scene = Scene(mirror=mirror)
        self._mark = Mark(language) if badge else None
        self._cards: dict[tuple[str, str], RgbImage] = {}
        self._card_drawer = CardDrawer(*(self._size or _CARD_SIZE), language)

    @property
    def cuts_out(self) -> bool:
        """Whether the scene asks for the person without the portrait's background."""
        return self.scene.background is not Background.ORIGINAL

    def backdrop(self, rest: RgbImage, cut: RgbaImage | None = None) -> RgbImage:
        """What lies beside a contained portrait, or behind the person that was ``cut`` out of it,
        as the scene says. Once per avatar and scene."""
        _check(rest)
        scene = self.scene if cut is not None else replace(self.scene, background=_AS_IT_IS)
        if self._size is None and cut is None:
            return rest
        return ground_behind(rest, cut, scene, self._size or rest.shape[1::-1])

    def compose(self, picture: RgbImage | RgbaImage, backdrop: RgbImage | None) -> RgbImage:
        """The finished frame, always a fresh array. ``backdrop`` is what ``backdrop`` made for
        this avatar; None is a dark ground. A picture with alpha is laid on it. Raises EngineError
        for anything but a picture."""
        out = self._place(picture, backdrop)
        if self._mark is not None:
            self._mark.stamp(out)
        return out

    def alpha(self, picture: RgbImage | RgbaImage) -> Alpha | None:
        """Where something may shine through the frame that ``compose`` made of the picture; None
        where nothing may."""
        if self.scene.background is not Background.TRANSPARENT or picture.shape[2] != 4:
            return None
        bare = np.asarray(cv2.merge([picture[..., 3]] * 4), np.uint8)
        width, height = self._size or picture.shape[1::-1]
        black = np.zeros((height, width, 3), np.uint8)
        out = np.ascontiguousarray(self._place(bare, black)[..., 0])
        if self._mark is not None:
            self._mark.cover(out)
        return out

    def pass_through(self, image: RgbImage) -> RgbImage:
        """The camera's own picture, fitted, in a red frame; it is no avatar and has no badge."""
        _check(image)
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

    def _place(self, picture: RgbImage | RgbaImage, backdrop: RgbImage | None) -> RgbImage:
        _check(picture, 3, 4)
        height, width = picture.shape[:2]
        if picture.shape[2] == 4:
            out = self._laid(picture, backdrop)
        elif self._size is None or self._size == (width, height):
            out = np.array(picture, order="C")
        else:
            out = self._ground(backdrop)
            (cover if self._fit is Fit.COVER else contain)(picture, out)
        return mirrored_image(out) if self.scene.mirror else out

    def _laid(self, picture: RgbaImage, backdrop: RgbImage | None) -> RgbImage:
        """The cut-out person on its backdrop."""
        out = self._ground(backdrop, picture.shape[1::-1], always=True)
        part = out
        if self._fit is Fit.CONTAIN:
            part = out[inner_box(picture.shape[1::-1], out.shape[1::-1])]
        person = np.empty((*part.shape[:2], 4), np.uint8)
        cover(picture, person)
        if part.shape[1] < out.shape[1]:
            _soften_sides(person)
        behind = cv2.merge([cv2.bitwise_not(person[..., 3])] * 3)
        shown = cv2.multiply(part, behind, scale=1 / 255)
        cv2.add(cv2.cvtColor(person, cv2.COLOR_RGBA2RGB), shown, dst=shown)
        part[:] = shown
        return out

    def _ground(
        self, backdrop: RgbImage | None, own: tuple[int, ...] = (), *, always: bool = False
    ) -> RgbImage:
        width, height = self._size or own
        if backdrop is not None and (always or self._fit is Fit.CONTAIN):
            _check(backdrop)
            if backdrop.shape != (height, width, 3):
                raise EngineError(f"The backdrop is {backdrop.shape}, not {(height, width, 3)}.")
            return np.array(backdrop, order="C")
        out = np.empty((height, width, 3), np.uint8)
        if always or self._fit is Fit.CONTAIN:
            out[:] = _GROUND
        return out


def _check(picture: RgbImage | RgbaImage, *channels: int) -> None:
    dtype, shape = getattr(picture, "dtype", None), getattr(picture, "shape", None)
    is_picture = dtype == np.uint8 and shape is not None and len(shape) == 3 and 0 not in shape
    if not is_picture or picture.shape[2] not in (channels or (3,)):
        raise EngineError(
            f"The picture is {dtype} {shape}, expected uint8 (H, W, 3).",
            "Choose another avatar or another engine.",
        )


def _soften_sides(person: RgbaImage) -> None:
    """Shoulders that the portrait's sides cut off fade there, in place."""
    wide = max(1, round(_FADED_SIDE * person.shape[1]))
    ramp = np.linspace(0, 1, wide + 1, dtype=np.float32)[1:, None]
    left, right = person[:, :wide], person[:, -wide:]
    left[:] = left * ramp
    right[:] = right * ramp[::-1]
