"""Every window by keyboard alone: reached, named, seen, and no letter twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from gui_twin import TwinCore
from keyboard_walk import (
    colliding,
    interactive,
    mnemonic,
    nameless,
    unreached,
    unseen,
    walked,
    walked_back,
)
from library_window import add, dialog_of, drop, face, picture_file
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from stored_model import write_model
from wizard_parts import Driver, parts, through_the_steps

from avatar_app.config import AppConfig, Background, FommConfig, SceneConfig
from avatar_app.doctor.check import Check, Verdict
from avatar_app.gui.actions import ACTIONS, KeyMap
from avatar_app.gui.all_keys import AllKeys
from avatar_app.gui.choices import LANDMARK_WARP, CameraChoice, EngineChoice
from avatar_app.gui.doctor_page import DoctorDialog
from avatar_app.gui.global_hotkeys import GlobalHotkeys
from avatar_app.gui.global_keys.base import KeySystem
from avatar_app.gui.global_keys.key_map import GlobalKeyMap
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.library.batch_dialog import BatchDialog
from avatar_app.gui.library.crop_dialog import CropDialog
from avatar_app.gui.library.details_dialog import DetailsDialog
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.import_dialog import ImportDialog
from avatar_app.gui.library.offer import Offer
from avatar_app.gui.library.strip import Wish
from avatar_app.gui.library.tile import Tile
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.model_import import ModelImportDialog
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.gui.theme import apply_theme
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.live.status import Problem, SessionState
from avatar_app.types import ConsentKind

Open = Callable[..., MainWindow]
PATIENCE_MS = 30_000
"""For the first look at a face on a busy machine."""


@pytest.fixture(params=["dark", "light"])
def themed(request: pytest.FixtureRequest, qapp: QApplication, theme_as_before: None) -> None:
    apply_theme(qapp, dark=request.param == "dark")


@pytest.fixture(autouse=True)
def _as_it_looks(themed: None) -> None:
    """Every window in both themes."""


def check(qtbot: QtBot, window: QWidget, at_least: int) -> None:
    """``at_least`` things can be used, so that a walk over nothing fails. Qt shows what a layout
    was given a moment later."""
    qtbot.waitUntil(lambda: len(list(interactive(window))) >= at_least)
    stops = walked(qtbot, window)
    assert not unreached(window, stops)
    assert not nameless(window, stops)
    assert not colliding(window)
    assert not unseen(window, stops)
    back = walked_back(stops)
    assert back[1:] == stops[:0:-1]


def close(dialog: LibraryDialog) -> None:
    dialog.reject()
    assert dialog.lane.join(5)


def test_main_window_at_rest(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    check(qtbot, window, 18)


def test_main_window_while_live_with_question_message_and_names(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.engines = (LANDMARK_WARP, EngineChoice("fomm", "FOMM: vox", "vox", networks=True))
    scene = SceneConfig(background=Background.COLOUR)
    window = open_window(AppConfig(scene=scene, engine="fomm", fomm=FommConfig(model="vox")))
    qtbot.waitUntil(window.body.engine.runtime.isVisible)
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    window.show_problem(Problem("window", "A problem.", "Its hint."))
    window.body.presets.save.click()
    window.body.controls.pass_through.click()
    window.body.offer.show()
    qtbot.waitUntil(window.body.confirm.yes.isVisible)
    check(qtbot, window, 30)


def test_menus_of_the_strip_and_of_adding(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    window.body.avatars.ways.aboutToShow.emit()
    own = Tile("id", "Me", own=True)
    for menu in (window.body.avatars.ways, window.body.avatars.strip.menu_of(own)):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        letters = [mnemonic(text) for text in texts]
        assert len(texts) > 3
        assert all(letters), texts
        assert len(set(letters)) == len(letters), texts


def test_settings(qtbot: QtBot) -> None:
    form = SettingsForm(AppConfig())
    for _ in form.fill():
        pass
    qtbot.addWidget(form)
    form.show()
    check(qtbot, form, 25)


def test_settings_while_the_badge_is_asked_for(qtbot: QtBot) -> None:
    form = SettingsForm(AppConfig())
    for _ in form.fill():
        pass
    qtbot.addWidget(form)
    form.show()
    form.fields["output", "badge"].click()  # type: ignore[attr-defined]
    assert form.why_badge.yes.isVisible()
    check(qtbot, form, 27)


@pytest.mark.parametrize("name", ["sent/tiny.toml", "face.pth.tar", "photo.jpg"])
def test_import_of_a_model(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    write_model(tmp_path / "sent")
    if name.startswith(("face", "photo")):
        (tmp_path / name).write_bytes(b"x")
    dialog = ModelImportDialog(tmp_path / name, tmp_path / "models")
    dialog.show()
    qtbot.waitUntil(dialog.busy.isHidden)
    check(qtbot, dialog, 1 if name == "photo.jpg" else 2)
    close(dialog)


def test_keys(qtbot: QtBot) -> None:
    system = GlobalHotkeys(
        KeySystem(lambda _: pytest.fail("not asked"), about="A."), GlobalKeyMap({})
    )
    sheet = HotkeySheet(AllKeys(), system)
    for _ in sheet.fill():
        pass
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.everywhere["freeze"].offer("Ctrl+Shift+M")
    assert sheet.take.isVisible()
    check(qtbot, sheet, 40)


def test_doctor(qtbot: QtBot) -> None:
    found = [
        Check("Camera", Verdict.FAIL, "There is none.", "Plug one in."),
        Check("Screen", Verdict.OK, "It is there.", ""),
    ]
    page = DoctorDialog(look=lambda: found)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.found) == 2)
    check(qtbot, page, 6)
    page.reject()
    page.lane.join(2)


def test_import_and_consent(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    window.body.avatars.picture_offered.emit(Offer(files=(picture_file(tmp_path / "p.png"),)))
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=PATIENCE_MS)
    dialog.consent.kinds[ConsentKind.AGREED].click()
    check(qtbot, dialog, 11)
    close(dialog)


def test_import_of_several(qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    files = tuple(picture_file(tmp_path / f"{n}.png") for n in range(2))
    window.body.avatars.picture_offered.emit(Offer(files=files))
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=PATIENCE_MS)
    dialog.consent.none.click()
    check(qtbot, dialog, 7)
    close(dialog)


def test_import_of_a_picture_with_two_faces(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    both = np.ascontiguousarray(np.hstack([face("mira"), face("samuel")]))
    drop(window, picture_file(tmp_path / "two.png", both))
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=PATIENCE_MS)
    check(qtbot, dialog, 12)
    close(dialog)


def test_details_and_crop_of_an_avatar(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    entry = add(core, "My face")
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 3)
    window.body.avatars.strip.wished.emit(Wish.DETAILS, entry.id)
    details = dialog_of(qtbot, window, DetailsDialog)
    check(qtbot, details, 9)
    close(details)
    window.body.avatars.strip.wished.emit(Wish.CROP, entry.id)
    crop = dialog_of(qtbot, window, CropDialog)
    qtbot.waitUntil(crop.crop.editor.isEnabled)
    qtbot.waitUntil(lambda: crop.crop.is_usable, timeout=PATIENCE_MS)
    check(qtbot, crop, 4)
    close(crop)


@pytest.fixture
def wizard(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[CalibrationDialog, Driver]]:
    driver = Driver()
    dialog = CalibrationDialog(
        parts(driver, tmp_path),
        "Desk Camera",
        [CameraChoice("camera:Lid Camera", "Lid Camera", 2)],
        keys=KeyMap({}),
    )
    dialog.show()
    yield dialog, driver
    dialog.close()
    assert dialog.guide.join(5.0)
    dialog.deleteLater()
    qtbot.wait(1)


def test_every_page_of_the_wizard(qtbot: QtBot, wizard: tuple[CalibrationDialog, Driver]) -> None:
    dialog, driver = wizard
    for _ in through_the_steps(qtbot, dialog, driver):
        check(qtbot, dialog, 1)


def test_tab_reaches_the_buttons_of_a_dialog_after_what_is_above_them(
    qtbot: QtBot,
) -> None:
    form = SettingsForm(AppConfig())
    system = KeySystem(lambda _: pytest.fail("not asked"), about="A.")
    sheet = HotkeySheet(AllKeys(), GlobalHotkeys(system, GlobalKeyMap({})))
    for dialog, first, last in (
        (form, form.language, form.ok),
        (sheet, sheet.buttons[ACTIONS[0].name], sheet.close_button),
    ):
        qtbot.addWidget(dialog)
        for _ in dialog.fill():
            pass
        dialog.show()
        assert dialog.focusWidget() is first
        dialog.focusNextPrevChild(False)
        assert dialog.focusWidget() is last
