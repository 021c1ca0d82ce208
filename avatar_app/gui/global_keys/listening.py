"""A thread that waits for a connection to say something, and ends cleanly."""

import os
import select
import threading
from collections.abc import Callable, Sequence
from contextlib import closing

from avatar_app.errors import AvatarError
from avatar_app.gui.background import problem_of
from avatar_app.gui.global_keys.base import Gone, KeyConnection, Listener, Wish
from avatar_app.gui.turns import short_turns

_END_S = 2.0


class ListeningThread:
    """GlobalKeys over a KeyConnection, which is opened, used and closed in a thread of its own.
    Whatever ends it early is told as Gone."""

    def __init__(self, connect: Callable[[], KeyConnection], listener: Listener) -> None:
        self._connect = connect
        self._listener = listener
        self._lock = threading.Lock()
        self._wishes: Sequence[Wish] | None = None
        self._ending = False
        self._bell, self._rope = os.pipe()
        self._thread = threading.Thread(target=self._run, name="window-keys", daemon=True)
        self._thread.start()

    def grab(self, wishes: Sequence[Wish]) -> None:
        with self._lock:
            self._wishes = tuple(wishes)
        os.write(self._rope, b"!")

    def close(self) -> None:
        if self._ending:
            return
        self._ending = True
        os.write(self._rope, b"!")
        self._thread.join(_END_S)
        if not self._thread.is_alive():
            os.close(self._bell)
            os.close(self._rope)

    def _run(self) -> None:
        try:
            with short_turns():
                opened = self._connect()
            with closing(opened) as connection:
                while not self._ending:
                    self._turn(connection)
        except AvatarError as error:
            self._tell_gone(error.message)
        except Exception as error:  # The border of the thread: the log has the details.
            self._tell_gone(problem_of(error, "keys").message)

    def _turn(self, connection: KeyConnection) -> None:
        """A connection may have read ahead, so it is asked before every wait."""
        for event in connection.read():
            if not self._ending:
                self._listener(event)
        ready, _, _ = select.select([connection.fileno(), self._bell], [], [])
        if self._bell in ready:
            os.read(self._bell, 1)
            with self._lock:
                wishes, self._wishes = self._wishes, None
            if wishes is not None and not self._ending:
                connection.grab(wishes)

    def _tell_gone(self, reason: str) -> None:
        if not self._ending:
            self._listener(Gone(reason))
