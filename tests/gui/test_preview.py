"""What a preview paints."""

import numpy as np
import pytest
from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from avatar_app.gui.preview import Preview, fitted
from avatar_app.types import RgbImage


@pytest.fixture
def preview(qtbot: QtBot) -> Preview:
    made = Preview("Test picture", hint=QSize(200, 100))
    qtbot.addWidget(made)
    made.resize(200, 100)
    return made


def colour(preview: Preview, x: int, y: int) -> tuple[int, int, int]:
    red, green, blue, _ = QColor(preview.grab().toImage().pixel(x, y)).getRgb()
    return red or 0, green or 0, blue or 0


def halves() -> RgbImage:
    """Left red, right blue."""
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, :100, 0] = 255
    image[:, 100:, 2] = 255
    return image


def test_pictures_are_rgb_and_mirrored_on_wish(preview: Preview) -> None:
    preview.show_image(halves())
    assert colour(preview, 40, 50) == (255, 0, 0)
    preview.set_mirrored(True)
    assert colour(preview, 40, 50) == (0, 0, 255)


def test_a_picture_is_neither_copied_nor_changed(preview: Preview) -> None:
    image = halves()
    image.setflags(write=False)
    preview.show_image(image)
    before = image.copy()
    preview.grab()
    assert preview._pixels is image
    assert np.array_equal(image, before)


def test_a_cut_of_a_larger_picture_is_shown_rightly(preview: Preview) -> None:
    preview.show_image(np.tile(halves(), (1, 2, 1))[:, 100:300])
    assert colour(preview, 40, 50) == (0, 0, 255)


def test_the_alarm_paints_the_frame_red(preview: Preview) -> None:
    preview.show_image(halves())
    calm = colour(preview, 100, 98)
    preview.set_alarm("Others see you")
    assert colour(preview, 100, 98) != calm
    assert colour(preview, 100, 98)[0] > 200
    preview.set_alarm("")
    assert colour(preview, 100, 98) == calm


def test_clearing_goes_back_to_the_words(preview: Preview) -> None:
    preview.set_idle("Press Start")
    preview.show_image(halves())
    assert preview.is_showing
    preview.clear()
    assert not preview.is_showing
    assert preview.accessibleDescription() == "Press Start"
    assert colour(preview, 10, 50) != (255, 0, 0)


def test_the_portrait_is_mirrored_as_the_stream_will_be(preview: Preview) -> None:
    pixels = halves()
    portrait = QImage(pixels.data, 200, 100, 600, QImage.Format.Format_RGB888)  # type: ignore[call-overload]
    preview.set_idle("", portrait)
    left = colour(preview, 40, 50)
    preview.set_mirrored(True)
    assert colour(preview, 160, 50) == left
    assert left[0] > 100 > left[2]


def test_pictures_keep_their_shape() -> None:
    area = QRectF(0, 0, 200, 100)
    assert fitted(QSize(50, 50), area) == QRectF(50, 0, 100, 100)
    assert fitted(QSize(400, 100), area) == QRectF(0, 25, 200, 50)


def test_a_picture_that_nearly_fills_the_preview_fills_it(qtbot: QtBot) -> None:
    preview = Preview("Preview", hint=QSize(160, 90))
    qtbot.addWidget(preview)
    preview.show_image(np.full((90, 160, 3), 200, np.uint8))
    for width, filled in ((168, True), (190, False)):
        preview.resize(width, 90)
        edge = preview.grab().toImage().pixelColor(2, 45)
        assert (edge.value() > 150) is filled
