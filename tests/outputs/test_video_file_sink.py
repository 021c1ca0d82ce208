"""Video files: exact times, true colours, the sound kept, and nothing half-written."""

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import write_clip
from full_disk import files_limited_to
from sink_stream import SPEC, frame

from avatar_app.errors import SinkError
from avatar_app.outputs import open_file, open_sink
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.video_file import VideoFileSink
from avatar_app.types import Outcome

SUFFIXES = [".mp4", ".mkv", ".mov"]


def write(path: Path, count: int = 20, spec: StreamSpec = SPEC, sound: Path | None = None) -> Path:
    sink = open_file(path, sound_from=sound)
    sink.open(spec)
    for n in range(count):
        sink.send(frame(n, spec))
    sink.close()
    return path


def pictures(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as source:
        yield from (f.to_ndarray(format="rgb24") for f in source.decode(video=0))


def times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as source:
        return [f.pts * f.time_base for f in source.decode(video=0)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_picture_arrives_with_its_colours(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}")
    with av.open(str(path)) as source:
        pictures = [f.to_ndarray(format="rgb24").astype(int) for f in source.decode(video=0)]
    assert len(pictures) == 20
    for n, picture in enumerate(pictures):
        off = np.abs(picture - frame(n).image)
        assert off.mean() < 3
        bar = n * 4 % 56
        assert off[:, bar + 2 : bar + 6].max() < 16


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)])
def test_a_rational_rate_is_kept_exactly(tmp_path: Path, fps: Fraction) -> None:
    path = write(tmp_path / "a.mp4", 60, StreamSpec(64, 48, fps))
    assert times(path) == [n / fps for n in range(60)]
    with av.open(str(path)) as source:
        assert source.streams.video[0].average_rate == fps


def test_a_variable_rate_is_kept(tmp_path: Path) -> None:
    at = [0.0, 0.033, 0.2, 0.25, 0.6]
    sink = open_file(tmp_path / "a.mp4")
    sink.open(SPEC)
    for n, moment in enumerate(at):
        sink.send(frame(n, at=moment))
    sink.close()
    assert [float(t) for t in times(tmp_path / "a.mp4")] == pytest.approx(at, abs=1e-3)


