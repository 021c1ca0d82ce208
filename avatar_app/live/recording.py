"""A recording of what others see and of one microphone: a sink with a thread of its own."""

import logging
import os
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from avatar_app.capture.sound import SoundSource
from avatar_app.errors import AvatarError, SinkError
from avatar_app.live.film_clock import FilmClock
from avatar_app.live.machine import problem_of
from avatar_app.live.recorded_sound import RecordedSound
from avatar_app.live.recording_status import OVER, RecordingState, RecordingStatus
from avatar_app.live.status import Problem
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.live_sound import SoundFormat
from avatar_app.outputs.part_file import Seal, cannot_write
from avatar_app.outputs.video_file import VideoFileSink
from avatar_app.translatable import translatable
from avatar_app.types import RenderedFrame, RgbImage

ROOM_TO_BEGIN = 500 * 10**6
ROOM_TO_GO_ON = 200 * 10**6
_MOST_WAITING = 8
_TICK_SECONDS = 0.05
_STILL_SECONDS = 0.5
"""A picture that is repeated is written again only so often: each stands until the next one."""

_LOOK_SECONDS = 1.0
_NICE = 5

_RESCUED = translatable("Its last seconds are missing, and it carries no Content Credentials.")

_log = logging.getLogger(__name__)

_GOING_ON = (RecordingState.RECORDING, RecordingState.PAUSED)
_OPEN = (RecordingState.OPENING, *_GOING_ON)


def free_room(folder: Path) -> int:
    """Bytes that can still be written there."""
    return shutil.disk_usage(folder).free


