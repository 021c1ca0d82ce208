"""The badge's word where Pillow's own font has no glyphs for it: grey masks, one a language.

    python assets/render/badge.py DejaVuSans.ttf DroidSansFallbackFull.ttf

The first font has Latin and Cyrillic letters, the second Chinese and Japanese ones; the licences
of both let pictures of their letters be used freely.
"""

import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from avatar_app.config import Language
from avatar_app.paths import assets_dir
from avatar_app.provenance.mark import MASK_EM, WORDS

FIRST_EASTERN = 0x2E80
"""Where the East Asian scripts begin in Unicode."""


def mask(word: str, western: str, eastern: str) -> Image.Image:
    """The word, white on black, cut to its ink from left to right; its height is one em, and the
    middle of the ink lies in the middle."""
    fonts = ImageFont.truetype(western, MASK_EM), ImageFont.truetype(eastern, MASK_EM)
    wide = Image.new("L", ((len(word) + 2) * MASK_EM, 3 * MASK_EM), 0)
    draw = ImageDraw.Draw(wide)
    x = float(MASK_EM)
    for letter in word:
        font = fonts[ord(letter) >= FIRST_EASTERN]
        draw.text((x, 2 * MASK_EM), letter, font=font, fill=255, anchor="ls")
        x += font.getlength(letter)
    left, top, right, bottom = wide.getbbox() or (0, 0, 1, 1)
    upper = (top + bottom - MASK_EM) // 2
    return wide.crop((left, upper, right, upper + MASK_EM))


def main(western: str, eastern: str) -> None:
    """Write assets/badge/LANGUAGE.png."""
    folder = assets_dir() / "badge"
    folder.mkdir(exist_ok=True)
    for language in (Language.RUSSIAN, Language.CHINESE, Language.JAPANESE):
        picture = mask(WORDS[language], western, eastern)
        grey = np.asarray(picture) // 17 * 17  # Sixteen shades are enough and compress well.
        Image.fromarray(grey).save(folder / f"{language.value}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
