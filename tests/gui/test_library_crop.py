"""The crop rectangle: its numbers, and the widget that drags it."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from avatar_app.gui.library.crop_editor import CropEditor
from avatar_app.gui.library.crop_frame import INSIDE, dragged, grip_at, scaled
from avatar_app.types import Box

SIZE, LEAST = (200.0, 100.0), (20.0, 20.0)


def corners(box: Box | None) -> tuple[float, ...]:
    assert box is not None
    return box.x0, box.y0, box.x1, box.y1


@pytest.mark.parametrize(
    ("point", "grip"),
    [
        ((50, 50), INSIDE),
        ((21, 50), (-1, 0)),
        ((79, 81), (1, 1)),
        ((20, 20), (-1, -1)),
        ((50, 18), (0, -1)),
        ((90, 50), None),
    ],
)
def test_what_is_under_the_pointer(point: tuple[float, float], grip: object) -> None:
    assert grip_at(Box(20, 20, 80, 80), *point, 4) == grip


@pytest.mark.parametrize(
    ("grip", "by", "after"),
    [
        (INSIDE, (10, -5), (30, 15, 90, 75)),
        (INSIDE, (1000, 1000), (140, 40, 200, 100)),
        (INSIDE, (-1000, -1000), (0, 0, 60, 60)),
        ((1, 0), (10, 99), (20, 20, 90, 80)),
        ((1, 1), (1000, 1000), (20, 20, 200, 100)),
        ((-1, -1), (1000, 1000), (60, 60, 80, 80)),
        ((1, 1), (-1000, -1000), (20, 20, 40, 40)),
    ],
)
def test_a_drag_stays_in_the_picture_and_keeps_the_least_size(
    grip: tuple[int, int], by: tuple[float, float], after: tuple[float, ...]
) -> None:
    assert corners(dragged(Box(20, 20, 80, 80), grip, by, SIZE, LEAST)) == after


def test_scaling_goes_around_the_middle_and_stays_inside() -> None:
    box = Box(20, 20, 80, 80)
    assert corners(scaled(box, 0.5, SIZE, LEAST)) == (35, 35, 65, 65)
    assert corners(scaled(box, 0.01, SIZE, LEAST)) == (40, 40, 60, 60)
    assert corners(scaled(box, 10, SIZE, LEAST)) == (0, 0, 200, 100)


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[CropEditor]:
    made = CropEditor()
    qtbot.addWidget(made)
    made.resize(412, 412)
    made.show_picture(QImage(80, 40, QImage.Format.Format_RGB888), (800, 400), 64)
    made.set_crop(Box(200, 100, 400, 300))
    made.show()
    yield made


def test_dragging_on_the_screen_moves_pixels_of_the_picture(
    qtbot: QtBot, editor: CropEditor
) -> None:
    changes: list[Box] = []
    editor.crop_changed.connect(changes.append)
    start = editor.on_screen(Box(200, 100, 400, 300)).center()
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=start.toPoint())
    qtbot.mouseMove(editor, (start + QPointF(50, 0)).toPoint())
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton)
    assert corners(changes[-1]) == pytest.approx((300, 100, 500, 300), abs=3)
    qtbot.mouseMove(editor, start.toPoint())
    assert len(changes) == 1, "let go is let go"


def test_keys_move_and_scale_and_are_spoken(qtbot: QtBot, editor: CropEditor) -> None:
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    qtbot.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert corners(editor.crop) == (208, 99, 408, 299)
    qtbot.keyClick(editor, Qt.Key.Key_Plus)
    assert corners(editor.crop) == pytest.approx((203, 94, 413, 304))
    qtbot.keyClick(editor, Qt.Key.Key_Minus)
    assert "200 by 200 pixels from 208, 99" in editor.accessibleDescription()
