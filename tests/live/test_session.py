"""The live session as a whole, with small real parts."""

import threading
from collections.abc import Callable
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
    drawn_face,
    portrait,
    until,
)

from avatar_app.capture.base import SourceInfo
from avatar_app.compose import Composer
from avatar_app.config import Fit
from avatar_app.engines.base import EngineInfo
from avatar_app.errors import (
    EngineError,
    FaceError,
    MediaError,
    SinkError,
    SourceError,
    SourceLostError,
)
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.outputs.video_file import VideoFileSink
from avatar_app.types import (
    Avatar,
    Calibration,
    FaceObservation,
    Outcome,
    RenderedFrame,
    TrackedFrame,
)

S = SessionState


class Stage:
    """A session with handles on its parts; stopped at the end of the test."""

    def __init__(self, **parts: object) -> None:
        self.wires = Wires()
        self.twin = CameraTwin()
        self.engine = SlideEngine()
        self.tracker = ScriptedTracker()
        self.changes: list[SessionStatus] = []
        chosen: dict[str, object] = {
            "open_source": lambda: Camera(self.wires),
            "open_tracker": lambda: self.tracker,
            "open_engine": lambda: self.engine,
            "open_avatar": portrait,
            "open_composer": composer,
            "sinks": [self.twin],
            "spec": SPEC,
            "on_change": self.changes.append,
        }
        self.session = LiveSession(**{**chosen, **parts})  # type: ignore[arg-type]

    @property
    def states(self) -> list[SessionState]:
        states = [change.state for change in self.changes]
        return [s for s, before in zip(states, [None, *states], strict=False) if s is not before]

    @property
    def outcome(self) -> Outcome | None:
        return self.twin.latest.outcome if self.twin.latest else None

    def runs(self) -> bool:
        return self.outcome is Outcome.RENDERED

    def places(self) -> set[str]:
        return {problem.where for problem in self.session.status().problems}

    def pictures_of(self, shade: int) -> Callable[[], bool]:
        """Whether the newest picture shows the avatar of that shade (see ``portrait``)."""
        return lambda: (
            self.runs()
            and self.twin.latest is not None
            and abs(int(np.median(self.twin.latest.image[:, 30:66])) - shade) < 8
        )


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Callable[..., Stage]:
    def build(**parts: object) -> Stage:
        built = Stage(**parts)
        request.addfinalizer(built.session.stop)
        built.session.start()
        return built

    return build


def test_the_card_comes_first_and_then_the_avatar(stage: Callable[..., Stage]) -> None:
    ready = threading.Event()

    def slow() -> Avatar:
        ready.wait(20)
        return portrait()

    s = stage(open_avatar=slow)
    until(lambda: len(s.twin.sent) > 5)
    assert {frame.outcome for _, frame in s.twin.sent} == {Outcome.PLACEHOLDER}
    assert s.session.status().state is S.OPENING
    ready.set()
    until(s.runs)
    s.session.stop()
    assert s.states == [S.OPENING, S.RUNNING, S.CLOSING, S.CLOSED]
    assert s.tracker.closed
    assert s.engine.closed
    assert not s.twin.is_open
    assert s.wires.opened == s.wires.closed == 1


