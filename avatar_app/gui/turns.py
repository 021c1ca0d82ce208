"""How long a thread may go on while the window's thread waits for its turn."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SHORT_S = 0.0005
"""Usually it is ten times that. The window's thread waits that long many times for one picture of
itself, which adds up to a pause that one sees while something loads beside it. All the time, short
turns would cost a tenth more."""

_lock = threading.Lock()
_usual: list[float] = []
"""What was there before, once for each who wants short turns; the first counts."""


def shorten() -> None:
    """Let all threads of the process take short turns until as many have said ``lengthen``."""
    with _lock:
        _usual.append(sys.getswitchinterval())
        sys.setswitchinterval(_SHORT_S)


def lengthen() -> None:
    """Take one ``shorten`` back."""
    with _lock:
        before = _usual.pop()
        if not _usual:
            sys.setswitchinterval(before)


@contextmanager
def short_turns() -> Iterator[None]:
    """Meanwhile."""
    shorten()
    try:
        yield
    finally:
        lengthen()
