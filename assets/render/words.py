"""The sentences of the cards in every language, all in one lettering.

    python assets/render/words.py DejaVuSans.ttf DroidSansFallbackFull.ttf

The translations come from assets/languages; the first font has Latin and Cyrillic letters, the
second Chinese and Japanese ones. The licences of both let pictures of their letters be used freely.
"""

import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from avatar_app.config import Language
from avatar_app.languages.catalog import load_catalog
from avatar_app.lettering import BASE, EM, LINE, words_file
from avatar_app.live.words import EVERY_CARD
from avatar_app.paths import assets_dir

FIRST_EASTERN = 0x2E80
"""Where the East Asian scripts begin in Unicode."""


def mask(sentence: str, western: str, eastern: str) -> Image.Image:
    """The sentence, white on black, in one line."""
    fonts = ImageFont.truetype(western, EM), ImageFont.truetype(eastern, EM)
    line = Image.new("L", ((len(sentence) + 2) * EM, round(LINE * EM)), 0)
    draw = ImageDraw.Draw(line)
    x = 1.0
    for letter in sentence:
        font = fonts[ord(letter) >= FIRST_EASTERN]
        draw.text((x, BASE * EM), letter, font=font, fill=255, anchor="ls")
        x += font.getlength(letter)
    return line.crop((0, 0, round(x) + 1, line.height))


def main(western: str, eastern: str) -> None:
    """Write assets/words/LANGUAGE/*.png; each tells its sentence in its metadata."""
    sentences = {sentence for words in EVERY_CARD for sentence in words if sentence}
    for language in Language:
        if language is Language.AUTO:
            continue
        catalog = load_catalog(language)
        for english in sentences:
            said = catalog.say(english)
            file = assets_dir() / words_file(language, english)
            file.parent.mkdir(parents=True, exist_ok=True)
            grey = np.asarray(mask(said, western, eastern)) // 17 * 17  # Compresses well.
            told = PngInfo()
            told.add_itxt("Title", said, language.value)
            Image.fromarray(grey).save(file, optimize=True, pnginfo=told)


if __name__ == "__main__":
    main(*sys.argv[1:])
