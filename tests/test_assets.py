"""The bundled media: every portrait shows one face of a good size, and the clip moves it."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from posed_faces import NAMES, bundled

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.face_mesh import LIPS_INNER, OVAL
from avatar_app.imaging import cv2
from avatar_app.paths import assets_dir, bundled_avatars, bundled_clip
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import FaceObservation, Frame, RgbImage

UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN = 13, 14, 10, 152
RIGHT_EYE, LEFT_EYE = (159, 145), (386, 374)
NOSE, RIGHT_TEMPLE, LEFT_TEMPLE = 1, 234, 454


def read_picture(path: Path) -> RgbImage:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))


def gap(face: FaceObservation, a: int, b: int) -> float:
    """Distance of two landmarks in face heights."""
    points = face.landmarks[:, :2]
    height = np.linalg.norm(points[FOREHEAD] - points[CHIN])
    return float(np.linalg.norm(points[a] - points[b]) / height)


def clip_frames(step: int) -> Iterator[RgbImage]:
    with av.open(str(bundled_clip())) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % step == 0:
                yield frame.to_ndarray(format="rgb24")


@pytest.fixture(scope="module")
def clip_faces() -> list[FaceObservation | None]:
    tracker = MediaPipeTracker()
    faces = [
        tracker.track(Frame(image, index, index / 3))
        for index, image in enumerate(clip_frames(step=10))
    ]
    tracker.close()
    return faces


def test_at_least_two_portraits_are_bundled() -> None:
    assert len(bundled_avatars()) >= 2


@pytest.mark.parametrize("path", bundled_avatars().values(), ids=lambda path: path.stem)
def test_a_portrait_shows_exactly_one_face_that_looks_at_the_camera(path: Path) -> None:
    from mediapipe.python.solutions.face_mesh import FaceMesh

    image = read_picture(path)
    with FaceMesh(static_image_mode=True, max_num_faces=3, refine_landmarks=True) as mesh:
        faces = mesh.process(image).multi_face_landmarks
    assert faces is not None
    assert len(faces) == 1
    points = np.array([(p.x, p.y) for p in faces[0].landmark])
    assert image.shape[0] == image.shape[1] >= 768
    assert 0.35 < points[CHIN, 1] - points[FOREHEAD, 1] < 0.55
    between = (points[NOSE, 0] - points[RIGHT_TEMPLE, 0]) / (
        points[LEFT_TEMPLE, 0] - points[RIGHT_TEMPLE, 0]
    )
    assert 0.42 < between < 0.58
    assert points[LOWER_LIP, 1] - points[UPPER_LIP, 1] < 0.01


def test_the_clip_is_small_and_of_a_webcams_shape() -> None:
    assert bundled_clip().stat().st_size < 2_000_000
    with av.open(str(bundled_clip())) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (640, 480)
        assert stream.average_rate == 30
        assert stream.codec_context.name == "h264"
        assert 8 <= float(stream.duration * stream.time_base) <= 10


def test_the_face_is_tracked_through_the_whole_clip(
    clip_faces: list[FaceObservation | None],
) -> None:
    assert len(clip_faces) >= 24
    assert all(face is not None for face in clip_faces)


def test_mouth_eyes_and_head_move_in_the_clip(clip_faces: list[FaceObservation | None]) -> None:
    faces = [face for face in clip_faces if face is not None]
    mouth = np.array([gap(f, UPPER_LIP, LOWER_LIP) for f in faces])
    eyes = np.array([gap(f, *RIGHT_EYE) + gap(f, *LEFT_EYE) for f in faces])
    turns = np.array([gap(f, NOSE, LEFT_TEMPLE) / gap(f, RIGHT_TEMPLE, LEFT_TEMPLE) for f in faces])
    assert np.ptp(mouth) > 0.08
    assert eyes.min() < 0.7 * np.median(eyes)
    assert np.ptp(turns) > 0.25


def test_the_clip_begins_and_ends_in_the_same_pose() -> None:
    frames = list(clip_frames(step=1))
    difference = np.abs(frames[0].astype(np.float32) - frames[-1].astype(np.float32))
    assert difference.mean() < 4


def test_the_icon_is_there_as_a_drawing_and_as_a_picture() -> None:
    icon = cv2.imread(str(assets_dir() / "icon.png"), cv2.IMREAD_UNCHANGED)
    assert icon.shape == (256, 256, 4)
    assert (assets_dir() / "icon.svg").read_text().startswith("<svg")


def saturation(image: RgbImage) -> np.ndarray:
    """(H, W): how far blue lies under red, 0 in what is grey."""
    levels = image.astype(np.float32)
    return (levels[..., 0] - levels[..., 2]) / np.maximum(levels[..., 0], 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_rendered_face_has_no_pale_patch_at_the_edge_of_a_cheek(name: str) -> None:
    """A light behind the head once left one, paler by a third than the skin around."""
    face = bundled(name).face.landmarks[:, :2]
    oval = face[list(OVAL)]
    inside = polygon(oval.mean(0) + 0.94 * (oval - oval.mean(0)), (1024, 1024)) > 0.99
    inside[: int(face[NOSE, 1]) - 60] = False
    inside[:, : int(face[LEFT_TEMPLE, 0]) - 50] = False
    skin = saturation(bundled(name).image)[inside]
    assert skin.size > 1000
    assert np.percentile(skin, 2) > 0.75 * np.median(skin)


def test_no_tooth_gleams_between_the_lips_of_samuel() -> None:
    """Teeth let light through: lips that part by two pixels once showed pale specks."""
    avatar = bundled("samuel")
    lips = avatar.face.landmarks[list(LIPS_INNER), :2]
    between = polygon(lips, (1024, 1024), grown=3) > 0
    colour = saturation(avatar.image)[between]
    assert colour.min() > 0.5 * np.median(colour)
