"""Another engine while live: prepared aside, swapped between two frames, the old one released."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from live_parts import (
    SPEC,
    Camera,
    CameraTwin,
    ScriptedTracker,
    Slide,
    SlideEngine,
    Wires,
    composer,
    portrait,
    until,
)

from avatar_app.engines.base import EngineInfo
from avatar_app.errors import EngineError, SourceLostError
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.types import Avatar, Calibration, Outcome, TrackedFrame


class Named(SlideEngine):
    """Counts what it is asked for; ``hold`` makes it wait before it prepares."""

    def __init__(self, name: str, *, model: str = "", hold: threading.Event | None = None) -> None:
        super().__init__()
        self._hold = hold
        self.told = EngineInfo(name, name.title(), "For tests.", model=model)
        self.preparing = threading.Event()
        self.prepared = self.rendered = 0

    @property
    def info(self) -> EngineInfo:
        return self.told

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> Slide:
        self.preparing.set()
        if self._hold is not None:
            self._hold.wait(20)
        self.prepared += 1
        return super().prepare(avatar, calibration)

    def render(self, prepared: Slide, tracked: TrackedFrame) -> np.ndarray:
        assert not self.closed
        self.rendered += 1
        return super().render(prepared, tracked)


class Slow(Named):
    """Takes its time for a picture: ``seconds``, or until it is let go on."""

    def __init__(self, seconds: float) -> None:
        super().__init__("slow")
        self.told = replace(self.told, runtime="CPU, 3 of 3 operators")
        self.seconds: float | None = seconds
        self.go_on, self.entered = threading.Event(), threading.Event()

    def render(self, prepared: Slide, tracked: TrackedFrame) -> np.ndarray:
        self.entered.set()
        self.go_on.wait(self.seconds)
        return super().render(prepared, tracked)


class Show:
    """A running session with an engine "first"."""

    def __init__(self, first: SlideEngine) -> None:
        self.wires, self.twin = Wires(), CameraTwin()
        self.changes: list[SessionStatus] = []
        self.session = LiveSession(
            open_source=lambda: Camera(self.wires),
            open_tracker=ScriptedTracker,
            open_engine=lambda: first,
            open_avatar=portrait,
            open_composer=composer,
            sinks=[self.twin],
            spec=SPEC,
            on_change=self.changes.append,
        )
        self.session.start()

    def outcome(self) -> Outcome | None:
        return self.twin.latest.outcome if self.twin.latest else None

    def runs(self) -> bool:
        return self.outcome() is Outcome.RENDERED

    def places(self) -> set[str]:
        return {problem.where for problem in self.session.status().problems}


@pytest.fixture
def show() -> Iterator[Callable[[SlideEngine], Show]]:
    shows: list[Show] = []

    def open_show(first: SlideEngine) -> Show:
        shows.append(Show(first))
        until(shows[-1].runs)
        return shows[-1]

    yield open_show
    for each in shows:
        each.session.stop()


def test_the_old_engine_serves_until_the_new_one_is_ready_and_is_closed_then(
    show: Callable[[SlideEngine], Show],
) -> None:
    hold = threading.Event()
    first, second = Named("first"), Named("second", hold=hold)
    s = show(first)
    s.session.set_engine(lambda: second)
    until(second.preparing.is_set)
    seen, sent = first.rendered, len(s.twin.sent)
    until(lambda: first.rendered > seen + 5)
    assert s.session.status().preparing
    hold.set()
    until(lambda: first.closed)
    until(lambda: second.rendered > 5)
    assert {frame.outcome for _, frame in s.twin.sent[sent:]} == {Outcome.RENDERED}
    s.session.stop()
    assert second.closed


def test_an_engine_whose_preparing_fails_is_closed_and_the_old_one_stays(
    show: Callable[[SlideEngine], Show],
) -> None:
    class Failing(Named):
        def prepare(self, avatar: Avatar, calibration: Calibration | None) -> Slide:
            raise EngineError("Too large.", "Choose another portrait.")

    first, second = Named("first"), Failing("second")
    s = show(first)
    s.session.set_engine(lambda: second)
    until(lambda: second.closed)
    until(lambda: s.places() == {"avatar"})
    seen = first.rendered
    until(lambda: first.rendered > seen + 5)


def test_an_engine_no_longer_wanted_is_closed_without_being_shown(
    show: Callable[[SlideEngine], Show],
) -> None:
    hold = threading.Event()
    second, third = Named("second", hold=hold), Named("third")
    s = show(Named("first"))
    s.session.set_engine(lambda: second)
    until(second.preparing.is_set)
    s.session.set_engine(lambda: third)
    hold.set()
    until(lambda: third.rendered > 5)
    assert second.closed
    assert second.rendered == 0


def test_an_engine_that_cannot_be_worn_is_closed_when_another_comes(
    show: Callable[[SlideEngine], Show],
) -> None:
    class Unwearable(Named):
        def calibrate(self, prepared: Slide, calibration: Calibration) -> Slide:
            raise EngineError("No neutral.", "Try again.")

    first, second, third = Named("first"), Unwearable("second"), Named("third")
    s = show(first)
    s.session.set_engine(lambda: second)
    until(lambda: s.places() == {"avatar"})
    seen = first.rendered
    until(lambda: first.rendered > seen + 5)
    s.session.set_engine(lambda: third)
    until(lambda: first.closed and second.closed)
    assert not third.closed
    until(lambda: not s.places())


def test_what_one_model_prepared_is_not_given_to_another(
    show: Callable[[SlideEngine], Show],
) -> None:
    first, other, again = (Named("net", model=model) for model in ("a", "b", "b"))
    s = show(first)
    s.session.set_engine(lambda: other)
    until(lambda: first.closed)
    s.session.set_engine(lambda: again)
    until(lambda: other.closed)
    until(s.runs)
    assert (other.prepared, again.prepared) == (1, 0)


def test_stopping_while_an_engine_prepares_leaves_it_behind_and_it_is_closed_at_last(
    show: Callable[[SlideEngine], Show],
) -> None:
    hold = threading.Event()
    first, second = Named("first"), Named("second", hold=hold)
    s = show(first)
    s.session.set_engine(lambda: second)
    until(second.preparing.is_set)
    s.session.stop()
    assert s.session.status().state is SessionState.CLOSED
    assert s.places() == {"avatar"}
    assert first.closed
    assert not second.closed
    hold.set()
    until(lambda: second.closed)
    assert second.rendered == 0
    until(lambda: not any(t.name.startswith("live-") for t in threading.enumerate()))


def test_what_an_engine_says_of_itself_is_in_the_status_as_soon_as_it_changes(
    show: Callable[[SlideEngine], Show],
) -> None:
    engine = Named("first")
    s = show(engine)
    assert s.session.status().engine == engine.told
    engine.told = replace(engine.told, runtime="TensorRT", notes=("Built.",))
    until(lambda: s.changes[-1].engine == engine.told)
    assert s.changes[-1].notes == ("Built.",)


def test_a_slow_engine_keeps_its_picture_and_works_on_the_newest_frame(
    show: Callable[[SlideEngine], Show],
) -> None:
    backlog: list[int] = []

    class Noting(Slow):
        def render(self, prepared: Slide, tracked: TrackedFrame) -> np.ndarray:
            backlog.append(s.wires.count - tracked.frame.index)
            return super().render(prepared, tracked)

    s = show(Named("first"))
    slow, quick = Noting(0.4), Named("first")
    s.session.set_engine(lambda: slow)
    until(lambda: slow.rendered > 0)
    sent = len(s.twin.sent)
    until(lambda: slow.rendered > 5)
    assert {frame.outcome for _, frame in s.twin.sent[sent:]} == {Outcome.RENDERED}
    assert sorted(backlog)[len(backlog) // 2] <= 3
    assert not s.places()
    (note,) = s.session.status().notes
    assert "slow here" in note
    s.session.set_engine(lambda: quick)
    until(lambda: slow.closed)
    until(lambda: not s.session.status().notes)


def test_a_camera_that_goes_gives_its_card_though_the_engine_is_slow(
    show: Callable[[SlideEngine], Show],
) -> None:
    """Its patience is three seconds, the camera's one."""
    s = show(Named("first"))
    slow = Slow(1.0)
    s.session.set_engine(lambda: slow)
    until(lambda: slow.rendered > 0)
    slow.entered.clear()
    slow.seconds = None
    until(slow.entered.is_set)
    s.wires.dead = SourceLostError("The camera is gone.", "Plug it in.")
    until(lambda: s.outcome() is Outcome.PLACEHOLDER)
    assert s.places() == {"source"}
    sent, rendered = len(s.twin.sent), s.session.status().rendered
    slow.go_on.set()
    until(lambda: s.session.status().rendered > rendered)
    until(lambda: len(s.twin.sent) > sent + 10)
    assert s.outcome() is Outcome.PLACEHOLDER
    assert {frame.outcome for _, frame in s.twin.sent[sent:]} == {Outcome.PLACEHOLDER}


