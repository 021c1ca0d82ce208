"""One place between two threads."""

import threading

from avatar_app.live.slot import Slot


def test_the_newest_wins_and_the_lost_are_counted() -> None:
    slot: Slot[int] = Slot()
    for value in (1, 2, 3):
        slot.put(value)
    assert slot.take() == 3
    assert slot.dropped == 2
    assert slot.take(0) is None


def test_closing_wakes_the_waiter() -> None:
    slot: Slot[int] = Slot()
    taken: list[int | None] = []
    waiter = threading.Thread(target=lambda: taken.append(slot.take()))
    waiter.start()
    slot.close()
    waiter.join(5)
    assert taken == [None]


def test_what_was_left_at_closing_can_still_be_taken() -> None:
    slot: Slot[int] = Slot()
    slot.put(1)
    slot.close()
    slot.put(2)
    assert not slot.finished
    assert slot.take() == 1
    assert slot.finished
