"""The real tracker on the bundled clip and on portraits: what it follows, what it leaves alone."""

import os
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from posed_faces import NAMES, bundled

from avatar_app.capture.video_file import VideoFileSource
from avatar_app.errors import TrackerError
from avatar_app.imaging import resize
from avatar_app.paths import bundled_clip
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import FaceObservation, Frame, RgbImage

BLANK = np.full((480, 640, 3), 127, np.uint8)


@lru_cache
def clip(step: int = 15) -> tuple[Frame, ...]:
    source = VideoFileSource(bundled_clip())
    frames = []
    while (frame := source.read()) is not None:
        if frame.index % step == 0:
            frames.append(frame)
    source.close()
    return tuple(frames)


@pytest.fixture
def tracker() -> Iterator[MediaPipeTracker]:
    tracker = MediaPipeTracker()
    yield tracker
    tracker.close()


def seen(tracker: MediaPipeTracker, image: RgbImage, index: int = 0) -> FaceObservation | None:
    return tracker.track(Frame(image, index, index / 30))


def two_people(left: int, right: int, *, order: tuple[str, str] = NAMES[:2]) -> RgbImage:
    """One portrait on either side of a picture, so many pixels wide; 0 leaves a side empty."""
    image = np.full((480, 960, 3), 150, np.uint8)
    for side, centre, name in zip((left, right), (240, 720), order, strict=True):
        if side:
            top, start = (480 - side) // 2, centre - side // 2
            portrait = resize(bundled(name).image, (side, side))
            image[top : top + side, start : start + side] = portrait
    return image


def side_of(face: FaceObservation | None) -> str:
    assert face is not None
    return "left" if face.box.centre[0] < 480 else "right"


@pytest.mark.parametrize("smoothing", (0.0, 0.5))
def test_the_face_is_found_in_every_frame_of_the_clip(smoothing: float) -> None:
    tracker = MediaPipeTracker(smoothing=smoothing)
    faces = [tracker.track(frame) for frame in clip()]
    tracker.close()
    assert len(faces) > 15
    for frame, face in zip(clip(), faces, strict=True):
        assert face is not None
        height, width = frame.image.shape[:2]
        assert 0 < face.box.x0 < face.box.x1 < width
        assert 0 < face.box.y0 < face.box.y1 < height
        assert face.landmarks.shape == (478, 3)
        assert face.landmarks.dtype == np.float32


def test_two_trackers_see_the_same() -> None:
    runs = []
    for _ in range(2):
        tracker = MediaPipeTracker()
        runs.append([tracker.track(frame) for frame in clip(60)])
        tracker.close()
    for one, other in zip(*runs, strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(one.landmarks, other.landmarks)


def test_depth_is_negative_towards_the_camera_and_on_the_scale_of_x(
    tracker: MediaPipeTracker,
) -> None:
    face = seen(tracker, clip()[0].image)
    assert face is not None
    nose, ears = face.landmarks[4], face.landmarks[[234, 454]]
    assert 0.3 < (ears[:, 2].mean() - nose[2]) / np.ptp(ears[:, 0]) < 1.2


def test_nobody_is_none_and_the_face_is_found_again(tracker: MediaPipeTracker) -> None:
    frame = clip()[0].image
    assert seen(tracker, BLANK, 0) is None
    assert seen(tracker, frame, 1) is not None
    assert [seen(tracker, BLANK, i) for i in range(2, 5)][-1] is None
    assert seen(tracker, frame, 5) is not None


def test_after_a_lost_face_the_smoothing_begins_anew() -> None:
    """A face that comes back elsewhere does not slide there."""
    plain, smooth = MediaPipeTracker(), MediaPipeTracker(smoothing=1.0)
    here, there = clip()[0].image, np.roll(clip()[0].image, 90, axis=1)
    for index, image in enumerate((here, here, BLANK, BLANK, BLANK, there)):
        one, other = seen(plain, image, index), seen(smooth, image, index)
    plain.close()
    smooth.close()
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.landmarks, other.landmarks)


def test_a_second_thread_is_refused_until_the_tracker_was_closed(
    tracker: MediaPipeTracker,
) -> None:
    results: list[object] = []

    def use() -> None:
        try:
            results.append(seen(tracker, clip()[0].image))
        except TrackerError as error:
            results.append(error)
        if not isinstance(results[-1], TrackerError):
            tracker.close()

    def in_a_thread() -> object:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join(60)
        return results[-1]

    seen(tracker, clip()[0].image)
    refused = in_a_thread()
    assert isinstance(refused, TrackerError)
    assert "second thread" in refused.message
    assert seen(tracker, clip()[0].image) is not None, "the owner goes on"
    tracker.close()
    assert isinstance(in_a_thread(), FaceObservation)


