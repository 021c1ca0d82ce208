"""The beat keeps its grid, skips what was missed and can be interrupted."""

import threading
from fractions import Fraction

from avatar_app.outputs.pacer import Pacer


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_tick_is_due_at_once() -> None:
    assert Pacer(Fraction(30), clock=Clock()).wait() == 0


def test_ticks_count_up_without_a_gap_when_nobody_is_late() -> None:
    pacer = Pacer(Fraction(30000, 1001))
    assert [pacer.wait() for _ in range(5)] == [0, 1, 2, 3, 4]


def test_missed_ticks_are_skipped_and_counted_never_sent_in_a_burst() -> None:
    clock = Clock()
    pacer = Pacer(Fraction(10), clock=clock)
    assert pacer.wait() == 0
    clock.now += 0.57
    assert pacer.wait() == 5
    assert pacer.late == 4
    clock.now += 0.05
    assert pacer.wait() == 6
    assert pacer.late == 4


def test_the_grid_does_not_drift() -> None:
    """After an hour of rounding and lateness a tick still stands at n / fps."""
    clock = Clock()
    pacer = Pacer(Fraction(30000, 1001), clock=clock)
    pacer.wait()
    clock.now = 100.0 + 3600 * 1001 / 1000 + 0.001
    assert pacer.wait() == 3600 * 30


def test_interrupt_ends_a_wait_and_every_later_one() -> None:
    pacer = Pacer(Fraction(1, 1000))
    pacer.wait()
    ticks: list[int | None] = []
    thread = threading.Thread(target=lambda: ticks.append(pacer.wait()))
    thread.start()
    pacer.interrupt()
    thread.join(timeout=5)
    assert ticks == [None]
    assert pacer.wait() is None
