"""The engine with real, tiny networks: what it shows, and that no camera pixel is in it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from leak_detector import PART_LIMIT, WHOLE_LIMIT, part_correlation, whole_correlation
from leak_detector import noise as cells
from posed_faces import in_camera, sized, turned
from tiny_fomm import COLOURS, MARKS, make_tiny_model, with_patches

from avatar_app.config import AppConfig, Paste
from avatar_app.engines.fomm import Fomm
from avatar_app.engines.fomm.crop import Square
from avatar_app.engines.fomm.engine import PreparedFace
from avatar_app.engines.fomm.networks import FommNetworks
from avatar_app.errors import EngineError
from avatar_app.motion import MotionTransfer
from avatar_app.tracking.pose import observe
from avatar_app.types import Avatar, Calibration, Frame, Points, RgbImage, TrackedFrame

CAMERA = (320, 240)
NET = 96


@lru_cache
def portrait() -> Avatar:
    """A bundled avatar with patches on it that the network finds."""
    avatar = sized("mira", 288)
    return replace(avatar, image=with_patches(avatar.image, avatar.face.landmarks))


@lru_cache
def neutral() -> Points:
    return in_camera(portrait().face.landmarks, CAMERA)


def seen(points: Points, camera: RgbImage | None = None) -> TrackedFrame:
    """The driver with the patches at the face's points, before a grey wall."""
    if camera is None:
        camera = np.full((CAMERA[1], CAMERA[0], 3), 90, np.uint8)
    return TrackedFrame(Frame(with_patches(camera, points), 0, 0.0), observe(points))


def settings(**motion: object) -> AppConfig:
    return AppConfig.model_validate({"motion": motion, "runtime": {"word": "cpu", "threads": 1}})


