"""MediaPipe, imported once for all who use it, without what it drags along and without threads."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

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


@cache
def threadless(solution: Any) -> Any:
    """The same class of a MediaPipe solution, computing in the thread that calls ``process``.

    A frame takes a seventh less time of the processor than by a pool of threads, whose results are
    the same; and for each thread the OpenCV inside MediaPipe keeps a store of 0.8 kB for good: a
    session that was started and stopped left 8 kB behind."""

    class Threadless(solution):  # type: ignore[misc]
        def _initialize_graph_interface(self, *words: Any, **named: Any) -> Any:
            graph = super()._initialize_graph_interface(*words, **named)
            del graph.executor[:]
            graph.ClearField("num_threads")
            graph.executor.add(name="", type="ApplicationThreadExecutor")
            return graph

    return Threadless


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
