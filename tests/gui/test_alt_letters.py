"""Letters with Alt, in every language: none belongs to two things of one window."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui_twin import TwinCore
from keyboard_walk import colliding, mnemonic
from library_window import add, dialog_of, drop, picture_file
from posed_faces import calibration
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from stored_model import write_model
from wizard_parts import PATIENCE_MS, Driver, neutral, parts, through_the_steps

from avatar_app.config import AppConfig, Background, FommConfig, Language, SceneConfig
from avatar_app.doctor.check import Check, Verdict
from avatar_app.gui.actions import KeyMap
from avatar_app.gui.all_keys import AllKeys
from avatar_app.gui.choices import LANDMARK_WARP, CameraChoice, EngineChoice
from avatar_app.gui.doctor_page import DoctorDialog
from avatar_app.gui.global_hotkeys import GlobalHotkeys
from avatar_app.gui.global_keys.base import KeySystem
from avatar_app.gui.global_keys.key_map import GlobalKeyMap
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.language import speak
from avatar_app.gui.library.batch_dialog import BatchDialog
from avatar_app.gui.library.crop_dialog import CropDialog
from avatar_app.gui.library.details_dialog import DetailsDialog
from avatar_app.gui.library.import_dialog import ImportDialog
from avatar_app.gui.library.offer import Offer
from avatar_app.gui.library.strip import Wish
from avatar_app.gui.library.tile import Tile
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.model_import import ModelImportDialog
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.languages.catalog import Catalog, load_catalog
from avatar_app.languages.system import spoken
from avatar_app.live.status import Problem, SessionState
from avatar_app.types import ConsentKind

Open = Callable[..., MainWindow]
LANGUAGES = [code for code in Language if spoken(code) is code]


@pytest.fixture(autouse=True, params=LANGUAGES, ids=lambda code: code.value)
def _spoken(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """Every window in every language."""
    speak(qapp, request.param, load_catalog(request.param))
    yield
    speak(qapp, Language.ENGLISH, Catalog({}))


def check(window: QWidget, at_least: int) -> None:
    """``at_least`` letters there are, so that a window without any fails."""
    assert colliding(window) == {}
    assert len(letters(window)) >= at_least


def letters(window: QWidget) -> set[str]:
    texts = [getattr(widget, "text", str)() for widget in window.findChildren(QWidget)]
    return {mnemonic(text) for text in texts if isinstance(text, str)} - {""}


def test_main_window_with_everything_in_it(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    core.engines = (LANDMARK_WARP, EngineChoice("fomm", "FOMM: vox", "vox", networks=True))
    scene = SceneConfig(background=Background.COLOUR)
    window = open_window(AppConfig(scene=scene, engine="fomm", fomm=FommConfig(model="vox")))
    qtbot.waitUntil(window.body.engine.runtime.isVisible)
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    check(window, 10)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    window.show_problem(Problem("window", "A problem.", "Its hint."))
    window.body.presets.save.click()
    window.body.controls.pass_through.click()
    window.body.offer.show()
    qtbot.waitUntil(window.body.confirm.yes.isVisible)
    check(window, 10)


def test_menus_of_the_strip_and_of_adding(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    window.body.avatars.ways.aboutToShow.emit()
    own, foreign = Tile("id", "Me", own=True), Tile("x.png", "X")
    strip = window.body.avatars.strip
    for menu in (window.body.avatars.ways, strip.menu_of(own), strip.menu_of(foreign)):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        found = [mnemonic(text) for text in texts]
        assert len(texts) > 3
        assert all(found) and len(set(found)) == len(found), texts


def test_settings_and_their_questions(qtbot: QtBot) -> None:
    form = SettingsForm(AppConfig())
    for _ in form.fill():
        pass
    qtbot.addWidget(form)
    form.show()
    check(form, 4)
    form.fields["output", "badge"].click()  # type: ignore[attr-defined]
    form.calibrations.forget.click()
    assert form.why_badge.yes.isVisible() and form.calibrations.question.yes.isVisible()
    check(form, 8)


@pytest.mark.parametrize("name", ["sent/tiny.toml", "face.pth.tar"])
def test_import_of_a_model(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    write_model(tmp_path / "sent")
    if name.startswith("face"):
        (tmp_path / name).write_bytes(b"x")
    dialog = ModelImportDialog(tmp_path / name, tmp_path / "models")
    dialog.show()
    qtbot.waitUntil(dialog.busy.isHidden)
    check(dialog, 1)
    dialog.reject()
    assert dialog.lane.join(5)


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
    check(sheet, 5)


def test_doctor(qtbot: QtBot) -> None:
    page = DoctorDialog(look=lambda: [Check("Camera", Verdict.FAIL, "There is none.", "Buy one.")])
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.found) == 1 and page.rows.count() == 1)
    page.steps.finish()
    check(page, 4)
    page.reject()
    page.lane.join(2)


def test_import_and_consent(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    drop(window, picture_file(tmp_path / "p.png"))
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=PATIENCE_MS)
    dialog.consent.kinds[ConsentKind.AGREED].click()
    check(dialog, 10)
    dialog.reject()
    assert dialog.lane.join(5)


def test_import_of_several(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    files = tuple(picture_file(tmp_path / f"{n}.png") for n in range(2))
    window.body.avatars.picture_offered.emit(Offer(files=files))
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=PATIENCE_MS)
    check(dialog, 5)
    dialog.reject()
    assert dialog.lane.join(5)


def test_details_and_crop_of_an_avatar(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    entry = add(core, "My face")
    window = open_window()
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 3)
    window.body.avatars.strip.wished.emit(Wish.DETAILS, entry.id)
    details = dialog_of(qtbot, window, DetailsDialog)
    check(details, 8)
    details.reject()
    window.body.avatars.strip.wished.emit(Wish.CROP, entry.id)
    crop = dialog_of(qtbot, window, CropDialog)
    qtbot.waitUntil(lambda: crop.crop.is_usable, timeout=PATIENCE_MS)
    check(crop, 3)
    crop.reject()
    assert details.lane.join(5) and crop.lane.join(5)


def test_every_step_of_the_wizard_where_a_calibration_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    driver = Driver()
    given = parts(driver, tmp_path)
    given.keep(calibration(neutral()))
    cameras = [CameraChoice("camera:Lid Camera", "Lid Camera", 2)]
    dialog = CalibrationDialog(given, "Desk Camera", cameras, keys=KeyMap({}))
    dialog.show()
    for _ in through_the_steps(qtbot, dialog, driver):
        check(dialog, 1)
    dialog.close()
    assert dialog.guide.join(5.0)
    dialog.deleteLater()
    qtbot.wait(1)
