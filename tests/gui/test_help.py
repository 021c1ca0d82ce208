"""The help in the window: its pages, and the way from a message to its entry."""

from collections.abc import Callable, Iterator

import pytest
from pseudo_language import pseudo_language, untranslated
from PyQt6 import sip
from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QKeySequence, QTextCursor, QTextDocument
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avatar_app.capture.devices import find_camera
from avatar_app.config import Language
from avatar_app.errors import SourceError
from avatar_app.gui.help_dialog import HelpDialog
from avatar_app.gui.help_entries import HelpPage, entries_of, entry_for, link_name, read_page
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.language import speak
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.theme import DARK, LIGHT, apply_theme
from avatar_app.languages.catalog import Catalog
from avatar_app.live.machine import problem_of
from avatar_app.live.status import Problem

ENTRIES = entries_of(read_page(HelpPage.TROUBLESHOOTING))


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, Language.ENGLISH, Catalog({}))


@pytest.fixture
def dialog(qtbot: QtBot) -> HelpDialog:
    made = HelpDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def top_heading(dialog: HelpDialog) -> str:
    """The heading at the upper edge of what is seen."""
    return dialog.text.cursorForPosition(dialog.text.viewport().rect().topLeft()).block().text()


def missing_camera() -> Problem:
    """As the program says it."""
    try:
        find_camera("no such camera")
    except SourceError as error:
        return problem_of("source", error)
    raise AssertionError("there is such a camera")


def test_the_entry_with_the_most_letters_explains_a_message() -> None:
    entries = ("… failed: ….", "The face tracker failed: ….", "The … failed: …: ….", "It stopped.")
    assert entry_for("The face tracker failed: no graph.", entries) == entries[1]
    assert entry_for("The tracker failed: OSError: 5.", entries) == entries[2]
    assert entry_for("It stopped.", entries) == "It stopped."
    assert entry_for("It stopped. Twice.", entries) is None
    assert entry_for("failed", entries) is None


def test_values_of_a_message_may_be_empty_and_may_look_like_the_words_around_them() -> None:
    entries = ("The file … is empty.", "a… b… a")
    assert entry_for("The file is empty. is empty.", entries) == entries[0]
    assert entry_for("a b a", entries) == entries[1]
    assert entry_for("a b", entries) is None


def test_a_message_of_the_program_finds_its_entry() -> None:
    expected = {"There is no camera ….", "There is no camera …, and no other."}
    assert entry_for(missing_camera().message, ENTRIES) in expected
    assert entry_for("Nobody ever wrote this sentence", ENTRIES) is None


def test_links_are_named_as_forges_name_them() -> None:
    assert link_name("What doctor says") == "what-doctor-says"
    assert link_name("Zoom, Meet, Teams, OBS") == "zoom-meet-teams-obs"


