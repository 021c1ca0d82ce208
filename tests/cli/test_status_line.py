"""What a terminal is told of a session, and how often."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from avatar_app.cli import run, terminal_line
from avatar_app.cli.status_line import StatusLine
from avatar_app.engines.base import EngineInfo
from avatar_app.live.status import Problem, SessionState, SessionStatus


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    out = io.StringIO()
    monkeypatch.setattr(terminal_line, "messages", lambda: Console(file=out, width=200))
    return out


def test_problems_notes_and_the_runtime_are_said_once(written: io.StringIO) -> None:
    info = EngineInfo("fomm", "First Order Motion Model", "", runtime="CPU, 2 of 2 nodes")
    status = SessionStatus(
        SessionState.RUNNING,
        engine=info,
        notes=("TensorRT is being built: 1 s",),
        problems=(Problem("sink", "No device.", "Install one."),),
    )
    with StatusLine() as line:
        line.show(status)
        line.show(status)
        line.show(replace(status, notes=("TensorRT is being built: 12 s",)))
        line.show(replace(status, engine=replace(info, runtime="TensorRT, 2 of 2 nodes")))
    assert written.getvalue().splitlines() == [
        "No device. Install one.",
        "First Order Motion Model runs on: CPU, 2 of 2 nodes",
        "TensorRT is being built: 1 s",
        "First Order Motion Model runs on: TensorRT, 2 of 2 nodes",
    ]


class Scripted:
    """A session whose status is read off a list, the last one for ever."""

    def __init__(self, *statuses: SessionStatus) -> None:
        self._statuses = list(statuses)

    def wait(self, _seconds: float) -> bool:
        return False

    def status(self) -> SessionStatus:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]


def test_a_fault_that_mends_itself_at_once_ends_no_run(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An output that is opened again while one looks."""
    monkeypatch.setattr(run, "_GLANCE_S", 0.0)
    good = SessionStatus(SessionState.RUNNING, rendered=1)
    bad = replace(good, problems=(Problem("sink", "It broke."),))
    session: Any = Scripted(good, bad, good, bad, bad)
    _, last = run._watch(session, lambda: False, None, 1)
    assert last == bad
    assert not session._statuses[1:], "the first fault was looked at twice and gone on with"
