"""One failing sink harms no other, and everything happens in the thread that delivers."""

import threading

import pytest
from sink_stream import SPEC, frame

from avatar_app.errors import AvatarError, SinkError
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.fanout import FanOut
from avatar_app.outputs.memory import MemorySink
from avatar_app.types import RenderedFrame


class Fragile(MemorySink):
    """Breaks at one step, and remembers how it was treated."""

    def __init__(self, breaks_at: str, error: Exception) -> None:
        super().__init__()
        self._breaks_at, self._error = breaks_at, error
        self.calls: list[str] = []
        self.threads: set[int] = set()

    @property
    def title(self) -> str:
        return "fragile"

    def open(self, spec: StreamSpec) -> None:
        self._step("open")
        super().open(spec)

    def send(self, rendered: RenderedFrame) -> None:
        self._step("send")
        super().send(rendered)

    def close(self) -> None:
        self._step("close")

    def _step(self, name: str) -> None:
        self.calls.append(name)
        self.threads.add(threading.get_ident())
        if name == self._breaks_at:
            raise self._error


FULL = SinkError("The disk is full.", "Free some room.")


@pytest.mark.parametrize("step", ["open", "send", "close"])
@pytest.mark.parametrize("error", [FULL, RuntimeError("a fault of ours")])
def test_a_failing_sink_is_closed_reported_once_and_left_out(step: str, error: Exception) -> None:
    reports: list[tuple[FrameSink, AvatarError]] = []
    good, bad = MemorySink(), Fragile(step, error)
    fan = FanOut([good, bad], lambda sink, error: reports.append((sink, error)))
    fan.open(SPEC)
    for n in range(3):
        fan.send(frame(n))
    fan.close()
    assert good.sent == 3
    assert [sink for sink, _ in reports] == [bad]
    assert bad.calls[-1] == "close"
    assert bad.calls.count(step) <= 2
    assert str(error).split(".")[0] in reports[0][1].message


def test_active_names_who_is_left() -> None:
    fan = FanOut([Fragile("send", FULL), MemorySink()], lambda *_: None)
    assert fan.active == ()
    fan.open(SPEC)
    assert fan.active == ("fragile", "memory")
    fan.send(frame(0))
    assert fan.active == ("memory",)
    fan.close()
    assert fan.active == ()


def test_closing_twice_closes_once() -> None:
    sink = Fragile("", FULL)
    fan = FanOut([sink], lambda *_: None)
    fan.open(SPEC)
    fan.close()
    fan.close()
    assert sink.calls == ["open", "close"]


@pytest.mark.parametrize("step", ["open", "send", "close"])
def test_who_joins_midway_gets_the_rest_and_harms_nobody(step: str) -> None:
    reports: list[FrameSink] = []
    first, guest, bad = MemorySink(), MemorySink(keep=None), Fragile(step, FULL)
    fan = FanOut([first], lambda sink, _: reports.append(sink))
    fan.open(SPEC)
    fan.send(frame(0))
    fan.join(guest)
    fan.join(bad)
    fan.send(frame(1))
    fan.leave(bad)
    fan.leave(guest)
    fan.leave(guest)
    fan.send(frame(2))
    fan.close()
    assert [got.index for got in guest.frames] == [1]
    assert guest.spec == SPEC
    assert first.sent == 3
    assert reports == [bad]


def test_no_thread_of_its_own_touches_a_sink() -> None:
    sink = Fragile("", FULL)
    fan = FanOut([sink], lambda *_: None)

    def deliver() -> None:
        fan.open(SPEC)
        fan.send(frame(0))
        fan.close()

    thread = threading.Thread(target=deliver)
    thread.start()
    thread.join()
    assert sink.threads == {thread.ident}


def test_what_a_sink_gets_is_asked_anew_before_each() -> None:
    first, second = MemorySink(), MemorySink()
    allowed = [True]

    def gate(rendered: RenderedFrame) -> RenderedFrame:
        return frame(7) if not allowed[0] else rendered

    class Forbids(MemorySink):
        def send(self, rendered: RenderedFrame) -> None:
            allowed[0] = False

    fan = FanOut([first, Forbids(), second], lambda *_: None, gate=gate)
    fan.open(SPEC)
    fan.send(frame(0))
    assert first.latest is not None
    assert second.latest is not None
    assert (first.latest.index, second.latest.index) == (0, 7)
    fan.close()
