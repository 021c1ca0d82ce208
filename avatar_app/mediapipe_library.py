"""MediaPipe, imported once for all who use it and without what it drags along."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_importing = threading.Lock()


def import_mediapipe() -> None:
    """Import the package; what uses it imports its parts after that. Raises ImportError.

    Two threads that import it at once break it for good: the second waits here. Without matplotlib
    it is there in half the time, with 30 MB less, and no list of the system's fonts is made at the
    first start."""
    with _importing:
        if "mediapipe" not in sys.modules:
            with _without_matplotlib():
                import mediapipe  # noqa: F401 - for those who import its parts


@contextmanager
def _without_matplotlib() -> Iterator[None]:
    """MediaPipe imports it for a drawing function that nobody here calls: an empty module stands
    in, unless the real one is there already, and is gone afterwards."""
    if "matplotlib" in sys.modules:
        yield
        return
    package, pyplot = ModuleType("matplotlib"), ModuleType("matplotlib.pyplot")
    package.__path__ = []
    package.pyplot = pyplot  # type: ignore[attr-defined]
    stand_ins = {module.__name__: module for module in (package, pyplot)}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
