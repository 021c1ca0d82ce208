"""The real virtual camera, seen by other programs. Opt-in: see README.md in this folder."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from vcam_browser import find_browser, look_at_camera
from vcam_producer import QUADRANTS, SIZE

from avatar_app.doctor.camera_test import camera_test
from avatar_app.doctor.check import Verdict
from avatar_app.errors import SinkError
from avatar_app.outputs import v4l2_loopback
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.virtual_camera import VirtualCameraSink
from avatar_app.types import RgbImage

pytestmark = pytest.mark.vcam

PRODUCER = Path(__file__).with_name("vcam_producer.py")
SPOTS = {
    "top left": (0.25, 0.25),
    "top right": (0.75, 0.25),
    "bottom left": (0.25, 0.75),
    "bottom right": (0.75, 0.75),
    "middle": (0.5, 0.5),
}
TOLERANCE = 14
ENOUGH_PICTURES = 120
PATIENCE_SECONDS = 240


@contextmanager
def producing(node: v4l2_loopback.LoopbackNode) -> Iterator["subprocess.Popen[str]"]:
    """The output stage in a process of its own, fed before this begins."""
    command = [sys.executable, str(PRODUCER), str(node.path), "1", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        try:
            said = heard(process)
            assert said == {"event": "fed", "problems": []}
            yield process
        finally:
            process.stdin.close()
            process.wait(timeout=60)


def heard(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline() or '{"event": "died"}')
    return said


def assert_quadrants(seen: dict[str, Any]) -> None:
    for name, colour in QUADRANTS.items():
        off = np.abs(np.asarray(seen[name]) - colour).max()
        assert off <= TOLERANCE, f"{name}: {seen[name]}, expected {colour}"


def assert_pictures(pictures: list[RgbImage]) -> None:
    assert pictures[-1].shape == (SIZE[1], SIZE[0], 3)
    assert_quadrants(colours(pictures[-1]))
    assert len(middles(pictures)) >= 3, "the picture stands still"


def middles(pictures: list[RgbImage]) -> set[int]:
    """The different greys of the square in the middle."""
    return {round(float(colours(picture)["middle"][0])) for picture in pictures}


def colours(picture: RgbImage) -> dict[str, Any]:
    """The mean colour of a patch around each spot."""
    height, width = picture.shape[:2]
    return {
        name: picture[
            int(v * height) - 8 : int(v * height) + 8, int(u * width) - 8 : int(u * width) + 8
        ].mean(axis=(0, 1))
        for name, (u, v) in SPOTS.items()
    }


def read_with_opencv(node: v4l2_loopback.LoopbackNode) -> list[RgbImage]:
    """Pictures until three different ones came: a slow machine repeats many."""
    camera = cv2.VideoCapture(str(node.path), cv2.CAP_V4L2)
    try:
        pictures: list[RgbImage] = []
        while len(pictures) < ENOUGH_PICTURES and len(middles(pictures)) < 3:
            got, bgr = camera.read()
            assert got, f"OpenCV got {len(pictures)} pictures"
            pictures.append(np.asarray(bgr[:, :, ::-1], np.uint8))
        return pictures
    finally:
        camera.release()


def test_other_programs_see_its_label_size_colours_and_motion(
    node: v4l2_loopback.LoopbackNode, tmp_path: Path
) -> None:
    assert node.label == v4l2_loopback.LABEL
    browser = find_browser()
    assert browser, "a Chromium is needed; see README.md"
    with producing(node):
        assert_pictures(read_with_opencv(node))
        assert_pictures(read_with_ffmpeg(node, 30))
        seen = look_at_camera(browser, tmp_path / "profile", PATIENCE_SECONDS)
    assert "error" not in seen, seen["error"]
    assert seen["label"] == node.label
    assert node.label in seen["labels"]
    assert (seen["width"], seen["height"]) == SIZE
    assert_quadrants(seen["samples"][-1])
    assert len({round(sample["middle"][0]) for sample in seen["samples"]}) >= 3


def read_with_ffmpeg(node: v4l2_loopback.LoopbackNode, count: int) -> list[RgbImage]:
    program = shutil.which("ffmpeg")
    assert program, "ffmpeg is needed; see README.md"
    take = [
        "-frames:v",
        str(count),
        "-fps_mode",
        "passthrough",
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
        "pipe:1",
    ]
    source = ["-loglevel", "error", "-nostdin", "-f", "v4l2", "-i", str(node.path)]
    done = subprocess.run(
        [program, *source, *take], capture_output=True, check=True, timeout=PATIENCE_SECONDS
    )
    data = np.frombuffer(done.stdout, np.uint8)
    return list(data.reshape(count, SIZE[1], SIZE[0], 3))


def test_it_starts_again_in_one_process_and_in_a_new_one(
    node: v4l2_loopback.LoopbackNode,
) -> None:
    for starts in (3, 1):
        command = [sys.executable, str(PRODUCER), str(node.path), str(starts), "0.2"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        said = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["event"] for line in said] == ["fed", "closed"] * starts, done.stderr
        assert all(line["problems"] == [] for line in said)
        assert all(line["sent"] > 0 for line in said[1::2])


def test_it_starts_again_after_it_was_killed_in_the_middle_of_a_call(
    node: v4l2_loopback.LoopbackNode,
) -> None:
    call = cv2.VideoCapture()
    try:
        with producing(node) as process:
            call.open(str(node.path), cv2.CAP_V4L2)
            assert call.read()[0]
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        with producing(node):
            assert_pictures(read_with_opencv(node))
    finally:
        call.release()


def test_a_second_producer_is_told_why_and_leaves_the_first_alone(
    node: v4l2_loopback.LoopbackNode,
) -> None:
    with producing(node):
        second = VirtualCameraSink(str(node.path))
        with pytest.raises(SinkError, match="another program sends pictures to it"):
            second.open(StreamSpec(*SIZE, Fraction(30)))
        assert not v4l2_loopback.descriptors_of(node.path)
        assert_pictures(read_with_opencv(node))


def test_another_size_during_a_call_is_refused(node: v4l2_loopback.LoopbackNode) -> None:
    call = cv2.VideoCapture()
    try:
        with producing(node):
            call.open(str(node.path), cv2.CAP_V4L2)
            assert call.read()[0]
        before = v4l2_loopback.descriptors_of(node.path)
        with pytest.raises(SinkError, match="1280 x 720"):
            VirtualCameraSink(str(node.path)).open(StreamSpec(640, 480, Fraction(30)))
        assert v4l2_loopback.descriptors_of(node.path) == before
    finally:
        call.release()
    with producing(node):
        assert_pictures(read_with_opencv(node))


def test_the_self_test_finds_that_the_camera_works_and_leaves_it_as_it_was(
    node: v4l2_loopback.LoopbackNode,
) -> None:
    for _ in range(2):
        found = camera_test(str(node.path))
        assert (found.verdict, found.hint) == (Verdict.OK, ""), found.detail
        assert "1280 × 720" in found.detail
    assert not v4l2_loopback.descriptors_of(node.path)
    with producing(node):
        assert_pictures(read_with_opencv(node))


def test_the_self_test_says_that_another_program_sends(node: v4l2_loopback.LoopbackNode) -> None:
    with producing(node):
        found = camera_test(str(node.path))
        assert found.verdict is Verdict.WARN
        assert "another program" in found.detail, found.detail
        assert_pictures(read_with_opencv(node))
