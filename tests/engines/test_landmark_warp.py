"""The engine from end to end, on a bundled portrait driven by faces that are known exactly."""

from dataclasses import fields, is_dataclass, replace
from functools import lru_cache

import numpy as np
import pytest
from posed_faces import (
    CAMERA,
    NAMES,
    calibration,
    eye_widths,
    in_camera,
    noise,
    rotation,
    sized,
    tracked,
    turned,
    with_eyes,
    with_mouth,
)

from avatar_app.config import MotionConfig
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.engine import PreparedPortrait
from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
    OVAL,
)
from avatar_app.geometry import box_around
from avatar_app.types import Avatar, Frame, Points, RgbImage, TrackedFrame

SIDE = 192
SIZES = (128, 256, 512, 1024)
FACES = {
    "turned": lambda p: turned(p, 18, 5, -6),
    "talking": lambda p: turned(with_mouth(p, 0.35), -8),
    "blinking": lambda p: with_eyes(p, 0.05),
    "near": lambda p: turned(p, 4, scale=1.4, shift=(20, 10)),
}


def engine(**motion: object) -> LandmarkWarp:
    return LandmarkWarp(MotionConfig.model_validate(motion))


def driver_of(avatar: Avatar) -> Points:
    """The avatar's own face as a driver's, in the camera's picture."""
    return in_camera(avatar.face.landmarks)


@lru_cache
def ready(name: str = "mira", side: int = SIDE) -> PreparedPortrait:
    avatar = sized(name, side)
    return engine().prepare(avatar, calibration(driver_of(avatar)))


def rendered(
    face: Points, camera: RgbImage | None = None, name: str = "mira", side: int = SIDE
) -> RgbImage:
    return engine().render(ready(name, side), tracked(face, noise(1) if camera is None else camera))


def in_place(name: str, side: int, gap: float | None = 0.0) -> tuple[Avatar, Points]:
    """An avatar and a driver's neutral, both with closed mouths where ``gap`` is 0."""
    avatar = sized(name, side)
    points = avatar.face.landmarks if gap is None else with_mouth(avatar.face.landmarks, gap)
    avatar = replace(avatar, face=replace(avatar.face, landmarks=points))
    return avatar, in_camera(points)


def frozen(value: object) -> None:
    """Make every array that can be reached from a value read-only."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            frozen(getattr(value, each.name))
    elif hasattr(value, "__dict__"):
        for part in vars(value).values():
            frozen(part)


def off(picture: RgbImage, other: RgbImage) -> np.ndarray:
    """(H, W): the largest difference of a pixel's channels."""
    return np.abs(picture.astype(int) - other).max(-1)


