"""What a terminal is told of a session, and how often."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from avatar_app.cli import terminal_line
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
