"""The camera of the window, open from its start: a call goes on through card and sessions."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from test_virtual_camera import PATIENCE_SECONDS, SPOTS, colours
from vcam_browser import find_browser, look_at_camera
from vcam_producer import FPS, QUADRANTS, SIZE, base_picture, picture_of

from avatar_app.build import build_standby
from avatar_app.card import CardDrawer
from avatar_app.config import AppConfig
from avatar_app.live.words import RIGHT_BACK
from avatar_app.outputs import v4l2_loopback
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.standby import Loan, Standby, StandbyPhase
from avatar_app.types import RgbImage

pytestmark = pytest.mark.vcam

SPEC = StreamSpec(*SIZE, FPS)
TOLERANCE = 14
WAIT_SECONDS = 90.0


class Call:
    """Another program that has the camera open."""

    def __init__(self, node: v4l2_loopback.LoopbackNode) -> None:
        self._camera = cv2.VideoCapture(str(node.path), cv2.CAP_V4L2)

    def sees(self, wanted: Callable[[RgbImage], bool]) -> bool:
        """Whether such a picture comes within the time a slow machine takes."""
        ends = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends:
            got, bgr = self._camera.read()
            assert got, "the camera went away"
            if wanted(np.asarray(bgr[:, :, ::-1], np.uint8)):
                return True
        return False

    def end(self) -> None:
        self._camera.release()


@pytest.fixture(scope="module")
def card() -> RgbImage:
    return CardDrawer(*SIZE).draw(*RIGHT_BACK)


@pytest.fixture
def standing(node: v4l2_loopback.LoopbackNode) -> Iterator[Standby]:
    """The camera as the window opens it at its start."""
    config = AppConfig.model_validate({"language": "en"})
    standby = build_standby(lambda: config, f"vcam:{node.path}", lambda state: None)
    try:
        ends = time.monotonic() + WAIT_SECONDS
        while standby.state.phase is not StandbyPhase.CARD and time.monotonic() < ends:
            standby.use(SPEC)  # Again, until a browser of the test before has let go of the device.
            time.sleep(1)
        assert standby.state.phase is StandbyPhase.CARD, standby.state.error
        yield standby
    finally:
        standby.close()


@contextmanager
def session(loan: Loan) -> Iterator[None]:
    """Sends moving quarters, as a session sends its pictures."""
    ended = threading.Event()

    def send() -> None:
        base, tick = base_picture(), 0
        loan.open(SPEC)
        while not ended.wait(float(Fraction(1) / FPS)):
            loan.send(picture_of(base, tick))
            tick += 1
        loan.close()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def shows_quadrants(picture: RgbImage) -> bool:
    seen = colours(picture)
    return all(np.abs(seen[name] - colour).max() <= TOLERANCE for name, colour in QUADRANTS.items())


def test_a_call_goes_on_through_the_card_and_two_sessions(
    node: v4l2_loopback.LoopbackNode, standing: Standby, card: RgbImage
) -> None:
    expected = colours(card)

    def shows_card(picture: RgbImage) -> bool:
        seen = colours(picture)
        return all(np.abs(seen[spot] - expected[spot]).max() <= TOLERANCE for spot in SPOTS)

    call = Call(node)
    try:
        assert call.sees(shows_card)
        for _ in range(2):
            with session(standing.lend()):
                assert call.sees(shows_quadrants)
            assert call.sees(shows_card)
        assert standing.state.phase is StandbyPhase.CARD
    finally:
        call.end()
    standing.close()
    assert not v4l2_loopback.descriptors_of(node.path)


def test_a_browser_lists_it_before_any_session(
    node: v4l2_loopback.LoopbackNode, standing: Standby, card: RgbImage, tmp_path: Path
) -> None:
    browser = find_browser()
    assert browser, "a Chromium is needed; see README.md"
    seen = look_at_camera(browser, tmp_path / "profile", PATIENCE_SECONDS)
    assert "error" not in seen, seen["error"]
    assert seen["label"] == node.label
    assert (seen["width"], seen["height"]) == SIZE
    for spot, colour in colours(card).items():
        off = np.abs(np.asarray(seen["samples"][-1][spot]) - colour).max()
        assert off <= TOLERANCE, spot
