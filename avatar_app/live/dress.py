"""The thread that opens engines and prepares avatars aside while another one is shown."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from avatar_app.engines.base import AvatarEngine, Prepared
from avatar_app.live.engine_shelf import EngineShelf
from avatar_app.live.feed import OpenCalibration, no_calibration
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.memory import return_memory
from avatar_app.live.status import Problem
from avatar_app.types import Avatar, Calibration

_PREPARING = "preparing"
"""Apart from the engine at work, whose good frames take back what is said of it."""

_log = logging.getLogger(__name__)

OpenEngine = Callable[[], AvatarEngine[Any]]
OpenAvatar = Callable[[], Avatar]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """The avatar to show, the engine to show it with, and the calibration kept for the driver and
    this avatar."""

    open_engine: OpenEngine
    open_avatar: OpenAvatar
    open_calibration: OpenCalibration = no_calibration


@dataclass(frozen=True, slots=True, eq=False)
class _Fitting:
    """What prepared an avatar, and what came of it."""

    engine: str
    model: str
    avatar: Avatar
    prepared: Prepared


class Dresser:
    """``run`` is the thread's body. Of several wishes the newest counts. Avatars pass through
    ``fit`` once they are loaded. What is ready goes to ``wear``, which says whether it was taken; a
    wish that fails is reported and the last good one stays. ``on_busy`` is called when ``busy``
    has changed.

    Another avatar comes with the calibration that is kept for it, None where there is none. One
    that stays is not prepared anew for another engine of the same name and model. An
    engine whose preparing failed or that is no longer wanted is closed here, aside, as are those
    on the ``shelf`` that the renderer has done with."""

    def __init__(
        self,
        wish: Wish,
        fit: Callable[[Avatar], Avatar],
        wear: Callable[[AvatarEngine[Any], Prepared, Calibration | None], bool],
        shelf: EngineShelf,
        machine: SessionMachine,
        on_busy: Callable[[], None],
    ) -> None:
        self._fit = fit
        self._wear = wear
        self._shelf = shelf
        self._on_busy = on_busy
        self._machine = machine
        self._changed = threading.Condition()
        self._wish = wish
        self._wished = True
        self._tidying = False
        self._stopping = False
        self._engine: tuple[OpenEngine, AvatarEngine[Any]] | None = None
        self._avatar: tuple[OpenAvatar, Avatar] | None = None
        self._fitting: _Fitting | None = None
        self._shown: Wish | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether an engine is being opened or an avatar loaded or prepared."""
        return self._busy

    def wish(
        self,
        *,
        open_engine: OpenEngine | None = None,
        open_avatar: OpenAvatar | None = None,
        open_calibration: OpenCalibration = no_calibration,
    ) -> None:
        """Change one or both; ``open_calibration`` goes with the avatar. Returns at once."""
        with self._changed:
            if open_engine is not None:
                self._wish = replace(self._wish, open_engine=open_engine)
            if open_avatar is not None:
                self._wish = replace(
                    self._wish, open_avatar=open_avatar, open_calibration=open_calibration
                )
            self._wished = True
            self._changed.notify()

    def tidy(self) -> None:
        """Close soon what is idle on the shelf; returns at once."""
        with self._changed:
            self._tidying = True
            self._changed.notify()

    def stop(self) -> None:
        """End the thread after the work in hand."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def run(self) -> None:
        """Until stopped; an engine that was opened and is in nobody's hand is closed then."""
        while not self._stopping:
            wish = self._next()
            if wish is not None:
                self._fulfil(wish)
                self._set_busy(False)
            self._shelf.close_idle()
        self._let_go()

    def _next(self) -> Wish | None:
        """The newest wish, waiting for one; None when there is something else to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._wished or self._tidying or self._stopping)
            wished, self._wished, self._tidying = self._wished, False, False
            return self._wish if wished and not self._stopping else None

    def _fulfil(self, wish: Wish) -> None:
        where = "engine"
        try:
            engine = self._opened_engine(wish.open_engine)
            where = "avatar"
            avatar = self._opened_avatar(wish.open_avatar)
            if self._is_outdated(wish):
                return
            prepared = self._prepared_for(engine, avatar)
        except Exception as error:  # Whatever is wrong with a picture, the session goes on.
            self._give_up(wish, problem_of(where, error))
            return
        if not self._is_outdated(wish):
            self._hand_over(wish, engine, prepared)

    def _hand_over(self, wish: Wish, engine: AvatarEngine[Any], prepared: Prepared) -> None:
        calibration = self._kept_calibration(wish)
        self._shown = wish
        self._machine.clear(_PREPARING, "avatar", "engine")
        self._shelf.lend(engine)
        if not self._wear(engine, prepared, calibration):
            self._shelf.give_back(engine)

    def _kept_calibration(self, wish: Wish) -> Calibration | None:
        if self._shown is not None and self._shown.open_avatar is wish.open_avatar:
            return None
        try:
            return wish.open_calibration()
        except Exception:  # Without one the present neutral face serves.
            _log.exception("the kept calibration was not opened")
            return None

    def _is_outdated(self, wish: Wish) -> bool:
        """Whether it is of no use any more. While nothing is shown yet, anything is of use."""
        with self._changed:
            other = self._shown is not None and self._wish.open_engine is not wish.open_engine
            return other or self._stopping

    def _give_up(self, wish: Wish, problem: Problem) -> None:
        _log.warning("preparing failed: %s", problem.message)
        if self._engine is not None and not self._shelf.is_lent(self._engine[1]):
            self._let_go()
        with self._changed:
            if self._shown is not None and self._wish is wish:
                self._wish = self._shown
        if self._shown is None:
            self._machine.fail(problem, key=_PREPARING)
        else:
            self._machine.report(problem, key=_PREPARING)

    def _opened_engine(self, opener: OpenEngine) -> AvatarEngine[Any]:
        if self._engine is None or self._engine[0] is not opener:
            self._let_go()
            self._set_busy(True)
            self._engine = (opener, opener())
            self._shelf.keep(self._engine[1])
        return self._engine[1]

    def _let_go(self) -> None:
        """The renderer may still have it."""
        self._engine = None
        self._shelf.keep(None)
        self._shelf.close_idle()

    def _opened_avatar(self, opener: OpenAvatar) -> Avatar:
        if self._avatar is None or self._avatar[0] is not opener:
            self._set_busy(True)
            self._avatar = (opener, self._fit(opener()))
        return self._avatar[1]

    def _prepared_for(self, engine: AvatarEngine[Any], avatar: Avatar) -> Prepared:
        info, done = engine.info, self._fitting
        key = info.name, info.model, avatar
        if done is None or (done.engine, done.model, done.avatar) != key:
            self._set_busy(True)
            done = self._fitting = _Fitting(*key, engine.prepare(avatar, None))
            return_memory()
        return done.prepared

    def _set_busy(self, busy: bool) -> None:
        if busy is not self._busy:
            self._busy = busy
            self._on_busy()