def test_stop_is_idempotent_and_works_from_any_thread(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    threads = [threading.Thread(target=s.session.stop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    s.session.stop()
    assert s.session.status().state is S.CLOSED
    assert s.session.wait(0)


def test_stop_before_start_is_nothing_and_start_is_once() -> None:
    s = Stage()
    s.session.stop()
    assert s.session.status().state is S.CLOSED
    s = Stage()
    s.session.start()
    with pytest.raises(RuntimeError):
        s.session.start()
    s.session.stop()


def test_stop_from_within_a_callback_does_not_wait_for_itself() -> None:
    s = Stage(on_change=lambda status: status.state is S.RUNNING and s.session.stop())
    s.session.start()
    assert s.session.wait(20)
    s.session.stop()


def test_stop_interrupts_a_camera_that_blocks(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.wires.stuck = True
    s.session.stop()
    assert s.session.status().state is S.CLOSED
    assert not s.session.status().problems
    assert s.wires.closed == 1


def test_stop_leaves_an_engine_that_blocks_behind_and_says_so(
    stage: Callable[..., Stage],
) -> None:
    go_on = threading.Event()

    class Stuck(SlideEngine):
        def render(self, prepared: object, tracked: TrackedFrame) -> np.ndarray:
            go_on.wait(30)
            return super().render(prepared, tracked)

    s = stage(open_engine=Stuck)
    until(lambda: s.wires.count > 3)
    s.session.stop()
    status = s.session.status()
    go_on.set()
    assert status.state is S.CLOSED
    assert [p.where for p in status.problems] == ["engine"]
    assert not s.twin.is_open


def test_a_camera_that_dies_is_opened_again(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.wires.dead = SourceLostError("The camera is gone.", "Plug it in.")
    until(lambda: s.outcome is Outcome.PLACEHOLDER)
    assert s.session.status().state is S.RUNNING
    assert s.places() == {"source"}
    assert s.session.latest_input() is None
    s.wires.dead = None
    until(s.runs)
    assert not s.places()
    assert s.wires.opened == 2


def test_a_camera_that_is_not_there_yet_is_waited_for(stage: Callable[..., Stage]) -> None:
    wires = Wires(dead=SourceError("No camera.", "Plug one in."))
    s = stage(open_source=lambda: Camera(wires))
    until(lambda: s.places() == {"source"})
    assert s.session.status().state is S.OPENING
    wires.dead = None
    until(s.runs)


@pytest.mark.parametrize(("word", "told"), [("camera:0", True), ("clip:", False)])
def test_a_picture_that_stands_still_is_told_of_a_camera_only(
    stage: Callable[..., Stage], word: str, told: bool
) -> None:
    class Named(Camera):
        @property
        def info(self) -> SourceInfo:
            return replace(super().info, word=word)

    wires = Wires(haste=20)
    s = stage(open_source=lambda: Named(wires))
    until(s.runs)
    wires.frozen_at = 3
    seen = wires.count
    until(lambda: s.places() == {"source"} if told else wires.count > seen + 30)
    assert s.runs()
    assert bool(s.places()) is told
    wires.frozen_at = None
    until(lambda: not s.places())


def test_a_file_that_cannot_be_read_fails_until_another_is_chosen(
    stage: Callable[..., Stage],
) -> None:
    def broken() -> Camera:
        raise MediaError("The clip is damaged.", "Choose another.")

    s = stage(open_source=broken)
    until(lambda: s.session.status().state is S.FAILED)
    assert s.session.wait(0)
    sent = len(s.twin.sent)
    until(lambda: len(s.twin.sent) > sent + 3)
    s.session.set_source(lambda: Camera(s.wires))
    until(s.runs)
    assert s.session.status().state is S.RUNNING
    assert not s.places()


def test_another_source_takes_a_new_neutral(stage: Callable[..., Stage]) -> None:
    s = stage(open_tracker=lambda: ScriptedTracker(lambda i: drawn_face(20 if i < 1000 else 60)))
    until(s.runs)
    rest = s.twin.latest
    assert rest is not None
    other = Wires(count=1000)
    s.session.set_source(lambda: Camera(other))
    until(lambda: s.twin.latest is not None and s.twin.latest.index > 1002 and s.runs())
    assert s.wires.closed == 1
    assert np.array_equal(s.twin.latest.image, rest.image)


def test_another_tracker_takes_over_and_the_neutral_stays(stage: Callable[..., Stage]) -> None:
    first = ScriptedTracker(lambda _: drawn_face(40))
    s = stage(open_tracker=lambda: first)
    until(s.runs)
    rest = s.twin.latest
    assert rest is not None
    other = ScriptedTracker(lambda _: drawn_face(48))
    s.session.set_tracker(lambda: other)
    until(lambda: not np.array_equal(s.twin.latest.image, rest.image))
    assert first.closed
    assert s.wires.opened == 1
    s.session.stop()
    assert other.closed


def test_a_source_brings_its_tracker_and_no_frame_meets_another_ones(
    stage: Callable[..., Stage],
) -> None:
    met: list[tuple[str, bool]] = []

    def tracker(name: str) -> ScriptedTracker:
        def see(index: int) -> FaceObservation:
            met.append((name, index >= 1000))
            return drawn_face(20 if index < 1000 else 60)

        return ScriptedTracker(see)

    s = stage(open_tracker=lambda: tracker("first"))
    until(s.runs)
    rest = s.twin.latest
    assert rest is not None
    for turn in range(5):
        s.session.set_source(lambda: Camera(Wires(count=1000), fps=400), lambda: tracker("second"))
        if turn % 2:
            until(lambda: met[-1] == ("second", True))
        s.session.set_source(lambda: Camera(Wires(), fps=400), lambda: tracker("first"))
        until(lambda: met[-1] == ("first", False))
    assert set(met) == {("first", False), ("second", True)}
    until(lambda: s.runs() and np.array_equal(s.twin.latest.image, rest.image))


def test_a_tracker_that_cannot_be_opened_fails_until_another_is_chosen(
    stage: Callable[..., Stage],
) -> None:
    def broken() -> ScriptedTracker:
        raise MediaError("The recording is damaged.", "Record it again.")

    s = stage()
    until(s.runs)
    s.session.set_tracker(broken)
    until(lambda: s.session.status().state is S.FAILED)
    assert s.places() == {"tracker"}
    s.session.set_tracker(ScriptedTracker)
    until(lambda: s.session.status().state is S.RUNNING and not s.places())


def test_the_end_of_a_file_ends_the_session_with_its_last_frame(
    stage: Callable[..., Stage],
) -> None:
    wires = Wires()
    s = stage(open_source=lambda: Camera(wires, frames=40))
    assert s.session.wait(20)
    assert s.session.status().state is S.CLOSED
    assert wires.count == 40
    assert s.twin.latest is not None
    assert s.twin.latest.index == 39
    assert not s.twin.is_open


def test_a_video_file_is_complete_when_the_session_has_stopped(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    path = tmp_path / "out.mp4"
    s = stage(sinks=[VideoFileSink(path)])
    until(lambda: s.session.status().sent > 5)
    s.session.stop()
    assert path.stat().st_size > 0
    assert [p.name for p in tmp_path.iterdir()] == ["out.mp4"]


def test_what_nobody_takes_is_not_sent(stage: Callable[..., Stage], tmp_path: Path) -> None:
    """The window's picture goes on all the same."""
    s = stage(sinks=[VideoFileSink(tmp_path / "no such folder" / "out.mp4")])
    until(lambda: s.places() == {"sink"})
    until(lambda: s.session.status().fps > 0)
    shown = s.session.latest_output()
    until(lambda: s.session.latest_output() is not shown)
    assert (s.session.status().sent_fps, s.session.status().sent) == (0, 0)
    guest = MemorySink()
    s.session.join(guest)
    until(lambda: guest.sent > 5)
    assert s.session.status().sent == 0, "a recording is nobody who sees it"
    assert s.session.trips(), "how late it is can be told all the same"


def test_paused_shows_a_card_and_resumes(stage: Callable[..., Stage]) -> None:
    s = stage()
    s.session.pause()
    until(s.runs)
    s.session.pause()
    until(lambda: s.outcome is Outcome.PLACEHOLDER)
    seen = s.wires.count
    until(lambda: s.wires.count > seen + 3)
    s.session.resume()
    until(s.runs)
    assert s.states == [S.OPENING, S.RUNNING, S.PAUSED, S.RUNNING]
    assert not any(change.problems for change in s.changes)


def test_an_engine_that_blocks_gets_a_card_in_its_place(stage: Callable[..., Stage]) -> None:
    blocked, entered = threading.Event(), threading.Event()
    blocked.set()

    class Slow(SlideEngine):
        def render(self, prepared: object, tracked: TrackedFrame) -> np.ndarray:
            if not blocked.is_set():
                entered.set()
            blocked.wait(30)
            return super().render(prepared, tracked)

    s = stage(open_engine=Slow)
    until(s.runs)
    blocked.clear()
    assert entered.wait(10)
    until(lambda: s.outcome is Outcome.PLACEHOLDER)
    assert s.places() == {"engine"}
    blocked.set()
    until(s.runs)
    until(lambda: not s.places())


def test_another_avatar_is_swapped_in_and_a_bad_one_is_not(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.pictures_of(90))
    s.session.set_avatar(lambda: portrait(30))
    until(s.pictures_of(30))

    def bad() -> Avatar:
        raise FaceError("No face was found.", "Choose another portrait.")

    s.session.set_avatar(bad)
    until(lambda: s.places() == {"avatar"})
    assert s.session.status().state is S.RUNNING
    assert s.pictures_of(30)()
    other = SlideEngine()
    s.session.set_engine(lambda: other)
    until(lambda: s.engine.closed)
    until(lambda: not s.places())
    until(s.pictures_of(30))
    assert not other.closed


def test_other_motion_settings_do_not_prepare_the_avatar_anew(
    stage: Callable[..., Stage],
) -> None:
    prepared: list[str] = []

    class Counting(SlideEngine):
        def __init__(self, name: str) -> None:
            super().__init__()
            self._name = name

        @property
        def info(self) -> EngineInfo:
            return EngineInfo(self._name, "Counting", "For tests.")

        def prepare(self, avatar: Avatar, calibration: Calibration | None) -> Slide:
            prepared.append(self._name)
            return super().prepare(avatar, calibration)

    first, again, other = Counting("a"), Counting("a"), Counting("b")
    s = stage(open_engine=lambda: first)
    until(s.pictures_of(90))
    s.session.set_engine(lambda: again)
    until(lambda: first.closed)
    until(s.pictures_of(90))
    assert prepared == ["a"]
    s.session.set_avatar(lambda: portrait(30))
    until(s.pictures_of(30))
    s.session.set_engine(lambda: other)
    until(lambda: again.closed)
    assert prepared == ["a", "a", "b"]


def test_preparing_is_told_while_it_lasts(stage: Callable[..., Stage]) -> None:
    ready = threading.Event()

    def slow() -> Avatar:
        ready.wait(20)
        return portrait(30)

    s = stage()
    until(lambda: s.runs() and not s.session.status().preparing)
    s.changes.clear()
    s.session.set_avatar(slow)
    until(lambda: s.session.status().preparing)
    assert s.runs()
    ready.set()
    until(s.pictures_of(30))
    until(lambda: [change.preparing for change in s.changes] == [True, False])


def test_avatars_are_fitted_when_they_are_loaded(stage: Callable[..., Stage]) -> None:
    s = stage(fit_avatar=lambda avatar: replace(avatar, image=avatar.image // 2))
    until(s.pictures_of(45))
    s.session.set_avatar(lambda: portrait(140))
    until(s.pictures_of(70))


def test_a_first_avatar_that_fails_can_be_replaced(stage: Callable[..., Stage]) -> None:
    def bad() -> Avatar:
        raise FaceError("No face was found.", "Choose another portrait.")

    s = stage(open_avatar=bad)
    until(lambda: s.session.status().state is S.FAILED)
    assert s.places() == {"avatar"}
    s.session.set_avatar(portrait)
    until(s.runs)
    assert s.session.status().state is S.RUNNING


def test_an_engine_that_cannot_be_opened_stays_reported_while_the_old_one_works(
    stage: Callable[..., Stage],
) -> None:
    def bad() -> SlideEngine:
        raise EngineError("No such engine.", "Choose another.")

    s = stage()
    until(s.runs)
    s.session.set_engine(bad)
    until(lambda: s.places() == {"engine"})
    rendered = s.session.status().rendered
    until(lambda: s.session.status().rendered > rendered + 20)
    assert s.places() == {"engine"}
    s.session.set_avatar(portrait)
    until(lambda: not s.places())


def test_a_tracker_that_fails_for_good_is_replaced(stage: Callable[..., Stage]) -> None:
    trackers = [ScriptedTracker(lambda _: RuntimeError("graph died")), ScriptedTracker()]
    opened: list[ScriptedTracker] = []
    refusals = iter((False, True, False))

    def open_tracker() -> ScriptedTracker:
        if next(refusals):
            raise RuntimeError("no memory for another graph")
        opened.append(trackers[len(opened)])
        return opened[-1]

    s = stage(open_tracker=open_tracker)
    until(s.runs)
    assert trackers[0].closed
    until(lambda: not s.places())


def test_one_failing_sink_is_switched_off_and_the_others_go_on(
    stage: Callable[..., Stage],
) -> None:
    class Broken(CameraTwin):
        title = "broken"

        def open(self, spec: StreamSpec) -> None:
            raise SinkError("No device.", "Install one.")

    class Dying(CameraTwin):
        title = "dying"

        def send(self, rendered: RenderedFrame) -> None:
            raise SinkError("The disk is full.", "Free some room.")

    twin = CameraTwin()
    s = stage(sinks=[Broken(), twin, Dying()])
    until(lambda: twin.latest is not None and twin.latest.outcome is Outcome.RENDERED)
    assert [p.message for p in s.session.status().problems] == ["No device.", "The disk is full."]


def test_a_recorder_on_a_full_disk_is_switched_off(stage: Callable[..., Stage]) -> None:
    class Full:
        added = 0

        def add(self, tracked: TrackedFrame) -> None:
            self.added += 1
            with Path("/dev/full").open("wb", buffering=0) as disk:
                disk.write(b"x")

        def close(self) -> None:
            pytest.fail("it was switched off")

    recorder = Full()
    s = stage(recorder=recorder)
    until(lambda: s.places() == {"recorder"})
    until(lambda: s.session.status().rendered > 5)
    assert s.runs()
    assert recorder.added == 1


def test_pass_through_is_off_until_asked_for_and_off_at_once(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    assert not s.session.status().pass_through
    s.session.set_pass_through(True)
    until(lambda: s.outcome is Outcome.PASS_THROUGH)
    assert s.session.status().pass_through
    s.session.set_pass_through(False)
    sent = len(s.twin.sent)
    until(s.runs)
    after = s.twin.sent[sent + 1 :]  # One may have been on its way into the sink.
    assert not any(frame.outcome is Outcome.PASS_THROUGH for _, frame in after)


def test_no_real_face_is_sent_after_the_switch_not_even_between_two_sinks(
    stage: Callable[..., Stage],
) -> None:
    """Switched off from within a sink: the next sink in line already gets something else."""
    first, second = CameraTwin(), CameraTwin()

    class Switch(CameraTwin):
        def send(self, rendered: RenderedFrame) -> None:
            super().send(rendered)
            if rendered.outcome is Outcome.PASS_THROUGH:
                s.session.set_pass_through(False)

    s = stage(sinks=[first, Switch(), second])
    until(lambda: first.latest is not None and first.latest.outcome is Outcome.RENDERED)
    s.session.set_pass_through(True)
    until(lambda: any(f.outcome is Outcome.PASS_THROUGH for _, f in first.sent))
    until(lambda: first.latest is not None and first.latest.outcome is Outcome.RENDERED)
    assert [f.outcome for _, f in first.sent].count(Outcome.PASS_THROUGH) == 1
    assert not any(f.outcome is Outcome.PASS_THROUGH for _, f in second.sent)


def test_every_card_is_drawn_before_the_first_picture_leaves(stage: Callable[..., Stage]) -> None:
    drawn: list[tuple[bool, str]] = []

    class Noting(Composer):
        def card(self, title: str, detail: str = "") -> np.ndarray:
            if (title, detail) not in self._cards and threading.current_thread() is delivers[0]:
                drawn.append((s.twin.is_open, title))
            return super().card(title, detail)

    def noting() -> Composer:
        return Noting(SPEC.width, SPEC.height, fit=Fit.CONTAIN, mirror=False, badge=False)

    delivers = [threading.main_thread()]

    class Opens(CameraTwin):
        def open(self, spec: StreamSpec) -> None:
            delivers[0] = threading.current_thread()
            super().open(spec)

    twin = Opens()
    s = stage(open_composer=noting, sinks=[twin])
    s.twin = twin
    until(s.runs)
    s.session.set_pass_through(True)
    until(lambda: s.outcome is Outcome.PASS_THROUGH)
    s.session.set_pass_through(False)
    until(s.runs)
    s.session.pause()
    until(lambda: s.outcome is Outcome.PLACEHOLDER)
    s.session.resume()
    s.wires.dead = SourceLostError("The camera is gone.", "Plug it in.")
    until(lambda: s.outcome is Outcome.PLACEHOLDER)
    assert not drawn


def test_two_outputs_of_one_kind_fail_each_for_itself(stage: Callable[..., Stage]) -> None:
    class Broken(CameraTwin):
        def open(self, spec: StreamSpec) -> None:
            raise SinkError("No device.", "Install one.")

    s = stage(sinks=[Broken(), Broken()])
    until(lambda: len(s.session.status().problems) == 2)


def test_latest_input_and_output_can_be_looked_at(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    source, output = s.session.latest_input(), s.session.latest_output()
    assert source is not None
    assert source.image.shape == (60, 80, 3)
    assert output is not None
    assert output.image.shape == (SPEC.height, SPEC.width, 3)


def test_a_neutral_on_request(stage: Callable[..., Stage]) -> None:
    place = [40]
    s = stage(open_tracker=lambda: ScriptedTracker(lambda _: drawn_face(place[0])))
    until(s.runs)
    rest = s.twin.latest
    assert rest is not None
    place[0] = 48
    until(lambda: not np.array_equal(s.twin.latest.image, rest.image))
    s.session.request_neutral()
    until(lambda: np.array_equal(s.twin.latest.image, rest.image))


def test_frames_come_in_order_and_carry_their_capture_time(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(lambda: s.session.status().sent > 40 and s.runs())
    rendered = [(at, f) for at, f in s.twin.sent if f.outcome is Outcome.RENDERED]
    indices = [frame.index for _, frame in rendered]
    assert indices == sorted(indices)
    assert all(at >= frame.captured_at for at, frame in rendered)
    status = s.session.status()
    assert status.latency_p95_ms > 0
    assert status.captured >= status.rendered
    assert dict(status.stage_ms).keys() == {"track", "render", "compose"}
    assert status.source is not None
    assert (status.source.width, status.source.title) == (80, "Noise")


def test_the_stages_of_each_trip_add_up_to_what_the_sink_measures(
    stage: Callable[..., Stage],
) -> None:
    s = stage()
    until(lambda: len(s.session.trips()) > 20)
    trips = s.session.trips()
    arrived = {frame.captured_at: at for at, frame in reversed(s.twin.sent)}  # Repeats come later.
    for trip in trips:
        captured_at = min(arrived, key=lambda at, trip=trip: abs(trip.sent_at - trip.latency - at))
        assert trip.latency == pytest.approx(trip.sent_at - captured_at, abs=1e-6)
        assert arrived[captured_at] <= trip.sent_at, "the sink has it before the trip ends"
        assert all(seconds > 0 for seconds in trip.stages)


def test_a_listener_that_raises_harms_nobody(stage: Callable[..., Stage]) -> None:
    def listener(status: SessionStatus) -> None:
        raise ValueError("not mine")

    s = stage(on_change=listener)
    until(s.runs)
    s.session.stop()
    assert s.session.status().state is S.CLOSED
    assert not s.session.status().problems
