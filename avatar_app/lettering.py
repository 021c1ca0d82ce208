"""What cards say, as letters in a picture.

Pillow's own font has the letters of English only, and a system's fonts are not the same anywhere;
so the few sentences of the cards come as pictures, which ``assets/render/words.py`` draws. Others
are drawn here, in English.
"""

import re

from PIL import Image, ImageDraw, ImageFont

from avatar_app.config import Language
from avatar_app.paths import assets_dir

EM = 96
"""Height of one em in the bundled pictures, pixels."""

LINE = 1.5
"""Height of a line in ems; the letters stand on ``BASE``."""

BASE = 1.12

_SMOOTH = Image.Resampling.LANCZOS


def words_file(language: Language, english: str) -> str:
    """Where the picture of a sentence lies, below the bundled files."""
    return f"words/{language.value}/{re.sub('[^a-z]+', '_', english.lower()).strip('_')}.png"


def lettered(english: str, language: Language, em: float, room: float) -> Image.Image:
    """One line as a grey mask, ``em`` pixels to the em or less where it would be wider than
    ``room`` pixels. A sentence without a picture in that language is in English."""
    picture = assets_dir() / words_file(language, english)
    if not picture.is_file():
        return _drawn(english, em, room)
    with Image.open(picture) as file:
        scale = min(em / EM, room / file.width)
        return file.resize((round(file.width * scale), round(file.height * scale)), _SMOOTH)


def _drawn(english: str, em: float, room: float) -> Image.Image:
    font = ImageFont.load_default(size=em)
    wide = font.getlength(english)
    if wide > room:
        em = max(4.0, em * room / wide)
        font = ImageFont.load_default(size=em)
    mask = Image.new("L", (round(font.getlength(english)) + 2, round(LINE * em)), 0)
    ImageDraw.Draw(mask).text((1, BASE * em), english, font=font, fill=255, anchor="ls")
    return mask