@pytest.mark.parametrize("side", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_at_the_drivers_neutral_the_portrait_is_at_rest(name: str, side: int) -> None:
    """The last pixels along the border are looked at apart."""
    avatar, driver = in_place(name, side)
    prepared = engine().prepare(avatar, calibration(driver))
    picture = engine().render(prepared, tracked(driver, noise(1)))
    edge = side // 64
    inner = off(picture, avatar.image)[edge:-edge, edge:-edge]
    assert (inner <= 2).mean() > 0.985
    assert inner.mean() < 0.3


def test_at_the_drivers_neutral_the_border_is_at_rest_too() -> None:
    avatar, driver = in_place("samuel", 512)
    prepared = engine().prepare(avatar, calibration(driver))
    picture = engine().render(prepared, tracked(driver, noise(1)))
    apart = off(picture, avatar.image)
    assert max(part.max() for part in (apart[:5], apart[-5:], apart[:, :5], apart[:, -5:])) <= 2


@pytest.mark.parametrize("name", NAMES[:1])
def test_a_portraits_own_closed_mouth_shows_no_camera_at_the_neutral(name: str) -> None:
    driver = driver_of(sized(name, SIDE))
    np.testing.assert_array_equal(rendered(driver, noise(1)), rendered(driver, noise(2)))


def test_without_a_face_the_portrait_rests() -> None:
    nobody = TrackedFrame(Frame(noise(1), 0, 0.0), None)
    np.testing.assert_array_equal(engine().render(ready(), nobody), sized("mira", SIDE).image)


def test_without_a_neutral_the_portrait_rests() -> None:
    avatar = sized("mira", SIDE)
    prepared = engine().prepare(avatar, None)
    assert prepared.transfer is None
    picture = engine().render(prepared, tracked(turned(driver_of(avatar), 20), noise(1)))
    np.testing.assert_array_equal(picture, avatar.image)


def test_a_neutral_frame_without_a_face_is_none() -> None:
    nobody = calibration(driver_of(sized("mira", SIDE)))
    nobody = replace(nobody, neutral=replace(nobody.neutral, face=None))
    assert engine().calibrate(ready(), nobody).transfer is None


def test_to_calibrate_is_to_prepare_with_that_neutral() -> None:
    avatar = sized("mira", SIDE)
    driver = driver_of(avatar)
    later = engine().calibrate(engine().prepare(avatar, None), calibration(driver))
    now = tracked(turned(driver, 12, 4), noise(1))
    np.testing.assert_array_equal(engine().render(later, now), engine().render(ready(), now))


@pytest.mark.parametrize("pose", FACES.values(), ids=FACES)
def test_two_runs_give_the_same_bytes(pose) -> None:
    avatar = sized("mira", SIDE)
    driver = driver_of(avatar)
    pictures = []
    for _ in range(2):
        fresh = engine()
        prepared = fresh.prepare(avatar, calibration(driver))
        fresh.render(prepared, tracked(turned(driver, -30), noise(9)))
        pictures.append(fresh.render(prepared, tracked(pose(driver), noise(1))).tobytes())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("pose", FACES.values(), ids=FACES)
def test_rendering_changes_nothing_it_was_given(pose) -> None:
    avatar = sized("samuel", SIDE)
    avatar = replace(avatar, image=avatar.image.copy())
    driver = driver_of(avatar)
    neutral, now = calibration(driver), tracked(pose(driver), noise(1))
    for value in (avatar, neutral, now):
        frozen(value)
    prepared = engine().prepare(avatar, neutral)
    frozen(prepared)
    kept = prepared.layers.person.copy()
    engine().render(prepared, now)
    np.testing.assert_array_equal(prepared.layers.person, kept)
    np.testing.assert_array_equal(prepared.rest, sized("samuel", SIDE).image)
    np.testing.assert_array_equal(now.frame.image, noise(1))


@pytest.mark.parametrize("side", SIZES)
@pytest.mark.parametrize("pose", FACES.values(), ids=FACES)
def test_the_picture_has_the_portraits_size_and_is_8_bit(side: int, pose) -> None:
    picture = rendered(pose(driver_of(sized("mira", side))), side=side)
    assert picture.shape == (side, side, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    assert off(picture, sized("mira", side).image).max() > 20, "it moves"


@pytest.mark.parametrize("cut", ((slice(None), slice(40, 150)), (slice(20, 170), slice(None))))
def test_portraits_need_not_be_square(cut: tuple[slice, slice]) -> None:
    whole = sized("mira", SIDE)
    image = np.ascontiguousarray(whole.image[cut])
    corner = np.array((cut[1].start or 0, cut[0].start or 0, 0), np.float32)
    landmarks = whole.face.landmarks - corner
    face = replace(whole.face, landmarks=landmarks, box=box_around(landmarks))
    driver = driver_of(whole)
    prepared = engine().prepare(Avatar("cut", image, face), calibration(driver))
    picture = engine().render(prepared, tracked(turned(driver, 15), noise(1)))
    assert picture.shape == image.shape


def face_mask(avatar: Avatar) -> np.ndarray:
    oval = avatar.face.landmarks[list(OVAL), :2]
    return polygon(oval, avatar.image.shape[:2]) > 0


def test_the_face_moves_where_the_landmarks_say() -> None:
    """The portrait shifted by the driver's way: its face is found again, shifted."""
    avatar = sized("samuel", 256)
    driver = driver_of(avatar)
    scale = np.ptp(avatar.face.landmarks[:, 1]) / np.ptp(driver[:, 1])
    picture = rendered(turned(driver, shift=(14 / scale, 0)), name="samuel", side=256)
    inner = np.roll(face_mask(avatar), 14, axis=1)
    wanted = np.roll(avatar.image, 14, axis=1)
    assert off(picture, wanted)[inner].mean() < 6
    assert off(picture, wanted)[inner].mean() < 0.3 * off(picture, avatar.image)[inner].mean()


def test_far_from_the_head_the_background_stays() -> None:
    avatar = sized("mira", 256)
    picture = rendered(turned(driver_of(avatar), 20, 5), side=256)
    corners = (slice(3, 30), slice(3, 30)), (slice(3, 30), slice(-30, -3))
    for corner in corners:
        assert off(picture, avatar.image)[corner].max() <= 3


def with_green_eyes(name: str, side: int, grown: float = 0.0) -> Avatar:
    """The portrait with all that lies between its lids, and ``grown`` widths of an eye around, in
    a colour of its own."""
    avatar = sized(name, side)
    image = avatar.image.copy()
    around = grown * float(eye_widths(avatar.face.landmarks).mean())
    for eye in (EYE_LEFT, EYE_RIGHT):
        outline = avatar.face.landmarks[list(eye), :2]
        image[polygon(outline, image.shape[:2], grown=around) > 0.99] = (0, 255, 0)
    return replace(avatar, image=image)


def green_pixels(picture: RgbImage) -> int:
    levels = picture.astype(int)
    return int(((levels[..., 1] - levels[..., [0, 2]].max(-1)) > 100).sum())


@pytest.mark.parametrize("side", (256, 1024))
@pytest.mark.parametrize("name", NAMES)
def test_a_shut_eye_leaves_no_slit(name: str, side: int) -> None:
    avatar = with_green_eyes(name, side)
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    opened = engine().render(prepared, tracked(driver, noise(1)))
    shut = engine().render(prepared, tracked(with_eyes(driver, 0.0), noise(1)))
    assert green_pixels(opened) > 0.8 * green_pixels(avatar.image)
    assert green_pixels(shut) < 0.02 * green_pixels(opened)


def test_a_shut_eye_hides_most_of_the_portraits() -> None:
    avatar = with_green_eyes("mira", 1024)
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    shut = engine().render(prepared, tracked(with_eyes(driver, 0.0), noise(1)))
    assert green_pixels(shut) < 0.12 * green_pixels(avatar.image)


@pytest.mark.parametrize("name", NAMES)
def test_a_shut_eye_leaves_no_white_that_lies_outside_the_landmarks(name: str) -> None:
    avatar = with_green_eyes(name, 1024, grown=0.03)
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    shut = engine().render(prepared, tracked(with_eyes(driver, 0.0), noise(1)))
    assert green_pixels(shut) < 0.01 * green_pixels(avatar.image)


@pytest.mark.parametrize("part", (0.6, 0.7, 0.8))
@pytest.mark.parametrize("name", NAMES)
def test_a_closing_eye_shows_no_skin_between_its_lids(name: str, part: float) -> None:
    avatar = with_green_eyes(name, 1024)
    around = with_green_eyes(name, 1024, grown=0.15).image
    image = np.where((around != avatar.image).any(-1, keepdims=True), (255, 0, 255), avatar.image)
    avatar = replace(avatar, image=image.astype(np.uint8))
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    now = with_eyes(driver, part)
    picture = engine().render(prepared, tracked(now, noise(1))).astype(int)
    target = prepared.transfer.move(now).landmarks
    for eye in (EYE_LEFT, EYE_RIGHT):
        inside = polygon(target[list(eye), :2], (1024, 1024)) > 0.99
        inside[:-1] &= inside[1:]
        skin = picture[..., [0, 2]].min(-1) - picture[..., 1] > 100
        assert inside.any()
        assert skin[inside].mean() < 0.06


@pytest.mark.parametrize("name", NAMES)
def test_lids_that_close_slide_over_an_iris_that_stays(name: str) -> None:
    avatar = sized(name, 1024)
    image = avatar.image.copy()
    places = []
    for eye, iris in ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT)):
        x = avatar.face.landmarks[iris[0], 0].round().astype(int)
        y = (avatar.face.landmarks[eye[12], 1] - 8).round().astype(int)
        image[y - 2 : y + 3, x - 2 : x + 3] = (0, 255, 0)
        places.append((slice(y - 1, y + 2), slice(x - 1, x + 2)))
    avatar = replace(avatar, image=image)
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    picture = engine().render(prepared, tracked(with_eyes(driver, 0.65), noise(1)))
    for place in places:
        assert (picture[place].astype(int) @ (-1, 1, 0) > 60).mean() > 0.5