SWITCHES = """
import sys, weakref
sys.path[:0] = {path!r}
import numpy as np
from live_parts import until
from test_engine_switch import Named, Show

def megabytes(count):
    return [[np.ones(12_500) for _ in range(10)] for _ in range(count)]

class BigSlide:
    def __init__(self, slide, features):
        self.rest, self.home, self.features = slide.rest, slide.home, features

class Big(Named):
    def __init__(self):
        super().__init__("big")
        self.weights = megabytes(200)

    def close(self):
        super().close()
        del self.weights

    def prepare(self, avatar, calibration):
        slide = super().prepare(avatar, calibration)
        return BigSlide(slide, megabytes(100))

    def calibrate(self, prepared, calibration):
        slide = super().calibrate(prepared, calibration)
        return BigSlide(slide, prepared.features)

def rss():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

opened = []
def open_big():
    big = Big()
    opened.append(weakref.ref(big))
    return big

show = Show(Named("small"))
until(show.runs)
before = rss()
show.session.set_engine(open_big)
until(lambda: opened and (big := opened[0]()) and big.rendered > 3)
during = rss()
show.session.set_engine(lambda: Named("small"))
until(lambda: opened[0]() is None)
until(lambda: during - rss() > 180)
show.session.stop()
print(before, during)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_the_old_engines_memory_goes_back_to_the_system() -> None:
    path = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    command = [sys.executable, "-c", SWITCHES.format(path=path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    before, during = (float(part) for part in done.stdout.split())
    assert during - before > 250
