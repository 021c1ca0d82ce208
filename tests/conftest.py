"""Shared fixtures: no display is needed, and whatever a test starts must be gone at its end."""

import os
import threading
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # The language of the system is English.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As the program does.

import pytest

from avatar_app.cli.process import keep_one_arena

keep_one_arena()  # As the program does, too.


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_test() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=2)
    left = [t.name for t in set(threading.enumerate()) - before if t.is_alive()]
    assert not left, f"threads left alive: {left}"