@pytest.mark.parametrize("yaw", (-22, 22))
@pytest.mark.parametrize("name", NAMES)
def test_beside_a_turned_heads_far_eye_nothing_moves_when_it_shuts(name: str, yaw: float) -> None:
    driver = driver_of(sized(name, 1024))
    opened, shut = turned(driver, yaw), turned(with_eyes(driver, 0.0), yaw)
    face = ready(name, 1024).transfer.move(opened).landmarks
    below = off(rendered(opened, name=name, side=1024), rendered(shut, name=name, side=1024))
    for eye in (EYE_LEFT, EYE_RIGHT):
        corner, width = face[eye[0], :2], np.ptp(face[list(eye), 0])
        x = slice(
            *sorted(
                (
                    int(corner[0]),
                    int(corner[0] + 0.2 * width * np.sign(corner[0] - face[eye[8], 0])),
                )
            )
        )
        y = slice(int(corner[1] + 0.15 * width), int(corner[1] + 0.4 * width))
        assert below[y, x].max() < 30


@pytest.mark.parametrize("look", (-0.12, 0.12))
def test_irises_follow_the_drivers(look: float) -> None:
    """A dot on each of the portrait's irises is found where the target's irises are."""
    avatar = sized("mira", 512)
    image = avatar.image.copy()
    for iris in (IRIS_LEFT[0], IRIS_RIGHT[0]):
        x, y = avatar.face.landmarks[iris, :2].round().astype(int)
        image[y - 2 : y + 3, x - 2 : x + 3] = (0, 255, 0)
    avatar = replace(avatar, image=image)
    neutral = avatar.face.landmarks
    now = neutral.copy()
    now[[*IRIS_LEFT, *IRIS_RIGHT], 0] += look * eye_widths(neutral).mean()
    prepared = engine().prepare(avatar, calibration(neutral))
    picture = engine().render(prepared, tracked(now, noise(1))).astype(int)
    dots = picture[..., 1] - picture[..., [0, 2]].max(-1) > 60
    for iris in (IRIS_LEFT[0], IRIS_RIGHT[0]):
        x, y = now[iris, :2].round().astype(int)
        assert dots[y - 2 : y + 3, x - 2 : x + 3].mean() > 0.3
        x0 = int(neutral[iris, 0].round() - np.sign(look) * 2)
        assert not dots[y - 1 : y + 2, x0 - 1 : x0 + 2].any(), "it is gone from where it was"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pose", (FACES["turned"], FACES["blinking"], FACES["near"]))
