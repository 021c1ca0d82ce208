"""The doctor's page: lines with a sign and a button, made beside the window."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLabel, QToolTip
from pytestqt.qtbot import QtBot

from avatar_app.doctor.check import Check, Verdict
from avatar_app.gui import doctor_page
from avatar_app.gui.doctor_page import DoctorDialog, Line, summary
from avatar_app.gui.main_window import MainWindow

FOUND = [
    Check("Python", Verdict.OK, "3.11"),
    Check("Virtual camera", Verdict.WARN, "It is not loaded.", "sudo modprobe it"),
    Check("Runtime Core ML", Verdict.ABSENT, "macOS only."),
]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Callable[..., DoctorDialog]]:
    """Opens pages; all are closed, and their threads have ended, at the end."""
    opened: list[DoctorDialog] = []

    def open_one(look: Any = lambda: FOUND, **options: Any) -> DoctorDialog:
        page = DoctorDialog(look=look, **options)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        opened.append(page)
        page.show()
        return page

    yield open_one
    for page in opened:
        page.close()
        assert page.lane.join(5)
        page.deleteLater()
    qtbot.wait(1)


def lines(page: DoctorDialog) -> list[Line]:
    found = (page.rows.itemAt(n) for n in range(page.rows.count()))
    return [item.widget() for item in found if isinstance(item.widget(), Line)]


def words(page: DoctorDialog) -> list[list[str]]:
    return [[part.text() for part in line.findChildren(QLabel)] for line in lines(page)]


def settled(page: DoctorDialog) -> Callable[[], bool]:
    return page.again.isEnabled


def test_every_line_is_shown_with_what_mends_it_the_worst_first(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    page = open_page()
    qtbot.waitUntil(settled(page))
    assert words(page) == [
        ["!", "Virtual camera", "It is not loaded.", "sudo modprobe it"],
        ["✓", "Python", "3.11"],
        ["–", "Runtime Core ML", "macOS only."],
    ]
    assert "Virtual camera" in page.summary.text()
    assert all(line.accessibleName() for line in lines(page))


def test_the_window_waits_for_nothing_and_says_that_it_looks(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    may_end = threading.Event()

    def look() -> list[Check]:
        assert may_end.wait(10)
        assert threading.current_thread() is not threading.main_thread()
        return FOUND

    page = open_page(look)
    assert page.busy.isVisible()
    assert not page.save.isEnabled()
    may_end.set()
    qtbot.waitUntil(settled(page))
    assert not page.busy.isVisible()


def test_the_fix_is_copied_and_the_line_where_nothing_needs_one(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    page = open_page()
    qtbot.waitUntil(settled(page))
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    lines(page)[0].copy.click()
    assert clipboard.text() == "sudo modprobe it"
    assert QToolTip.text() == "Copied."
    lines(page)[1].copy.click()
    assert clipboard.text() == "Python: 3.11"


def test_of_two_ways_to_mend_it_one_is_copied_ready_to_be_pasted(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    hint = "Then restart.\nsudo setup install  # stays\nsudo modprobe it  # or only for now"
    found = [
        Check("Virtual camera", Verdict.WARN, "It is not loaded.", hint),
        Check("Networks", Verdict.WARN, "Absent.", "/usr/bin/python -m pip install it"),
    ]
    page = open_page(lambda: found)
    qtbot.waitUntil(settled(page))
    lines(page)[0].copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None and clipboard.text() == "sudo setup install"
    lines(page)[1].copy.click()
    assert clipboard.text() == "/usr/bin/python -m pip install it"


def test_run_again_looks_anew(qtbot: QtBot, open_page: Callable[..., DoctorDialog]) -> None:
    answers = [FOUND, FOUND[:1]]
    page = open_page(lambda: answers.pop(0))
    qtbot.waitUntil(settled(page))
    page.again.click()
    qtbot.waitUntil(lambda: page.again.isEnabled() and page.found == tuple(FOUND[:1]))
    assert len(lines(page)) == 1
    assert page.summary.text() == "Everything the program needs works here."


def test_the_cameras_test_adds_its_line_once(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    tested = [Check("Virtual camera test", Verdict.WARN, "No driver.", "Close OBS.")]
    page = open_page(test=lambda: tested)
    qtbot.waitUntil(settled(page))
    for _ in range(2):
        page.camera.click()
        qtbot.waitUntil(settled(page))
    assert [check.name for check in page.found].count("Virtual camera test") == 1
    assert page.summary.text() == "No driver."


def test_the_cameras_test_does_not_repeat_what_stands_there(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    again = Check("Virtual camera test", Verdict.WARN, "There is no driver.", FOUND[1].hint)
    page = open_page(test=lambda: [again])
    qtbot.waitUntil(settled(page))
    page.camera.click()
    qtbot.waitUntil(settled(page))
    assert page.found == tuple(FOUND)
    assert page.summary.text() == "There is no driver."


def test_a_bundle_is_written_and_its_contents_told(
    qtbot: QtBot,
    open_page: Callable[..., DoctorDialog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    page = open_page()
    qtbot.waitUntil(settled(page))
    chosen = (str(tmp_path / "mine"), "")
    monkeypatch.setattr(doctor_page.QFileDialog, "getSaveFileName", lambda *_: chosen)
    page.save.click()
    qtbot.waitUntil(settled(page))
    assert "doctor.json" in page.summary.text()
    with zipfile.ZipFile(tmp_path / "mine.zip") as file:
        assert b"sudo modprobe it" in file.read("doctor.txt")


def test_a_bundle_that_cannot_be_written_is_told(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog], tmp_path: Path
) -> None:
    page = open_page()
    qtbot.waitUntil(settled(page))
    page.write_bundle(tmp_path / "nowhere" / "a.zip")
    qtbot.waitUntil(settled(page))
    assert "cannot be written" in page.summary.text()
    assert page.found == tuple(FOUND)


def test_a_look_that_fails_says_so(qtbot: QtBot, open_page: Callable[..., DoctorDialog]) -> None:
    def look() -> list[Check]:
        raise OSError("no more files")

    page = open_page(look)
    qtbot.waitUntil(settled(page))
    assert "no more files" in page.summary.text()


def test_the_report_in_one_sentence() -> None:
    assert "cannot work" in summary([Check("Python", Verdict.FAIL, "3.8", "Use 3.11.")])


def test_the_window_opens_one_page_and_closes_it_with_itself(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        doctor_page.DoctorDialog.__init__, "__defaults__", (None, lambda: FOUND, list)
    )
    window = open_window()
    window.body.check.click()
    window.steps.finish()
    window.body.check.click()
    window.steps.finish()
    (page,) = window.findChildren(DoctorDialog)
    assert page.isVisible()
    lane = page.lane
    window.close()
    assert lane.join(5)


def test_the_camera_is_tested_while_nobody_else_has_it(
    qtbot: QtBot, open_page: Callable[..., DoctorDialog]
) -> None:
    steps: list[str] = []

    @contextmanager
    def aside() -> Iterator[None]:
        steps.append("aside")
        yield
        steps.append("back")

    def test() -> list[Check]:
        steps.append("test")
        return FOUND[1:2]

    page = open_page(test=test, set_aside=aside)
    qtbot.waitUntil(settled(page))
    page.camera.click()
    qtbot.waitUntil(lambda: steps == ["aside", "test", "back"])
    qtbot.waitUntil(settled(page))
