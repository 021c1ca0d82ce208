"""The window in other languages: every text translated, and a change of language while live."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from gui_twin import TwinCore
from pseudo_language import pseudo_language, untranslated
from PyQt6.QtCore import QCoreApplication, QEvent, QTranslator
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig, Language
from avatar_app.gui.background import Background
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.global_keys.base import Gone, KeySystem, Listener, Wish
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.language import CatalogTranslator, speak, tr
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.languages.catalog import Catalog, load_catalog
from avatar_app.live.status import Problem, SessionState

CAMERAS = ("Desk Camera", "Lid Camera", "Avatar Camera")
NOBODYS = ("anna", "bert", "Anna", "Bert", *CAMERAS, "FP16", "FP32", "CPU")


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, Language.ENGLISH, Catalog({}))


def german() -> Catalog:
    return load_catalog(Language.GERMAN)


def form_of(window: MainWindow) -> SettingsForm:
    form = window.findChild(SettingsForm)
    assert form is not None
    return form


def choose_german(qtbot: QtBot, window: MainWindow) -> None:
    window.body.live.show_settings()
    window.steps.finish()
    form = form_of(window)
    form.language.setCurrentIndex(form.language.findData(Language.GERMAN))
    form.apply.click()
    qtbot.waitUntil(lambda: window.windowHandle() is not None and window.body.more.isVisible())
    qtbot.waitUntil(lambda: form_of(window).windowTitle() == german().say("Settings"))


def test_texts_are_said_in_the_language_of_the_application(qapp: QApplication) -> None:
    assert tr("Start") == "Start"
    speak(qapp, Language.GERMAN, Catalog({"Start": "Los", "{n:.1f} fps": "{n:.1f} B/s"}))
    assert (tr("Start"), tr("{n:.1f} fps", n=2.34)) == ("Los", "2,3 B/s")
    assert tr("of nobody") == "of nobody"
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert buttons.buttons()[0].text() == "Abbrechen", "Qt's own texts come with Qt"
    speak(qapp, Language.ENGLISH, Catalog({}))
    assert tr("Start") == "Start"
    assert not [t for t in qapp.findChildren(QTranslator) if isinstance(t, CatalogTranslator)]


def test_the_language_changes_without_a_restart_and_the_session_goes_on(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.start()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    session = core.sessions[-1]
    window.body.controls.pass_through.click()
    window.body.confirm.yes.click()
    window.show_problem(Problem("window", "A problem.", "Its hint."), "info")
    choose_german(qtbot, window)

    assert core.sessions[-1] is session and session.is_running
    assert "stop" not in session.asked
    assert window.body.controls.start.text() == german().say("Stop")
    assert window.body.controls.pass_through.isChecked(), "others still see the real face"
    assert [problem.message for problem in window.body.messages.problems] == ["A problem."]
    assert window.body.controls.neutral.isEnabled()
    assert window.store.config.language is Language.GERMAN


def test_what_is_pressed_after_the_change_happens_once(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.start()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    choose_german(qtbot, window)
    form_of(window).reject()
    asked = core.sessions[-1].asked
    asked.clear()
    window.body.controls.cover.freeze.click()
    window.body.controls.neutral.click()
    qtbot.waitUntil(lambda: "neutral" in asked)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert asked == ["frozen True", "neutral", "stop"]


def test_avatar_and_camera_stay_chosen(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(AppConfig(avatar="bert"), source="camera:Lid Camera")
    with qtbot.waitSignal(window.bridge.cameras_listed):
        choose_german(qtbot, window)
    assert (window.body.library.word, window.body.cameras.word) == ("bert", "camera:Lid Camera")


def test_a_start_that_waits_for_the_cameras_comes_in_the_new_language(
    qtbot: QtBot, core: TwinCore, portraits: dict[str, Path], tmp_path: Path
) -> None:
    looked = threading.Event()

    def list_cameras() -> Sequence[CameraChoice]:
        looked.wait(10)
        return tuple(core.cameras)

    core.list_cameras = list_cameras  # type: ignore[method-assign]
    window = MainWindow(core, AppConfig(), tmp_path / "config.toml")
    window.show()
    window.begin()
    window.start()
    window._speak(german())
    looked.set()
    try:
        qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
        assert core.configs[-1].source.word == "camera:Desk Camera"
    finally:
        window.close()
        window.deleteLater()
        qtbot.wait(1)


def test_the_title_changes_with_the_language(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    said = load_catalog(Language.RUSSIAN).say("Avatar")
    assert said != "Avatar"
    window.body.live.adopt(window.store.config.model_copy(update={"language": Language.RUSSIAN}))
    qtbot.waitUntil(lambda: window.windowTitle() == said)
    assert QGuiApplication.applicationDisplayName() == said
    window.body.live.adopt(window.store.config.model_copy(update={"language": Language.ENGLISH}))
    qtbot.waitUntil(lambda: window.windowTitle() == "Avatar")


def test_an_answer_for_a_widget_that_went_is_dropped(qtbot: QtBot, qapp: QApplication) -> None:
    lane, told = Background("window-test"), []
    gone = CatalogTranslator(Catalog({}))
    gone.deleteLater()
    qtbot.wait(10)
    lane.submit(lambda: 1, lambda _: gone.objectName())
    lane.submit(lambda: 2, told.append)
    qtbot.waitUntil(lambda: told == [2])
    lane.close()
    assert lane.join(2)


class LostKeys:
    """GlobalKeys of a desktop that went away."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def grab(self, wishes: Sequence[Wish]) -> None:
        self._listener(Gone("The connection to the desktop was lost."))

    def close(self) -> None:
        """Nothing is held."""


