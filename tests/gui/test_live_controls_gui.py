"""Keys, covers, scene card, presets and the settings form on a window with a twin session."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gui_twin import TwinCore, TwinSession
from posed_faces import CAMERA
from PyQt6.QtCore import QCoreApplication, QEvent, Qt
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QStandardItemModel, QTransform
from PyQt6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QSpinBox,
)
from pytestqt.qtbot import QtBot
from wizard_parts import neutral

from avatar_app.calibration.kept_file import CalibrationKey
from avatar_app.calibration.store import CalibrationStore
from avatar_app.config import AppConfig, Background, Mouth, SceneConfig, load_config
from avatar_app.errors import MachineError, MediaError
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.key_button import KeyButton
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.panels.choose_row import ChooseRow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.live.status import SessionState
from avatar_app.presets import PresetStore
from avatar_app.tracking.pose import observe
from avatar_app.types import Calibration, Frame, TrackedFrame

Open = Callable[..., MainWindow]
K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def start(qtbot: QtBot, window: MainWindow, core: TwinCore) -> TwinSession:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    return core.sessions[-1]


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *more: Qt.KeyboardModifier) -> None:
    modifier = more[0] if more else Qt.KeyboardModifier.NoModifier
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, modifier)


def asked(qtbot: QtBot, session: TwinSession, what: str) -> None:
    qtbot.waitUntil(lambda: what in session.asked)


def test_keys_cover_and_uncover_the_avatar(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    cover = window.body.controls.cover
    press(qtbot, window, K.Key_F)
    assert session.asked == ["frozen True"]
    qtbot.waitUntil(cover.freeze.isChecked)
    press(qtbot, window, K.Key_F)
    qtbot.waitUntil(lambda: not cover.freeze.isChecked())
    press(qtbot, window, K.Key_B)
    qtbot.waitUntil(cover.placeholder.isChecked)
    qtbot.waitUntil(lambda: "Be right back" in window.body.view.output.pill)
    press(qtbot, window, K.Key_B)
    assert session.asked == ["frozen True", "frozen False", "placeholder True", "placeholder False"]


def test_escape_is_panic_and_takes_the_question_back(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    press(qtbot, window, K.Key_R, CONTROL)
    assert window.body.confirm.isVisible()
    press(qtbot, window, K.Key_Escape)
    press(qtbot, window, K.Key_Escape)
    assert session.asked == ["panic", "panic"]
    assert not window.body.confirm.isVisible()
    qtbot.waitUntil(window.body.controls.cover.placeholder.isChecked)


def test_panic_switches_pass_through_off(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.controls.pass_through.click()
    window.body.confirm.yes.click()
    assert session.pass_through
    press(qtbot, window, K.Key_Escape)
    assert not session.pass_through
    assert not window.body.controls.pass_through.isChecked()


def test_pass_through_is_asked_for_each_time_and_no_is_no(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    for _ in range(2):
        window.body.controls.pass_through.click()
        assert window.body.confirm.isVisible()
        assert window.body.confirm.no.hasFocus(), "Enter is the harmless answer"
        window.body.confirm.no.click()
        assert not window.body.confirm.isVisible()
    assert session.asked == []
    assert not window.body.controls.pass_through.isChecked()


def test_the_question_does_not_outlive_the_session(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.controls.pass_through.click()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert not window.body.confirm.isVisible()
    window.body.confirm.confirmed.emit()
    assert "pass-through True" not in session.asked


def test_without_a_session_keys_ask_for_nothing(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    for key in (K.Key_Escape, K.Key_B, K.Key_F):
        press(qtbot, window, key)
    assert not core.sessions
    assert not window.body.controls.cover.placeholder.isChecked()


def test_digits_and_paging_choose_avatars(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    session = start(qtbot, window, core)
    press(qtbot, window, K.Key_2)
    asked(qtbot, session, "avatar bert")
    press(qtbot, window, K.Key_PageDown, CONTROL)
    asked(qtbot, session, "avatar anna")
    press(qtbot, window, K.Key_PageUp, CONTROL)
    qtbot.waitUntil(lambda: session.asked.count("avatar bert") == 2)


def test_mirrors_reach_session_and_settings(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: bool(window.body.avatars.word))
    session = start(qtbot, window, core)
    press(qtbot, window, K.Key_M)
    assert window.body.camera.mirror.isChecked()
    press(qtbot, window, K.Key_M, CONTROL)
    asked(qtbot, session, "mirror input True")
    window.body.scene.mirror_output.click()
    asked(qtbot, session, "scene original #2b6a4d  True")
    window.body.scene.mirror_avatar.click()
    asked(qtbot, session, "avatar anna mirrored")
    path = tmp_path / "settings" / "config.toml"
    window.store.flush()
    kept = load_config(path)
    assert kept.window.mirror_preview
    assert kept.source.mirror
    assert kept.output.mirror
    assert kept.scene.mirror_avatar


def test_a_mirrored_avatar_stays_mirrored_when_another_is_chosen(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(scene=SceneConfig(mirror_avatar=True)))
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    session = start(qtbot, window, core)
    press(qtbot, window, K.Key_2)
    asked(qtbot, session, "avatar bert mirrored")


def test_backgrounds_are_chosen_on_their_card(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    box = window.body.scene.background

    def choose(background: Background) -> None:
        box.setCurrentIndex(box.findData(background))
        box.activated.emit(box.currentIndex())

    assert not window.body.scene.choose.isVisibleTo(window.body.scene)
    choose(Background.BLURRED)
    asked(qtbot, session, "scene blurred #2b6a4d  False")
    choose(Background.COLOUR)
    window.body.scene.choose.click()
    colours = window.body.scene.findChild(QColorDialog)
    colours.colorSelected.emit(colours.currentColor().lighter())
    colours.reject()
    qtbot.waitUntil(lambda: window.store.config.scene.colour != "#2b6a4d")
    asked(qtbot, session, f"scene colour {window.store.config.scene.colour}  False")
    choose(Background.PICTURE)
    assert box.currentData() == Background.COLOUR, "until a picture is chosen"
    files = window.body.scene.findChild(QFileDialog)
    files.fileSelected.emit("/tmp/beach.png")
    files.reject()
    assert box.currentData() == Background.PICTURE
    assert window.store.config.scene.picture == "/tmp/beach.png"
    qtbot.waitUntil(lambda: any("/tmp/beach.png" in what for what in session.asked))


@pytest.mark.parametrize(
    ("outputs", "offered"),
    [(("vcam:",), False), (("vcam:", "file:a.mp4"), False), (("vcam:", "frames:pictures"), True)],
)
def test_transparent_is_offered_where_an_output_keeps_it(
    open_window: Open, outputs: tuple[str, ...], offered: bool
) -> None:
    window = open_window(outputs=outputs)
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    for box in (window.body.scene.background, form.fields["scene", "background"]):
        assert isinstance(box, QComboBox)
        model = box.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(box.findData(Background.TRANSPARENT))
        assert item.isEnabled() is offered
        assert ("folder of PNG" in item.toolTip()) is not offered


def test_transparent_that_is_set_already_stays_shown_and_set(open_window: Open) -> None:
    scene = SceneConfig(background=Background.TRANSPARENT)
    window = open_window(AppConfig(scene=scene))
    assert window.body.scene.background.currentData() == Background.TRANSPARENT
    window.body.scene.mirror_avatar.click()
    assert window.store.config.scene.background is Background.TRANSPARENT
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    assert form.fields["scene", "background"].currentData() == Background.TRANSPARENT


@pytest.fixture
def sheet(qtbot: QtBot, open_window: Open) -> HotkeySheet:
    window = open_window()
    window.body.live.show_keys()
    window.steps.finish()
    found = window.findChild(HotkeySheet)
    assert found is not None
    return found


def test_a_key_is_changed_by_pressing_it_and_kept(
    qtbot: QtBot, sheet: HotkeySheet, core: TwinCore, tmp_path: Path
) -> None:
    window = sheet.parentWidget().window()
    assert isinstance(window, MainWindow)
    button = sheet.buttons["freeze"]
    button.click()
    qtbot.keyClick(button, K.Key_Control)
    assert button.is_waiting, "a modifier alone is no key"
    qtbot.keyClick(button, K.Key_J, CONTROL)
    assert button.text() == "Ctrl+J"
    assert window.body.controls.cover.freeze.text() == "Freeze (Ctrl+J)"
    window.store.flush()
    assert load_config(tmp_path / "settings" / "config.toml").keys == {"freeze": "Ctrl+J"}
    sheet.close()
    session = start(qtbot, window, core)
    press(qtbot, window, K.Key_F)
    press(qtbot, window, K.Key_J, CONTROL)
    assert session.asked == ["frozen True"]


def want_the_key_of_another(qtbot: QtBot, button: KeyButton) -> None:
    button.click()
    qtbot.keyClick(button, K.Key_B)


def test_a_key_that_is_taken_is_given_away_only_when_asked(
    qtbot: QtBot, sheet: HotkeySheet
) -> None:
    freeze, placeholder = sheet.buttons["freeze"], sheet.buttons["placeholder"]
    want_the_key_of_another(qtbot, freeze)
    assert "Be right back" in sheet.conflict.text()
    sheet.keep.click()
    assert (freeze.text(), placeholder.text()) == ("F", "B")
    assert not sheet.conflict.isVisible()
    want_the_key_of_another(qtbot, freeze)
    sheet.take.click()
    assert (freeze.text(), placeholder.text()) == ("B", "–")
    assert freeze.hasFocus()
    sheet.reset.click()
    assert sheet.sure.isVisible() and sheet.sure.no.hasFocus()
    sheet.sure.no.click()
    assert freeze.text() == "B", "asked first"
    sheet.reset.click()
    sheet.sure.yes.click()
    assert (freeze.text(), placeholder.text()) == ("F", "B")


def test_enter_presses_the_button_of_the_question_and_no_key_of_the_sheet(
    qtbot: QtBot, sheet: HotkeySheet
) -> None:
    freeze, placeholder = sheet.buttons["freeze"], sheet.buttons["placeholder"]
    want_the_key_of_another(qtbot, freeze)
    assert sheet.take.hasFocus()
    qtbot.keyClick(sheet.take, K.Key_Return)
    assert (freeze.text(), placeholder.text()) == ("B", "–")
    assert not any(button.is_waiting for _, _, button in sheet._all_buttons())


def test_panic_keeps_its_key(qtbot: QtBot, sheet: HotkeySheet) -> None:
    button = sheet.buttons["freeze"]
    button.click()
    qtbot.keyClick(button, K.Key_Escape)
    assert "Panic, which keeps it" in sheet.conflict.text()
    assert not sheet.take.isVisible()
    assert sheet.buttons["panic"].text() == "Esc"
    assert sheet.isVisible(), "Escape was the key, not the end of the sheet"


def test_backspace_leaves_an_action_without_a_key(qtbot: QtBot, sheet: HotkeySheet) -> None:
    button = sheet.buttons["freeze"]
    button.click()
    qtbot.keyClick(button, K.Key_Backspace)
    assert button.text() == "–"
    window = sheet.parentWidget().window()
    assert isinstance(window, MainWindow)
    assert window.body.controls.cover.freeze.text() == "Freeze"


def test_presets_are_kept_put_on_renamed_and_deleted(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    store = PresetStore(tmp_path / "settings" / "presets.toml")
    panel = window.body.presets

    def names() -> list[str]:
        return [panel.box.itemText(i) for i in range(panel.box.count())]

    panel.save.click()
    qtbot.keyClicks(panel.name, "Usual")
    qtbot.keyClick(panel.name, K.Key_Return)
    qtbot.waitUntil(lambda: names() == ["Usual"])
    window.body.motion.strength.setValue(40)
    window.body.scene.mirror_output.click()
    asked(qtbot, session, "engine landmark_warp 0.4")
    panel.save.click()
    panel.name.setText("Calm")
    panel.keep.click()
    qtbot.waitUntil(lambda: names() == ["Usual", "Calm"])
    panel.box.setCurrentIndex(0)
    panel.apply.click()
    asked(qtbot, session, "engine landmark_warp 1.0")
    qtbot.waitUntil(lambda: session.asked[-1] == "engine landmark_warp 1.0")
    assert "scene original #2b6a4d  False" in session.asked
    assert window.body.motion.strength.value() == 100
    assert not window.body.scene.mirror_output.isChecked()
    panel.rename.click()
    panel.name.setText("Plain")
    panel.keep.click()
    qtbot.waitUntil(lambda: names() == ["Plain", "Calm"])
    panel.delete.click()
    qtbot.waitUntil(lambda: names() == ["Calm"])
    assert [preset.name for preset in store.list()] == ["Calm"]


def test_escape_while_a_preset_is_named_is_no_panic(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.presets.save.click()
    qtbot.keyClick(window.body.presets.name, K.Key_Escape)
    assert not window.body.presets.name.isVisibleTo(window.body.presets)
    assert session.asked == []
    press(qtbot, window, K.Key_Escape)
    assert session.asked == ["panic"]


def test_presets_of_another_day_are_there(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    PresetStore(tmp_path / "settings" / "presets.toml").save("Calm", AppConfig())
    window = open_window()
    qtbot.waitUntil(lambda: window.body.presets.box.currentText() == "Calm")


def test_a_damaged_file_of_presets_is_told_of(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    path = tmp_path / "settings" / "presets.toml"
    path.parent.mkdir()
    path.write_text("not toml")
    window = open_window()
    qtbot.waitUntil(
        lambda: any("presets" in problem.message for problem in window.body.messages.problems)
    )


@pytest.fixture
def form(qtbot: QtBot, open_window: Open) -> SettingsForm:
    window = open_window()
    window.body.live.show_settings()
    window.steps.finish()
    found = window.findChild(SettingsForm)
    assert found is not None
    return found


def window_of(form: SettingsForm) -> MainWindow:
    window = form.parentWidget().window()
    assert isinstance(window, MainWindow)
    return window


def test_every_field_of_the_settings_is_in_the_form(form: SettingsForm) -> None:
    config = AppConfig()
    for section in ("source", "motion", "fomm", "runtime", "output", "scene"):
        for name, field in type(getattr(config, section)).model_fields.items():
            if (section, name) not in {("source", "word"), ("fomm", "model")}:
                assert form.fields[section, name].accessibleName() == field.title
    for widget in form.fields.values():
        if isinstance(widget, QComboBox):
            assert all(widget.itemText(i) for i in range(widget.count()))
    width = form.fields["output", "width"]
    assert isinstance(width, QSpinBox)
    assert (width.minimum(), width.maximum(), width.singleStep()) == (64, 3840, 2)


def test_the_form_changes_settings_cards_and_session(
    qtbot: QtBot, core: TwinCore, form: SettingsForm
) -> None:
    window = window_of(form)
    session = start(qtbot, window, core)
    mirror, mouth = form.fields["output", "mirror"], form.fields["motion", "mouth"]
    assert isinstance(mirror, QCheckBox)
    assert isinstance(mouth, QComboBox)
    mirror.click()
    mouth.setCurrentIndex(mouth.findData(Mouth.PAINTED))
    form.apply.click()
    asked(qtbot, session, "scene original #2b6a4d  True")
    asked(qtbot, session, "engine landmark_warp 1.0")
    assert window.store.config.motion.mouth is Mouth.PAINTED
    assert window.body.motion.mouth.currentData() == Mouth.PAINTED
    assert window.body.scene.mirror_output.isChecked()


def test_what_is_changed_beside_the_open_form_stays(
    qtbot: QtBot, open_window: Open, core: TwinCore
) -> None:
    window = open_window(AppConfig(avatar="anna"))
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    window.body.avatars.strip.picked.emit("bert")
    window.body.camera.pick("camera:Lid Camera")
    window.body.view.graph_button.click()
    window.body.scene.mirror_output.click()
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    sheet.suggest.click()
    rate = form.fields["output", "fps"]
    assert isinstance(rate, QSpinBox)
    rate.setValue(25)
    form.ok.click()
    now = window.store.config
    assert (now.avatar, now.source.word) == ("bert", "camera:Lid Camera")
    assert (now.output.mirror, now.output.fps) == (True, 25)
    assert now.window.delay_graph
    assert now.global_keys


def badge_of(form: SettingsForm) -> QCheckBox:
    box = form.fields["output", "badge"]
    assert isinstance(box, QCheckBox)
    return box


def test_the_badge_goes_only_after_its_reason_was_given_once(
    form: SettingsForm, tmp_path: Path
) -> None:
    window = window_of(form)
    badge = badge_of(form)
    badge.click()
    assert form.why_badge.isVisible()
    assert "Article 50" in form.why_badge.accessibleName()
    assert form.why_badge.no.hasFocus(), "Enter is the harmless answer"
    form.apply.click()
    assert window.store.config.output.badge, "not before the question is answered"
    form.why_badge.yes.click()
    assert not badge.isChecked()
    form.apply.click()
    window.store.flush()
    kept = load_config(tmp_path / "settings" / "config.toml")
    assert not kept.output.badge
    assert kept.window.badge_explained
    badge.click()
    assert badge.isChecked()
    badge.click()
    assert not badge.isChecked()
    assert not form.why_badge.isVisible(), "asked once"


def test_keeping_the_badge_is_an_answer_and_a_cancel_is_none(form: SettingsForm) -> None:
    window = window_of(form)
    badge_of(form).click()
    form.cancel.click()
    window.body.live.show_settings()
    window.steps.finish()
    assert not form.why_badge.isVisible()
    badge_of(form).click()
    form.why_badge.no.click()
    assert badge_of(form).isChecked()
    form.defaults.click()
    form.ok.click()
    assert window.store.config.output.badge
    assert window.store.config.window.badge_explained


def a_calibration() -> Calibration:
    image = np.zeros((CAMERA[1], CAMERA[0], 3), np.uint8)
    return Calibration(TrackedFrame(Frame(image, 0, 0.0), observe(neutral())))


def test_all_calibrations_are_deleted_after_the_question(
    qtbot: QtBot, core: TwinCore, form: SettingsForm, tmp_path: Path
) -> None:
    core.calibrations = CalibrationStore(tmp_path / "calibrations")
    for camera in ("camera:Desk", "camera:Lid"):
        core.calibrations.save(CalibrationKey(camera, "mira"), a_calibration())
    card = form.calibrations
    card.forget.click()
    assert card.question.no.hasFocus(), "Enter is the harmless answer"
    card.question.no.click()
    assert len(core.calibrations.entries()) == 2
    card.forget.click()
    card.question.yes.click()
    qtbot.waitUntil(card.outcome.isVisible)
    assert card.outcome.text() == "Deleted: 2."
    assert not list((tmp_path / "calibrations").iterdir())
    core.forget_error = MachineError("They cannot be deleted.", "Delete that folder.")
    card.forget.click()
    card.question.yes.click()
    told = "They cannot be deleted. Delete that folder."
    qtbot.waitUntil(lambda: card.outcome.text() == told)


def test_what_cannot_be_used_is_named_and_changes_nothing(form: SettingsForm) -> None:
    window = window_of(form)
    before = window.store.config
    width, colour = form.fields["output", "width"], form.fields["scene", "colour"]
    assert isinstance(width, QSpinBox)
    width.setValue(641)
    form.ok.click()
    said = "What others see, Width: Only whole multiples of 2 can be used."
    assert form.trouble.text() == said
    assert form.isVisible()
    width.setValue(640)
    colour.setText("green")  # type: ignore[attr-defined]
    form.ok.click()
    assert form.trouble.text() == (
        "Background and avatar, Colour of the background: "
        "A colour is written as # and six digits or letters a to f."
    )
    assert window.store.config == before
    form.reject()
    window.body.live.show_settings()
    window.steps.finish()
    assert not form.trouble.isVisible(), "the field holds the setting again"
    colour.setText("#00ff00")  # type: ignore[attr-defined]
    form.ok.click()
    assert not form.isVisible()
    assert window.store.config.scene.colour == "#00ff00"


def test_cancel_changes_nothing_and_usual_settings_wait_for_apply(
    qtbot: QtBot, open_window: Open
) -> None:
    config = AppConfig(scene=SceneConfig(colour="#102030"))
    window = open_window(config)
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    form.defaults.click()
    assert window.store.config.scene.colour == "#102030"
    form.cancel.click()
    window.body.live.show_settings()
    window.steps.finish()
    assert form.fields["scene", "colour"].text() == "#102030"  # type: ignore[attr-defined]
    form.defaults.click()
    form.apply.click()
    assert window.store.config.scene.colour == "#2b6a4d"


def test_badge_and_language_reach_the_running_session_at_once(
    qtbot: QtBot, core: TwinCore, form: SettingsForm
) -> None:
    window = window_of(form)
    session = start(qtbot, window, core)
    width, badge = form.fields["output", "width"], form.fields["output", "badge"]
    assert isinstance(width, QSpinBox)
    assert isinstance(badge, QCheckBox)
    width.setValue(640)
    form.apply.click()
    qtbot.wait(50)
    assert not [what for what in session.asked if what.startswith("composer")]
    badge.click()
    form.why_badge.yes.click()
    form.apply.click()
    asked(qtbot, session, "composer auto False 1280")  # The size is that of the session.


def test_what_belongs_into_a_line_can_be_chosen(qtbot: QtBot, form: SettingsForm) -> None:
    rows = form.findChildren(ChooseRow)
    folder, picture, colour = (
        next(row for row in rows if row.findChild(QLineEdit) is form.fields[field])
        for field in (("recording", "folder"), ("scene", "picture"), ("scene", "colour"))
    )
    for row in (folder, picture):
        row.button.click()
        files = row.findChild(QFileDialog)
        assert files is not None
        files.fileSelected.emit("/somewhere/else")
        files.close()
    colour.button.click()
    colours = colour.findChild(QColorDialog)
    assert colours is not None
    colours.colorSelected.emit(QColor("#112233"))
    colours.close()
    form.ok.click()
    window = window_of(form)
    config = window.store.config
    assert config.recording.folder == config.scene.picture == "/somewhere/else"
    assert config.scene.colour == "#112233"


def test_the_form_says_what_zero_means_and_opens_at_its_beginning(
    qtbot: QtBot, form: SettingsForm
) -> None:
    threads = form.fields["runtime", "threads"]
    assert isinstance(threads, QSpinBox)
    assert (threads.value(), threads.text()) == (0, "Automatic")
    qtbot.waitUntil(form.isVisible)
    bar = form._scroll.verticalScrollBar()
    assert bar is not None
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    form.cancel.click()
    window = window_of(form)
    window.body.live.show_settings()
    window.steps.finish()
    assert bar.value() == 0
    assert form.language.hasFocus() or not form.isActiveWindow()


def test_the_idle_portrait_stands_as_the_avatar_will(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(AppConfig(avatar="anna"))
    qtbot.waitUntil(lambda: window.body.view.output._portrait is not None)
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, :2] = 255
    uneven = QImage(pixels.data, 4, 4, 16, QImage.Format.Format_RGB32)  # type: ignore[call-overload]
    window.body.library._on_portrait("anna", uneven)

    def shown() -> QImage:
        portrait = window.body.view.output._portrait
        assert portrait is not None
        return portrait

    plain = shown()
    window.body.scene.mirror_avatar.click()
    assert shown() == plain.transformed(QTransform.fromScale(-1, 1)) != plain
    window.body.scene.mirror_output.click()
    assert shown() == plain


def test_a_background_that_is_refused_changes_nothing(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    core.scene_error = MediaError("That is no picture.", "Choose another.")
    window.body.scene._on_picture("/tmp/text.jpg")
    qtbot.waitUntil(
        lambda: [p.message for p in window.body.messages.problems] == ["That is no picture."]
    )
    assert window.body.scene.background.currentData() is Background.ORIGINAL
    assert window.store.config.scene == SceneConfig()
    assert session.asked == []
    core.scene_error = None
    window.body.scene._on_picture("/tmp/beach.png")
    qtbot.waitUntil(lambda: not window.body.messages.problems)
    assert window.store.config.scene.picture == "/tmp/beach.png"
    assert "beach.png" in window.body.scene.choose.text()


def test_what_came_with_a_refused_background_is_done_all_the_same(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    core.refused_picture = "/tmp/text.jpg"
    config = window.store.config
    scene = SceneConfig(background=Background.PICTURE, picture="/tmp/text.jpg", mirror_avatar=True)
    output = config.output.model_copy(update={"mirror": True})
    window.body.live.adopt(config.model_copy(update={"scene": scene, "output": output}))
    asked(qtbot, session, "scene original #2b6a4d  True")
    assert window.store.config.scene == SceneConfig(mirror_avatar=True)
    assert window.store.config.output.mirror
    assert window.bridge.mirror_avatar
    assert window.body.scene.mirror_output.isChecked()


def test_enter_on_a_chooser_asks_and_closes_no_form(qtbot: QtBot, form: SettingsForm) -> None:
    row = form.findChildren(ChooseRow)[0]
    row.button.setFocus()
    qtbot.keyClick(row.button, K.Key_Return)
    assert form.isVisible()
    dialog = row.findChild(QDialog)
    assert dialog is not None
    dialog.close()


def test_enter_presses_the_button_with_the_focus(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.controls.pass_through.click()
    window.body.confirm.yes.setFocus()
    qtbot.keyClick(window.body.confirm.yes, K.Key_Return)
    asked(qtbot, session, "pass-through True")
    mirror, clicks = window.body.scene.mirror_output, []
    mirror.clicked.connect(clicks.append)
    mirror.setFocus()
    for held in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress, K.Key_Return, Qt.KeyboardModifier.NoModifier, "", held
        )
        QCoreApplication.sendEvent(mirror, event)
    assert clicks == [True], "once, however long it is held"
    qtbot.keyClick(window.body.controls.start, K.Key_Enter)
    window.body.controls.start.setFocus()
    qtbot.keyClick(window.body.controls.start, K.Key_Enter)
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)


def test_enter_on_a_key_asks_for_another(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    button = next(iter(sheet.buttons.values()))
    button.setFocus()
    qtbot.keyClick(button, K.Key_Return)
    assert button.is_waiting
    assert sheet.isVisible()


def test_the_banner_says_that_the_card_holds_the_real_face_back(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.controls.pass_through.click()
    window.body.confirm.yes.click()
    alarm = window.body.view.output
    qtbot.waitUntil(lambda: "others see your real face" in alarm.alarm)
    core.covers = True
    window.body.controls.cover.placeholder.click()
    qtbot.waitUntil(lambda: "when the card goes" in alarm.alarm)
    core.covers = False
    session.set_placeholder(False)
    qtbot.waitUntil(lambda: "others see your real face" in alarm.alarm)


def test_the_window_is_closed_by_a_key(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    press(qtbot, window, K.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: not window.isVisible())


@pytest.mark.parametrize(
    ("source", "fps", "asked", "answer"),
    [
        ("camera:0", 30.0, "Others will see your real face", "Show my fac&e"),
        ("camera:0", 0.0, "No program takes the picture now.", "Show my fac&e"),
        ("clip:", 30.0, "Others will see the pictures that move the avatar", "Show th&e original"),
        ("clip:", 0.0, "No program takes the picture now.", "Show th&e original"),
    ],
)
def test_pass_through_says_what_would_be_seen_and_by_whom(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    source: str,
    fps: float,
    asked: str,
    answer: str,
) -> None:
    core.sent_fps = fps
    window = open_window(source=source)
    start(qtbot, window, core)
    window.body.controls.pass_through.click()
    bar = window.body.confirm
    assert bar.accessibleName().startswith(asked)
    assert bar.yes.text() == answer
    bar.yes.click()
    is_face = source.startswith("camera:")
    assert ("real face" in window.body.view.output.alarm) is is_face
    assert ("real face" in window.body.controls.pass_through.text().replace("&", "")) is is_face
    switch = window.body.controls.pass_through
    assert ("camera picture" in switch.toolTip()) is is_face
    assert ("camera picture" in switch.accessibleName()) is is_face


@pytest.mark.parametrize("before", ["clip:", "camera:0"])
def test_another_source_takes_pass_through_back_before_it_is_seen(
    qtbot: QtBot, core: TwinCore, open_window: Open, before: str
) -> None:
    """Who has agreed to show a film has not agreed to show a face."""
    window = open_window(source=before)
    session = start(qtbot, window, core)
    switch, bar = window.body.controls.pass_through, window.body.confirm
    after = "camera:Desk Camera" if before == "clip:" else "clip:"
    switch.click()
    bar.yes.click()
    assert session.pass_through
    window.body.camera.pick(after)
    assert not session.pass_through
    assert not switch.isChecked()
    qtbot.waitUntil(lambda: session.asked[-1].startswith(f"source {after}"))
    assert session.asked[-2] == "pass-through False"
    switch.click()
    assert bar.isVisible()
    window.body.camera.pick(before)
    assert not bar.isVisible(), "it was asked of the other source"


def test_pass_through_is_asked_for_with_the_figures_of_now(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.sent_fps = 0.0
    window = open_window(source="camera:0")
    start(qtbot, window, core)
    core.sent_fps = 30.0
    window.body.controls.pass_through.click()
    assert window.body.confirm.accessibleName().startswith("Others will see")
