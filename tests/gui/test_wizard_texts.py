"""Every text of the calibration and of the doctor's page can be translated."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from posed_faces import bundled
from pseudo_language import is_english, painted_untranslated, pseudo_language, untranslated
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from wizard_parts import Driver, held, neutral, parts

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.progress import Progress, Step
from avatar_app.calibration.ranges import Task
from avatar_app.doctor.check import Check, Verdict
from avatar_app.errors import ConsentError
from avatar_app.gui.actions import KeyMap
from avatar_app.gui.doctor_page import DoctorDialog
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.gui.wizard.gauge import MatchGauge, StepRow
from avatar_app.gui.wizard.guide import View
from avatar_app.gui.wizard.offer import CalibrationOffer
from avatar_app.gui.wizard.pages import DonePage
from avatar_app.gui.wizard.parts import CalibrationParts
from avatar_app.gui.wizard.stage import Stage
from avatar_app.gui.wizard.task_ring import TaskRing, TaskState
from avatar_app.live.status import Problem
from avatar_app.types import Avatar, Calibration, Ranges, TrackedFrame

CAMERA, KEY = "Desk Camera", "K"
PAINTED = (StepRow, Stage, MatchGauge, TaskRing)
KEPT = "/home/me/found.zip"


@pytest.fixture(autouse=True)
def _speak_nothing() -> Iterator[None]:
    with pseudo_language():
        yield


@pytest.fixture
def avatar() -> Avatar:
    return bundled("mira")


@pytest.fixture
def wizard(qtbot: QtBot, tmp_path: Path) -> Iterator[CalibrationDialog]:
    """The window, which shows the views it is given and no others."""
    made = CalibrationDialog(idle_parts(tmp_path), CAMERA, keys=KeyMap({"neutral": KEY}))
    made.show()
    assert made.guide.join(5.0)
    yield made
    made.close()
    made.deleteLater()
    qtbot.wait(1)


def idle_parts(folder: Path) -> CalibrationParts:
    """The guide gives up at once, so that no view of its own comes between."""

    def refuse() -> Avatar:
        raise ConsentError("It may not be used.", "Use another one.")

    return replace(parts(Driver(), folder), open_avatar=refuse)


def calibrated(ranges: Ranges | None) -> Calibration:
    driver = Driver()
    driver.play(held(neutral(), 0.1))
    frame = driver.read()
    assert frame is not None
    return Calibration(TrackedFrame(frame, driver.track(frame)), quality=0.8, ranges=ranges)


def show(wizard: CalibrationDialog, view: View) -> list[str]:
    """What is English of the window once it shows a view, what it paints included."""
    wizard.guide.latest = view
    wizard._on_look()
    drawn = [widget for widget in wizard.findChildren(QWidget) if isinstance(widget, PAINTED)]
    painted = [line for widget in drawn for line in painted_untranslated(widget)]
    return untranslated(wizard, [CAMERA, KEY]) + painted


def at(step: Step, avatar: Avatar, **changed: Any) -> View:
    """The driver sits well; the step waits for long."""
    seen = calibrated(None).neutral
    found = Progress(step, task=Task.SMILE if step is Step.RANGE else None, late=True)
    return replace(View(found, avatar, seen.frame, seen.face, begun=True), **changed)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.CANCELLED])
def test_every_page_is_translated_with_and_without_something_to_tell(
    wizard: CalibrationDialog, avatar: Avatar, step: Step
) -> None:
    measured = calibrated(Ranges(0.2, 0.2, (0.1, 0.1), 0.1, 20.0))
    for result in (measured, calibrated(None)):
        for kept in (None, measured):
            view = at(step, avatar, result=result, kept=kept, shown=avatar.image)
            assert show(wizard, view) == []
    assert wizard.step is step


def test_every_hint_is_translated_on_the_picture_and_in_the_checklist(
    wizard: CalibrationDialog, avatar: Avatar
) -> None:
    for hint in Hint:
        progress = Progress(Step.POSITION, hints=(hint,))
        assert show(wizard, at(Step.POSITION, avatar, progress=progress)) == []
        assert wizard.stage.words == f"⟦{hint.sentence}⟧"


def test_what_is_said_while_something_is_waited_for_is_translated(
    wizard: CalibrationDialog, avatar: Avatar
) -> None:
    camera, review = Progress(Step.CAMERA), Progress(Step.REVIEW)
    for view in (
        View(camera),
        View(camera, avatar),
        at(Step.CAMERA, avatar, begun=False),
        at(Step.CAMERA, avatar),
        at(Step.REVIEW, avatar, progress=review),
        at(Step.DONE, avatar, problem=Problem("calibration", "It is full.", "Free some room.")),
        View(camera, trouble=Problem("source", "It is held.", "Close it.")),
    ):
        assert show(wizard, view) == []
    assert wizard.trouble.text() == "⟦It is held.⟧ ⟦Close it.⟧"


def test_the_states_of_a_task_and_the_way_back_are_translated(qtbot: QtBot) -> None:
    ring = TaskRing(Task.SMILE)
    qtbot.addWidget(ring)
    for state in TaskState:
        ring.set_state(state)
        assert untranslated(ring) == []
    for key in (KEY, ""):
        page = DonePage(key)
        qtbot.addWidget(page)
        assert untranslated(page, [KEY]) == []


def test_the_key_told_of_at_the_end_is_the_users_own(wizard: CalibrationDialog) -> None:
    page = wizard.page(Step.DONE)
    assert isinstance(page, DonePage)
    assert f"⟧{KEY}⟦" in page.again.text()


def test_the_offer_is_translated(qtbot: QtBot) -> None:
    offer = CalibrationOffer()
    qtbot.addWidget(offer)
    assert untranslated(offer) == []


FOUND = [
    Check("Python", Verdict.OK, "It is here."),
    Check("Virtual camera", Verdict.WARN, "It is not loaded.", "Load it."),
    Check("Packages", Verdict.FAIL, "One is missing.", "Install it."),
    Check("Runtime Core ML", Verdict.ABSENT, "It exists on macOS only."),
]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Callable[[list[Check]], DoctorDialog]]:
    opened: list[DoctorDialog] = []

    def open_one(found: list[Check]) -> DoctorDialog:
        page = DoctorDialog(look=lambda: found, test=lambda: found[:1])
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


def test_the_doctors_page_is_translated_before_and_after_it_has_looked(
    qtbot: QtBot, open_page: Callable[[list[Check]], DoctorDialog]
) -> None:
    page = open_page(FOUND)
    assert untranslated(page) == []
    qtbot.waitUntil(page.again.isEnabled)
    assert untranslated(page) == []
    page.camera.click()
    assert untranslated(page) == []
    qtbot.waitUntil(page.again.isEnabled)
    assert untranslated(page) == []


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_doctors_summaries_are_translated(
    qtbot: QtBot, open_page: Callable[[list[Check]], DoctorDialog], count: int
) -> None:
    page = open_page([*FOUND[:2], FOUND[3], FOUND[2]][:count])
    qtbot.waitUntil(page.again.isEnabled)
    assert page.summary.text().startswith("⟦")
    assert not is_english(page.summary.text())


def test_a_written_bundle_is_told_of_in_translated_words(
    qtbot: QtBot, open_page: Callable[[list[Check]], DoctorDialog]
) -> None:
    from avatar_app.doctor.bundle import CONTENTS

    page = open_page(FOUND)
    qtbot.waitUntil(page.again.isEnabled)
    page._on_written(Path(KEPT))
    assert untranslated(page, [KEPT, *(name for name, _ in CONTENTS)]) == []


def test_what_went_wrong_is_told_in_translated_words(
    qtbot: QtBot, open_page: Callable[[list[Check]], DoctorDialog]
) -> None:
    page = open_page(FOUND)
    qtbot.waitUntil(page.again.isEnabled)
    page._on_failed(Problem("window", "It broke.", "Try again."))
    assert page.summary.text() == "⟦It broke.⟧ ⟦Try again.⟧"
