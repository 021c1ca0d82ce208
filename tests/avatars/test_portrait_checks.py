"""What is wrong with a portrait is said, and what is right with it is left alone."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from drawn_face import DrawnFaceTracker, drawn_portrait
from posed_faces import bundled, turned, with_eyes, with_mouth

from avatar_app.avatars.checks import Severity, check_face, no_face
from avatar_app.avatars.crop import cut_out, suggested_crop
from avatar_app.avatars.face_search import find_faces, shift_and_scale
from avatar_app.avatars.inspection import inspect_picture
from avatar_app.imaging import resize
from avatar_app.tracking.pose import observe
from avatar_app.types import Box, Points, RgbImage


@pytest.fixture(scope="module", params=["mira", "samuel"])
def person(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def names(found: object) -> list[str]:
    return [finding.name for finding in found]  # type: ignore[attr-defined]


def test_a_good_portrait_has_nothing_wrong(person: str) -> None:
    avatar = bundled(person)
    assert check_face(avatar.image, avatar.face) == ()


@pytest.mark.parametrize(
    ("pose", "name", "severity"),
    [
        (lambda p: turned(p, yaw=30), "turned", Severity.WARN),
        (lambda p: turned(p, yaw=-30), "turned", Severity.WARN),
        (lambda p: turned(p, yaw=60), "turned", Severity.REFUSE),
        (lambda p: turned(p, pitch=28), "nodding", Severity.WARN),
        (lambda p: turned(p, pitch=-28), "nodding", Severity.WARN),
        (lambda p: turned(p, roll=25), "tilted", Severity.WARN),
        (lambda p: with_eyes(p, 0.2), "eyes_closed", Severity.WARN),
        (lambda p: with_mouth(p, 0.3), "mouth_open", Severity.WARN),
    ],
)
def test_a_pose_that_moves_badly_is_told(
    person: str, pose: Callable[[Points], Points], name: str, severity: Severity
) -> None:
    avatar = bundled(person)
    found = check_face(avatar.image, observe(pose(avatar.face.landmarks)))
    assert [(f.name, f.severity) for f in found if f.name == name] == [(name, severity)]
    assert all(f.message.endswith(".") and f.hint.endswith(".") for f in found)


def _half_dark(image: RgbImage) -> RgbImage:
    ramp = np.where(np.arange(image.shape[1]) < image.shape[1] / 2, 0.3, 1.0)
    return (image * ramp[None, :, None]).astype(np.uint8)


def _noisy(image: RgbImage) -> RgbImage:
    """Grain of four pixels, which is still there where the picture is shown smaller."""
    grain = np.random.default_rng(0).normal(0, 90, (256, 256, 1))
    noise = grain.repeat(4, axis=0).repeat(4, axis=1)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda i: (i * 0.15).astype(np.uint8), "dark"),
        (lambda i: np.clip(i * 1.5 + 120.0, 0, 255).astype(np.uint8), "bright"),
        (lambda i: (120 + i * 0.1).astype(np.uint8), "flat"),
        (lambda i: cv2.GaussianBlur(i, (0, 0), 9), "blurred"),
        (_half_dark, "one_sided"),
        (_noisy, "noisy"),
    ],
)
def test_light_and_sharpness_are_told(
    person: str, spoil: Callable[[RgbImage], RgbImage], name: str
) -> None:
    avatar = bundled(person)
    found = check_face(spoil(avatar.image), avatar.face)
    assert name in names(found)
    assert all(finding.severity is Severity.WARN for finding in found)


def test_covered_eyes_are_told(person: str) -> None:
    avatar = bundled(person)
    image, eyes = avatar.image.copy(), avatar.face.landmarks[[33, 263, 159, 145]]
    top, bottom = int(eyes[:, 1].min()) - 15, int(eyes[:, 1].max()) + 15
    image[top:bottom, int(eyes[:, 0].min()) - 15 : int(eyes[:, 0].max()) + 15] = 10
    assert "eyes_covered" in names(check_face(image, avatar.face))


def _cropped(person: str, *margins: float) -> tuple[str, ...]:
    """What is found with so much room left, above, right, below, in heights of the face."""
    avatar, box = bundled(person), bundled(person).face.box
    left, above, right, below = (margin * box.height for margin in margins)
    part = Box(box.x0 - left, box.y0 - above, box.x1 + right, box.y1 + below)
    face = shift_and_scale(avatar.face, max(0, round(part.x0)), max(0, round(part.y0)), 1)
    return tuple(names(check_face(cut_out(avatar.image, part), face)))


def test_a_crop_that_cuts_the_face_is_told(person: str) -> None:
    assert _cropped(person, 0.4, 0.5, 0.4, 0.3) == ()
    assert "head_cut" in _cropped(person, 0.4, 0.05, 0.4, 0.3)
    assert "cut" in _cropped(person, 0.4, 0.5, 0.0, 0.3)
    assert "near" in _cropped(person, 0.1, 0.13, 0.1, 0.04)
    assert _cropped(person, -0.3, 0.5, 0.4, 0.3)[0] == "outside"


def test_the_size_of_the_face_is_told(person: str) -> None:
    avatar = bundled(person)
    for side, severity in ((180, Severity.WARN), (60, Severity.REFUSE)):
        face = shift_and_scale(avatar.face, 0, 0, side / 1024)
        found = check_face(resize(avatar.image, (side, side)), face)
        assert ("small", severity) in [(f.name, f.severity) for f in found]
    wide = np.full((4000, 4000, 3), 128, np.uint8)
    wide[:1024, :1024] = avatar.image
    assert "far" in names(check_face(wide, avatar.face))


def test_refusals_come_first(person: str) -> None:
    avatar = bundled(person)
    posed = observe(with_mouth(turned(avatar.face.landmarks, yaw=60), 0.3))
    severities = [finding.severity for finding in check_face(avatar.image, posed)]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARN)
    assert severities[0] is Severity.REFUSE


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (np.full((300, 300, 3), 5, np.uint8), "dark"),
        (np.full((300, 300, 3), 254, np.uint8), "overexposed"),
        (np.full((20, 30, 3), 128, np.uint8), "30 x 20 pixels"),
        (np.full((1, 1, 3), 128, np.uint8), "1 x 1 pixels"),
    ],
)
def test_no_face_comes_with_the_likely_reason(image: RgbImage, said: str) -> None:
    found = no_face(image)
    assert found.severity is Severity.REFUSE
    assert said in found.message
    assert found.hint


def test_a_suggested_crop_holds_head_and_shoulders_and_stays_inside() -> None:
    for place in ((500, 400), (150, 150), (850, 650)):
        image = drawn_portrait((*place, 140), size=(1000, 800))
        (face,) = find_faces(image, DrawnFaceTracker())[1]
        crop = suggested_crop(face.box, (1000, 800))
        assert crop.x0 >= 0 <= crop.y0
        assert crop.x1 <= 1000
        assert crop.y1 <= 800
        assert crop.width == crop.height == 448
        assert crop.x0 < face.box.x0 < face.box.x1 < crop.x1


def test_the_crop_ends_between_two_who_stand_together() -> None:
    image = drawn_portrait((250, 300, 200), (500, 300, 190), size=(800, 600))
    inspection = inspect_picture(image, "two", DrawnFaceTracker())
    left, right = inspection.candidates
    assert 300 < left.crop.x1 == right.crop.x0 < 450
    assert not {"another_face", "cut"} & {*names(left.findings), *names(right.findings)}
    wider = inspection.with_crop(0, Box(60, 100, 700, 560))
    assert "another_face" in names(wider.findings)
    assert wider.face is left.face


def test_a_tiny_picture_is_told_by_its_face() -> None:
    image = drawn_portrait((20, 20, 14), size=(40, 40))
    (only,) = inspect_picture(image, "tiny", DrawnFaceTracker()).candidates
    assert only.refusal is not None
    assert only.refusal.name == "small"


def test_a_face_on_its_side_is_judged_upright() -> None:
    image = np.ascontiguousarray(np.rot90(drawn_portrait()))
    inspection = inspect_picture(image, "turned", DrawnFaceTracker())
    assert np.array_equal(inspection.image, drawn_portrait())
    assert "tilted" not in names(inspection.candidates[0].findings)


def test_a_finding_depends_on_the_face_not_on_the_pictures_size() -> None:
    avatar = bundled("mira")
    large = resize(avatar.image, (2048, 2048))
    found = check_face(large, shift_and_scale(avatar.face, 0, 0, 2))
    assert found == ()