@pytest.mark.parametrize("mode", ("relative", "absolute"))
def test_with_a_closed_mouth_the_picture_owes_nothing_to_the_camera(
    name: str, pose, mode: str
) -> None:
    avatar, driver = in_place(name, SIDE)
    warp = engine(mode=mode)
    prepared = warp.prepare(avatar, calibration(driver))
    pictures = [warp.render(prepared, tracked(pose(driver), noise(seed))) for seed in (1, 2)]
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("name", NAMES)
def test_a_talking_mouth_owes_nothing_to_the_camera_but_the_drivers_mouth(name: str) -> None:
    avatar = sized(name, SIDE)
    face = FACES["talking"](driver_of(avatar))
    lips = face[list(LIPS_OUTER), :2]
    around = lips.mean(0) + 1.6 * (lips - lips.mean(0))
    mouth = polygon(around, (CAMERA[1], CAMERA[0])) > 0
    one, other = noise(1), noise(2)
    other[mouth] = one[mouth]
    pictures = [rendered(face, camera, name) for camera in (one, other)]
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("name", NAMES)
def test_the_camera_is_seen_between_the_lips_alone(name: str) -> None:
    avatar = sized(name, SIDE)
    driver = driver_of(avatar)
    face = FACES["talking"](driver)
    differs = off(rendered(face, noise(1), name), rendered(face, noise(2), name)) > 0
    target = ready(name).transfer.move(face).landmarks
    lips = target[list(LIPS_INNER), :2]
    allowed = polygon(lips, (SIDE, SIDE), grown=3 + 0.05 * np.ptp(lips[:, 0])) > 0
    assert differs.any()
    assert not (differs & ~allowed).any()