class Recording:
    """A film in ``path`` (.mp4), which appears when it is whole.

    As a sink it takes pictures and never waits: they are encoded in a thread of the recording's
    own, and those it has no time for are left out and counted. ``open_sound`` opens the microphone
    there; its sound is held back by ``latency()``, the seconds a picture takes from the camera to
    the sinks (0 where unknown), so that lips and voice agree. Without ``room`` (free bytes in a
    folder) it does not begin, or ends and keeps the file; one that cannot be written any more is
    kept as far as it goes. ``remark`` is asked at the end.
    ``on_change`` gets the status after each change of state or problem, in the thread where it
    happened.

    Any thread may pause, resume, close and ask. ``close`` returns at once; the thread, which a
    process has to wait for, ends when the file is whole and signed."""

    def __init__(
        self,
        path: Path,
        *,
        open_sound: Callable[[], SoundSource] | None = None,
        latency: Callable[[], float] = lambda: 0.0,
        seal: Seal | None = None,
        remark: Callable[[], str] = lambda: "",
        room: Callable[[Path], int] = free_room,
        on_change: Callable[[RecordingStatus], None] = lambda _: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._path = path
        self._open_sound = open_sound
        self._latency = latency
        self._seal = seal
        self._remark = remark
        self._room = room
        self._on_change = on_change
        self._clock = clock
        self._changed = threading.Condition()
        self._film = FilmClock()
        self._waiting: deque[tuple[float, RenderedFrame]] = deque()
        self._newest: RgbImage | None = None
        self._newest_at = 0.0
        self._state = RecordingState.OPENING
        self._frames = self._dropped = 0
        self._looked_at = float("-inf")
        self._length = 0.0
        self._is_rescued = False
        self._sound: RecordedSound | None = None
        self._problem: Problem | None = None
        self._thread: threading.Thread | None = None

    @property
    def title(self) -> str:
        return self._path.name

    def open(self, spec: StreamSpec) -> None:
        """Returns at once; what cannot be opened is told by the status."""
        with self._changed:
            if self._state is not RecordingState.OPENING:
                return
            self._thread = threading.Thread(target=self._run, args=(spec,), name="recording")
        self._thread.start()

    def send(self, rendered: RenderedFrame) -> None:
        with self._changed:
            at = self._film.at(self._clock())
            if at is None or self._state is not RecordingState.RECORDING:
                return
            if rendered.image is self._newest and at - self._newest_at < _STILL_SECONDS:
                return
            if len(self._waiting) >= _MOST_WAITING:
                self._dropped += 1
                return
            self._newest, self._newest_at = rendered.image, at
            self._waiting.append((at, rendered))
            self._changed.notify_all()

    def pause(self) -> None:
        """Leave out what comes; the file has no gap. Only while RECORDING."""
        self._go(RecordingState.PAUSED, only_from=(RecordingState.RECORDING,))

    def resume(self) -> None:
        """Go on. Only while PAUSED."""
        self._go(RecordingState.RECORDING, only_from=(RecordingState.PAUSED,))

    def close(self) -> None:
        """End the film. Idempotent; ``wait`` for the file."""
        with self._changed:
            after = RecordingState.FINISHING if self._thread else RecordingState.DONE
        self._go(after, only_from=_OPEN)

    def wait(self, seconds: float | None = None) -> bool:
        """Block until it is DONE or FAILED, at most ``seconds``; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state in OVER, seconds)

    def status(self) -> RecordingStatus:
        """How it stands."""
        size = self._size()  # A slow disk must not keep ``send`` waiting for the lock.
        with self._changed:
            return self._status(size)

    def _status(self, size: int) -> RecordingStatus:
        state, sound = self._state, self._sound
        return RecordingStatus(
            state=state,
            path=self._path,
            seconds=self._film.length(self._clock()) if state in _GOING_ON else self._length,
            size=size,
            frames=self._frames,
            dropped=self._dropped,
            level=sound.level if sound is not None else None,
            delay=sound.delay if sound is not None else 0.0,
            problem=self._problem,
            remark=self._remark_of(state),
        )

    def _remark_of(self, state: RecordingState) -> str:
        if self._is_rescued:
            return _RESCUED
        return self._remark() if state is RecordingState.DONE and self._frames else ""

    def _run(self, spec: StreamSpec) -> None:
        try:
            _step_back()
            self._require_room_to_begin()
            self._record(spec)
        except Exception as error:  # The border of the thread: every fault becomes a message.
            if not isinstance(error, AvatarError):
                _log.exception("the recording failed")
            self._problem = problem_of("recording", error)
            self._is_rescued = self._path.exists()
            self._go(RecordingState.DONE if self._is_rescued else RecordingState.FAILED)
        finally:
            if self._sound is not None:
                self._sound.close()
        self._go(RecordingState.DONE, only_from=(RecordingState.FINISHING,))

    def _record(self, spec: StreamSpec) -> None:
        form = None
        if self._open_sound is not None:
            source = self._open_sound()
            form = SoundFormat(source.info.rate, source.info.channels)
            self._sound = RecordedSound(source, self._latency, self._clock, self._film.at)
        sink = VideoFileSink(self._path, sound=form, live=True, seal=self._seal)
        sink.open(spec)
        try:
            self._go(RecordingState.RECORDING, only_from=(RecordingState.OPENING,))
            self._write_all(sink)
            if self._sound is not None:
                self._sound.close()
            sink.close()
        finally:
            sink.abort()

    def _write_all(self, sink: VideoFileSink) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, _TICK_SECONDS)
                taken = self._waiting.popleft() if self._waiting else None
                ending = self._state not in _GOING_ON
            if taken is not None:
                at, picture = taken
                sink.send(replace(picture, captured_at=at))
                self._frames += 1
            self._write_sound(sink)
            if taken is None and ending:
                return
            self._look_around()

    def _has_work(self) -> bool:
        return bool(self._waiting) or self._state not in _GOING_ON

    def _write_sound(self, sink: VideoFileSink) -> None:
        if self._sound is None:
            return
        for samples, at in self._sound.due():
            sink.send_sound(samples, at)
        if self._problem is None and self._sound.trouble is not None:
            self._problem = problem_of("recording", self._sound.trouble)
            self._tell(self.status())

    def _look_around(self) -> None:
        """Once a second: whether there is room to go on, and how late pictures are."""
        now = self._clock()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        if self._sound is not None:
            self._sound.follow_latency()
        folder = self._path.parent
        least = ROOM_TO_GO_ON // 10**6
        if self._state in _GOING_ON and self._room(folder) < ROOM_TO_GO_ON:
            self._problem = Problem(
                "recording",
                f"The recording was ended and kept: less than {least} MB are free in {folder}.",
                "Free some room before the next one.",
            )
            self.close()

    def _require_room_to_begin(self) -> None:
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(folder, error) from error
        least = ROOM_TO_BEGIN // 10**6
        if self._room(folder) < ROOM_TO_BEGIN:
            raise SinkError(
                f"Nothing is recorded: less than {least} MB are free in {folder}.",
                "Free some room, or choose another folder in the settings.",
            )

    def _size(self) -> int:
        for path in (self._path.with_name(self._path.name + ".part"), self._path):
            try:
                return path.stat().st_size
            except OSError:
                continue
        return 0

    def _go(self, state: RecordingState, *, only_from: tuple[RecordingState, ...] = ()) -> None:
        size = self._size()
        with self._changed:
            if self._state in OVER or (only_from and self._state not in only_from):
                return
            self._move_film(state, self._clock())
            self._state = state
            self._changed.notify_all()
            status = self._status(size)
        self._tell(status)

    def _tell(self, status: RecordingStatus) -> None:
        try:
            self._on_change(status)
        except Exception:  # A listener's fault must not cost the film.
            _log.exception("on_change failed")

    def _move_film(self, state: RecordingState, now: float) -> None:
        if state is RecordingState.RECORDING and self._state is RecordingState.OPENING:
            self._film.start(now)
        elif state is RecordingState.RECORDING:
            self._film.resume(now)
        else:
            self._film.pause(now)
            self._length = self._film.length(now)


def _step_back() -> None:
    """The avatar comes before its recording where both want a processor. Linux only: elsewhere
    a thread cannot be asked for that without its process."""
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError:
            _log.info("the recording keeps its priority")
