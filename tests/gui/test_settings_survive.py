"""Whatever is changed in the window is there in the next one, read from the saved file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui_twin import TwinCore
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from avatar_app.config import Background, Language, Mouth, load_config
from avatar_app.gui.choices import (
    LANDMARK_WARP,
    EngineChoice,
    MicrophoneChoice,
    RuntimeChoice,
)
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.language import speak
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.languages.catalog import Catalog

Open = Callable[..., MainWindow]

TEXTS = {
    ("fomm", "model"): "vox",
    ("scene", "colour"): "#123abc",
    ("scene", "picture"): "/pictures/beach.png",
    ("recording", "folder"): "/pictures/films",
}
"""What is written into the form's lines."""


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, Language.ENGLISH, Catalog({}))


@pytest.fixture
def again(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> Callable[[], MainWindow]:
    """Closes the window before and opens one from the saved file."""
    core.engines = (
        LANDMARK_WARP,
        EngineChoice("fomm", "FOMM: taichi", "taichi", networks=True),
        EngineChoice("fomm", "FOMM: vox", "vox", networks=True),
    )
    core.microphones = [MicrophoneChoice("microphone:Desk Mic", "Desk Mic")]
    core.runtimes = (RuntimeChoice("cuda", "CUDA"), RuntimeChoice("cpu", "CPU"))
    opened: list[MainWindow] = []

    def open_again() -> MainWindow:
        for window in opened:
            window.close()
        path = tmp_path / "settings" / "config.toml"
        opened.append(open_window(load_config(path)))
        window = opened[-1]
        qtbot.waitUntil(
            lambda: window.body.engine.box.count() == 3 and len(window.body.avatars.words) == 2
        )
        return window

    return open_again


def choose(box: QComboBox, data: object) -> None:
    """As a click in the list does."""
    place = box.findData(data)
    assert place >= 0 and place != box.currentIndex(), f"{data} is no change"
    box.setCurrentIndex(place)
    box.activated.emit(place)


def change_every_card(qtbot: QtBot, window: MainWindow) -> None:
    choose(window.body.camera.box, "camera:Lid Camera")
    window.body.camera.mirror.click()
    window.body.avatars.strip.activated_word.emit("bert")
    choose(window.body.engine.box, "fomm:taichi")
    qtbot.waitUntil(lambda: window.body.engine.runtime.count() == 3)
    choose(window.body.engine.runtime, "cpu")
    choose(window.body.engine.paste, "square")
    window.body.motion.strength.setValue(140)
    window.body.motion.smoothing.setValue(60)
    choose(window.body.motion.mouth, Mouth.PAINTED)
    choose(window.body.scene.background, Background.COLOUR)
    window.body.scene.choose.click()
    colours = window.body.scene.findChild(QColorDialog)
    assert colours is not None
    colours.colorSelected.emit(QColor("#102030"))
    colours.reject()
    window.body.record.microphone.opened.emit()
    qtbot.waitUntil(lambda: window.body.record.microphone.count() == 2)
    choose(window.body.record.microphone, "microphone:Desk Mic")
    for mirror in (window.body.scene.mirror_input, window.body.scene.mirror_output):
        mirror.click()
    window.body.scene.mirror_avatar.click()
    window.body.view.graph_button.click()
    qtbot.waitUntil(lambda: window.store.config.motion.strength == 1.4)


def cards(window: MainWindow) -> dict[str, object]:
    """What the cards show."""
    return {
        "camera": window.body.camera.word,
        "mirror preview": window.body.camera.mirror.isChecked(),
        "avatar": window.body.avatars.word,
        "engine": window.body.engine.box.currentData(),
        "runtime": window.body.engine.runtime.currentData(),
        "paste": window.body.engine.paste.currentData(),
        "strength": window.body.motion.strength.value(),
        "smoothing": window.body.motion.smoothing.value(),
        "mouth": window.body.motion.mouth.currentData(),
        "background": window.body.scene.background.currentData(),
        "colour": window.store.config.scene.colour,
        "mirrors": [
            switch.isChecked()
            for switch in (
                window.body.scene.mirror_input,
                window.body.scene.mirror_output,
                window.body.scene.mirror_avatar,
            )
        ],
        "graph": window.body.view.graph_button.isChecked(),
        "microphone": window.body.record.microphone.currentData(),
        "freeze": window.body.controls.cover.freeze.text(),
        "preset": window.body.presets.box.currentText(),
    }


def value(widget: QWidget) -> object:
    """What a field of the form shows."""
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return widget.value()
    assert isinstance(widget, QLineEdit)
    return widget.text()


def change(form: SettingsForm, field: tuple[str, str]) -> None:
    """Give one field another value than it has."""
    widget = form.fields[field]
    if isinstance(widget, QCheckBox):
        widget.click()
        if form.why_badge.isVisible():
            form.why_badge.yes.click()
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex((widget.currentIndex() + 1) % widget.count())
    elif isinstance(widget, QSpinBox | QDoubleSpinBox):
        widget.setValue(widget.value() + widget.singleStep())
    elif isinstance(widget, QLineEdit):
        widget.setText(TEXTS[field])


def form_of(window: MainWindow) -> SettingsForm:
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    return form


def test_what_the_cards_say_is_there_after_a_restart(
    qtbot: QtBot, again: Callable[[], MainWindow]
) -> None:
    window = again()
    untouched = cards(window)
    change_every_card(qtbot, window)
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    sheet.buttons["freeze"].click()
    qtbot.keyClick(sheet.buttons["freeze"], Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    sheet.close()
    window.body.presets.save.click()
    window.body.presets.name.setText("Mine")
    window.body.presets.keep.click()
    qtbot.waitUntil(lambda: window.body.presets.box.currentText() == "Mine")
    left = cards(window)
    assert [name for name in left if left[name] == untouched[name]] == [], "all were changed"
    opened = again()
    qtbot.waitUntil(lambda: opened.body.presets.box.currentText() == "Mine")
    assert cards(opened) == left
    assert opened.store.config == window.store.config


def test_what_the_form_says_is_there_after_a_restart(
    qtbot: QtBot, again: Callable[[], MainWindow]
) -> None:
    window = again()
    form = form_of(window)
    usual = {field: value(widget) for field, widget in form.fields.items()}
    for field in form.fields:
        change(form, field)
    form.language.setCurrentIndex(form.language.findData(Language.FRENCH))
    left = {field: value(widget) for field, widget in form.fields.items()}
    assert [field for field in left if left[field] == usual[field]] == [], "all were changed"
    form.ok.click()
    assert not form.isVisible(), form.trouble.text()
    qtbot.waitUntil(lambda: window.findChild(SettingsForm) is None)
    opened = form_of(again())
    assert {field: value(widget) for field, widget in opened.fields.items()} == left
    assert opened.language.currentData() is Language.FRENCH
