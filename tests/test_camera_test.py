"""The self-test of the virtual camera, with a file and a mailbox in the driver's place."""

import os
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from avatar_app.capture.pattern import PatternSource
from avatar_app.doctor import camera_test
from avatar_app.doctor.camera_client import SIZE, Seen, VideoClient, look
from avatar_app.doctor.camera_test import try_camera
from avatar_app.doctor.check import Check, Verdict
from avatar_app.errors import SinkError
from avatar_app.outputs import v4l2_loopback
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.types import RenderedFrame, RgbImage

Change = Callable[[int, RgbImage], RgbImage]


class MailboxClient:
    """Reads what was sent last, as a camera does: turned by ``change``, none before the first."""

    def __init__(self, sink: MemorySink, change: Change = lambda number, image: image) -> None:
        self._sink = sink
        self._change = change
        self._read = 0
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 - cv2's name
        return True

    def read(self) -> tuple[bool, Any]:
        threading.Event().wait(0.02)
        latest = self._sink.latest
        if latest is None:
            return False, None
        self._read += 1
        return True, self._change(self._read, latest.image)[:, :, ::-1]

    def release(self) -> None:
        self.released = True


def examined(change: Change = lambda number, image: image, *, exclusive: bool = True) -> Check:
    sink = MemorySink()
    client = MailboxClient(sink, change)
    found = try_camera(sink, lambda: client, lambda: exclusive)
    assert client.released
    return found


def test_a_camera_that_gives_what_it_takes_works() -> None:
    found = examined()
    assert (found.name, found.verdict) == ("Virtual camera test", Verdict.OK)
    assert found.detail.startswith("It works: 1280 × 720 came back. Restart browsers")
    assert not found.hint


def test_old_pictures_of_another_program_do_not_count() -> None:
    assert examined(lambda n, image: image if n > 4 else np.zeros_like(image)).verdict is Verdict.OK


FIRST: list[RgbImage] = []


def frozen(number: int, image: RgbImage) -> RgbImage:
    FIRST[:] = FIRST or [image]
    return FIRST[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, image: np.full_like(image, 90), "The pictures are wrong"),
        (lambda n, image: image[:, ::-1], "The pictures are wrong"),
        (lambda n, image: image[:, :, ::-1], "The pictures are wrong"),
        (frozen, "The picture stands still"),
    ],
    ids=["grey", "turned round", "blue for red", "still"],
)
def test_what_is_wrong_with_the_pictures_is_said(
    change: Change, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.doctor.camera_client._MOST_PICTURES", 12)
    FIRST.clear()
    found = examined(change)
    assert found.verdict is Verdict.WARN
    assert found.detail.startswith(words)
    assert found.hint


def test_a_camera_that_browsers_do_not_list_is_told_with_the_line_that_mends_it() -> None:
    found = examined(exclusive=False)
    assert found.detail.startswith("Pictures flow, but browsers")
    assert v4l2_loopback.RELOAD in found.hint


def test_a_camera_that_is_in_no_list_is_told() -> None:
    found = try_camera(MemorySink(), lambda: None, lambda: True)
    assert "do not see it" in found.detail
    assert found.hint


class Silent(MailboxClient):
    def isOpened(self) -> bool:  # noqa: N802 - cv2's name
        return False


def test_a_camera_that_cannot_be_opened_to_read_is_silent() -> None:
    sink = MemorySink()
    assert "No pictures" in try_camera(sink, lambda: Silent(sink), lambda: True).detail


class BusySink(MemorySink):
    def open(self, spec: StreamSpec) -> None:
        raise SinkError(
            "No virtual camera can be opened: /dev/video10: another program sends pictures to it.",
            "Close that program (OBS for one).",
        )


class BreakingSink(MemorySink):
    def send(self, rendered: RenderedFrame) -> None:
        raise SinkError("The virtual camera takes no more pictures: gone.", "Start it again.")


def test_a_camera_that_another_program_holds_is_told_with_what_to_close() -> None:
    found = try_camera(BusySink(), lambda: None, lambda: True)
    assert "another program sends pictures to it" in found.detail
    assert "OBS" in found.hint


def test_a_camera_that_breaks_while_it_is_fed_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    sink = BreakingSink()
    found = try_camera(sink, lambda: MailboxClient(sink), lambda: True)
    assert "takes no more pictures" in found.detail
    assert threading.active_count() == before


def test_no_driver_is_told_with_the_line_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_test.platform, "system", lambda: "Linux")
    monkeypatch.setattr(v4l2_loopback, "loopback_nodes", list)
    monkeypatch.setattr(v4l2_loopback, "why_no_node", lambda: ("it is not loaded", "modprobe it"))
    found = camera_test.camera_test()
    assert (found.detail, found.hint) == ("There is no driver: it is not loaded.", "modprobe it")


@pytest.fixture
def film(tmp_path: Path) -> Iterator[VideoClient]:
    """A real file of the card, small as a camera may be, opened as a camera is."""
    path = tmp_path / "card.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 360))
    cards = PatternSource(SIZE, Fraction(30), 12)
    while (card := cards.read()) is not None:
        writer.write(cv2.resize(card.image, (640, 360), interpolation=cv2.INTER_AREA)[:, :, ::-1])
    writer.release()
    client = cv2.VideoCapture(str(path))
    assert client.isOpened()
    yield client
    client.release()


def test_the_card_is_known_again_in_a_real_film(film: VideoClient) -> None:
    sight = look(film, lambda: 1000)
    assert (sight.seen, sight.size) == (Seen.RIGHT, (640, 360))


def test_cards_that_were_never_sent_are_not_ours(film: VideoClient) -> None:
    assert look(film, lambda: 0).seen is Seen.WRONG


def test_another_film_is_not_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    from avatar_app.paths import bundled_clip

    monkeypatch.setattr("avatar_app.doctor.camera_client._MOST_PICTURES", 12)
    client = cv2.VideoCapture(str(bundled_clip()))
    try:
        assert look(client, lambda: 1 << 24).seen is Seen.WRONG
    finally:
        client.release()


@pytest.mark.skipif(not hasattr(os, "O_NONBLOCK"), reason="asks as Linux does")
def test_a_device_that_cannot_be_asked_is_not_blamed(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    assert v4l2_loopback.is_a_camera_alone(tmp_path / "none")
