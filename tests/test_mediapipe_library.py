"""MediaPipe is imported once, whoever asks first, and leaves the real matplotlib to others."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mediapipe")

AT_ONCE = """
import sys, threading
from avatar_app.mediapipe_library import import_mediapipe
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
opened = []
def open_one():
    MediaPipeTracker().close()
    opened.append(True)
threads = [threading.Thread(target=open_one) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(opened))
print(sorted(name for name in sys.modules if name.startswith("matplotlib")))
import matplotlib
print(hasattr(matplotlib, "rcParams"))
"""

AFTER_THE_REAL_ONE = """
import sys
import matplotlib
from avatar_app.mediapipe_library import import_mediapipe
import_mediapipe()
print(sys.modules["matplotlib"] is matplotlib, "matplotlib.pyplot" in sys.modules)
"""

WITH_AND_WITHOUT_THREADS = """
import os
from avatar_app.imaging import read_image
from avatar_app.mediapipe_library import import_mediapipe, threadless
from avatar_app.paths import bundled_avatars
import_mediapipe()
from mediapipe.python.solutions.face_mesh import FaceMesh
image = read_image(bundled_avatars()["mira"])
found, threads = [], []
for solution in (FaceMesh, threadless(FaceMesh)):
    before = len(os.listdir("/proc/self/task"))
    mesh = solution(static_image_mode=True)
    (face,) = mesh.process(image).multi_face_landmarks
    found.append([(point.x, point.y, point.z) for point in face.landmark])
    threads.append(len(os.listdir("/proc/self/task")) - before)
print(found[0] == found[1])
print(threads[0] > 0)
print(threads[1])
"""


def printed(program: str) -> list[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_three_threads_may_ask_at_once_and_matplotlib_stays_itself():
    pytest.importorskip("matplotlib")
    assert printed(AT_ONCE) == ["3", "[]", "True"]


def test_a_matplotlib_that_is_there_is_used():
    pytest.importorskip("matplotlib")
    assert printed(AFTER_THE_REAL_ONE) == ["True True"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_without_threads_the_same_is_found():
    assert printed(WITH_AND_WITHOUT_THREADS) == ["True", "True", "0"]
