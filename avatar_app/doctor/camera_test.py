"""The virtual camera's self-test: a moving card is sent, and read back as another program would.

Linux opens the device's path; elsewhere the camera is found by its name.
"""

import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from avatar_app.capture.devices import backend, list_cameras
from avatar_app.capture.pattern import PatternSource
from avatar_app.doctor.camera_client import FPS, SIZE, Seen, Sight, VideoClient, look
from avatar_app.doctor.check import Check, Verdict, restart_others
from avatar_app.errors import SinkError
from avatar_app.outputs import v4l2_loopback
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.loopback_setup import set_up
from avatar_app.outputs.virtual_camera import VirtualCameraSink
from avatar_app.translatable import translatable
from avatar_app.types import Outcome, RenderedFrame

NAME = translatable("Virtual camera test")

_AHEAD_S = 0.5

OpenClient = Callable[[], VideoClient | None]


_CLOSE = translatable("Close every program that uses the camera and test again.")


def camera_test(device: str | None = None) -> Check:
    """Send a test card to the virtual camera (the one named, or the first that opens) and read it
    back. Takes seconds; raises nothing of the camera's. A live session must not feed it."""
    if platform.system() == "Linux" and not v4l2_loopback.loopback_nodes():
        why, mend = v4l2_loopback.why_no_node()
        return Check(NAME, Verdict.WARN, f"There is no driver: {why}.", mend)
    sink = VirtualCameraSink(device)
    return try_camera(sink, lambda: _client(sink.device), lambda: _is_exclusive(sink.device))


def try_camera(sink: FrameSink, open_client: OpenClient, is_exclusive: Callable[[], bool]) -> Check:
    """The test on any sink; ``open_client`` is called, and ``is_exclusive`` asked, while the sink
    is fed. ``open_client`` gives None where the camera is not listed."""
    try:
        sink.open(StreamSpec(*SIZE, FPS))
        with _fed(sink) as sent:
            sight, exclusive = _look(open_client, sent), is_exclusive()
    except SinkError as error:
        return Check(NAME, Verdict.WARN, error.message, error.hint or _CLOSE)
    if sight is None:
        hint = translatable("Install the virtual camera again and restart the machine.")
        unseen = translatable("The camera takes pictures, but other programs do not see it.")
        return Check(NAME, Verdict.WARN, unseen, hint)
    if sight.seen is Seen.RIGHT and not exclusive:
        unlisted = translatable("Pictures flow, but browsers do not list the camera.")
        return Check(NAME, Verdict.WARN, unlisted, set_up(v4l2_loopback.RELOAD))
    return _told(sight)


def _told(sight: Sight) -> Check:
    """What came out, as a line of the report."""
    if sight.size is None or sight.seen is Seen.NOTHING:
        return Check(NAME, Verdict.WARN, "No pictures come out of the camera.", _CLOSE)
    width, height = sight.size
    if sight.seen is Seen.RIGHT:
        works = translatable(f"It works: {width} × {height} came back")
        return Check(NAME, Verdict.OK, restart_others(works))
    if sight.seen is Seen.STILL:
        detail = translatable(f"The picture stands still: {width} × {height} came back.")
        return Check(NAME, Verdict.WARN, detail, _CLOSE)
    detail = translatable(f"The pictures are wrong: {width} × {height} came back.")
    hint = translatable(
        "Close every program that sends to the camera, OBS for one, and test again."
    )
    return Check(NAME, Verdict.WARN, detail, hint)


@contextmanager
def _fed(sink: FrameSink) -> Iterator[Callable[[], int]]:
    """The card runs into the sink; yields how many went in. Closes the sink. Raises the SinkError
    of a sink that stopped taking them."""
    feeder = _Feeder(sink)
    thread = threading.Thread(target=feeder.run, name="camera-test")
    thread.start()
    try:
        feeder.ended.wait(_AHEAD_S)
        yield lambda: feeder.sent
    finally:
        feeder.stopped.set()
        thread.join()
    if feeder.error is not None:
        raise feeder.error


class _Feeder:
    """Sends at 30 per second until told to stop; opens nothing, closes the sink."""

    def __init__(self, sink: FrameSink) -> None:
        self._sink = sink
        self._cards = PatternSource(SIZE, FPS)
        self.sent = 0
        self.error: SinkError | None = None
        self.stopped = threading.Event()
        self.ended = threading.Event()

    def run(self) -> None:
        """The thread: everything that fails ends in ``error``."""
        try:
            while not self.stopped.wait(float(1 / FPS)):
                self._send()
        except SinkError as error:
            self.error = error
        finally:
            self.ended.set()
            self._close()

    def _send(self) -> None:
        card = self._cards.read()
        assert card is not None
        self.sent = card.index + 1  # Counted before, so that a quick reader never overtakes it.
        now = time.perf_counter()
        self._sink.send(RenderedFrame(card.image, card.index, now, Outcome.RENDERED))

    def _close(self) -> None:
        try:
            self._sink.close()
        except SinkError as error:
            self.error = self.error or error


def _look(open_client: OpenClient, sent: Callable[[], int]) -> Sight | None:
    client = open_client()
    if client is None:
        return None
    try:
        return look(client, sent) if client.isOpened() else Sight(Seen.NOTHING)
    finally:
        client.release()


def _client(device: str | None) -> VideoClient | None:
    """The camera as any program opens it: by path on Linux, by its name elsewhere."""
    if device is None:
        return None
    if platform.system() == "Linux":
        return cv2.VideoCapture(device, cv2.CAP_V4L2)
    for camera in list_cameras(include_own=True):
        if camera.name.casefold() == device.casefold():
            client = cv2.VideoCapture(camera.index, backend())
            client.set(cv2.CAP_PROP_FRAME_WIDTH, SIZE[0])
            client.set(cv2.CAP_PROP_FRAME_HEIGHT, SIZE[1])
            return client
    return None


def _is_exclusive(device: str | None) -> bool:
    if device is None or platform.system() != "Linux":
        return True
    return v4l2_loopback.is_a_camera_alone(Path(device))
