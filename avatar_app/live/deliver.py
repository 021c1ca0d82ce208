"""The thread that keeps the outputs fed, whatever the others do."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from avatar_app.compose import Composer
from avatar_app.errors import AvatarError
from avatar_app.live.cadence import Cadence
from avatar_app.live.curtain import Curtain
from avatar_app.live.guests import Guests
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.slot import Slot
from avatar_app.live.stats import SessionStats
from avatar_app.live.status import Problem, SessionState
from avatar_app.live.trip import trip_of
from avatar_app.live.words import EVERY_CARD, ONE_MOMENT, PAUSED, RIGHT_BACK, Words
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.fanout import FanOut
from avatar_app.types import Outcome, RenderedFrame

_AVATAR = (Outcome.RENDERED, Outcome.HELD, Outcome.NO_FACE)

_log = logging.getLogger(__name__)


class Deliverer:
    """``run`` is the thread's body: it opens the sinks, sends at the stream's rate from the first
    moment on, and closes them.

    ``explain`` tells, for a card, why no new picture comes. The ``curtain`` is looked at anew
    before each sink, so that no picture leaves that was rendered or chosen just before it was
    drawn. A picture is repeated while ``may_stay`` (when it came, now) says so; then a card takes
    its place."""

    def __init__(
        self,
        pictures: Slot[RenderedFrame],
        sinks: Sequence[FrameSink],
        spec: StreamSpec,
        composer: Composer,
        machine: SessionMachine,
        stats: SessionStats,
        *,
        explain: Callable[[], tuple[Words, Problem | None]],
        curtain: Curtain,
        may_stay: Callable[[float, float], bool],
    ) -> None:
        self._pictures = pictures
        self._own = tuple(sinks)
        self._sinks = FanOut(sinks, self._on_sink_failure, gate=self._gate)
        self._guests = Guests(self._sinks)
        self._spec = spec
        self._composer = composer
        self._machine = machine
        self._stats = stats
        self._explain = explain
        self._curtain = curtain
        self._may_stay = may_stay
        self._stopping = threading.Event()
        self._picture: RenderedFrame | None = None
        self._avatar: RenderedFrame | None = None
        self._ice: RenderedFrame | None = None
        self._came_at = float("-inf")
        self._renewed_at = float("-inf")
        self._waiting_for: str | None = None
        self.latest: RenderedFrame | None = None

    def stop(self) -> None:
        """End the thread within a beat."""
        self._stopping.set()

    def use(self, composer: Composer) -> None:
        """Another one for the cards from the next card on; it is the deliverer's from then on.
        They are drawn before this returns, in the thread that calls."""
        _draw_cards(composer)
        self._composer = composer

    def renew(self, at: float) -> None:
        """Pictures captured until then (perf_counter) are frozen no longer: they have the badge
        of before."""
        self._renewed_at = at

    def join(self, sink: FrameSink) -> None:
        """One more sink from the next beat on; closed at once where nothing is sent any more. It
        is looked after as the others are, its failure reported as the recording's."""
        self._guests.invite(sink)

    def leave(self, sink: FrameSink) -> None:
        """Close a sink that joined, within a beat."""
        self._guests.dismiss(sink)

    def snapshot(self) -> RenderedFrame | None:
        """What the sinks would get of the newest picture at this moment; None before there is
        one."""
        latest = self.latest
        return self._gate(latest) if latest is not None else None

    def run(self) -> None:
        """Until stopped or the last picture has left."""
        try:
            _draw_cards(self._composer)
            self._sinks.open(self._spec)
            self._deliver(Cadence(self._spec.fps, time.perf_counter()))
        except Exception as error:  # Nothing can be shown any more: the user has to know.
            _log.exception("delivery ended")
            self._machine.fail(problem_of("sink", error))
        finally:
            self._sinks.close()
            self._guests.close()

    def _deliver(self, cadence: Cadence) -> None:
        dropped = 0
        while not self._stopping.wait(max(0.0, cadence.opens_at - time.perf_counter())):
            self._guests.attend()
            picture = self._pictures.take(max(0.0, cadence.closes_at - time.perf_counter()))
            now = time.perf_counter()
            if picture is None and self._pictures.finished:
                return
            fresh = picture is not None
            self._send(picture, now)
            cadence.sent(now, fresh=fresh, lost=self._pictures.dropped > dropped)
            dropped = self._pictures.dropped

    def _send(self, picture: RenderedFrame | None, now: float) -> None:
        if picture is not None:
            self._picture, self._came_at = picture, now
            self._resume()
        self._freeze(picture)
        shown = self._choose(now)
        self._sinks.send(shown)
        self.latest = self._gate(shown)
        new = picture is not None and shown is picture
        sent_at = time.perf_counter()
        trip = trip_of(shown, sent_at) if new else None
        self._stats.sent(sent_at, trip, taken=self._sinks.feeds(self._own))

    def _freeze(self, picture: RenderedFrame | None) -> None:
        """Keep the avatar's last picture, or its first one to come, while that is wished."""
        frozen = self._curtain.frozen
        if self._avatar is not None and self._avatar.captured_at <= self._renewed_at:
            self._avatar = self._ice = None
        if self._may_freeze(picture) and not (frozen and self._avatar):
            self._avatar = picture
        if not frozen:
            self._ice = None
        elif self._ice is None and self._avatar is not None:
            self._ice = replace(self._avatar, outcome=Outcome.FROZEN)

    def _may_freeze(self, picture: RenderedFrame | None) -> bool:
        if picture is None or picture.outcome not in _AVATAR:
            return False
        return picture.captured_at > self._renewed_at

    def _choose(self, now: float) -> RenderedFrame:
        """The frozen picture, or the newest while it may be shown, else a card."""
        if self._curtain.placeholder:
            return self._card(RIGHT_BACK, now)
        if self._ice is not None:
            return self._ice
        if self._machine.state is SessionState.PAUSED:
            self._came_at = now
            return self._card(PAUSED, now)
        picture = self._picture
        if picture is None or not self._may_stay(self._came_at, now):
            words, problem = self._explain()
            self._wait(problem if picture is not None else None)
            return self._card(words, now)
        return self._gate(picture)

    def _gate(self, picture: RenderedFrame) -> RenderedFrame:
        """What a sink may get at this moment of this picture."""
        now = time.perf_counter()
        if self._curtain.placeholder and picture.outcome is not Outcome.PLACEHOLDER:
            return self._card(RIGHT_BACK, now)
        shut = self._curtain.frozen or not self._curtain.pass_through
        if picture.outcome is Outcome.PASS_THROUGH and shut:
            return self._card(ONE_MOMENT, now)
        return picture

    def _wait(self, problem: Problem | None) -> None:
        if problem is not None and self._waiting_for is None:
            self._waiting_for = problem.where
            self._machine.report(problem, key="waiting")

    def _resume(self) -> None:
        if self._waiting_for is not None:
            self._waiting_for = None
            self._machine.clear("waiting")

    def _card(self, words: Words, now: float) -> RenderedFrame:
        index = self._picture.index if self._picture is not None else 0
        return RenderedFrame(self._composer.card(*words), index, now, Outcome.PLACEHOLDER)

    def _on_sink_failure(self, sink: FrameSink, error: AvatarError) -> None:
        if sink in self._own:
            self._machine.report(problem_of("sink", error), key=f"sink {self._own.index(sink)}")
        else:
            self._machine.report(problem_of("recording", error))


def _draw_cards(composer: Composer) -> None:
    """Ahead of time: one drawn when it is needed would keep the last picture out that long."""
    for words in EVERY_CARD:
        composer.card(*words)
