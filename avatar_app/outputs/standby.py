"""A camera that stays open: the card between the sessions, their pictures while they run.

Meeting programs list a camera only while somebody sends, and show grey or stop where it goes away
or changes its size. So the device is opened once and lent to one session after another.

    CLOSED → OPENING → CARD ⇄ LENT → CLOSED, and FAILED from OPENING, CARD and LENT
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from avatar_app.errors import AvatarError, SinkError
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.types import Outcome, RenderedFrame, RgbImage

SILENT_SECONDS = 1.0
"""A session that has sent nothing for so long is covered by the card until it sends again."""

_JOIN_SECONDS = 2.0

_log = logging.getLogger(__name__)


class StandbyPhase(StrEnum):
    """What the camera is doing."""

    CLOSED = "closed"
    OPENING = "opening"
    CARD = "card"
    LENT = "lent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StandbyState:
    """``title`` is the camera's name as other programs list it, once it is open; ``error`` is why
    it is FAILED."""

    phase: StandbyPhase
    title: str
    spec: StreamSpec
    error: AvatarError | None = None


class Standby:
    """Owns ``sink`` and a thread that sends the card at the stream's rate while nobody else sends.

    ``use`` opens, ``lend`` gives a session its sink, ``close`` ends it. Any thread may call; all
    but ``state`` may block for about a frame, or as long as the device takes to open. The sink is
    called by one thread at a time, though not always the same. A device that fails is tried again
    at the next ``use`` or when a session opens its loan. ``on_change`` gets each new state in the
    thread that made it and must return at once."""

    def __init__(
        self,
        sink: FrameSink,
        spec: StreamSpec,
        draw_card: Callable[[StreamSpec], RgbImage],
        on_change: Callable[[StandbyState], None],
    ) -> None:
        self._sink = sink
        self._spec = spec
        self._draw_card = draw_card
        self._on_change = on_change
        self._changed = threading.Condition()
        self._card: tuple[StreamSpec, RgbImage] | None = None
        self._loan: Loan | None = None
        self._asked = False
        self._closing = False
        self._due = 0.0
        self._thread = threading.Thread(target=self._run, name="standby", daemon=True)
        self.state = StandbyState(StandbyPhase.CLOSED, sink.title, spec)

    def use(self, spec: StreamSpec) -> None:
        """Be open at this size and rate; returns soon. Nothing happens where that is so already;
        another size or rate closes and opens the device once. Not while a session has it."""
        with self._changed:
            if self._closing or (self._is_open and spec == self._spec):
                return
            self._close_device()
            self._spec, self._asked = spec, True
            self._go(StandbyPhase.OPENING)
            self._wake()

    def redraw(self) -> None:
        """The card says something else from now on. Slow."""
        spec = self.state.spec
        card = self._draw_card(spec)
        with self._changed:
            if self._card is not None and self._card[0] == spec:
                self._card = spec, card

    def lend(self) -> "Loan":
        """The sink for one session; the loan before it ends now. Opening it opens a device that
        is not open, closing it brings the card back."""
        self.take_back()
        with self._changed:
            self._loan = Loan(self)
            self._wake()
            return self._loan

    def take_back(self) -> None:
        """End the loan: nothing of its session is sent any more. Idempotent."""
        self._end(self._loan)

    def close(self) -> None:
        """Close the device and end the thread. Idempotent."""
        with self._changed:
            self._closing, self._loan = True, None
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    @property
    def _is_open(self) -> bool:
        return self.state.phase in (StandbyPhase.CARD, StandbyPhase.LENT)

    def _wake(self) -> None:
        if self._thread.ident is None:
            self._thread.start()
        self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._closing:
                self._changed.wait(self._tend())
            self._close_device()
            self._go(StandbyPhase.CLOSED)

    def _tend(self) -> float | None:
        """Do what is due; the seconds until something is due again, None for nothing."""
        with contextlib.suppress(Exception):  # What failed is in the state.
            if self._asked:
                self._open_device()
            if self._is_open and self._due <= time.perf_counter():
                self._send_card()
        return max(0.0, self._due - time.perf_counter()) if self._is_open else None

    def _begin(self, loan: "Loan", spec: StreamSpec) -> None:
        with self._changed:
            self._refuse_ended(loan)
            if not self._is_open or spec != self._spec:
                self._close_device()
                self._spec = spec
                self._open_device()
            self._due = time.perf_counter() + SILENT_SECONDS
            self._go(StandbyPhase.LENT)

    def _pass(self, loan: "Loan", rendered: RenderedFrame) -> None:
        with self._changed:
            self._refuse_ended(loan)
            self._send(rendered)
            self._due = time.perf_counter() + SILENT_SECONDS

    def _end(self, loan: "Loan | None") -> None:
        with self._changed:
            if loan is None or loan is not self._loan:
                return
            self._loan = None
            if self.state.phase is StandbyPhase.LENT:
                self._due = time.perf_counter()
                self._go(StandbyPhase.CARD)
                self._changed.notify()

    def _refuse_ended(self, loan: "Loan") -> None:
        if loan is not self._loan:
            raise SinkError("The camera was taken back from a session that has ended.")

    def _open_device(self) -> None:
        self._asked = False
        self._go(StandbyPhase.OPENING)
        try:
            if self._card is None or self._card[0] != self._spec:
                self._card = self._spec, self._draw_card(self._spec)
            self._sink.open(self._spec)
        except Exception as error:
            self._fail(error)
            raise
        self._due = time.perf_counter()
        self._send_card()  # A camera is not listed before its first picture.
        self._go(StandbyPhase.CARD)

    def _send_card(self) -> None:
        assert self._card is not None, "the card is drawn before the device opens"
        now, interval = time.perf_counter(), float(1 / self._spec.fps)
        self._send(RenderedFrame(self._card[1], 0, now, Outcome.PLACEHOLDER))
        self._due = max(self._due + interval, now)

    def _send(self, rendered: RenderedFrame) -> None:
        try:
            self._sink.send(rendered)
        except Exception as error:
            self._fail(error)
            raise

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, AvatarError):
            _log.exception("%s failed", self._sink.title)
            error = SinkError(f"{self._sink.title} failed: {error}.", "The log has the details.")
        with contextlib.suppress(Exception):  # It failed already, and that is told.
            self._sink.close()
        self._go(StandbyPhase.FAILED, error)

    def _close_device(self) -> None:
        if self._is_open:
            try:
                self._sink.close()
            except Exception:  # It is let go of; opening it again will tell what is wrong.
                _log.exception("%s did not close well", self._sink.title)

    def _go(self, phase: StandbyPhase, error: AvatarError | None = None) -> None:
        state = StandbyState(phase, self._sink.title, self._spec, error)
        if state != self.state:
            self.state = state
            self._on_change(state)


class Loan:
    """The FrameSink of one session. Its pictures pass while it is open; after the end, whoever
    ended it, they are refused with SinkError."""

    def __init__(self, standby: Standby) -> None:
        self._standby = standby

    @property
    def title(self) -> str:
        return self._standby.state.title

    def open(self, spec: StreamSpec) -> None:
        """Take over from the card; opens a device that is not open."""
        self._standby._begin(self, spec)

    def send(self, rendered: RenderedFrame) -> None:
        """Send a picture of the session."""
        self._standby._pass(self, rendered)

    def close(self) -> None:
        """Hand over to the card; the device stays open."""
        self._standby._end(self)
