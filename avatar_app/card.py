"""The placeholder card: what others see while there is no avatar to show."""

import textwrap

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from avatar_app.config import Language
from avatar_app.lettering import lettered
from avatar_app.types import RgbImage

_TOP = (38, 43, 54)
_BOTTOM = (17, 19, 25)
_GLOW = (92, 112, 148)
_FIGURE = (104, 118, 146)
_FIGURE_FOOT = (58, 67, 87)
_TITLE = (236, 239, 245)
_DETAIL = (160, 169, 186)
_LINE_LETTERS = 52
_LINES = 3
_ROOM = 0.9
_OVERSAMPLING = 2


class CardDrawer:
    """Draws cards of one size. Their ground is drawn with the first card only, for it takes longer
    than the words on it."""

    def __init__(self, width: int, height: int, language: Language = Language.ENGLISH) -> None:
        self._size = (width, height)
        self._language = language
        self._blank: Image.Image | None = None

    def draw(self, title: str, detail: str = "") -> RgbImage:
        """A calm dark card (height, width, 3): head and shoulders, ``title`` and up to three
        lines of ``detail`` below, given in English, shown in the language. Read-only."""
        if self._blank is None:
            self._blank = _blank(*self._size)
        card = self._blank.copy()
        _draw_words(card, title, detail, self._language)
        done = np.array(card)
        done.setflags(write=False)
        return done


def _blank(width: int, height: int) -> Image.Image:
    """The card without words."""
    card = _ground((width, height))
    card.paste(_ramp(card.size, _FIGURE, _FIGURE_FOOT), mask=_figure(card.size))
    return card


def _ramp(size: tuple[int, int], top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    """A vertical gradient."""
    share = np.linspace(0, 1, size[1])[:, None, None]
    column = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
    return Image.fromarray(column.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)


def _ground(size: tuple[int, int]) -> Image.Image:
    card = _ramp(size, _TOP, _BOTTOM)
    unit = min(size)
    small = Image.new("L", (size[0] // 8 or 1, size[1] // 8 or 1), 0)
    x, y, r = small.width / 2, small.height * 0.42, unit * 0.3 / 8
    ImageDraw.Draw(small).ellipse((x - r, y - r, x + r, y + r), fill=95)
    glow = small.filter(ImageFilter.GaussianBlur(unit * 0.14 / 8)).resize(size)
    card.paste(Image.new("RGB", size, _GLOW), mask=glow)
    return card


def _figure(size: tuple[int, int]) -> Image.Image:
    """How much of each pixel is head and shoulders, cut off below by the edge of the disc they sit
    on; drawn larger and reduced, for ellipses have hard edges."""
    shape = Image.new("L", (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING), 0)
    unit, x = min(shape.size), shape.width / 2
    foot, head_r = shape.height * 0.62, unit * 0.105
    head_y = foot - unit * 0.33
    draw = ImageDraw.Draw(shape)
    shoulders = (x - unit * 0.21, foot - unit * 0.2, x + unit * 0.21, foot + unit * 0.2)
    draw.pieslice(shoulders, 180, 360, fill=255)
    gap = head_r * 1.2
    draw.ellipse((x - gap, head_y - gap, x + gap, head_y + gap * 1.25), fill=0)
    draw.ellipse((x - head_r, head_y - head_r * 1.12, x + head_r, head_y + head_r * 1.12), fill=255)
    return shape.resize(size, Image.Resampling.LANCZOS)


def _draw_words(card: Image.Image, title: str, detail: str, language: Language) -> None:
    unit, y = min(card.size), card.height * 0.715
    _write(card, lettered(title, language, 0.062 * unit, _ROOM * card.width), y, _TITLE)
    lines = textwrap.wrap(detail, _LINE_LETTERS, max_lines=_LINES, placeholder=" …")
    for row, line in enumerate(lines):
        words = lettered(line, language, 0.036 * unit, _ROOM * card.width)
        _write(card, words, y + unit * (0.072 + 0.052 * row), _DETAIL)


def _write(card: Image.Image, words: Image.Image, y: float, ink: tuple[int, int, int]) -> None:
    """The middle of the line at ``y``, in the middle of the card."""
    spot = (round((card.width - words.width) / 2), round(y - words.height / 2))
    card.paste(Image.new("RGB", words.size, ink), spot, words)
