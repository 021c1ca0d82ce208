"""Which engines are open, who needs them, and the closing of those that nobody needs any more."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

from avatar_app.engines.base import AvatarEngine
from avatar_app.live.memory import return_memory

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Place:
    engine: AvatarEngine[Any]
    kept: bool = True
    lent: int = 0


class EngineShelf:
    """Any thread may call. One engine is kept by whoever prepares avatars; each hand-over to the
    renderer is a loan that comes back once. An engine neither kept nor lent is idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: list[_Place] = []

    def keep(self, engine: AvatarEngine[Any] | None) -> None:
        """A newly opened engine is the one kept, or none is; the one before may become idle."""
        with self._lock:
            for place in self._places:
                place.kept = False
            if engine is not None:
                self._places.append(_Place(engine))

    def lend(self, engine: AvatarEngine[Any]) -> None:
        """One user more of the engine kept."""
        with self._lock:
            self._place(engine).lent += 1

    def give_back(self, engine: AvatarEngine[Any]) -> None:
        """One user less."""
        with self._lock:
            self._place(engine).lent -= 1

    def is_lent(self, engine: AvatarEngine[Any]) -> bool:
        """Whether anybody uses it."""
        with self._lock:
            return any(place.engine is engine and place.lent for place in self._places)

    def close_idle(self) -> None:
        """Close what nobody needs, in this thread; each engine once."""
        with self._lock:
            idle = [place for place in self._places if not (place.kept or place.lent)]
            self._places = [place for place in self._places if place not in idle]
        for place in idle:
            _close(place.engine)
        if idle:
            del idle, place
            return_memory()

    def _place(self, engine: AvatarEngine[Any]) -> _Place:
        return next(place for place in self._places if place.engine is engine)


def _close(engine: AvatarEngine[Any]) -> None:
    try:
        engine.close()
    except Exception:  # What is closed is not used again.
        _log.exception("an engine did not close")
