"""One word opens each source; live or every frame, as asked."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from capture_clips import write_clip

from avatar_app.capture import SOURCE_WORDS, open_source, performance_file
from avatar_app.capture.pattern import read_counter
from avatar_app.capture.performance import Performance, save_performance
from avatar_app.errors import MediaError, SourceError
from avatar_app.imaging import write_png
from avatar_app.paths import bundled_clip


@pytest.fixture
def media(tmp_path: Path) -> Path:
    write_clip(tmp_path / "clip.mp4", fps=Fraction(100), frames=4)
    folder = tmp_path / "stills"
    folder.mkdir()
    for number in (1, 2, 10):
        write_png(folder / f"img{number}.png", np.full((40, 60, 3), number * 10, np.uint8))
    empty = np.zeros((3, 478, 3), np.float32)
    recorded = Performance(empty, np.zeros(3, bool), np.arange(3) / 100, (64, 48), Fraction(100))
    save_performance(tmp_path / "take.npz", recorded)
    return tmp_path


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("file:{}/clip.mp4", 4),
        ("loop:{}/clip.mp4", 4),
        ("{}/clip.mp4", 4),
        ("image:{}/stills/img2.png", 1),
        ("{}/stills/img2.png", 1),
        ("folder:{}/stills", 3),
        ("{}/stills", 3),
        ("performance:{}/take.npz", 3),
        ("{}/take.npz", 3),
        ("pattern:0.1", 3),
    ],
)
def test_every_frame_is_given_once(media: Path, word: str, count: int) -> None:
    source = open_source(word.format(media), every_frame=True)
    frames = list(iter(source.read, None))
    source.close()
    assert not source.info.is_live
    assert [frame.index for frame in frames] == list(range(count))
    shape = (source.info.height, source.info.width, 3)
    assert all(frame.image.shape == shape for frame in frames)
    assert source.info.frame_count == count


@pytest.mark.parametrize(
    "word",
    ["loop:{}/clip.mp4", "image:{}/stills/img2.png", "folder:{}/stills", "performance:{}/take.npz"],
)
def test_live_stand_ins_go_on_past_their_end(media: Path, word: str) -> None:
    source = open_source(word.format(media), fps=100)
    frames = [source.read() for _ in range(9)]
    source.close()
    assert source.info.is_live
    assert source.info.frame_count is None
    assert [frame.index for frame in frames if frame] == list(range(9))
    stamps = [frame.captured_at for frame in frames if frame]
    assert stamps == sorted(stamps)


def test_a_file_played_live_ends(media: Path) -> None:
    source = open_source(f"file:{media}/clip.mp4")
    counters = [read_counter(frame.image) for frame in iter(source.read, None)]
    source.close()
    assert counters == [0, 1, 2, 3]


def test_the_word_of_the_info_opens_the_same_again(media: Path) -> None:
    for word in (f"file:{media}/clip.mp4", f"loop:{media}/clip.mp4", "pattern:"):
        source = open_source(word)
        source.close()
        assert source.info.word == word


def test_pictures_of_a_folder_come_in_natural_order(media: Path) -> None:
    source = open_source(f"folder:{media}/stills", every_frame=True)
    assert [int(frame.image[0, 0, 0]) for frame in iter(source.read, None)] == [10, 20, 100]


def test_pictures_of_another_size_are_boxed_into_the_first(media: Path) -> None:
    write_png(media / "stills" / "img11.png", np.full((90, 20, 3), 200, np.uint8))
    source = open_source(f"folder:{media}/stills", every_frame=True)
    last = list(iter(source.read, None))[-1].image
    assert last.shape == (40, 60, 3)
    assert last[20, 30, 0] == 200
    assert last[20, 2, 0] == 0


@pytest.mark.parametrize(
    "word",
    ["", "nonsense", "nonsense:1", "file:", "pattern:x", "pattern:-1", "pattern:nan"],
)
def test_a_word_that_opens_nothing_is_a_source_error(word: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(word)
    assert caught.value.hint


def test_files_that_do_not_exist_are_media_errors(tmp_path: Path) -> None:
    for word in ("file", "loop", "image", "folder", "performance"):
        with pytest.raises(MediaError):
            open_source(f"{word}:{tmp_path}/none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="no pictures"):
        open_source(f"folder:{tmp_path}/empty")


def test_only_a_recording_asks_for_a_replay() -> None:
    assert performance_file("performance:a/take.npz") == Path("a/take.npz")
    assert performance_file("a/take.npz") == Path("a/take.npz")
    assert performance_file("file:a.npz") is None
    assert performance_file("camera:0") is None


def test_every_word_of_the_help_is_known() -> None:
    from avatar_app.capture.registry import _OPENERS

    assert {word.split(":")[0] for word in SOURCE_WORDS} == set(_OPENERS)


@pytest.mark.skipif(not bundled_clip().exists(), reason="no clip is bundled yet")
def test_the_bundled_clip_stands_in_for_a_camera() -> None:
    source = open_source("clip:")
    frame = source.read()
    source.close()
    assert source.info.is_live
    assert frame is not None
    assert source.info.word == "clip:"
