"""The match rises as the driver takes the avatar's pose, and says what would raise it."""

import numpy as np
import pytest
from calibration_parts import FPS, avatar, head, neutral
from posed_faces import bundled, in_camera, turned, with_eyes, with_mouth

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.match import GOOD_MATCH, Gauge, PoseMatch, ghost_place, normalised
from avatar_app.face_mesh import RIGID
from avatar_app.tracking.pose import observe
from avatar_app.types import FaceObservation, Points


def score(points: Points, like: FaceObservation | None = None) -> float:
    return PoseMatch(like or avatar()).compare(observe(points), 0.0).score


def advice(points: Points, like: FaceObservation | None = None) -> Hint | None:
    return PoseMatch(like or avatar()).compare(observe(points), 0.0).advice


def test_the_avatars_own_pose_matches_wherever_and_however_large_it_is() -> None:
    assert score(neutral()) > 0.95
    assert score(turned(neutral(), scale=0.6, shift=(60, -20))) > 0.95
    assert advice(neutral()) is None


def test_another_person_in_the_same_pose_matches_well() -> None:
    other = bundled("samuel").face
    pose, wanted = other.pose, avatar().pose
    points = turned(in_camera(other.landmarks), wanted.yaw - pose.yaw, wanted.pitch - pose.pitch)
    assert score(points) > GOOD_MATCH


def test_the_match_falls_with_every_degree() -> None:
    for axis in range(3):
        scores = [
            score(head(neutral(), *(degrees if i == axis else 0 for i in range(3))))
            for degrees in (0, 6, 12, 18, 30)
        ]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] < 0.2


@pytest.mark.parametrize(
    ("turn", "hint"),
    [
        ((-20, 0, 0), Hint.TURN_LEFT),
        ((20, 0, 0), Hint.TURN_RIGHT),
        ((0, -20, 0), Hint.CHIN_DOWN),
        ((0, 20, 0), Hint.CHIN_UP),
        ((0, 0, -20), Hint.LEAN_LEFT),
        ((0, 0, 20), Hint.LEAN_RIGHT),
    ],
)
def test_advice_leads_back_to_the_pose(turn: tuple[float, float, float], hint: Hint) -> None:
    assert advice(head(neutral(), *turn)) is hint


def test_an_open_mouth_is_to_be_closed_and_the_other_way_round() -> None:
    assert advice(with_mouth(neutral(), 0.4)) is Hint.CLOSE_MOUTH
    laughing = observe(with_mouth(avatar().landmarks, 0.4))
    assert advice(neutral(), laughing) is Hint.OPEN_MOUTH


def test_a_blink_spoils_the_match_and_says_so() -> None:
    match = PoseMatch(avatar())
    scores = [match.compare(observe(neutral()), i / FPS).score for i in range(60)]
    shut = match.compare(observe(with_eyes(neutral(), 0.2)), 2.0)
    assert shut.score < 0.5 * scores[-1]
    assert shut.advice is Hint.OPEN_EYES


def test_narrow_eyes_are_open_eyes_for_who_has_them() -> None:
    match = PoseMatch(avatar())
    narrow = observe(with_eyes(neutral(), 0.6))
    assert min(match.compare(narrow, i / FPS).score for i in range(30)) > 0.8


def test_a_portrait_in_profile_is_asked_for_in_part() -> None:
    profile = observe(head(avatar().landmarks, 55))
    assert PoseMatch(profile).pose.yaw == pytest.approx(25)
    aside = 25 - avatar().pose.yaw
    assert score(head(neutral(), aside), profile) > GOOD_MATCH


def test_normalised_landmarks_do_not_know_place_and_size() -> None:
    far = turned(neutral(), scale=0.4, shift=(30, 12))
    np.testing.assert_allclose(normalised(neutral()), normalised(far), atol=1e-4)


def test_the_ghost_lies_over_the_head_and_does_not_turn() -> None:
    today = turned(neutral(), 0, 0, 12, scale=0.7, shift=(40, 10))
    matrix = ghost_place(avatar(), observe(today))
    shown = avatar().landmarks[RIGID, :2] @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(shown.mean(0), today[RIGID, :2].mean(0), atol=0.1)
    spread, wanted = shown.std(0).sum(), turned(today, 0, 0, -12)[RIGID, :2].std(0).sum()
    assert spread == pytest.approx(wanted, rel=0.02)
    assert matrix[0, 1] == matrix[1, 0] == 0


def test_the_gauge_rises_smoothly_to_the_score() -> None:
    gauge = Gauge()
    values = [gauge.follow(1.0, i / FPS) for i in range(60)]
    steps = np.diff(values)
    assert values[0] == 0
    assert (steps > 0).all()
    assert steps.max() < 0.2
    assert values[-1] > 0.99


def test_the_gauge_does_not_know_the_frame_rate() -> None:
    quick, slow = Gauge(), Gauge()
    for i in range(61):
        a = quick.follow(1.0, i / 60)
    for i in range(16):
        b = slow.follow(1.0, i / 15)
    assert a == pytest.approx(b, abs=1e-6)