def engine_of(root: Path, config: AppConfig | None = None, **model: object) -> Fomm:
    name = f"m{len(list(root.iterdir()))}"
    made = make_tiny_model(root, name=name, **{"size": NET, **model})  # type: ignore[arg-type]
    config = config or settings()
    return Fomm(config, FommNetworks(made, config.runtime, root / "cache"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Fomm]:
    engine = engine_of(folder)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def prepared(engine: Fomm) -> PreparedFace:
    return engine.prepare(portrait(), Calibration(seen(neutral())))


def patches(picture: RgbImage) -> np.ndarray:
    """(4, 2): where the patches of each colour are in the picture."""
    found = []
    for colour in COLOURS.astype(int):
        near = np.abs(picture.astype(int) - colour).sum(2) < 140
        found.append(np.argwhere(near)[:, ::-1].mean(0))
    return np.array(found)


def expected(points: Points, **motion: object) -> np.ndarray:
    """(4, 2): where the landmark warp would carry the patches."""
    config = settings(**motion).motion
    transfer = MotionTransfer(neutral(), portrait().face.landmarks, strength=config.strength)
    return transfer.move(points).landmarks[list(MARKS), :2]


def apart(a: RgbImage, b: RgbImage) -> np.ndarray:
    return np.abs(a.astype(int) - b.astype(int))


def test_a_driver_at_rest_reproduces_the_portrait(engine: Fomm, prepared: PreparedFace) -> None:
    assert prepared.rest is portrait().image
    assert apart(engine.render(prepared, seen(neutral())), portrait().image).max() <= 2


def test_without_a_face_or_a_neutral_the_portrait_rests(
    engine: Fomm, prepared: PreparedFace
) -> None:
    nobody = replace(seen(neutral()), face=None)
    assert engine.render(prepared, nobody) is prepared.rest
    uncalibrated = engine.prepare(portrait(), None)
    assert engine.render(uncalibrated, seen(neutral())) is uncalibrated.rest
    assert engine.calibrate(prepared, Calibration(nobody)).neutral is None


@pytest.mark.parametrize(
    "motion",
    (
        {"shift": (12, 0)},
        {"shift": (-8, 10)},
        {"scale": 1.12},
        {"scale": 0.85},
        {"roll": 12},
        {"roll": -8, "scale": 1.1, "shift": (6, 4)},
    ),
    ids=str,
)
def test_network_and_landmarks_move_the_face_to_the_same_place(
    engine: Fomm, prepared: PreparedFace, motion: dict[str, object]
) -> None:
    now = turned(neutral(), **motion)  # type: ignore[arg-type]
    found = patches(engine.render(prepared, seen(now)))
    assert np.abs(found - expected(now)).max() < 2.5
    resting = patches(portrait().image)
    assert np.abs(found - resting).max() > 4


@pytest.mark.parametrize("strength", (0.0, 0.5, 1.5))
def test_strength_moves_both_alike(folder: Path, strength: float) -> None:
    engine = engine_of(folder, settings(strength=strength))
    prepared = engine.prepare(portrait(), Calibration(seen(neutral())))
    now = turned(neutral(), roll=8, shift=(8, 3))
    found = patches(engine.render(prepared, seen(now)))
    assert np.abs(found - expected(now, strength=strength)).max() < 2.5
    engine.close()


def test_the_squares_place_adds_nothing_to_the_motion(engine: Fomm, prepared: PreparedFace) -> None:
    """The same face in squares of other places and sizes has the same keypoints."""
    assert prepared.neutral is not None
    own = prepared.neutral.square
    tracked = seen(turned(neutral(), roll=10, shift=(5, 5)))
    for x, y, size in ((0, 0, 1.0), (9.3, -6.1, 1.0), (0, 0, 1.25), (-4.7, 3.2, 0.9)):
        square = Square(own.centre + np.array((x, y)), size * own.side)
        found = engine._found(tracked, own, square)
        pixels = own.centre + found.values * own.half(NET)
        truth = tracked.face.landmarks[list(MARKS), :2]  # type: ignore[union-attr]
        assert np.abs(pixels - truth).max() < 0.6
        np.testing.assert_allclose(found.jacobians[0], found.jacobians[-1])  # type: ignore[index]
        linear = np.linalg.lstsq(own_layout(), pixels - pixels.mean(0), rcond=None)[0].T
        np.testing.assert_allclose(
            found.jacobians[0],
            linear / own.half(NET),
            atol=0.02,  # type: ignore[index]
        )


def own_layout() -> np.ndarray:
    from tiny_fomm import LAYOUT

    return LAYOUT - LAYOUT.mean(0)


def test_a_driver_far_away_cannot_carry_the_face_out_of_its_square(
    folder: Path, prepared: PreparedFace, engine: Fomm
) -> None:
    wide = np.full((720, 1280, 3), 90, np.uint8)
    start = (neutral() + np.array((480, 240, 0))).astype(np.float32)
    calm = engine.calibrate(prepared, Calibration(seen(start, wide)))
    for shift in ((400, 0), (-400, 0), (0, 240), (0, -240)):
        now = turned(start, shift=shift, scale=1.6)
        shown = patches(engine.render(calm, seen(now, wide)))
        corner = prepared.square.centre - prepared.square.side / 2
        assert (shown > corner).all()
        assert (shown < corner + prepared.square.side).all()


def test_absolute_motion_shows_the_drivers_own_layout(folder: Path) -> None:
    """A driver with a wider face than the portrait, who does not move."""
    engine = engine_of(folder, settings(mode="absolute"))
    wide = neutral().copy()
    middle = wide[:, 0].mean()
    for mark in MARKS[:2]:
        wide[mark, 0] = middle + 1.15 * (wide[mark, 0] - middle)
    prepared = engine.prepare(portrait(), Calibration(seen(neutral())))
    shown = patches(engine.render(prepared, seen(wide)))
    resting = patches(portrait().image)
    grown = np.ptp(shown[:2, 0]) / np.ptp(resting[:2, 0])
    assert grown == pytest.approx(1.15, abs=0.04)
    engine.close()


def test_the_movement_is_adapted_unless_switched_off(folder: Path, engine: Fomm) -> None:
    narrow = neutral().copy()
    marks = list(MARKS)
    narrow[marks, :2] = narrow[marks, :2].mean(0) + 0.8 * (
        narrow[marks, :2] - narrow[marks, :2].mean(0)
    )
    calm = engine.prepare(portrait(), Calibration(seen(narrow)))
    assert calm.neutral is not None
    assert calm.neutral.size == pytest.approx(1.25, abs=0.03)
    plain = AppConfig.model_validate({"fomm": {"adapt_scale": False}, "runtime": {"word": "cpu"}})
    other = engine_of(folder, plain)
    left = other.calibrate(calm, Calibration(seen(narrow))).neutral
    assert left is not None
    assert left.size == 1.0
    other.close()


def test_networks_without_jacobians_move_the_face(folder: Path) -> None:
    engine = engine_of(folder, jacobians=False)
    prepared = engine.prepare(portrait(), Calibration(seen(neutral())))
    now = turned(neutral(), shift=(10, -6))
    assert np.abs(patches(engine.render(prepared, seen(now))) - expected(now)).max() < 2.5
    engine.close()


def test_rendering_changes_nothing_and_depends_on_nothing_before(
    engine: Fomm, prepared: PreparedFace
) -> None:
    frames = [seen(turned(neutral(), roll=4 * i, shift=(3 * i, 0))) for i in range(4)]
    kept = [frame.frame.image.copy() for frame in frames]
    before = portrait().image.copy()
    forth = [engine.render(prepared, frame) for frame in frames]
    back = [engine.render(prepared, frame) for frame in reversed(frames)][::-1]
    for one, other in zip(forth, back, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(portrait().image, before)
    for frame, old in zip(frames, kept, strict=True):
        np.testing.assert_array_equal(frame.frame.image, old)


def test_what_one_engine_prepared_serves_another_after_it_was_closed(folder: Path) -> None:
    first = engine_of(folder)
    prepared = first.prepare(portrait(), None)
    now = seen(turned(neutral(), roll=9))
    picture = first.render(first.calibrate(prepared, Calibration(seen(neutral()))), now)
    first.close()
    second = engine_of(folder)
    calm = second.calibrate(prepared, Calibration(seen(neutral())))
    np.testing.assert_array_equal(second.render(calm, now), picture)
    second.close()
    with pytest.raises(EngineError):
        second.render(calm, now)


def test_the_square_alone_is_shown_where_it_is_asked_for(
    folder: Path, prepared: PreparedFace
) -> None:
    config = AppConfig.model_validate({"fomm": {"paste": "square"}, "runtime": {"word": "cpu"}})
    engine = engine_of(folder, config)
    calm = engine.calibrate(prepared, Calibration(seen(neutral())))
    side = len(calm.rest)
    assert calm.rest.shape == (side, side, 3)
    assert NET <= side <= 4 * NET
    picture = engine.render(calm, seen(neutral()))
    assert picture.shape == calm.rest.shape
    assert apart(picture, calm.rest).mean() < 1
    own = cv2.resize(prepared.place.cut(portrait().image), (side, side))
    assert apart(calm.rest, np.asarray(own)).mean() < 8
    engine.close()


def test_a_picture_without_a_face_in_it_is_refused(engine: Fomm, prepared: PreparedFace) -> None:
    black = TrackedFrame(Frame(np.zeros((240, 320, 3), np.uint8), 0, 0.0), observe(neutral()))
    with pytest.raises(EngineError, match="no picture of the face"):
        engine.render(prepared, black)
    with pytest.raises(EngineError, match="no picture of the face"):
        engine.calibrate(prepared, Calibration(black))


def test_an_avatar_can_be_prepared_while_another_is_rendered(
    engine: Fomm, prepared: PreparedFace
) -> None:
    results: list[PreparedFace] = []
    thread = threading.Thread(target=lambda: results.append(engine.prepare(portrait(), None)))
    wanted = engine.render(prepared, seen(neutral()))
    thread.start()
    for _ in range(5):
        np.testing.assert_array_equal(engine.render(prepared, seen(neutral())), wanted)
    thread.join(30)
    np.testing.assert_array_equal(results[0].still, prepared.still)


def test_no_pixel_of_the_camera_is_in_the_picture(engine: Fomm, prepared: PreparedFace) -> None:
    """Not even where the driver's mouth is open; each frame is noise that no other shares."""
    shown = whole = 0.0
    for index in range(4):
        camera = cells(index, CAMERA)
        now = turned(neutral(), roll=3 * index)
        now[17, 1] += 15
        tracked = TrackedFrame(Frame(camera, index, 0.0), observe(now))
        calm = engine.calibrate(prepared, Calibration(tracked)) if index == 0 else prepared
        picture = engine.render(calm, tracked)
        shown = max(shown, part_correlation(picture, camera))
        whole = max(whole, whole_correlation(picture, camera))
    assert shown < PART_LIMIT
    assert whole < WHOLE_LIMIT


def test_the_camera_reaches_the_picture_through_keypoints_alone(
    engine: Fomm, prepared: PreparedFace
) -> None:
    """Two cameras that differ wherever there is no patch give the same keypoints, so nearly the
    same picture: what is left is less than a level."""
    grey = engine.render(prepared, seen(neutral()))
    dark = engine.render(prepared, seen(neutral(), np.full((240, 320, 3), 40, np.uint8)))
    assert apart(grey, dark).mean() < 0.3


def test_the_engine_says_what_it_is_and_where_it_runs(engine: Fomm) -> None:
    info = engine.info
    assert info.name == "fomm"
    assert info.model.startswith("m")
    word, _, counted = info.runtime.partition(", ")
    done, of, _ = counted.partition(" of ")
    assert word == "CPU"
    assert int(done) > 0
    assert of


def test_the_person_alone_is_cut_out_as_far_as_the_warp_beneath_tells(
    engine: Fomm, prepared: PreparedFace
) -> None:
    cut = engine.cut_out(prepared)
    assert cut is not None
    driver = seen(turned(neutral(), 10))
    whole, person = engine.render(prepared, driver), engine.render(cut, driver)
    assert person.shape == cut.rest.shape == (*whole.shape[:2], 4)
    inside, outside = person[..., 3] == 255, person[..., 3] == 0
    assert 0.15 < inside.mean() < 0.9
    assert outside.any()
    assert np.array_equal(person[inside][:, :3], whole[inside])
    assert not person[outside].any()
    again = engine.calibrate(prepared, Calibration(seen(neutral())))
    assert engine.render(again, driver).shape == whole.shape


def test_the_networks_square_alone_is_not_cut_out(folder: Path) -> None:
    square = settings().model_copy(
        update={"fomm": settings().fomm.model_copy(update={"paste": Paste.SQUARE})}
    )
    engine = engine_of(folder, square)
    assert engine.cut_out(engine.prepare(portrait(), None)) is None
    engine.close()
