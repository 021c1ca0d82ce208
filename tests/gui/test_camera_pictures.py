"""Small pictures of the cameras: only on a click, and never of the one in use."""

from collections.abc import Callable

import pytest
from gui_twin import TwinCore
from pytestqt.qtbot import QtBot

from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState
from avatar_app.types import RgbImage

DESK, LID = "camera:Desk Camera", "camera:Lid Camera"
Open = Callable[..., MainWindow]


def test_no_camera_is_opened_before_the_click(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    pictures = open_window().body.camera.pictures
    assert pictures.isVisible()
    assert not core.peeked
    pictures.show_all.click()
    assert list(pictures.buttons) == [DESK, LID]
    qtbot.waitUntil(lambda: not any(b.icon().isNull() for b in pictures.buttons.values()))
    assert core.peeked == [DESK, LID]


def test_a_click_on_a_picture_chooses_its_camera_and_puts_them_away(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    pictures = window.body.camera.pictures
    pictures.show_all.click()
    qtbot.waitUntil(lambda: len(core.peeked) == 2)
    pictures.buttons[LID].click()
    assert window.body.camera.word == LID
    assert window.store.config.source.word == LID
    assert not pictures.buttons
    qtbot.waitUntil(pictures.show_all.isEnabled)


def test_a_second_click_puts_them_away(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    pictures = open_window().body.camera.pictures
    pictures.show_all.click()
    assert not pictures.show_all.isEnabled(), "until every camera was looked at"
    qtbot.waitUntil(pictures.show_all.isEnabled)
    pictures.show_all.click()
    assert not pictures.buttons
    assert len(core.peeked) == 2


def test_the_camera_in_use_is_left_alone(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    pictures = window.body.camera.pictures
    pictures.show_all.click()
    qtbot.waitUntil(lambda: not pictures.buttons[LID].icon().isNull())
    assert core.peeked == [LID]
    assert pictures.buttons[DESK].text() == "Desk Camera: no picture"


def test_none_is_opened_while_a_camera_of_another_name_is_in_use(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(source="camera:7")
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    pictures = window.body.camera.pictures
    pictures.show_all.click()
    qtbot.waitUntil(lambda: "no picture" in pictures.buttons[LID].text())
    assert not core.peeked


def test_a_camera_that_does_not_open_says_so(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.dead = {DESK}
    window = open_window()
    pictures = window.body.camera.pictures
    pictures.show_all.click()
    qtbot.waitUntil(lambda: not pictures.buttons[LID].icon().isNull())
    assert pictures.buttons[DESK].text() == "Desk Camera: no picture"
    assert not window.body.messages.problems


def test_a_driver_that_breaks_locks_nothing(
    qtbot: QtBot, core: TwinCore, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(word: str) -> RgbImage:
        raise ValueError(f"no {word}")

    monkeypatch.setattr(core, "peek", broken)
    pictures = open_window().body.camera.pictures
    pictures.show_all.click()
    qtbot.waitUntil(pictures.show_all.isEnabled)
    assert pictures.buttons[DESK].text() == "Desk Camera: no picture"


def test_pictures_go_with_another_list_of_cameras_and_one_camera_needs_none(
    core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    pictures = window.body.camera.pictures
    pictures.show_all.click()
    window.body.camera.set_cameras([CameraChoice(DESK, "Desk Camera", 0)])
    assert not pictures.buttons
    assert not pictures.isVisible()
