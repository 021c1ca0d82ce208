"""The state of a live session and what the user should know about it."""

import threading
from collections.abc import Callable

from avatar_app.errors import AvatarError, details_of, unforeseen
from avatar_app.live.status import Problem, SessionState

_S = SessionState
_ALLOWED = {
    _S.CLOSED: {_S.OPENING},
    _S.OPENING: {_S.RUNNING, _S.CLOSING, _S.FAILED},
    _S.RUNNING: {_S.PAUSED, _S.CLOSING, _S.FAILED},
    _S.PAUSED: {_S.RUNNING, _S.CLOSING, _S.FAILED},
    _S.CLOSING: {_S.CLOSED, _S.FAILED},
    _S.FAILED: {_S.OPENING, _S.CLOSING},
}


class SessionMachine:
    """Holds the state and one problem per place; calls ``on_change`` after each change of either,
    in the thread that made it and outside the lock."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._changed = threading.Condition()
        self._on_change = on_change
        self._state = SessionState.CLOSED
        self._problems: dict[str, Problem] = {}

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong now, the oldest first."""
        with self._changed:
            return tuple(self._problems.values())

    def go(self, state: SessionState, *, only_from: SessionState | None = None) -> bool:
        """Change the state; whether it was changed. A change that the table does not allow, or
        from another state than ``only_from``, does not happen: threads may race to it."""
        with self._changed:
            if state not in _ALLOWED[self._state] or only_from not in (None, self._state):
                return False
            self._state = state
            self._changed.notify_all()
        self._on_change()
        return True

    def fail(self, problem: Problem, key: str = "") -> None:
        """The session cannot go on by itself; the sinks still get the card."""
        self.report(problem, key)
        self.go(SessionState.FAILED)

    def report(self, problem: Problem, key: str = "") -> None:
        """Something is wrong at a place (``key``, or the problem's own ``where``)."""
        key = key or problem.where
        with self._changed:
            if self._problems.get(key) == problem:
                return
            self._problems[key] = problem
        self._on_change()

    def clear(self, *places: str) -> None:
        """All is well again there."""
        with self._changed:
            cleared = [self._problems.pop(place, None) for place in places]
        if any(cleared):
            self._on_change()

    def wait_for(self, states: set[SessionState], timeout: float | None) -> bool:
        """Block until one of the states is reached; False when it was not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state in states, timeout)


def problem_of(where: str, error: Exception) -> Problem:
    """An error in the words a user sees."""
    if isinstance(error, AvatarError):
        return Problem(where, error.message, error.hint, details_of(error))
    return Problem(
        where,
        unforeseen(where, error),
        "The log has the details.",
        details_of(error),
    )
