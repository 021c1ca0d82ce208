"""A session that hands its work to another one between two runs."""

import threading
from collections.abc import Callable, Mapping

from avatar_app.errors import EngineError
from avatar_app.runtimes.base import InferenceSession, Pinned, Provider, Tensor, TensorSpec
from avatar_app.runtimes.engine_successor import EngineSuccessor
from avatar_app.translatable import translatable

_LONGEST_FAREWELL_S = 2.0


class RelaySession:
    """An InferenceSession that serves with ``session`` until its successor is open, then with
    that. It owns both. ``note`` hears how it went, from another thread."""

    def __init__(
        self, session: InferenceSession, successor: EngineSuccessor, note: Callable[[str], None]
    ) -> None:
        self._serving = session
        self._successor: EngineSuccessor | None = successor
        self._ready: InferenceSession | None = None
        self._closed = False
        self._note = note
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._prepare, args=(successor,), name="engine", daemon=True
        )
        self._thread.start()

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._serving.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._serving.outputs

    @property
    def provider(self) -> Provider:
        return self._serving.provider

    @property
    def pending(self) -> str:
        successor = self._successor
        return successor.state if successor else ""

    def pin(self, feeds: Mapping[str, Tensor]) -> Pinned:
        """These feeds, kept for many runs, before and after the change."""
        return self._serving.pin(feeds)

    def run(self, feeds: Mapping[str, Tensor], pinned: Pinned | None = None) -> dict[str, Tensor]:
        """Output arrays by name. Raises EngineError."""
        self._change()
        return self._serving.run(feeds, pinned)

    def close(self) -> None:
        """Ends a running build at once."""
        with self._lock:
            self._closed = True
            left = [self._serving, self._ready] if self._ready else [self._serving]
            self._ready = None
        if successor := self._successor:
            successor.stop()
        for session in left:
            session.close()
        self._thread.join(_LONGEST_FAREWELL_S)

    def _change(self) -> None:
        with self._lock:
            new, self._ready = self._ready, None
            if new is None:
                return
            old, self._serving = self._serving, new
        old.close()

    def _prepare(self, successor: EngineSuccessor) -> None:
        title = successor.title
        try:
            session = successor.open()
        except (EngineError, OSError) as error:
            if not self._closed:
                why = error.message if isinstance(error, EngineError) else f"{error}."
                goes_on = self.provider.title
                self._note(translatable(f"{title} is not used, {goes_on} goes on: {why}"))
        else:
            for fault in successor.faults:
                self._note(translatable(f"{title} is used in another way: {fault}"))
            self._take(session)
        finally:
            self._successor = None

    def _take(self, session: InferenceSession) -> None:
        with self._lock:
            if not self._closed:
                self._ready = session
                return
        session.close()