def test_closed_it_opens_again_and_closing_twice_is_no_error(tracker: MediaPipeTracker) -> None:
    tracker.close()
    first = seen(tracker, clip()[0].image)
    tracker.close()
    tracker.close()
    second = seen(tracker, clip()[0].image)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.landmarks, second.landmarks)


@pytest.mark.parametrize("sides", ((420, 240), (240, 420)), ids=("left", "right"))
@pytest.mark.parametrize("order", (NAMES[:2], NAMES[1::-1]), ids=">".join)
def test_of_two_people_the_larger_one_is_followed(
    tracker: MediaPipeTracker, sides: tuple[int, int], order: tuple[str, str]
) -> None:
    wanted = "left" if sides[0] > sides[1] else "right"
    image = two_people(*sides, order=order)
    assert {side_of(seen(tracker, image, i)) for i in range(20)} == {wanted}


def test_two_people_of_like_size_do_not_take_turns(tracker: MediaPipeTracker) -> None:
    """Whoever is followed stays so while the other is only a little nearer."""
    followed = side_of(seen(tracker, two_people(380, 320)))
    frames = [two_people(350, 340 + 4 * (i % 8)) for i in range(40)]
    assert {side_of(seen(tracker, image, i + 1)) for i, image in enumerate(frames)} == {followed}


def test_a_person_who_comes_much_nearer_is_followed_after_a_while(
    tracker: MediaPipeTracker,
) -> None:
    assert side_of(seen(tracker, two_people(300, 220))) == "left"
    sides = [side_of(seen(tracker, two_people(260, 460), i + 1)) for i in range(32)]
    assert sides[-1] == "right"
    assert sides == sorted(sides), "it changes once"


def test_when_the_followed_person_leaves_the_other_one_is_followed(
    tracker: MediaPipeTracker,
) -> None:
    assert side_of(seen(tracker, two_people(420, 260))) == "left"
    later = [seen(tracker, two_people(0, 260), i + 1) for i in range(20)]
    assert side_of(later[-1]) == "right"


def test_a_static_tracker_takes_each_picture_by_itself() -> None:
    tracker = MediaPipeTracker(static=True, max_faces=2, smoothing=1.0)
    one = seen(tracker, two_people(420, 260))
    other = seen(tracker, two_people(260, 420))
    again = seen(tracker, two_people(420, 260))
    tracker.close()
    assert (side_of(one), side_of(other)) == ("left", "right")
    assert one is not None
    assert again is not None
    np.testing.assert_array_equal(one.landmarks, again.landmarks)


def test_nothing_is_written_to_stderr_and_it_is_there_again(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = os.fstat(2)
    tracker = MediaPipeTracker()
    for index, frame in enumerate(clip(30)[:5]):
        seen(tracker, frame.image, index)
    tracker.close()
    after = os.fstat(2)
    assert (before.st_dev, before.st_ino) == (after.st_dev, after.st_ino)
    assert capfd.readouterr().err == ""
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are listed on Linux")
def test_opening_and_closing_leaves_no_descriptor_behind() -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def round_trip() -> None:
        tracker = MediaPipeTracker()
        seen(tracker, BLANK)
        tracker.close()

    round_trip()
    before = descriptors()
    for _ in range(3):
        round_trip()
    assert descriptors() <= before


@pytest.mark.parametrize("shape", ((48, 64), (48, 64, 4)))
def test_a_picture_of_another_kind_is_an_error_with_a_hint(
    tracker: MediaPipeTracker, shape: tuple[int, ...]
) -> None:
    seen(tracker, BLANK)
    with pytest.raises(TrackerError) as caught:
        seen(tracker, np.zeros(shape, np.uint8))
    assert caught.value.hint


def test_pictures_are_not_changed_and_may_be_read_only(tracker: MediaPipeTracker) -> None:
    image = two_people(420, 300)
    kept = image.copy()
    image.setflags(write=False)
    for index in range(17):
        seen(tracker, image, index)
    np.testing.assert_array_equal(image, kept)


def test_a_mirrored_view_of_a_picture_is_taken_as_it_is(tracker: MediaPipeTracker) -> None:
    image = clip()[0].image
    face, mirrored = seen(tracker, image), None
    tracker.close()
    mirrored = seen(tracker, image[:, ::-1])
    assert face is not None
    assert mirrored is not None
    assert mirrored.box.centre[0] == pytest.approx(640 - face.box.centre[0], abs=6)
    assert mirrored.pose.yaw == pytest.approx(-face.pose.yaw, abs=5)
