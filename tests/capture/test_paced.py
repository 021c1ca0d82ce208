"""Files played like a camera."""

import threading
from fractions import Fraction

from avatar_app.capture.paced import Metronome, PacedSource
from avatar_app.capture.pattern import PatternSource, read_counter


def card(frames: int | None, fps: int) -> PatternSource:
    return PatternSource((96, 64), Fraction(fps), frames)


def test_interrupt_wakes_a_reader_that_waits() -> None:
    source = PacedSource(lambda: card(None, 1), loop=False)
    assert source.read() is not None
    given: list[object] = ["nothing yet"]
    reader = threading.Thread(target=lambda: given.__setitem__(0, source.read()))
    reader.start()
    source.interrupt()
    reader.join(timeout=5)
    assert given == [None]
    assert source.read() is None
    source.close()


def test_an_interrupt_that_comes_first_is_not_lost() -> None:
    metronome = Metronome()
    metronome.interrupt()
    assert not metronome.wait_for(0)
    assert not metronome.wait_for(1000)


def test_frames_are_never_early_and_numbered_on_through_repeats() -> None:
    source = PacedSource(lambda: card(3, 200), loop=True)
    frames = [frame for _ in range(8) if (frame := source.read()) is not None]
    source.close()
    assert [read_counter(frame.image) for frame in frames] == [0, 1, 2, 0, 1, 2, 0, 1]
    assert [frame.index for frame in frames] == list(range(8))
    assert frames[-1].captured_at - frames[0].captured_at >= 7 / 200 - 0.002


def test_whoever_comes_much_too_late_is_not_hurried() -> None:
    metronome = Metronome()
    metronome._origin = -1000.0
    assert metronome.wait_for(0)
    assert metronome._origin > -1000.0


def test_an_empty_source_ends_even_when_looped() -> None:
    source = PacedSource(lambda: card(0, 30), loop=True)
    assert source.read() is None
    source.close()
