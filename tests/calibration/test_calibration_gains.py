"""Ranges make small motions large enough, and never a motion smaller than without them."""

import numpy as np
import pytest
from calibration_parts import neutral, with_gaze, with_smile
from posed_faces import NAMES, bundled, lid_gaps, with_eyes, with_mouth

from avatar_app.expression import gaze, lip_width, mouth_opening
from avatar_app.gains import Gains
from avatar_app.motion import MotionTransfer
from avatar_app.types import Points, Ranges

SMALL = Ranges(mouth=0.2, smile=0.15, shut_eyes=(0.45, 0.45), gaze=0.1, turn=20.0)
LARGE = Ranges(mouth=0.6, smile=0.5, shut_eyes=(0.05, 0.05), gaze=0.3, turn=50.0)


@pytest.fixture(params=NAMES)
def portrait(request: pytest.FixtureRequest) -> Points:
    return bundled(request.param).face.landmarks


def moved(portrait: Points, face: Points, ranges: Ranges | None, **more: object) -> np.ndarray:
    return MotionTransfer(neutral(), portrait, ranges=ranges, **more).move(face).landmarks


def openness(landmarks: np.ndarray, portrait: Points) -> float:
    return float(lid_gaps(landmarks).sum() / lid_gaps(portrait).sum())


FACES = (
    with_mouth(neutral(), 0.4),
    with_smile(neutral(), 0.2),
    with_eyes(neutral(), 0.5),
    with_gaze(neutral(), 0.1),
)


@pytest.mark.parametrize("ranges", (None, Ranges(), LARGE))
def test_who_moves_as_most_people_do_is_carried_over_as_without_ranges(
    portrait: Points, ranges: Ranges | None
) -> None:
    for face in FACES:
        plain = MotionTransfer(neutral(), portrait).move(face)
        gained = MotionTransfer(neutral(), portrait, ranges=ranges).move(face)
        np.testing.assert_array_equal(gained.landmarks, plain.landmarks)
        np.testing.assert_array_equal(gained.source, plain.source)


def test_a_blink_that_never_shuts_shuts_the_avatars_eyes(portrait: Points) -> None:
    face = with_eyes(neutral(), 0.45)
    assert openness(moved(portrait, face, None), portrait) > 0.2
    assert openness(moved(portrait, face, SMALL), portrait) < 0.02


def test_open_and_half_open_eyes_stay_so(portrait: Points) -> None:
    for part, least in ((1.0, 0.98), (0.85, 0.8), (0.7, 0.3)):
        assert openness(moved(portrait, with_eyes(neutral(), part), SMALL), portrait) > least


def test_each_eye_has_its_own_range() -> None:
    portrait = bundled("mira").face.landmarks
    ranges = Ranges(shut_eyes=(0.5, 0.1))
    landmarks = moved(portrait, with_eyes(neutral(), 0.5), ranges)
    left, right = lid_gaps(landmarks).sum(1) / lid_gaps(portrait).sum(1)
    assert left < 0.02
    assert right > 0.2


def test_a_small_full_smile_is_a_broader_one_of_the_avatar(portrait: Points) -> None:
    face = with_smile(neutral(), 0.15)
    own = lip_width(portrait)
    plain = lip_width(moved(portrait, face, None)) / own - 1
    gained = lip_width(moved(portrait, face, SMALL)) / own - 1
    assert 1.3 * plain < gained < 1.6 * plain


def test_a_small_wide_mouth_opens_the_avatars_wider(portrait: Points) -> None:
    face = with_mouth(neutral(), 0.35)
    base = mouth_opening(portrait)
    plain = mouth_opening(moved(portrait, face, None)) - base
    gained = mouth_opening(moved(portrait, face, SMALL)) - base
    assert 1.2 * plain < gained < 1.6 * plain


def test_eyes_that_look_a_little_aside_look_further(portrait: Points) -> None:
    face = with_gaze(neutral(), 0.1)
    plain = gaze(moved(portrait, face, None))[0] - gaze(portrait)[0]
    gained = gaze(moved(portrait, face, SMALL))[0] - gaze(portrait)[0]
    assert gained == pytest.approx(1.5 * plain, rel=0.1)


def test_the_neutral_face_shows_the_portrait_whatever_the_ranges(portrait: Points) -> None:
    plain = moved(portrait, neutral(), None)
    np.testing.assert_allclose(moved(portrait, neutral(), SMALL), plain, atol=1e-9)


def test_a_small_motion_about_the_neutral_trembles_no_more(portrait: Points) -> None:
    rng = np.random.default_rng(2)
    faces = [neutral() + rng.normal(0, 0.1, (478, 3)).astype(np.float32) for _ in range(40)]
    lips = [13, 14, 61, 291]
    plain = np.std([moved(portrait, face, None)[lips] for face in faces], 0).mean()
    gained = np.std([moved(portrait, face, SMALL)[lips] for face in faces], 0).mean()
    assert gained < 1.1 * plain


def test_the_way_grows_without_a_jump() -> None:
    portrait = bundled("mira").face.landmarks
    widths = [
        lip_width(moved(portrait, with_smile(neutral(), float(wider)), SMALL))
        for wider in np.linspace(0, 0.3, 61)
    ]
    steps = np.diff(widths)
    assert (steps > 0).all()
    assert steps.max() < 3 * np.median(steps)


def test_absolute_motion_is_a_shape_and_knows_no_ranges() -> None:
    portrait = bundled("mira").face.landmarks
    for face in FACES:
        plain = moved(portrait, face, None, absolute=True)
        np.testing.assert_array_equal(moved(portrait, face, SMALL, absolute=True), plain)


def test_gains_are_bounded() -> None:
    tiny = Ranges(mouth=1e-3, smile=1e-3, shut_eyes=(1.0, 1.0), gaze=1e-3)
    assert Gains.of(tiny) == Gains(shut=(0.55, 0.55), mouth=1.5, smile=1.5, gaze=1.5)