def test_odd_sizes_get_one_more_row_and_column(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", 3, StreamSpec(63, 47, Fraction(30)))
    with av.open(str(path)) as source:
        picture = next(source.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert picture.shape == (48, 64, 3)
    assert np.abs(picture[47] - picture[46]).max() < 12


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("made_as", "codec"), [("c.mp4", "aac"), ("c.mkv", "flac"), ("c.mkv", "pcm_s16le")]
)
def test_the_sound_is_kept_in_step(tmp_path: Path, suffix: str, made_as: str, codec: str) -> None:
    clip = write_clip(tmp_path / made_as, sound=codec, frames=60)
    path = write(tmp_path / f"a{suffix}", 60, sound=clip)
    with av.open(str(path)) as source:
        assert len(list(source.decode(video=0))) == 60
    with av.open(str(path)) as source:
        sound = np.concatenate([f.to_ndarray().mean(axis=0) for f in source.decode(audio=0)])
        rate = source.streams.audio[0].rate
    assert len(sound) / rate == pytest.approx(2.0, abs=0.06)
    assert np.abs(sound).max() > 0


def test_sound_that_fits_is_copied_byte_for_byte(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4")
    path = write(tmp_path / "a.mp4", 30, sound=clip)

    def packets(file: Path) -> list[bytes]:
        with av.open(str(file)) as source:
            return [bytes(p) for p in source.demux(audio=0) if p.size]

    assert packets(path) == packets(clip)


def test_a_silent_clip_gives_a_silent_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", sound=None)
    with av.open(str(write(tmp_path / "a.mp4", 5, sound=clip))) as source:
        assert not source.streams.audio


def test_the_file_appears_only_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    sink = open_file(path)
    sink.open(SPEC)
    sink.send(frame(0))
    assert path.read_bytes() == b"old"
    sink.close()
    sink.close()
    assert len(times(path)) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.gif", "a/"])
def test_abort_leaves_the_old_file_and_no_part(tmp_path: Path, name: str) -> None:
    write(tmp_path / name.rstrip("/"), 2)
    before = sorted(tmp_path.rglob("*"))
    sink = open_file(f"{tmp_path}/{name}")
    sink.open(SPEC)
    for n in range(5):
        sink.send(frame(n))
    sink.abort()
    sink.abort()
    sink.close()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.gif", "a/"])
def test_a_file_without_a_picture_never_appears(tmp_path: Path, name: str) -> None:
    sink = open_file(f"{tmp_path}/{name}")
    sink.open(SPEC)
    sink.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.gif", "a/"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    spec = StreamSpec(320, 240, Fraction(30))
    rng = np.random.default_rng(1)
    with files_limited_to(40_000), pytest.raises(SinkError, match="the disk is full") as caught:
        sink = open_file(f"{tmp_path}/{name}")
        sink.open(spec)
        for n in range(60):
            noisy = frame(n, spec)
            noisy.image[:] = rng.integers(0, 256, noisy.image.shape, np.uint8)
            sink.send(noisy)
        sink.close()
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_and_a_folder_in_the_way_are_named(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="There is no folder"):
        open_file(tmp_path / "none" / "a.mp4").open(SPEC)
    (tmp_path / "b.mp4").mkdir()
    with pytest.raises(SinkError, match="is a folder"):
        write(tmp_path / "b.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["b.mp4"]


def test_a_picture_of_another_size_ends_the_file(tmp_path: Path) -> None:
    sink = open_file(tmp_path / "a.mp4")
    sink.open(SPEC)
    with pytest.raises(SinkError, match="expected uint8"):
        sink.send(frame(0, StreamSpec(32, 32, Fraction(30))))
    with pytest.raises(SinkError, match="not open"):
        sink.send(frame(0))
    assert not list(tmp_path.iterdir())


def test_a_live_recording_runs_by_the_clock(tmp_path: Path) -> None:
    """Whatever the pictures say of themselves; a beat that was skipped stays empty."""
    now = iter([10.0, 10.0334, 10.0667, 10.2, 10.2333])
    sink = VideoFileSink(tmp_path / "a.mp4", clock=lambda: next(now))
    sink.open(SPEC)
    for _ in range(5):
        sink.send(frame(3))
    sink.close()
    assert times(tmp_path / "a.mp4") == [Fraction(n, 30) for n in (0, 1, 2, 6, 7)]


def test_what_a_killed_program_leaves_of_a_live_recording_can_be_played(tmp_path: Path) -> None:
    now = iter(n / 30 for n in range(300))
    sink = VideoFileSink(tmp_path / "a.mp4", clock=lambda: next(now))
    sink.open(SPEC)
    for n in range(300):
        sink.send(frame(n))
    left = tmp_path / "left.mp4"
    left.write_bytes((tmp_path / "a.mp4.part").read_bytes())
    sink.abort()
    assert len(times(left)) > 150


def test_a_word_opens_a_live_recording(tmp_path: Path) -> None:
    sink = open_sink(f"file:{tmp_path}/a.mkv")
    sink.open(SPEC)
    for n in range(3):
        sink.send(frame(n))
    sink.close()
    assert len(times(tmp_path / "a.mkv")) == 3


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
@pytest.mark.parametrize("outcome", [Outcome.PLACEHOLDER, Outcome.FAILED])
def test_cards_alone_replace_no_file(tmp_path: Path, name: str, outcome: Outcome) -> None:
    """As where the camera never gave a picture, or the engine none."""
    path = tmp_path / name
    path.write_bytes(b"of yesterday")
    sink = open_sink(f"file:{path}")
    sink.open(SPEC)
    for n in range(3):
        sink.send(replace(frame(n), outcome=outcome))
    with pytest.raises(SinkError, match="was not written: no picture of the avatar"):
        sink.close()
    assert [path.read_bytes(), *tmp_path.iterdir()] == [b"of yesterday", path]
    sink = open_sink(f"file:{path}")
    sink.open(SPEC)
    sink.send(replace(frame(0), outcome=Outcome.PLACEHOLDER))
    sink.send(frame(1))
    sink.close()
    assert path.read_bytes() != b"of yesterday"


def test_cards_alone_replace_no_folder(tmp_path: Path) -> None:
    kept = tmp_path / "frames" / "frame_000000.png"
    kept.parent.mkdir()
    kept.write_bytes(b"of yesterday")
    sink = open_sink(f"frames:{kept.parent}")
    sink.open(SPEC)
    sink.send(replace(frame(0), outcome=Outcome.PLACEHOLDER))
    with pytest.raises(SinkError, match="was not written"):
        sink.close()
    assert [kept.read_bytes(), *tmp_path.iterdir()] == [b"of yesterday", kept.parent]
    sink.open(SPEC)
    sink.send(frame(0))
    sink.close()
    assert kept.read_bytes() != b"of yesterday"


@pytest.mark.parametrize("name", ["a.mkv", "a.gif", "frames/"])
def test_a_live_film_begins_with_the_avatar_and_keeps_later_cards(
    tmp_path: Path, name: str
) -> None:
    sink = open_sink(f"file:{tmp_path}/{name}")
    sink.open(SPEC)
    black, white = (np.full((SPEC.height, SPEC.width, 3), v, np.uint8) for v in (0, 255))
    card = replace(frame(0), image=black, outcome=Outcome.PLACEHOLDER)
    for picture in (card, card, replace(frame(1), image=white), card, card):
        sink.send(picture)
        time.sleep(0.05)
    sink.close()
    kept = sorted((tmp_path / name).iterdir()) if name == "frames/" else [tmp_path / name]
    found = [image.mean() > 128 for path in kept for image in pictures(path)]
    assert found == [True, False, False]


def test_what_is_made_of_a_clip_keeps_its_first_cards(tmp_path: Path) -> None:
    """A picture of the clip without a face belongs to its moment."""
    sink = open_file(tmp_path / "a.mkv")
    sink.open(SPEC)
    for n in range(2):
        sink.send(replace(frame(n), outcome=Outcome.FAILED))
    sink.close()
    assert len(times(tmp_path / "a.mkv")) == 2
