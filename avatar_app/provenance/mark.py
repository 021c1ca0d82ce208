"""The visible mark: a small label that says the picture is an avatar."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from avatar_app.config import Language
from avatar_app.paths import assets_dir
from avatar_app.types import Alpha, RgbImage

WORDS = {
    Language.ENGLISH: "AI avatar",
    Language.GERMAN: "KI-Avatar",
    Language.SPANISH: "Avatar de IA",
    Language.FRENCH: "Avatar IA",
    Language.RUSSIAN: "ИИ-аватар",
    Language.CHINESE: "AI虚拟形象",
    Language.JAPANESE: "AIアバター",
}

MASK_EM = 160
"""Height of one em, in pixels, in the pictures of words that Pillow's own font cannot draw."""

_HEIGHT = 0.045  # of the picture's shorter side
_MIN_HEIGHT_PX = 12
_PANEL = (18, 20, 24, 175)
_RIM = (255, 255, 255, 70)
_INK = (255, 255, 255, 240)
_OVERSAMPLING = 4
_EM = 0.56  # of the label's height
_SMOOTH = Image.Resampling.LANCZOS


class Mark:
    """Stamps the label bottom left; drawn once per picture size, blended in place after that.

    White letters on a dark panel with a light rim read on any ground. Belongs to one thread."""

    def __init__(self, language: Language = Language.ENGLISH) -> None:
        self._language = language
        self._labels: dict[int, _Label] = {}

    def stamp(self, image: RgbImage) -> None:
        """Blend the label into ``image`` (H, W, 3). A picture too small for it stays bare."""
        self._label(image).blend(image)

    def cover(self, alpha: Alpha) -> None:
        """Make ``alpha`` (H, W) opaque where the label is, so that it stays readable."""
        place = self._label(alpha).place(alpha)
        if place is not None:
            alpha[place] = 255

    def _label(self, image: RgbImage | Alpha) -> "_Label":
        side = min(image.shape[:2])
        label = self._labels.get(side)
        if label is None:
            label = self._labels[side] = _Label(self._language, side)
        return label


class _Label:
    """One label for pictures whose shorter side is ``side`` pixels."""

    def __init__(self, language: Language, side: int) -> None:
        height = max(_MIN_HEIGHT_PX, round(_HEIGHT * side))
        rgba = np.asarray(_draw(language, height), dtype=np.uint16)
        alpha = rgba[..., 3:]
        self._margin = max(2, height // 2)
        self._keep: NDArray[np.uint16] = 256 - alpha - (alpha >> 7)
        self._add: NDArray[np.uint16] = rgba[..., :3] * (256 - self._keep)

    def place(self, image: RgbImage | Alpha) -> tuple[slice, slice] | None:
        """Rows and columns of the label in ``image``; None where it does not fit."""
        height, width = self._add.shape[:2]
        y1, x0 = image.shape[0] - self._margin, self._margin
        if y1 < height or image.shape[1] < x0 + width:
            return None
        return slice(y1 - height, y1), slice(x0, x0 + width)

    def blend(self, image: RgbImage) -> None:
        place = self.place(image)
        if place is None:
            return
        spot = image[place]
        spot[:] = (spot * self._keep + self._add) >> 8


def _draw(language: Language, height: int) -> Image.Image:
    """The label as RGBA, ``height`` pixels high, drawn larger and shrunk for smooth edges."""
    tall = height * _OVERSAMPLING
    word = _word(language, round(_EM * tall))
    size = (round(word.width + 0.8 * tall), tall)
    label = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(label)
    draw.rounded_rectangle(
        (0, 0, size[0] - 1, size[1] - 1),
        radius=0.32 * tall,
        fill=_PANEL,
        outline=_RIM,
        width=max(1, tall // 18),
    )
    spot = ((size[0] - word.width) // 2, (tall - word.height) // 2)
    ink = Image.new("RGBA", word.size, _INK)
    label.paste(ink, spot, word.point(lambda grey: grey * _INK[3] // 255))
    return label.resize((size[0] // _OVERSAMPLING, height), _SMOOTH)


def _word(language: Language, em: int) -> Image.Image:
    """The word as a grey mask, letters of ``em`` pixels, the middle of its ink in the middle."""
    bundled = assets_dir() / "badge" / f"{language.value}.png"
    if bundled.is_file():
        with Image.open(bundled) as picture:
            return picture.resize((round(picture.width * em / MASK_EM), em), _SMOOTH)
    font = ImageFont.load_default(size=em)
    left, top, right, bottom = font.getbbox(WORDS[language])
    mask = Image.new("L", (round(right - left), round(bottom - top)), 0)
    ImageDraw.Draw(mask).text((-left, -top), WORDS[language], font=font, fill=255)
    return mask
