"""The camera is shown between the lips and nowhere else, and only where it shows a mouth."""

from dataclasses import replace

import numpy as np
import pytest
from posed_faces import CAMERA, NAMES, in_camera, noise, sized, with_mouth

from avatar_app.engines.landmark_warp.drawing import polygon, softened
from avatar_app.engines.landmark_warp.mouth import PortraitMouth, _matched, fill_mouth, opening_of
from avatar_app.face_mesh import LIP_CORNERS, LIPS_INNER, LIPS_OUTER
from avatar_app.types import Avatar, Points, RgbImage

MARKER = np.array((0, 255, 0))


@pytest.fixture(params=NAMES)
def avatar(request: pytest.FixtureRequest) -> Avatar:
    return sized(request.param, 256)


def filled(avatar: Avatar, target: Points, camera: RgbImage | None, driver: Points) -> RgbImage:
    picture = avatar.image.copy()
    own = PortraitMouth.of(avatar.image, avatar.face.landmarks)
    fill_mouth(picture, target, own, camera, driver)
    return picture


def open_faces(avatar: Avatar, gap: float = 0.35) -> tuple[Points, Points]:
    """The avatar's and the driver's, their mouths open alike."""
    points = avatar.face.landmarks
    return with_mouth(points, gap), with_mouth(in_camera(points), gap)


def near_lips(target: Points, shape: tuple[int, ...], grown: float) -> np.ndarray:
    return polygon(target[list(LIPS_INNER), :2], (shape[0], shape[1]), grown=grown) > 0


def mouth_width(points: Points) -> float:
    return float(np.linalg.norm(points[LIP_CORNERS[0]] - points[LIP_CORNERS[1]]))


def likeness(camera_like: RgbImage, image: RgbImage) -> float:
    return float(np.corrcoef(camera_like.ravel(), image.ravel())[0, 1])


def test_the_opening_is_measured_against_the_mouths_width(avatar: Avatar) -> None:
    points = avatar.face.landmarks
    openings = [opening_of(with_mouth(points, gap)) for gap in (0.0, 0.1, 0.3, 0.6)]
    assert openings == sorted(openings)
    assert openings[0] < 0.001
    assert opening_of(with_mouth(points, 0.3) * np.float32(3)) == pytest.approx(openings[2])


@pytest.mark.parametrize("camera", (noise(1), None), ids=("driver's", "painted"))
def test_a_closed_mouth_draws_nothing(avatar: Avatar, camera: RgbImage | None) -> None:
    closed, driver = open_faces(avatar, 0.0)
    np.testing.assert_array_equal(filled(avatar, closed, camera, driver), avatar.image)


@pytest.mark.parametrize("gap", (0.1, 0.35, 0.8))
@pytest.mark.parametrize("camera", (noise(1), None), ids=("driver's", "painted"))
def test_every_pixel_outside_the_lips_is_untouched(
    avatar: Avatar, camera: RgbImage | None, gap: float
) -> None:
    target, driver = open_faces(avatar, gap)
    picture = filled(avatar, target, camera, driver)
    changed = (picture != avatar.image).any(-1)
    assert changed.any()
    allowed = near_lips(target, picture.shape, 3 + 0.05 * mouth_width(target))
    assert not (changed & ~allowed).any()


def test_an_open_mouth_shows_the_drivers(avatar: Avatar) -> None:
    """Two cameras, two mouths; what differs correlates with what the cameras show."""
    target, driver = open_faces(avatar)
    rows = np.arange(CAMERA[1])[:, None, None] // 4 % 2 * 255
    stripes = np.broadcast_to(rows, (CAMERA[1], CAMERA[0], 3)).astype(np.uint8)
    shown = filled(avatar, target, stripes, driver).astype(int)
    inverse = filled(avatar, target, 255 - stripes, driver).astype(int)
    inner = softened(near_lips(target, shown.shape, 0).astype(np.float32), 2) > 0.99
    assert inner.sum() > 20
    assert np.abs(shown - inverse)[inner].mean() > 40


def test_nothing_but_the_drivers_mouth_is_read(avatar: Avatar) -> None:
    """Cameras that differ everywhere but around the driver's lips give the same picture."""
    target, driver = open_faces(avatar)
    lips = driver[list(LIPS_OUTER), :2]
    around = lips.mean(0) + 1.6 * (lips - lips.mean(0))
    mouth = polygon(around, (CAMERA[1], CAMERA[0])) > 0
    one, other = noise(1), noise(2)
    other[mouth] = one[mouth]
    pictures = [filled(avatar, target, camera, driver) for camera in (one, other)]
    np.testing.assert_array_equal(*pictures)


