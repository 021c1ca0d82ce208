"""A session opens one tracker for the camera while another looks at the portrait."""

import os
import threading

from live_parts import camera_frame

from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker


def _open_and_track() -> None:
    for _ in range(3):
        tracker = MediaPipeTracker()
        tracker.track(camera_frame(0))
        tracker.close()


def test_two_trackers_that_open_at_once_leave_stderr_as_it_was() -> None:
    before = os.fstat(2)
    threads = [threading.Thread(target=_open_and_track) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    after = os.fstat(2)
    assert (before.st_dev, before.st_ino) == (after.st_dev, after.st_ino)
