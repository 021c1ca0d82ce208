"""Sinks that join a running session, recordings above all; and snapshots."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from film import has_sound, shown_at
from live_parts import (
    SPEC,
    Camera,
    CameraTwin,
    ScriptedTracker,
    SlideEngine,
    Wires,
    composer,
    portrait,
    until,
)

from avatar_app.capture.clicks import ClickSource
from avatar_app.errors import SinkError
from avatar_app.live.recording import Recording
from avatar_app.live.recording_status import RecordingState
from avatar_app.live.session import LiveSession
from avatar_app.live.words import RIGHT_BACK
from avatar_app.outputs.memory import MemorySink
from avatar_app.types import Outcome, RenderedFrame

CARD = composer().card(*RIGHT_BACK)


@pytest.fixture
def twin() -> CameraTwin:
    return CameraTwin()


@pytest.fixture
def session(twin: CameraTwin) -> Iterator[LiveSession]:
    wires = Wires()
    made = LiveSession(
        open_source=lambda: Camera(wires),
        open_tracker=ScriptedTracker,
        open_engine=SlideEngine,
        open_avatar=portrait,
        open_composer=composer,
        sinks=[twin],
        spec=SPEC,
    )
    made.start()
    until(lambda: outcome(twin) is Outcome.RENDERED)
    yield made
    made.stop()


def outcome(twin: CameraTwin) -> Outcome | None:
    return twin.latest.outcome if twin.latest is not None else None


def recording_of(session: LiveSession, path: Path) -> Recording:
    return Recording(
        path,
        open_sound=ClickSource,
        latency=lambda: session.status().latency_p50_ms / 1000,
    )


def test_a_recording_joins_and_leaves_while_the_others_go_on(
    session: LiveSession, twin: CameraTwin, tmp_path: Path
) -> None:
    recording = recording_of(session, tmp_path / "a.mp4")
    session.join(recording)
    until(lambda: recording.status().frames > 20)
    assert 0 < recording.status().delay < 5
    session.leave(recording)
    assert recording.wait(20)
    seen = len(twin.sent)
    until(lambda: len(twin.sent) > seen + 5)
    status = recording.status()
    assert len(shown_at(tmp_path / "a.mp4")) == status.frames > 20
    assert has_sound(tmp_path / "a.mp4")
    assert not session.status().problems


def test_the_end_of_the_session_finishes_the_film(session: LiveSession, tmp_path: Path) -> None:
    recording = recording_of(session, tmp_path / "a.mp4")
    session.join(recording)
    until(lambda: recording.status().frames > 5)
    session.stop()
    assert recording.wait(20)
    assert recording.status().state is RecordingState.DONE
    assert len(shown_at(tmp_path / "a.mp4")) == recording.status().frames
    late = recording_of(session, tmp_path / "b.mp4")
    session.join(late)
    assert late.wait(0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


class Broken(MemorySink):
    """Fails at its third picture."""

    closed = False

    def send(self, rendered: RenderedFrame) -> None:
        if self.sent == 2:
            raise SinkError("The disk is full.", "Free some room.")
        super().send(rendered)

    def close(self) -> None:
        self.closed = True


def test_a_guest_that_fails_is_reported_and_harms_no_other(
    session: LiveSession, twin: CameraTwin
) -> None:
    broken = Broken()
    session.join(broken)
    until(lambda: broken.closed)
    until(lambda: session.status().problems)
    (problem,) = session.status().problems
    assert (problem.where, problem.message) == ("recording", "The disk is full.")
    seen = len(twin.sent)
    until(lambda: len(twin.sent) > seen + 5)


def test_what_joins_under_a_card_gets_the_card(session: LiveSession) -> None:
    session.panic()
    guest = MemorySink(keep=None)
    session.join(guest)
    until(lambda: guest.sent > 5)
    assert all(np.array_equal(frame.image, CARD) for frame in guest.frames)
    session.leave(guest)


def test_a_snapshot_is_what_others_see_at_that_moment(
    session: LiveSession, twin: CameraTwin
) -> None:
    shot = session.snapshot()
    assert shot is not None
    assert shot.image.shape == (SPEC.height, SPEC.width, 3)
    session.set_pass_through(True)
    until(lambda: outcome(twin) is Outcome.PASS_THROUGH)
    allowed = session.snapshot()
    assert allowed is not None
    assert allowed.outcome is Outcome.PASS_THROUGH
    for switch_off in (lambda: session.set_pass_through(False), session.panic):
        session.set_pass_through(True)
        until(lambda: outcome(twin) is Outcome.PASS_THROUGH)
        switch_off()
        refused = session.snapshot()
        assert refused is not None
        assert refused.outcome is not Outcome.PASS_THROUGH
        session.set_placeholder(False)