def test_a_message_about_keys_is_explained_and_follows_the_language(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    keys = {"panic": "Ctrl+Shift+F12"}
    window = open_window(AppConfig(global_keys=keys), key_system=KeySystem(LostKeys))
    choose_german(qtbot, window)
    problems = window.body.messages.problems
    (problem,) = [problem for problem in problems if problem.where == "keys"]
    card = window.body.messages.card(problem)
    assert not card.help.isHidden()
    assert tr(problem.message) != problem.message
    assert tr(problem.hint) != problem.hint


def test_a_window_made_anew_listens_no_more_than_the_one_before(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    """What stays when the language changes would keep a listener for each window that was."""
    window = open_window()
    open_keys(window)
    before = listeners(window)
    for language in (Language.RUSSIAN, Language.ENGLISH, Language.RUSSIAN, Language.ENGLISH):
        body = window.centralWidget()
        window.body.live.adopt(window.store.config.model_copy(update={"language": language}))
        qtbot.waitUntil(lambda body=body: window.centralWidget() is not body)
        qtbot.wait(50)
        open_keys(window)
    assert listeners(window) == before


def open_keys(window: MainWindow) -> None:
    window.body.live.show_keys()
    window.steps.finish()
    for dialog in window.findChildren(HotkeySheet):
        dialog.reject()


def listeners(window: MainWindow) -> dict[str, int]:
    """How many there are of each rare signal of the parts that stay. Those of a signal that is
    often given are cleared away when it is."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    bridge, films = window.bridge, window.films
    rare = {
        "calibration_ready": bridge.calibration_ready,
        "camera_changed": bridge.camera_changed,
        "camera_pictured": bridge.camera_pictured,
        "failed": bridge.failed,
        "runtimes_listed": bridge.runtimes_listed,
    }
    found = {name: bridge.receivers(signal) for name, signal in rare.items()}
    rare = {
        "changed": films.changed,
        "kept": films.kept,
        "microphones_listed": films.microphones_listed,
    }
    found |= {name: films.receivers(signal) for name, signal in rare.items()}
    keys = window.global_keys
    return found | {
        "pressed": keys.receivers(keys.pressed),
        "how it went with keys": keys.receivers(keys.changed),
    }


def test_texts_that_cannot_be_read_leave_the_window_as_it_is(
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window = open_window()
    monkeypatch.setattr("avatar_app.languages.catalog.assets_dir", lambda: tmp_path)
    config = window.store.config.model_copy(update={"language": Language.JAPANESE})
    window.body.live.adopt(config)
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    assert "ja cannot be read" in window.body.messages.problems[0].message
    assert window.body.controls.start.text() == "Start"


def test_every_text_of_the_window_is_translated(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    with pseudo_language():
        window = open_window()
        assert not untranslated(window, NOBODYS)
        window.start()
        qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
        window.body.live.show_keys()
        window.steps.finish()
        window.body.live.show_settings()
        window.steps.finish()
        assert not untranslated(window, NOBODYS)


def test_the_side_column_stays_where_it_was(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.resize(1000, 560)
    before = window.body
    bar = before.side.verticalScrollBar()
    assert bar is not None
    qtbot.waitUntil(lambda: bar.maximum() > 200)
    bar.setValue(150)
    window.steps.run(window, window._speak(german()))
    qtbot.waitUntil(lambda: not window.steps._waiting)
    assert window.body is not before
    after = window.body.side.verticalScrollBar()
    assert after is not None and after.value() == 150


def test_avatars_and_portrait_are_there_from_the_first_moment_of_another_language(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.body.avatars.picture("anna") is not None)
    qtbot.waitUntil(lambda: window.body.library.picture is not None)
    before = window.body
    for _ in window._another_body():
        body = window.body
        if body is not before:
            assert body.avatars.words == ("anna", "bert")
            assert body.avatars.picture("anna") is not None
            assert body.library.picture is not None
            assert "Press Start" in body.view.output.accessibleDescription()
    assert window.body is not before
    window.body.fill()
    with qtbot.waitSignal(window.body.library.listed):
        pass
    assert window.body.avatars.words == ("anna", "bert")


def test_an_avatar_chosen_before_the_library_is_read_again_stays_the_one_in_use(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    may_read = threading.Event()
    window.bridge.library.submit(lambda: may_read.wait(10))
    for _ in window._another_body():
        pass
    window._fill()
    library = window.body.library
    with qtbot.waitSignal(library.listed):
        library.choose_place(2)
        may_read.set()
    assert library.word == window.store.config.avatar == window.body.avatars.word == "bert"
