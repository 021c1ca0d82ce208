"""Every control's effect in the pictures others get: the real window on the real program.

The bundled clip drives a bundled avatar through the real tracker and engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from live_window import latest, like, live_window, outcome, unrest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from avatar_app.config import Background
from avatar_app.gui.main_window import MainWindow
from avatar_app.types import Outcome, RgbImage

GREEN = (43, 106, 77)
K = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    with live_window(qtbot, tmp_path, monkeypatch) as opened:
        yield opened


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *more: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, more[0] if more else Qt.KeyboardModifier.NoModifier)


def shows(window: MainWindow, wanted: RgbImage, other: RgbImage) -> Callable[[], bool]:
    """Whether the latest picture is nearer to ``wanted`` than to ``other``."""

    def nearer() -> bool:
        image = latest(window).image
        return outcome(window) is Outcome.RENDERED and like(image, wanted) > like(image, other)

    return nearer


def test_covers_and_pass_through_in_the_output(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, K.Key_B)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.PLACEHOLDER)
    card = latest(window).image
    press(qtbot, window, K.Key_B)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.RENDERED)
    press(qtbot, window, K.Key_F)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.FROZEN)
    still = latest(window).image
    qtbot.wait(200)
    assert latest(window).image is still
    press(qtbot, window, K.Key_F)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.RENDERED)
    window.body.controls.pass_through.click()
    qtbot.wait(100)
    assert outcome(window) is not Outcome.PASS_THROUGH, "not before the question is answered"
    window.body.confirm.yes.click()
    qtbot.waitUntil(lambda: outcome(window) is Outcome.PASS_THROUGH)
    assert (latest(window).image[0] == (226, 32, 40)).all(), "the red frame"
    press(qtbot, window, K.Key_Escape)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.PLACEHOLDER)
    assert np.array_equal(latest(window).image, card)


def test_mirrors_in_the_output(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, K.Key_F)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.FROZEN)
    plain = latest(window).image
    press(qtbot, window, K.Key_F)
    turned = plain[:, ::-1]
    assert like(plain, turned) < 0.98, "the portrait is not its own mirror image"
    press(qtbot, window, K.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(shows(window, turned, plain))
    press(qtbot, window, K.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(shows(window, plain, turned))
    window.body.scene.mirror_avatar.click()
    qtbot.waitUntil(shows(window, turned, plain), timeout=20_000)
    window.body.scene.mirror_avatar.click()
    qtbot.waitUntil(shows(window, plain, turned), timeout=20_000)
    seen = window.bridge.latest_input()
    assert seen is not None
    before = seen.image
    window.body.scene.mirror_input.click()

    def camera_turned() -> bool:
        frame = window.bridge.latest_input()
        assert frame is not None
        return like(frame.image, before[:, ::-1]) > like(frame.image, before)

    qtbot.waitUntil(camera_turned)
    qtbot.waitUntil(shows(window, plain, turned))


def test_backgrounds_in_the_output(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    box = window.body.scene.background

    def choose(background: Background) -> None:
        box.setCurrentIndex(box.findData(background))
        box.activated.emit(box.currentIndex())

    def corner() -> tuple[int, ...]:
        return tuple(int(value) for value in latest(window).image[4, 4])

    choose(Background.COLOUR)
    qtbot.waitUntil(lambda: corner() == GREEN)
    assert tuple(latest(window).image[100, 160]) != GREEN, "the person stays"
    window.body.presets.save.click()
    window.body.presets.name.setText("Green")
    window.body.presets.keep.click()
    qtbot.waitUntil(lambda: window.body.presets.box.currentText() == "Green")
    choose(Background.TRANSPARENT)
    qtbot.waitUntil(lambda: corner() == (0, 0, 0))
    assert latest(window).alpha is not None
    choose(Background.ORIGINAL)
    qtbot.waitUntil(lambda: corner() not in (GREEN, (0, 0, 0)))
    assert latest(window).alpha is None
    window.body.presets.apply.click()
    qtbot.waitUntil(lambda: corner() == GREEN)
    window.body.scene._on_picture(str(tmp_path / "gone.png"))
    qtbot.waitUntil(lambda: any("gone.png" in p.message for p in window.body.messages.problems))
    assert outcome(window) is Outcome.RENDERED


def test_the_strength_of_motion_in_the_output(qtbot: QtBot, window: MainWindow) -> None:
    before = max(unrest(qtbot, window) for _ in range(4))
    window.body.motion.strength.setValue(0)
    qtbot.waitUntil(
        lambda: max(unrest(qtbot, window) for _ in range(3)) < before / 4, timeout=30_000
    )
