"""Recordings read back: pictures, sound, pauses, and what happens when the disk or a plug fails.

Time is the test's own, so that a slow machine records the same film."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from film import has_sound, is_bright, loud_at, playable, shown_at, sound_of
from full_disk import files_limited_to
from live_parts import SPEC, until

from avatar_app.capture.clicks import ClickSource
from avatar_app.capture.sound import SoundBlock, SoundSource, open_sound_source
from avatar_app.errors import SourceError, SourceLostError
from avatar_app.live.recording import (
    ROOM_TO_BEGIN,
    ROOM_TO_GO_ON,
    Recording,
)
from avatar_app.live.recording_status import RecordingState, RecordingStatus
from avatar_app.outputs.base import StreamSpec
from avatar_app.types import Outcome, RenderedFrame

FRAME = 1 / 30
BRIGHT = (20, 30)
"""The numbers of the frames in which the screen is bright and a click begins."""


class Studio:
    """A recording, its clock and its disk, driven picture by picture."""

    def __init__(
        self,
        folder: Path,
        *,
        latency: float = 0.1,
        sound: bool = True,
        source: SoundSource | None = None,
    ) -> None:
        self.now = 50.0
        self.latency = latency
        self.room = 10**12
        self.path = folder / "film.mp4"
        self.states: list[RecordingState] = []
        self.number = 0
        self.recording = Recording(
            self.path,
            open_sound=(lambda: source or self._clicks()) if sound else None,
            latency=lambda: self.latency,
            room=lambda _: self.room,
            on_change=lambda status: self.states.append(status.state),
            clock=lambda: self.now,
        )

    @property
    def status(self) -> RecordingStatus:
        return self.recording.status()

    def begin(self, spec: StreamSpec = SPEC) -> None:
        self.recording.open(spec)
        until(lambda: self.status.state is not RecordingState.OPENING)
        self.begun = self.now

    def record(self, frames: int) -> None:
        """Pictures in step with the clock; each is waited for."""
        for _ in range(frames):
            shade = 250 if BRIGHT[0] <= self.number < BRIGHT[1] else 5
            image = np.full((SPEC.height, SPEC.width, 3), shade, np.uint8)
            written = self.status.frames
            self.recording.send(RenderedFrame(image, self.number, self.now, Outcome.RENDERED))
            self.number += 1
            if self.status.state is RecordingState.RECORDING:
                until(lambda n=written: self.status.frames > n or self.status.is_over)
            self.now += FRAME

    def end(self) -> RecordingStatus:
        self.recording.close()
        assert self.recording.wait(20)
        return self.status

    def _clicks(self) -> SoundSource:
        return ClickSource(lambda: self.now, self._is_click)

    def _is_click(self, at: float) -> bool:
        """As heard by the microphone: ``latency`` before its picture leaves."""
        shown = at + 0.1 - 50.0
        return 0 <= shown - BRIGHT[0] * FRAME < 0.02


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path)
    yield made
    made.recording.close()
    assert made.recording.wait(20)


def test_a_click_is_heard_when_its_picture_is_shown(studio: Studio) -> None:
    studio.begin()
    studio.record(60)
    status = studio.end()
    assert (status.state, status.frames, status.dropped) == (RecordingState.DONE, 60, 0)
    assert studio.states == [
        RecordingState.RECORDING,
        RecordingState.FINISHING,
        RecordingState.DONE,
    ]
    bright = shown_at(studio.path, is_bright)
    assert len(bright) == BRIGHT[1] - BRIGHT[0]
    (click,) = loud_at(studio.path)
    assert abs(click - bright[0]) < FRAME
    assert abs(bright[0] - BRIGHT[0] * FRAME) < FRAME / 2
    samples, rate = sound_of(studio.path)
    assert abs(len(samples) / rate - 60 * FRAME) < 0.2
    assert status.size == studio.path.stat().st_size
    assert abs(status.seconds - 60 * FRAME) < FRAME


def test_a_latency_that_changes_is_followed(tmp_path: Path) -> None:
    """It was thought to be 20 ms when the recording began and turns out to be 100."""
    studio = Studio(tmp_path, latency=0.02)
    studio.begin()
    studio.latency = 0.1
    studio.record(1)
    studio.now += 1.0
    studio.record(1)
    until(lambda: studio.status.delay == 0.1)
    studio.latency = 0.104
    studio.record(40)
    assert studio.end().delay == 0.1


def test_a_pause_leaves_no_gap_and_takes_the_sound_along(studio: Studio) -> None:
    studio.begin()
    studio.record(10)
    studio.recording.pause()
    studio.number = 0
    studio.record(300)
    assert studio.status.state is RecordingState.PAUSED
    assert studio.status.seconds == pytest.approx(10 * FRAME)
    studio.recording.resume()
    studio.number = 10
    studio.record(50)
    status = studio.end()
    assert status.frames == 60
    times = shown_at(studio.path)
    assert max(np.diff(times)) < 1.6 * FRAME
    assert times[-1] < 61 * FRAME
    samples, rate = sound_of(studio.path)
    assert abs(len(samples) / rate - 60 * FRAME) < 0.2


def test_picture_and_sound_agree_behind_a_pause(studio: Studio) -> None:
    studio.begin()
    studio.record(5)
    studio.recording.pause()
    studio.now += 0.25
    studio.recording.resume()
    studio.number = round((studio.now - studio.begun) / FRAME)
    studio.record(30)
    studio.end()
    (click,) = loud_at(studio.path)
    assert abs(click - shown_at(studio.path, is_bright)[0]) < FRAME


def test_a_picture_that_is_repeated_costs_little_and_stays(tmp_path: Path) -> None:
    studio = Studio(tmp_path, sound=False)
    studio.begin()
    still = np.full((SPEC.height, SPEC.width, 3), 90, np.uint8)
    for number in range(61):
        studio.recording.send(RenderedFrame(still, number, studio.now, Outcome.HELD))
        studio.now += FRAME
    studio.record(1)
    assert 4 <= studio.end().frames <= 6
    assert np.diff(shown_at(studio.path)).max() < 0.6


def test_without_a_microphone_there_is_no_sound(tmp_path: Path) -> None:
    studio = Studio(tmp_path, sound=False)
    studio.begin()
    studio.record(5)
    status = studio.end()
    assert status.level is None
    assert not has_sound(studio.path)
    assert len(shown_at(studio.path)) == 5


def test_the_level_follows_the_sound(studio: Studio) -> None:
    studio.begin()
    studio.record(18)
    until(lambda: (studio.status.level or 0) > 0.7)


def test_no_room_means_no_recording(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.room = ROOM_TO_BEGIN - 1
    studio.begin()
    assert studio.recording.wait(20)
    status = studio.status
    assert status.state is RecordingState.FAILED
    assert status.problem is not None
    assert status.problem.message.startswith("Nothing is recorded: less than 500 MB are free")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_ends_the_recording_and_keeps_it(studio: Studio) -> None:
    studio.begin()
    studio.record(10)
    studio.room = ROOM_TO_GO_ON - 1
    studio.now += 1.1
    assert studio.recording.wait(20)
    status = studio.status
    assert status.state is RecordingState.DONE
    assert status.problem is not None
    assert status.problem.message.startswith("The recording was ended and kept")
    assert len(shown_at(studio.path)) == 10


def test_a_disk_that_is_full_at_once_leaves_what_was_written(tmp_path: Path) -> None:
    """Where something else fills it faster than the recording looks."""
    studio = Studio(tmp_path, sound=False)
    studio.begin(StreamSpec(320, 240, SPEC.fps))
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    with files_limited_to(4_000_000):
        for number in range(3000):
            if studio.status.is_over:
                break
            written = studio.status.frames
            image = np.roll(noise, number * 7, 1)
            studio.recording.send(RenderedFrame(image, number, studio.now, Outcome.RENDERED))
            until(lambda n=written: studio.status.frames > n or studio.status.is_over)
            studio.now += FRAME
    status = studio.status
    assert status.state is RecordingState.DONE
    assert status.problem is not None
    assert status.problem.message.endswith("the disk is full.")
    assert status.remark.startswith("Its last seconds are missing")
    assert playable(studio.path) > 0.7 * status.frames


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    recording = Recording(tmp_path / "taken" / "film.mp4")
    recording.open(SPEC)
    assert recording.wait(20)
    problem = recording.status().problem
    assert problem is not None
    assert recording.status().state is RecordingState.FAILED
    assert str(tmp_path / "taken") in problem.message
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_picture_of_another_size_fails_the_recording_alone(studio: Studio) -> None:
    studio.begin(StreamSpec(32, 32, SPEC.fps))
    studio.record(1)
    assert studio.recording.wait(20)
    assert studio.status.state is RecordingState.FAILED
    assert not studio.path.exists()
    studio.record(1)


def test_a_microphone_that_cannot_be_opened_fails_the_recording(tmp_path: Path) -> None:
    recording = Recording(
        tmp_path / "film.mp4", open_sound=lambda: open_sound_source("mic:No Such Microphone")
    )
    recording.open(SPEC)
    assert recording.wait(20)
    problem = recording.status().problem
    assert problem is not None
    assert problem.hint
    assert not list(tmp_path.iterdir())


class Unplugged(ClickSource):
    """Dies after its first blocks."""

    closed = False
    left = 3

    def take(self) -> Sequence[SoundBlock]:
        self.left -= 1
        if self.left < 0:
            raise SourceLostError("The microphone is gone.", "Check its plug.")
        return super().take()

    def close(self) -> None:
        self.closed = True


def test_a_microphone_that_dies_leaves_the_pictures(tmp_path: Path) -> None:
    source = Unplugged(lambda: 50.0)
    studio = Studio(tmp_path, source=source)
    studio.begin()
    studio.record(40)
    status = studio.end()
    assert status.state is RecordingState.DONE
    assert status.problem is not None
    assert status.problem.message == "The microphone is gone."
    assert len(shown_at(studio.path)) == 40
    assert source.closed


def test_pictures_the_encoder_has_no_time_for_are_counted(tmp_path: Path) -> None:
    """The thread that delivers never waits for it."""
    studio = Studio(tmp_path, sound=False)
    slow = StreamSpec(1920, 1080, SPEC.fps)
    studio.begin(slow)
    image = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3)).astype(np.uint8)
    for number in range(60):
        studio.now += FRAME
        studio.recording.send(RenderedFrame(image[:], number, studio.now, Outcome.RENDERED))
    status = studio.end()
    assert status.dropped > 0
    assert status.frames + status.dropped == 60
    times = shown_at(studio.path)
    assert len(times) == status.frames


def test_what_ends_before_it_began_leaves_nothing(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.recording.close()
    studio.recording.open(SPEC)
    assert studio.status.state is RecordingState.DONE
    second = Studio(tmp_path)
    second.begin()
    assert second.end().frames == 0
    assert not list(tmp_path.iterdir())


def test_unknown_words_for_sound_are_refused() -> None:
    assert open_sound_source("clicks:").info.rate == 48_000
    with pytest.raises(SourceError, match="not a source of sound"):
        open_sound_source("radio:")