@pytest.mark.parametrize("pose", FACES.values(), ids=FACES)
def test_a_painted_mouth_never_reads_the_camera(pose) -> None:
    avatar = sized("mira", SIDE)
    driver = driver_of(avatar)
    painting = engine(mouth="painted")
    marker = np.zeros((CAMERA[1], CAMERA[0], 3), np.uint8)
    marker[::2] = (0, 255, 0)
    prepared = painting.prepare(avatar, calibration(driver))
    pictures = [
        painting.render(prepared, tracked(pose(driver), camera)) for camera in (marker, noise(1))
    ]
    np.testing.assert_array_equal(*pictures)
    green = pictures[0].astype(int)
    assert not ((green[..., 1] > 150) & (green[..., [0, 2]].max(-1) < 90)).any()


def drawing() -> Avatar:
    """What no network takes for a person: coloured noise, with the face of a portrait."""
    avatar = sized("mira", SIDE)
    return replace(avatar, image=noise(5, (SIDE, SIDE)))


def test_a_painting_becomes_one_sheet_that_rests_and_moves() -> None:
    avatar = drawing()
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    assert prepared.layers.background is None
    picture = engine().render(prepared, tracked(turned(driver, 15), noise(1)))
    inside = face_mask(avatar)
    assert off(picture, avatar.image)[inside].mean() > 20


def test_a_sheet_is_pinned_at_the_pictures_border() -> None:
    """Nothing is torn off it: the outermost part of a smooth picture stays."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    image = np.stack([x, y, (x + y) // 2], axis=-1).astype(np.uint8)
    avatar = replace(sized("mira", SIDE), image=image)
    driver = driver_of(avatar)
    prepared = engine().prepare(avatar, calibration(driver))
    assert prepared.layers.background is None
    picture = engine().render(prepared, tracked(turned(driver, 20, shift=(10, 5)), noise(1)))
    apart = off(picture, image)
    assert max(part.max() for part in (apart[:2], apart[-2:], apart[:, :2], apart[:, -2:])) <= 6
    assert apart[face_mask(avatar)].max() > 6


@pytest.mark.parametrize("shift", ((-300, 0), (300, 200), (0, -5000), (1e5, 1e5)))
@pytest.mark.parametrize("gap", (0.0, 0.4))
def test_a_driver_outside_the_frame_is_no_error(shift: tuple[float, float], gap: float) -> None:
    driver = driver_of(sized("mira", SIDE))
    picture = rendered(turned(with_mouth(driver, gap), 10, shift=shift))
    assert picture.shape == (SIDE, SIDE, 3)


@pytest.mark.parametrize("scale", (0.02, 0.2, 5.0, 50.0))
def test_a_driver_very_near_or_far_is_no_error(scale: float) -> None:
    driver = driver_of(sized("mira", SIDE))
    assert rendered(turned(with_mouth(driver, 0.3), 10, scale=scale)).dtype == np.uint8


@pytest.mark.parametrize("angles", ((80, 0, 0), (-179, 20, 0), (0, 85, 0), (0, 0, 170)))
def test_a_head_turned_away_is_bounded(angles: tuple[float, float, float]) -> None:
    driver = driver_of(sized("mira", SIDE))
    assert np.linalg.det(rotation(*angles)) == pytest.approx(1)
    assert rendered(turned(driver, *angles)).shape == (SIDE, SIDE, 3)


@pytest.mark.parametrize("size", ((64, 48), (161, 91), (1280, 720)))
def test_the_cameras_size_does_not_matter(size: tuple[int, int]) -> None:
    avatar = sized("mira", SIDE)
    driver = in_camera(avatar.face.landmarks, size)
    prepared = engine().prepare(avatar, calibration(driver))
    face = turned(with_mouth(driver, 0.3), 8)
    picture = engine().render(prepared, tracked(face, noise(1, size)))
    painted = engine(mouth="painted").render(prepared, tracked(face, noise(1, size)))
    assert off(picture, painted).mean() < 3


def test_no_strength_keeps_the_portrait_at_rest() -> None:
    avatar, driver = in_place("mira", SIDE)
    still = engine(strength=0.0)
    prepared = still.prepare(avatar, calibration(driver))
    neutral = still.render(prepared, tracked(driver, noise(1)))
    moved = still.render(prepared, tracked(FACES["turned"](driver), noise(1)))
    assert off(neutral, moved).max() <= 2


def test_the_engine_says_what_it_is_and_closes_twice() -> None:
    warp = engine()
    assert warp.info.name == "landmark_warp"
    assert warp.info.title
    warp.close()
    warp.close()
