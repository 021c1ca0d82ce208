"""GIF and PNG folder."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from sink_stream import SPEC, frame

from avatar_app.errors import SinkError
from avatar_app.outputs import open_file
from avatar_app.outputs.base import StreamSpec


def write(path: Path, count: int, spec: StreamSpec = SPEC) -> None:
    sink = open_file(path)
    sink.open(spec)
    for n in range(count):
        sink.send(frame(n, spec))
    sink.close()


def test_a_gif_has_every_frame_its_length_and_its_colours(tmp_path: Path) -> None:
    write(tmp_path / "a.gif", 30)
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 30
        assert gif.info["loop"] == 0
        length = 0
        for n in range(30):
            gif.seek(n)
            length += gif.info["duration"]
            shown = np.asarray(gif.convert("RGB")).astype(int)
            off = shown.mean(axis=(0, 1)) - frame(n).image.mean(axis=(0, 1))
            assert np.abs(off).max() < 4
    assert length == pytest.approx(1000, abs=20)


def test_a_fast_gif_is_slowed_to_what_players_show(tmp_path: Path) -> None:
    write(tmp_path / "a.gif", 20, StreamSpec(64, 48, Fraction(100)))
    with Image.open(tmp_path / "a.gif") as gif:
        for n in range(19):
            gif.seek(n)
            assert gif.info["duration"] >= 20


def test_a_folder_of_pngs_is_lossless_and_in_order(tmp_path: Path) -> None:
    write(tmp_path / "out", 12)
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [f"frame_{n:06d}.png" for n in range(12)]
    for n, file in enumerate(files):
        assert np.array_equal(cv2.imread(str(file))[:, :, ::-1], frame(n).image)


def test_an_older_folder_of_frames_is_replaced_whole(tmp_path: Path) -> None:
    write(tmp_path / "out", 12)
    write(tmp_path / "out", 3)
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    for name in ("out", "other.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.tex").write_text("precious")
    with pytest.raises(SinkError, match="holds other things"):
        write(tmp_path / "out", 3)
    with pytest.raises(SinkError, match="in the way"):
        write(tmp_path / "other", 3)
    assert len(list(tmp_path.rglob("thesis.tex"))) == 2


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious")
    with pytest.raises(SinkError, match="not a folder"):
        write(tmp_path / "out", 3)
    assert (tmp_path / "out").read_text() == "precious"
