"""The thread that loads and prepares avatars aside while another one is shown."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from avatar_app.engines.base import AvatarEngine, Prepared
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.slot import Slot
from avatar_app.live.status import Problem
from avatar_app.types import Avatar

_PREPARING = "preparing"
"""Apart from the engine at work, whose good frames take back what is said of it."""

_log = logging.getLogger(__name__)

OpenEngine = Callable[[], AvatarEngine[Any]]
OpenAvatar = Callable[[], Avatar]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """The avatar to show and the engine to show it with."""

    open_engine: OpenEngine
    open_avatar: OpenAvatar


class Dresser:
    """``run`` is the thread's body. Of several wishes the newest counts. Avatars pass through
    ``fit`` once they are loaded. What is ready goes to ``on_ready``; a wish that fails is
    reported and the last good one stays. ``on_busy`` is called when ``busy`` has changed.

    An avatar that stays is not prepared anew for another engine of the same name."""

    def __init__(
        self,
        wish: Wish,
        fit: Callable[[Avatar], Avatar],
        on_ready: Callable[[AvatarEngine[Any], Prepared], None],
        machine: SessionMachine,
        on_busy: Callable[[], None],
    ) -> None:
        self._fit = fit
        self._on_ready = on_ready
        self._on_busy = on_busy
        self._machine = machine
        self._lock = threading.Lock()
        self._wishes: Slot[Wish] = Slot()
        self._wish = wish
        self._wishes.put(wish)
        self._engine: tuple[OpenEngine, AvatarEngine[Any]] | None = None
        self._avatar: tuple[OpenAvatar, Avatar] | None = None
        self._prepared: tuple[str, Avatar, Prepared] | None = None
        self._shown: Wish | None = None
        self._stopping = False
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether an avatar is being loaded or prepared."""
        return self._busy

    def wish(
        self, *, open_engine: OpenEngine | None = None, open_avatar: OpenAvatar | None = None
    ) -> None:
        """Change one or both; returns at once."""
        with self._lock:
            if open_engine is not None:
                self._wish = replace(self._wish, open_engine=open_engine)
            if open_avatar is not None:
                self._wish = replace(self._wish, open_avatar=open_avatar)
            self._wishes.put(self._wish)

    def stop(self) -> None:
        """End the thread after the work in hand."""
        self._stopping = True
        self._wishes.close()

    def run(self) -> None:
        """Until stopped."""
        while not self._stopping:
            wish = self._wishes.take()
            if wish is not None and not self._stopping:
                self._fulfil(wish)
                self._set_busy(False)

    def _fulfil(self, wish: Wish) -> None:
        where = "engine"
        try:
            engine = self._opened_engine(wish.open_engine)
            where = "avatar"
            avatar = self._opened_avatar(wish.open_avatar)
            prepared = self._prepared_for(engine, avatar)
        except Exception as error:  # Whatever is wrong with a picture, the session goes on.
            self._give_up(wish, problem_of(where, error))
            return
        self._shown = wish
        self._machine.clear(_PREPARING, "avatar", "engine")
        self._on_ready(engine, prepared)

    def _give_up(self, wish: Wish, problem: Problem) -> None:
        _log.warning("preparing failed: %s", problem.message)
        with self._lock:
            if self._shown is not None and self._wish is wish:
                self._wish = self._shown
        if self._shown is None:
            self._machine.fail(problem, key=_PREPARING)
        else:
            self._machine.report(problem, key=_PREPARING)

    def _opened_engine(self, opener: OpenEngine) -> AvatarEngine[Any]:
        if self._engine is None or self._engine[0] is not opener:
            self._engine = (opener, opener())
        return self._engine[1]

    def _opened_avatar(self, opener: OpenAvatar) -> Avatar:
        if self._avatar is None or self._avatar[0] is not opener:
            self._set_busy(True)
            self._avatar = (opener, self._fit(opener()))
        return self._avatar[1]

    def _prepared_for(self, engine: AvatarEngine[Any], avatar: Avatar) -> Prepared:
        kept, name = self._prepared, engine.info.name
        if kept is None or kept[0] != name or kept[1] is not avatar:
            self._set_busy(True)
            kept = self._prepared = (name, avatar, engine.prepare(avatar, None))
        return kept[2]

    def _set_busy(self, busy: bool) -> None:
        if busy is not self._busy:
            self._busy = busy
            self._on_busy()
