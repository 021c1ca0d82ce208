"""One stream to several sinks, where a failing one harms no other."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial

from avatar_app.errors import AvatarError, SinkError
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.types import RenderedFrame

_log = logging.getLogger(__name__)


class FanOut:
    """Opens, feeds and closes every sink, all in the one thread that delivers.

    A sink that fails is closed, left out from then on and reported through ``on_failure`` (the
    sink and the error), which runs in that thread too. Nothing is raised: ``active`` says who is
    left. ``gate`` is asked before each sink what it gets of a picture. Others may ``join`` and
    ``leave`` between two pictures."""

    def __init__(
        self,
        sinks: Sequence[FrameSink],
        on_failure: Callable[[FrameSink, AvatarError], None],
        *,
        gate: Callable[[RenderedFrame], RenderedFrame] = lambda rendered: rendered,
    ) -> None:
        self._sinks = list(sinks)
        self._on_failure = on_failure
        self._gate = gate
        self._active: list[FrameSink] = []
        self._spec: StreamSpec | None = None

    @property
    def title(self) -> str:
        return ", ".join(sink.title for sink in self._sinks)

    @property
    def active(self) -> tuple[str, ...]:
        """Titles of the sinks that are open and well."""
        return tuple(sink.title for sink in self._active)

    def feeds(self, sinks: Sequence[FrameSink]) -> bool:
        """Whether one of these is open and well."""
        return any(sink in self._active for sink in sinks)

    def open(self, spec: StreamSpec) -> None:
        """Open all; those that cannot are reported."""
        self._spec = spec
        self._active = list(self._sinks)
        for sink in self._sinks:
            self._attempt(sink, partial(sink.open, spec))

    def join(self, sink: FrameSink) -> None:
        """Open one more, which gets what is sent from now on. Only after ``open``."""
        assert self._spec is not None, "join before open"
        self._active.append(sink)
        self._attempt(sink, partial(sink.open, self._spec))

    def leave(self, sink: FrameSink) -> None:
        """Close one; nothing where it has gone already."""
        if sink in self._active:
            self._attempt(sink, sink.close)
        if sink in self._active:
            self._active.remove(sink)

    def send(self, rendered: RenderedFrame) -> None:
        """Hand the frame to everyone who is left."""
        for sink in tuple(self._active):
            self._attempt(sink, partial(sink.send, self._gate(rendered)))

    def close(self) -> None:
        """Close everyone who is left. Idempotent."""
        for sink in tuple(self._active):
            self._attempt(sink, sink.close)
        self._active.clear()

    def _attempt(self, sink: FrameSink, step: Callable[[], None]) -> None:
        try:
            step()
        except AvatarError as error:
            self._switch_off(sink, error)
        except Exception as error:  # A fault in one sink must not take the camera down with it.
            _log.exception("%s failed", sink.title)
            what = SinkError(f"{sink.title} failed: {error}.", "The log has the details.")
            self._switch_off(sink, what)

    def _switch_off(self, sink: FrameSink, error: AvatarError) -> None:
        self._active.remove(sink)
        with contextlib.suppress(Exception):  # It failed already; what it failed of was said.
            sink.close()
        self._on_failure(sink, error)