def test_a_card_leads_to_its_entry(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    problem = missing_camera()
    window.show_problem(problem)
    card = window.body.messages.card(problem)
    assert card.help.isVisible()
    card.help.click()
    window.steps.finish()
    dialog = window.findChild(HelpDialog)
    assert dialog is not None and dialog.isVisible()
    assert dialog.page is HelpPage.TROUBLESHOOTING
    qtbot.waitUntil(lambda: top_heading(dialog) == entry_for(problem.message, ENTRIES))


def test_a_message_without_an_entry_has_no_button(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    unknown = Problem("window", "Nobody ever wrote this sentence")
    window.show_problem(unknown)
    assert window.body.messages.card(unknown).help.isHidden()


def test_help_opens_by_button_and_by_key_and_closes_with_escape(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.body.more.help.click()
    window.steps.finish()
    dialog = window.findChild(HelpDialog)
    assert dialog is not None and dialog.isVisible()
    assert dialog.page is HelpPage.GUIDE
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.body.live.hotkeys.pressed.emit("help")
    window.steps.finish()
    assert dialog.isVisible()
    dialog.keys.click()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None and sheet.isVisible()


def test_a_link_turns_the_page_and_only_a_click_goes_to_the_web(
    dialog: HelpDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))
    dialog.show_page(HelpPage.GUIDE)
    dialog.text.anchorClicked.emit(QUrl("troubleshooting.md#what-doctor-says"))
    assert dialog.page is HelpPage.TROUBLESHOOTING
    assert dialog.text.textCursor().block().text() == "What doctor says"
    assert dialog.buttons[HelpPage.TROUBLESHOOTING].isChecked()
    dialog.text.anchorClicked.emit(QUrl("#cameras"))
    assert dialog.text.textCursor().block().text() == "Cameras"
    assert not asked
    dialog.text.anchorClicked.emit(QUrl("https://example.org/a"))
    assert asked == ["https://example.org/a"]
    assert dialog.page is HelpPage.TROUBLESHOOTING


def test_pictures_of_a_page_fit_it(qtbot: QtBot, dialog: HelpDialog) -> None:
    dialog.show_page(HelpPage.GUIDE)
    assert dialog.text.find("\ufffc"), "the guide has pictures"
    bar = dialog.text.horizontalScrollBar()
    assert bar is not None and bar.maximum() == 0
    dialog.text.moveCursor(QTextCursor.MoveOperation.Start)


def test_pictures_are_as_wide_where_everything_is_twice_as_large(
    dialog: HelpDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog.text, "devicePixelRatioF", lambda: 2.0)
    kind = QTextDocument.ResourceType.ImageResource.value
    picture = dialog.text.loadResource(kind, QUrl("pictures/window.png"))
    assert picture.width() > 620 >= picture.deviceIndependentSize().width()


@pytest.mark.usefixtures("theme_as_before")
def test_links_are_readable_when_the_desktop_changes_its_theme(
    qtbot: QtBot, dialog: HelpDialog, qapp: QApplication
) -> None:
    apply_theme(qapp, dark=True)
    dialog.show_page(HelpPage.GUIDE)
    in_dark = link_colours(dialog)
    apply_theme(qapp, dark=False)
    assert in_dark == {DARK.link}
    assert link_colours(dialog) == {LIGHT.link}


def link_colours(dialog: HelpDialog) -> set[str]:
    cursor = QTextCursor(dialog.text.document())
    found = set()
    while cursor.movePosition(QTextCursor.MoveOperation.NextCharacter):
        look = cursor.charFormat()
        if look.isAnchor():
            found.add(look.foreground().color().name())
    return found


def test_other_languages_are_told_that_the_pages_are_english(
    qtbot: QtBot, qapp: QApplication, dialog: HelpDialog
) -> None:
    assert dialog.english.isHidden()
    speak(qapp, Language.GERMAN, Catalog({}))
    german = HelpDialog()
    qtbot.addWidget(german)
    assert not german.english.isHidden()


def test_every_text_of_the_dialog_is_translated(qtbot: QtBot) -> None:
    with pseudo_language():
        made = HelpDialog()
        qtbot.addWidget(made)
        assert untranslated(made) == []


def test_a_change_of_language_closes_the_help_and_opens_it_anew(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window()
    window.body.more.help.click()
    window.steps.finish()
    old = window.findChild(HelpDialog)
    window.steps.run(window, window._speak(Catalog({})))
    window.steps.finish()
    assert old is not None and sip.isdeleted(old)
    window.body.more.help.click()
    window.steps.finish()
    assert len([found for found in window.findChildren(HelpDialog) if found.isVisible()]) == 1


def test_words_are_found_on_this_page_and_on_the_other(qtbot: QtBot, dialog: HelpDialog) -> None:
    dialog.show_page(HelpPage.GUIDE)
    dialog.activateWindow()
    QTest.keySequence(dialog, QKeySequence(QKeySequence.StandardKey.Find))
    QTest.keyClicks(dialog.search, "LIBRARY")
    first = dialog.text.textCursor()
    assert first.selectedText().casefold() == "library"
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.text.textCursor().selectionStart() > first.selectionStart()
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "several cameras are called")
    assert dialog.page is HelpPage.TROUBLESHOOTING
    assert dialog.buttons[dialog.page].isChecked()
    assert not dialog.missing.isVisible()
    found = dialog.text.textCursor().selectionStart()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.text.textCursor().selectionStart() == found, "it comes round again"
    bar = dialog.text.verticalScrollBar()
    assert bar is not None and bar.value() > 0
    height = dialog.text.height()
    assert 0.1 * height < dialog.text.cursorRect().top() < 0.5 * height, "with what follows it"
    place = bar.value()
    QTest.keyClicks(dialog.search, " xyzzy")
    assert dialog.missing.isVisible()
    assert bar.value() == place
    assert not dialog.text.textCursor().hasSelection()


def test_help_begins_with_the_guide_wherever_a_message_has_led(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window()
    problem = missing_camera()
    window.show_problem(problem)
    window.body.messages.card(problem).help.click()
    window.steps.finish()
    dialog = window.findChild(HelpDialog)
    assert dialog is not None
    window.body.help.show()
    window.steps.finish()
    assert dialog.page is HelpPage.TROUBLESHOOTING, "open help stays where it is"
    dialog.reject()
    window.body.help.show()
    window.steps.finish()
    assert dialog.page is HelpPage.GUIDE


def test_who_types_on_a_page_searches_it(dialog: HelpDialog) -> None:
    dialog.show_page(HelpPage.GUIDE)
    dialog.text.setFocus()
    QTest.keyClicks(dialog.text, "cam")
    assert dialog.search.text() == "cam"
    assert dialog.text.textCursor().selectedText().casefold() == "cam"
    assert dialog.search.hasFocus()
