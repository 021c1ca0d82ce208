"""Pictures from anywhere come in upright, opaque, 8 bit and bounded, or with one clear sentence."""

import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar_app import imaging
from avatar_app.errors import MachineError, MediaError
from avatar_app.types import RgbImage

RED, GREEN, BLUE = (200, 30, 30), (30, 180, 30), (30, 30, 200)


def corners(width: int = 40, height: int = 20) -> RgbImage:
    """Red at the top left, green at the top right, blue below."""
    image = np.empty((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = RED
    image[: height // 2, width // 2 :] = GREEN
    image[height // 2 :] = BLUE
    return image


def close_to(pixel: np.ndarray, colour: tuple[int, int, int], by: int = 24) -> bool:
    return bool((np.abs(pixel.astype(int) - colour) <= by).all())


def bomb_png(path: Path, width: int, height: int) -> None:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 64)), chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK", "YCbCr"])
def test_colour_pictures_come_as_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "picture.tiff"
    picture = Image.fromarray(corners())
    (picture.quantize() if mode == "P" else picture.convert(mode)).save(path)
    image = imaging.read_image(path)
    assert image.dtype == np.uint8
    assert image.shape == (20, 40, 3)
    assert close_to(image[2, 2], RED)
    assert close_to(image[17, 20], BLUE)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16", "I", "F"])
def test_grey_pictures_of_any_depth_keep_their_range(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "grey.tiff"
    ramp = np.tile(np.linspace(0, 255, 64), (8, 1))
    deep = {"I;16": (ramp * 257).astype(np.uint16), "I": ramp.astype(np.int32)}
    picture = (
        Image.fromarray(deep.get(mode, ramp.astype(np.float32)))
        if mode in ("I;16", "I", "F")
        else Image.fromarray(ramp.astype(np.uint8)).convert(mode)
    )
    picture.save(path)
    image = imaging.read_image(path)
    assert image.shape == (8, 64, 3)
    assert int(image[:, :4].max()) <= 20
    assert int(image[:, -2:].max()) >= 250


def test_transparency_is_laid_on_the_backdrop(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    clear = Image.fromarray(corners()).convert("RGBA")
    clear.putalpha(0)
    clear.save(path)
    assert (imaging.read_image(path) == imaging.BACKDROP).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured(tmp_path: Path, orientation: int) -> None:
    upright = Image.fromarray(corners())
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / "turned.png"
    stored.save(path, exif=exif)
    assert np.array_equal(imaging.read_image(path), corners())


def test_the_content_decides_and_names_may_be_in_any_script(tmp_path: Path) -> None:
    path = tmp_path / "портрет ü 頭像 (1).jpg"
    Image.fromarray(corners()).save(path, format="PNG")
    assert np.array_equal(imaging.read_image(path), corners())


def test_of_an_animation_the_first_frame_counts(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)
    first.save(path, save_all=True, append_images=[second])
    assert close_to(imaging.read_image(path)[8, 8], RED)
    assert not imaging.is_still_picture(path)


def test_large_pictures_are_scaled_down(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.fromarray(corners(400, 200)).save(path)
    image = imaging.read_image(path, max_side=100)
    assert image.shape == (50, 100, 3)
    assert close_to(image[5, 5], RED)


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    for width, height in ((20_000, 20_000), (9_000, 9_000)):
        bomb_png(tmp_path / "bomb.png", width, height)
        with pytest.raises(MediaError, match="too large"):
            imaging.read_image(tmp_path / "bomb.png")
        assert imaging.is_still_picture(tmp_path / "bomb.png")


def test_a_baseline_jpeg_may_be_larger_for_it_is_shrunk_while_it_is_read(tmp_path: Path) -> None:
    Image.new("RGB", (400, 400), RED).save(tmp_path / "baseline.jpg")
    Image.new("RGB", (400, 400), RED).save(tmp_path / "progressive.jpg", progressive=True)
    image = imaging.read_image(tmp_path / "baseline.jpg", max_pixels=100_000, max_side=64)
    assert image.shape == (64, 64, 3)
    with pytest.raises(MediaError, match="too large"):
        imaging.read_image(tmp_path / "progressive.jpg", max_pixels=100_000)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"not a picture at all\n", "not a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not a picture"),
    ],
)
def test_what_is_no_picture_is_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=says) as caught:
        imaging.read_image(path)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


TURNED_HEIC = Path(__file__).parent / "data" / "turned.heic"
"""``corners`` at 256 x 128, lying on its side as a phone stores it."""


def test_a_picture_of_a_phone_comes_upright() -> None:
    image = imaging.read_image(TURNED_HEIC)
    assert image.shape == (128, 256, 3)
    for pixel, colour in ((image[20, 20], RED), (image[20, 236], GREEN), (image[108, 128], BLUE)):
        assert close_to(pixel, colour)
    assert imaging.is_still_picture(TURNED_HEIC)
    assert (imaging.read_image_bytes(TURNED_HEIC.read_bytes(), "drop") == image).all()


def test_boxes_of_either_kind_are_known_by_all_their_brands(tmp_path: Path) -> None:
    """Both AVIF and HEIC may call themselves first what holds for either."""
    avif = tmp_path / "a.avif"
    Image.fromarray(corners(256, 128)).save(avif)
    for content in (avif.read_bytes(), TURNED_HEIC.read_bytes()):
        general = content[:8] + b"mif1" + content[12:]
        assert imaging.read_image_bytes(general, "drop").shape == (128, 256, 3)


@pytest.mark.parametrize(
    ("claimed", "says"), [((64, 64), "is damaged"), ((60_000, 60_000), "is too large")]
)
def test_a_picture_of_a_phone_that_lies_about_its_size_is_one_sentence(
    tmp_path: Path, claimed: tuple[int, int], says: str
) -> None:
    path = tmp_path / "lies.heic"
    before, size, after = TURNED_HEIC.read_bytes().partition(
        b"ispe\0\0\0\0" + struct.pack(">II", 128, 256)
    )
    assert size
    path.write_bytes(before + size[:8] + struct.pack(">II", *claimed) + after)
    with pytest.raises(MediaError, match=says):
        imaging.read_image(path)


@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "webp", "tiff", "bmp", "heic"])
def test_a_truncated_picture_is_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"cut.{kind}"
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    if kind == "heic":
        path.write_bytes(TURNED_HEIC.read_bytes())
    else:
        Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError):
        imaging.read_image(path)


