"""Slow work beside the window."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from avatar_app.errors import MediaError
from avatar_app.gui.background import Background
from avatar_app.live.status import Problem


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Background]:
    made = Background("test-lane")
    yield made
    made.close()
    assert made.join(2)


def test_results_come_back_in_order_and_in_this_thread(qtbot: QtBot, lane: Background) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    for number in range(3):
        lane.submit(lambda n=number: n, lambda n: seen.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [(number, threading.main_thread()) for number in range(3)]


def test_an_error_of_the_program_keeps_its_words(qtbot: QtBot, lane: Background) -> None:
    problems: list[Problem] = []

    def fail() -> None:
        raise MediaError("The clip ends early.", "Copy it again.")

    lane.submit(fail, None, problems.append, where="source")
    qtbot.waitUntil(lambda: bool(problems))
    assert problems == [Problem("source", "The clip ends early.", "Copy it again.")]


def test_an_unexpected_error_is_a_problem_too(qtbot: QtBot, lane: Background) -> None:
    problems: list[Problem] = []
    lane.submit(lambda: {}["missing"], None, problems.append)
    qtbot.waitUntil(lambda: bool(problems))
    assert "KeyError" in problems[0].message
    assert problems[0].hint


def test_after_close_what_waits_is_skipped_and_nothing_is_delivered(
    qtbot: QtBot, lane: Background
) -> None:
    entered, gate = threading.Event(), threading.Event()
    seen: list[str] = []

    def wait() -> None:
        entered.set()
        gate.wait(5)

    lane.submit(wait, lambda _: seen.append("first"))
    lane.submit(lambda: seen.append("second"))
    assert entered.wait(5)
    lane.close()
    gate.set()
    assert lane.join(2)
    qtbot.wait(20)
    assert seen == []
