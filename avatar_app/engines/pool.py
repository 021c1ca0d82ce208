"""What is slow to open and large, shared by the engines that need the same."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar


class Closeable(Protocol):
    """Anything that is opened once and closed once."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closeable)


@dataclass(slots=True, eq=False)
class _Place:
    value: Any
    users: int = 1


class Pool:
    """Any thread may call. An engine with other settings of motion takes over the networks of the
    one before it, instead of opening a quarter of a gigabyte anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[Hashable, _Place] = {}

    def take(self, key: Hashable, make: Callable[[], T]) -> tuple[T, Callable[[], None]]:
        """What is open under this key, else what ``make`` opens; and what gives it back. The last
        to give it back closes it. Giving back twice does nothing."""
        with self._lock:
            place = self._places.get(key)
            if place is not None:
                place.users += 1
        if place is None:
            place = _Place(make())
            with self._lock:
                self._places.setdefault(key, place)
        return place.value, _once(lambda: self._give_back(key, place))

    def _give_back(self, key: Hashable, place: _Place) -> None:
        with self._lock:
            place.users -= 1
            if place.users:
                return
            if self._places.get(key) is place:
                del self._places[key]
        place.value.close()


def _once(action: Callable[[], None]) -> Callable[[], None]:
    pending = [action]
    lock = threading.Lock()

    def act() -> None:
        with lock:
            left = pending.pop() if pending else None
        if left is not None:
            left()

    return act
