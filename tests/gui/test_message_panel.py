"""The message area."""

from dataclasses import replace

import pytest
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from avatar_app import paths
from avatar_app.errors import SourceError
from avatar_app.gui.panels import message_panel
from avatar_app.gui.panels.message_panel import MessagePanel
from avatar_app.live.machine import problem_of
from avatar_app.live.status import Problem

LOST = Problem("source", "The camera was unplugged.", "Plug it in again.")
FULL = Problem("recorder", "The disk is full.", "Free some room.")


@pytest.fixture
def panel(qtbot: QtBot) -> MessagePanel:
    made = MessagePanel()
    qtbot.addWidget(made)
    made.resize(500, 100)
    return made


def test_it_takes_room_only_while_there_is_something_to_say(panel: MessagePanel) -> None:
    assert panel.isHidden()
    panel.show_problem(LOST)
    assert not panel.isHidden()
    panel.card(LOST).dismiss.click()
    assert panel.isHidden()


def test_the_newest_stands_on_top_and_none_twice(panel: MessagePanel) -> None:
    for problem in (LOST, FULL, LOST):
        panel.show_problem(problem)
    assert panel.problems == (FULL, LOST)


def test_copying_takes_message_and_hint(panel: MessagePanel) -> None:
    panel.show_problem(LOST)
    panel.card(LOST).copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "The camera was unplugged.\nPlug it in again."


def test_a_dismissed_problem_stays_away_until_it_comes_again(panel: MessagePanel) -> None:
    panel.show_session([LOST, FULL])
    panel.card(LOST).dismiss.click()
    panel.show_session([LOST, FULL])
    assert panel.problems == (FULL,)
    panel.show_session([FULL])
    panel.show_session([LOST, FULL])
    assert panel.problems == (LOST, FULL)


def test_old_messages_make_room(panel: MessagePanel) -> None:
    for number in range(30):
        panel.show_problem(Problem("window", f"Message {number}."))
    assert len(panel.problems) < 10
    assert panel.problems[0].message == "Message 29."


def test_details_tell_the_errors_behind_it_and_the_log_and_are_copied_when_open(
    panel: MessagePanel,
) -> None:
    cause = OSError(16, "Device busy")
    try:
        raise SourceError("The camera does not open.", "Close other programs.") from cause
    except SourceError as error:
        problem = problem_of("source", error)
    panel.show_problem(problem)
    card = panel.card(problem)
    before = card.sizeHint().height()
    card.details.click()
    assert card.sizeHint().height() > before
    card.copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text().startswith("The camera does not open.\nClose other programs.\n")
    assert "Device busy" in clipboard.text()
    assert str(paths.log_file()) in clipboard.text()


def test_a_problem_that_differs_in_its_details_alone_is_the_same(panel: MessagePanel) -> None:
    panel.show_problem(LOST)
    panel.show_problem(replace(LOST, details="OSError: 19"))
    assert len(panel.problems) == 1


def test_what_is_only_told_has_no_details(panel: MessagePanel) -> None:
    panel.show_problem(LOST, "info")
    assert panel.card(LOST).details.isHidden()


def test_a_message_of_the_clipboard_goes_by_itself_and_others_stay(
    qtbot: QtBot, panel: MessagePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_panel, "_GONE_AFTER_MS", 10)
    pasted = Problem(message_panel.CLIPBOARD, "Nothing was pasted.")
    panel.show_problem(LOST)
    panel.show_problem(pasted)
    assert panel.problems == (pasted, LOST)
    qtbot.waitUntil(lambda: panel.problems == (LOST,))
    panel.show_problem(pasted)
    first = panel.card(pasted)
    panel.show_problem(pasted)
    assert panel.problems == (pasted, LOST), "pasted again, it is said again"
    assert panel.card(pasted) is not first, "and stays as long again"
    panel.card(pasted).dismiss.click()
    qtbot.wait(30)
    assert panel.problems == (LOST,)
