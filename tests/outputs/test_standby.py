"""A camera that stays open: cards between sessions, their pictures while they run."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from sink_stream import SPEC, frame

from avatar_app.errors import SinkError
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.outputs.standby import Standby, StandbyPhase, StandbyState
from avatar_app.types import Outcome, RenderedFrame, RgbImage

QUICK = replace(SPEC, fps=Fraction(200))
GONE = SinkError("No virtual camera can be opened.", "Load the module.")


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


class Device(MemorySink):
    """Counts openings and fails when two threads meet in it."""

    def __init__(self) -> None:
        super().__init__(keep=None)
        self._busy = threading.Lock()
        self.error: Exception | None = None
        self.calls: list[str] = []

    def open(self, spec: StreamSpec) -> None:
        self._step("open")
        super().open(spec)

    def send(self, rendered: RenderedFrame) -> None:
        assert self._busy.acquire(blocking=False), "two threads send at once"
        try:
            time.sleep(0.001)
            if self.error is not None:
                raise self.error
            super().send(rendered)
        finally:
            self._busy.release()

    def close(self) -> None:
        self._step("close")

    def _step(self, name: str) -> None:
        self.calls.append(name)
        if name == "open" and self.error is not None:
            raise self.error

    @property
    def outcomes(self) -> list[Outcome]:
        return [sent.outcome for sent in self.frames]


class Stand:
    """A standby on a device, and what it told."""

    def __init__(self) -> None:
        self.device = Device()
        self.told: list[StandbyState] = []
        self.drawn: list[StreamSpec] = []
        self.standby = Standby(self.device, QUICK, self._draw, self.told.append)

    @property
    def phase(self) -> StandbyPhase:
        return self.standby.state.phase

    def sends_on(self) -> None:
        """Three pictures more."""
        before = self.device.sent
        until(lambda: self.device.sent > before + 3)

    def _draw(self, spec: StreamSpec) -> RgbImage:
        self.drawn.append(spec)
        return np.full((spec.height, spec.width, 3), 7, np.uint8)


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.standby.close()
    assert not made.standby._thread.is_alive()


def test_the_same_card_is_sent_again_and_again_and_drawn_once(stand: Stand) -> None:
    stand.standby.use(QUICK)
    until(lambda: stand.device.sent > 5)
    assert len({id(sent.image) for sent in stand.device.frames}) == 1
    assert stand.drawn == [QUICK]
    assert [state.phase for state in stand.told] == [StandbyPhase.OPENING, StandbyPhase.CARD]
    stand.standby.use(QUICK)
    stand.standby.close()
    assert stand.device.calls == ["open", "close"]
    assert stand.phase is StandbyPhase.CLOSED


def test_sessions_come_and_go_and_the_device_stays_open(stand: Stand) -> None:
    stand.standby.use(QUICK)
    for session in range(3):
        stand.sends_on()
        loan = stand.standby.lend()
        loan.open(QUICK)
        for n in range(5):
            loan.send(frame(10 * session + n))
        loan.close()
        loan.close()
    stand.sends_on()
    assert stand.device.calls == ["open"]
    shown = [s.index for s in stand.device.frames if s.outcome is Outcome.RENDERED]
    assert shown == [10 * session + n for session in range(3) for n in range(5)]
    changes = np.count_nonzero(np.diff([o is Outcome.RENDERED for o in stand.device.outcomes]))
    assert changes == 6, "no card between the pictures of a session"


def test_nothing_of_a_session_is_sent_after_its_end(stand: Stand) -> None:
    """A thread of a session that did not end in time goes on sending."""
    stand.standby.use(QUICK)
    loan = stand.standby.lend()
    loan.open(QUICK)
    refused = threading.Event()

    def go_on() -> None:
        for n in range(100_000):
            try:
                loan.send(frame(n))
            except SinkError:
                refused.set()
                return

    sender = threading.Thread(target=go_on)
    sender.start()
    until(lambda: Outcome.RENDERED in stand.device.outcomes)
    stand.standby.take_back()
    ended_at = stand.device.sent
    sender.join()
    assert refused.is_set()
    stand.sends_on()
    assert set(stand.device.outcomes[ended_at:]) == {Outcome.PLACEHOLDER}


def test_a_loan_that_was_taken_back_cannot_be_opened(stand: Stand) -> None:
    stand.standby.use(QUICK)
    late = stand.standby.lend()
    present = stand.standby.lend()
    with pytest.raises(SinkError):
        late.open(QUICK)
    present.open(QUICK)
    late.close()
    present.send(frame(1))
    assert stand.phase is StandbyPhase.LENT


def test_a_silent_session_is_covered_by_the_card(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.outputs.standby.SILENT_SECONDS", 0.05)
    stand.standby.use(QUICK)
    loan = stand.standby.lend()
    loan.open(QUICK)
    loan.send(frame(1))
    until(lambda: stand.device.outcomes[-1] is Outcome.PLACEHOLDER)
    before = stand.device.sent
    loan.send(frame(2))
    assert Outcome.RENDERED in stand.device.outcomes[before:]
    assert stand.phase is StandbyPhase.LENT


def test_a_missing_device_is_tried_again_when_asked_and_by_a_session(stand: Stand) -> None:
    stand.device.error = GONE
    stand.standby.use(QUICK)
    until(lambda: stand.phase is StandbyPhase.FAILED)
    assert stand.standby.state.error is GONE
    loan = stand.standby.lend()
    with pytest.raises(SinkError, match="No virtual camera"):
        loan.open(QUICK)
    loan.close()
    assert stand.phase is StandbyPhase.FAILED
    stand.device.error = None
    stand.standby.use(QUICK)
    until(lambda: stand.phase is StandbyPhase.CARD)
    assert stand.standby.state.error is None
    stand.sends_on()


def test_a_session_opens_what_could_not_be_opened_before(stand: Stand) -> None:
    stand.device.error = GONE
    stand.standby.use(QUICK)
    until(lambda: stand.phase is StandbyPhase.FAILED)
    stand.device.error = None
    loan = stand.standby.lend()
    loan.open(SPEC)
    loan.send(frame(1))
    loan.close()
    stand.sends_on()
    assert stand.standby.state.spec == SPEC
    assert stand.drawn == [QUICK, SPEC]


@pytest.mark.parametrize("error", [GONE, RuntimeError("the driver is gone")])
def test_a_device_that_dies_is_closed_and_told_of(stand: Stand, error: Exception) -> None:
    stand.standby.use(QUICK)
    stand.sends_on()
    stand.device.error = error
    until(lambda: stand.phase is StandbyPhase.FAILED)
    assert stand.standby.state.error is not None
    assert str(error).split(".")[0] in stand.standby.state.error.message
    assert stand.device.calls == ["open", "close"]


def test_another_size_closes_and_opens_once(stand: Stand) -> None:
    other = StreamSpec(32, 24, Fraction(100))
    stand.standby.use(QUICK)
    stand.sends_on()
    stand.standby.use(other)
    until(lambda: stand.phase is StandbyPhase.CARD and stand.standby.state.spec == other)
    stand.sends_on()
    assert stand.device.calls == ["open", "close", "open"]
    assert stand.device.frames[-1].image.shape == (24, 32, 3)
