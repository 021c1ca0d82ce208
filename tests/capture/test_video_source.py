"""A video file gives every frame, in order, upright, at its exact rate."""

import gc
import weakref
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from capture_clips import turn_sideways, write_clip
from PIL import Image

from avatar_app.capture.pattern import PatternSource, read_counter
from avatar_app.capture.video_file import VideoFileSource
from avatar_app.errors import MediaError
from avatar_app.types import Frame


def all_frames(path: Path) -> list[Frame]:
    source = VideoFileSource(path)
    frames = list(iter(source.read, None))
    source.close()
    return frames


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov", "clip.mkv"])
def test_every_frame_comes_once_in_order(tmp_path: Path, name: str) -> None:
    frames = all_frames(write_clip(tmp_path / name))
    assert [read_counter(frame.image) for frame in frames] == list(range(12))
    assert [frame.index for frame in frames] == list(range(12))


def test_a_closed_clip_frees_its_decoder_at_once(tmp_path: Path) -> None:
    source = VideoFileSource(write_clip(tmp_path / "clip.mp4"))
    source.read()
    source.close()
    there = weakref.ref(source)
    gc.disable()
    try:
        del source
        assert there() is None
    finally:
        gc.enable()


def test_the_rate_is_exact_and_times_are_positions(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    source = VideoFileSource(path)
    assert source.info.fps == Fraction(30000, 1001)
    assert source.info.frame_count == 12
    assert not source.info.is_live
    times = [frame.captured_at for frame in iter(source.read, None)]
    source.close()
    assert np.allclose(times, [index * 1001 / 30000 for index in range(12)], atol=1e-4)


def test_colours_survive(tmp_path: Path) -> None:
    first = all_frames(write_clip(tmp_path / "clip.mp4"))[0].image
    card = PatternSource((192, 96), Fraction(30)).read()
    assert card is not None
    assert np.abs(first.astype(int) - card.image).mean() < 12


@pytest.mark.parametrize("sound", [False, True])
def test_sound_is_reported(tmp_path: Path, sound: bool) -> None:
    source = VideoFileSource(write_clip(tmp_path / "clip.mp4", sound=sound))
    assert source.info.has_sound == sound
    source.close()


def test_a_clip_filmed_sideways_comes_upright(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "phone.mp4")
    plain = all_frames(path)
    turn_sideways(path)
    source = VideoFileSource(path)
    assert (source.info.width, source.info.height) == (96, 192)
    turned = source.read()
    source.close()
    assert turned is not None
    assert np.array_equal(turned.image, np.rot90(plain[0].image, -1))


def test_a_gif_is_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    pages = [Image.new("RGB", (32, 32), (60 * page, 20, 20)) for page in range(4)]
    pages[0].save(path, save_all=True, append_images=pages[1:], duration=100)
    frames = all_frames(path)
    assert [round(int(frame.image[16, 16, 0]) / 60) for frame in frames] == [0, 1, 2, 3]


def test_large_frames_are_scaled_down(tmp_path: Path) -> None:
    source = VideoFileSource(write_clip(tmp_path / "wide.mp4", size=(2000, 40), frames=1))
    frame = source.read()
    source.close()
    assert frame is not None
    assert frame.image.shape == (source.info.height, source.info.width, 3) == (38, 1920, 3)


def test_interrupt_ends_reading(tmp_path: Path) -> None:
    source = VideoFileSource(write_clip(tmp_path / "clip.mp4"))
    source.interrupt()
    assert source.read() is None
    source.close()


def test_a_damaged_stretch_costs_its_own_frames_only(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", frames=40)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    frames = all_frames(path)
    assert 10 < len(frames) < 40
    assert [frame.index for frame in frames] == list(range(len(frames)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("text.mp4", b"hello, this is not a video\n" * 20),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"),
        ("noise.mp4", bytes(range(256)) * 8),
    ],
)
def test_what_is_no_video_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError) as caught:
        VideoFileSource(path)
    assert str(path) in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_clip_cut_off_before_its_index_is_one_sentence(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(MediaError):
        VideoFileSource(path)
    with pytest.raises(MediaError, match="no video file"):
        VideoFileSource(tmp_path / "none.mp4")
