"""The visible mark stays small, in its corner and readable."""

import numpy as np
import pytest
from PIL import Image

from avatar_app.config import Language
from avatar_app.paths import assets_dir
from avatar_app.provenance.mark import MASK_EM, WORDS, Mark


def stamped(
    width: int, height: int, ground: int, language: Language = Language.ENGLISH
) -> np.ndarray:
    image = np.full((height, width, 3), ground, np.uint8)
    Mark(language).stamp(image)
    return image


@pytest.mark.parametrize("size", [(1280, 720), (512, 512), (256, 256), (360, 640), (2048, 2048)])
@pytest.mark.parametrize("ground", [0, 127, 255])
def test_it_is_readable_on_any_ground(size: tuple[int, int], ground: int) -> None:
    """Letters and panel differ by far, whatever lies below."""
    width, height = size
    corner = stamped(width, height, ground)[int(0.9 * height) :, : width // 3].astype(int)
    changed = corner[(corner != ground).any(axis=2)]
    assert changed.max() - changed.min() > 110


def test_it_lies_bottom_left_and_touches_nothing_else() -> None:
    image = stamped(1280, 720, 127)
    changed = np.argwhere((image != 127).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert top > 640
    assert left < 40
    assert bottom < 718
    assert right < 250


def test_it_grows_with_the_picture() -> None:
    def area(side: int) -> int:
        return int((stamped(side, side, 127) != 127).any(axis=2).sum())

    assert 3 < area(1024) / area(512) < 5


def test_a_picture_too_small_for_it_stays_as_it_is() -> None:
    assert (stamped(20, 20, 127) == 127).all()


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("side", [256, 720])
def test_every_language_has_a_readable_word_in_the_corner(language: Language, side: int) -> None:
    image = stamped(2 * side, side, 127, language)
    changed = np.argwhere((image != 127).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert top > 0.9 * side
    assert left < 0.1 * side
    assert bottom < side - 1
    assert 0.1 * side < right < 0.25 * side
    label = image[top : bottom + 1, left : right + 1, 0]
    assert 0.03 < (label > 140).mean() < 0.4


def test_no_two_languages_say_it_alike() -> None:
    pictures = {stamped(512, 256, 127, language).tobytes() for language in WORDS}
    assert len(pictures) == len(WORDS)


def test_a_word_that_is_a_bundled_picture_is_whole_at_both_ends() -> None:
    """The mask is cut to its ink: the first and the last column hold some of it."""
    for language in (Language.RUSSIAN, Language.CHINESE, Language.JAPANESE):
        with Image.open(assets_dir() / "badge" / f"{language.value}.png") as picture:
            mask = np.asarray(picture)
        assert mask.shape[0] == MASK_EM
        assert mask[:, 0].any()
        assert mask[:, -1].any()
        assert not mask[0].any()
        assert not mask[-1].any()