def test_the_camera_is_not_changed(avatar: Avatar) -> None:
    target, driver = open_faces(avatar)
    camera = noise(3)
    camera.setflags(write=False)
    filled(avatar, target, camera, driver)
    np.testing.assert_array_equal(camera, noise(3))


@pytest.mark.parametrize("shade", (0, 90, 255))
def test_a_flat_picture_of_the_camera_is_painted_over(avatar: Avatar, shade: int) -> None:
    """A covered lens, a card: no mouth can be seen there."""
    target, driver = open_faces(avatar)
    flat = np.full((CAMERA[1], CAMERA[0], 3), shade, np.uint8)
    np.testing.assert_array_equal(
        filled(avatar, target, flat, driver), filled(avatar, target, None, driver)
    )


def test_a_huge_mouth_is_not_believed(avatar: Avatar) -> None:
    target, driver = open_faces(avatar)
    huge = (driver - driver[LIPS_INNER[0]]) * np.float32(0.5 * CAMERA[0] / mouth_width(driver))
    huge += np.array((0.25 * CAMERA[0], 0.5 * CAMERA[1], 0), np.float32)
    np.testing.assert_array_equal(
        filled(avatar, target, noise(1), huge), filled(avatar, target, None, huge)
    )


def test_a_painted_mouth_is_dark_with_teeth_and_holds_no_marker(avatar: Avatar) -> None:
    target, driver = open_faces(avatar, 0.5)
    picture = filled(avatar, target, None, driver)
    inner = near_lips(target, picture.shape, 0)
    inside = picture[inner].astype(int)
    assert inside.sum(1).min() < 200, "a dark throat"
    assert inside.sum(1).max() > 400, "teeth"
    assert (np.abs(inside - MARKER).sum(1) > 100).all()


def test_the_mouth_opens_softly(avatar: Avatar) -> None:
    """From nothing to all of it without a jump."""
    points = avatar.face.landmarks
    amounts = []
    for gap in np.linspace(0, 0.12, 25):
        target = with_mouth(points, gap)
        picture = filled(avatar, target, None, target)
        amounts.append(np.abs(picture.astype(int) - avatar.image).mean())
    assert amounts[0] == 0
    assert amounts[-1] > 0
    assert np.diff(amounts).max() < 0.25 * max(amounts)


def test_a_portrait_that_shows_its_teeth_keeps_them_until_it_opens_further(avatar: Avatar) -> None:
    smiling = with_mouth(avatar.face.landmarks, 0.2)
    portrait = replace(avatar, face=replace(avatar.face, landmarks=smiling))
    np.testing.assert_array_equal(
        filled(portrait, smiling, noise(1), in_camera(smiling)), avatar.image
    )
    wider, driver = open_faces(portrait, 0.5)
    assert (filled(portrait, wider, noise(1), driver) != avatar.image).any()


@pytest.mark.parametrize("camera", (noise(1), None), ids=("driver's", "painted"))
@pytest.mark.parametrize("corner", ((0, 0), (0, 255), (255, 0), (255, 255), (-90, 128), (999, 999)))
def test_a_mouth_partly_or_wholly_outside_the_picture_is_no_error(
    avatar: Avatar, corner: tuple[int, int], camera: RgbImage | None
) -> None:
    target, driver = open_faces(avatar)
    target[:, :2] += np.array(corner) - target[list(LIPS_INNER), :2].mean(0)
    picture = filled(avatar, target.astype(np.float32), camera, driver)
    allowed = near_lips(target, picture.shape, 3 + 0.05 * mouth_width(target))
    assert not ((picture != avatar.image).any(-1) & ~allowed).any()


def test_the_tone_of_the_drivers_mouth_becomes_the_portraits(avatar: Avatar) -> None:
    """A dark room and a bright portrait: the mouth is lifted with the skin around it."""
    target, driver = open_faces(avatar)
    bright = noise(4).astype(float) * 0.25 + 130
    dark = bright / 2
    shown = [
        filled(avatar, target, camera.astype(np.uint8), driver).astype(int)
        for camera in (bright, dark)
    ]
    inner = near_lips(target, avatar.image.shape, 0)
    levels = [picture[inner].mean() for picture in shown]
    assert levels[1] > 0.75 * levels[0]


def test_teeth_are_not_as_dark_as_a_dark_skin() -> None:
    skin = np.array((190, 150, 130), np.float32)
    teeth = np.full((4, 4, 3), 200, np.float32)
    assert _matched(teeth, skin, skin).mean() == pytest.approx(200, rel=0.02)
    shown = _matched(teeth, skin, 0.6 * skin).mean()
    assert 0.68 * 200 < shown < 0.8 * 200
