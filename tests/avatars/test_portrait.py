"""A portrait becomes an avatar however its face lies, or says in one sentence why not."""

from pathlib import Path

import numpy as np
import pytest
from drawn_face import CHIN, FOREHEAD, DrawnFaceTracker, draw_face

from avatar_app.avatars.portrait import load_avatar
from avatar_app.errors import FaceError, MediaError
from avatar_app.imaging import write_png
from avatar_app.paths import bundled_avatars
from avatar_app.types import Avatar, RgbImage


def paper(width: int, height: int) -> RgbImage:
    return np.full((height, width, 3), 180, np.uint8)


def loaded(path: Path, image: RgbImage, *, fooled: bool = False) -> Avatar:
    write_png(path, image)
    return load_avatar(str(path), lambda: DrawnFaceTracker(fooled=fooled))


def assert_face_fits(avatar: Avatar) -> None:
    """The face found is the face drawn."""
    box = avatar.face.box
    x, y = round(box.centre[0]), round(box.centre[1])
    lift = round(box.height / 4)
    assert np.abs(avatar.image[y - lift, x].astype(int) - FOREHEAD).max() < 60
    assert np.abs(avatar.image[y + lift, x].astype(int) - CHIN).max() < 60
    red = (avatar.image[..., 0] > 150) & (avatar.image[..., 1] < 60)
    assert np.flatnonzero(red.any(axis=1))[0] == pytest.approx(box.y0, abs=3)
    assert avatar.face.landmarks[0, :2] == pytest.approx((box.x0, box.y0), abs=0.01)


def test_a_plain_portrait_is_kept_as_it_is(tmp_path: Path) -> None:
    image = paper(300, 400)
    draw_face(image, 150, 180, 200)
    avatar = loaded(tmp_path / "anna.png", image)
    assert avatar.name == "anna"
    assert np.array_equal(avatar.image, image)
    assert_face_fits(avatar)


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("fooled", [False, True])
def test_a_portrait_on_its_side_or_upside_down_is_turned(
    tmp_path: Path, quarters: int, fooled: bool
) -> None:
    image = paper(300, 400)
    draw_face(image, 150, 180, 200)
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    avatar = loaded(tmp_path / "turned.png", turned, fooled=fooled)
    assert np.array_equal(avatar.image, image)
    assert_face_fits(avatar)


def test_a_face_at_the_border_is_found(tmp_path: Path) -> None:
    image = paper(400, 400)
    draw_face(image, 68, 200, 240)
    assert_face_fits(loaded(tmp_path / "edge.png", image))


def test_a_face_in_a_panorama_is_found_and_cut_out(tmp_path: Path) -> None:
    image = paper(1500, 220)
    draw_face(image, 1100, 110, 80)
    avatar = loaded(tmp_path / "wide.png", image)
    assert avatar.image.shape == (220, 480, 3)
    assert avatar.image.flags.c_contiguous
    assert_face_fits(avatar)


def test_a_large_portrait_is_reduced(tmp_path: Path) -> None:
    image = paper(1000, 2500)
    draw_face(image, 500, 800, 700)
    avatar = loaded(tmp_path / "large.png", image)
    assert max(avatar.image.shape) == 2048
    assert avatar.face.box.height == pytest.approx(700 * 2048 / 2500, abs=3)
    assert_face_fits(avatar)


def test_no_face_and_a_tiny_face_are_face_errors(tmp_path: Path) -> None:
    with pytest.raises(FaceError, match="No face was found in none") as caught:
        loaded(tmp_path / "none.png", paper(200, 200))
    assert caught.value.hint
    image = paper(100, 100)
    draw_face(image, 50, 50, 16)
    with pytest.raises(FaceError, match="16 pixels"):
        loaded(tmp_path / "tiny.png", image)
    with pytest.raises(FaceError):
        loaded(tmp_path / "one.png", paper(1, 1))


def test_the_tracker_is_closed_even_after_an_error(tmp_path: Path) -> None:
    tracker = DrawnFaceTracker()
    write_png(tmp_path / "none.png", paper(64, 64))
    with pytest.raises(FaceError):
        load_avatar(str(tmp_path / "none.png"), lambda: tracker)
    assert tracker.closed


def test_an_unknown_name_lists_the_bundled_ones() -> None:
    with pytest.raises(MediaError, match="nobody") as caught:
        load_avatar("nobody", DrawnFaceTracker)
    assert all(name in caught.value.hint for name in bundled_avatars())


@pytest.mark.skipif(not bundled_avatars(), reason="no avatar is bundled yet")
def test_every_bundled_avatar_has_a_face() -> None:
    from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker

    for name in ["", *bundled_avatars()]:
        avatar = load_avatar(name, lambda: MediaPipeTracker(static=True, max_faces=4))
        assert avatar.name == (name or next(iter(bundled_avatars())))
        assert avatar.face.box.height > 100