def test_a_folder_or_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="not a picture file"):
        imaging.read_image(tmp_path)
    with pytest.raises(MediaError, match="no file"):
        imaging.read_image(tmp_path / "none.png")


def test_a_written_picture_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a ü.png"
    imaging.write_png(path, corners())
    assert np.array_equal(imaging.read_image(path), corners())
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        imaging.write_png(tmp_path / "no folder" / "a.png", corners())


def test_resize_keeps_colours_both_ways() -> None:
    for size in ((10, 6), (90, 50), (40, 20)):
        image = imaging.resize(corners(), size)
        assert image.shape == (size[1], size[0], 3)
        assert close_to(image[0, 0], RED)
        assert close_to(image[-1, -1], BLUE)


def test_letterbox_keeps_the_shape_and_fills_the_rest() -> None:
    boxed = imaging.letterbox(corners(), (40, 40), (9, 8, 7))
    assert boxed.shape == (40, 40, 3)
    assert (boxed[:10] == (9, 8, 7)).all()
    assert (boxed[30:] == (9, 8, 7)).all()
    assert np.array_equal(boxed[10:30], corners())


def test_cv2_leaves_no_qt_folder_behind() -> None:
    assert "cv2" in sys.modules
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert "QT_QPA_FONTDIR" not in os.environ
