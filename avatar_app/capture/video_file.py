"""Video files: every frame, upright, at the file's exact rate."""

import logging
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from avatar_app.capture.base import SourceInfo
from avatar_app.errors import MediaError
from avatar_app.types import Frame, RgbImage

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_PIXELS = 36_000_000
"""Larger frames (more than 8K) are refused before one is decoded."""

MAX_SIDE = 1920
"""Larger frames are scaled down to this longer side while they are converted."""

_HINT = "Choose an MP4, MOV, MKV, WebM or GIF file that another program can play."
# Demuxers that make a "video" of any text, or that open other files than the one named.
_NOT_VIDEO = {"tty", "hls", "concat", "dash", "ffmetadata", "srt", "ass", "webvtt", "lrc"}

_log = logging.getLogger(__name__)


class VideoFileSource:
    """The frames of a video file in order, as fast as asked; ``captured_at`` is the position in
    the clip. Damaged stretches are skipped. Raises MediaError where nothing can be read."""

    def __init__(self, path: Path, *, word: str = "") -> None:
        self._path = path
        self._container = _open(path)
        self._interrupted = False
        self._damaged = 0
        self._index = 0
        try:
            self._stream = _video_stream(self._container, path)
            self._frames: Iterator[VideoFrame] = self._decode()
            self._waiting = next(self._frames, None)
            if self._waiting is None:
                raise _damaged_file(path)
            self._size, self._turns = _shape(self._waiting)
            self._info = self._describe(word or f"file:{path}")
        except BaseException:
            self._container.close()
            raise

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next frame, or None at the end."""
        if self._interrupted:
            return None
        frame = self._waiting or next(self._frames, None)
        self._waiting = None
        if frame is None:
            return None
        image = self._to_rgb(frame)
        at = frame.time if frame.time is not None else self._index / float(self._info.fps or 25)
        self._index += 1
        return Frame(image, self._index - 1, at)

    def interrupt(self) -> None:
        self._interrupted = True

    def close(self) -> None:
        self._interrupted = True
        self._frames = iter(())  # The generator holds this object, and so the decoder's threads.
        self._container.close()

    def _decode(self) -> Iterator["VideoFrame"]:
        """Frames of all packets that can be read: a damaged packet costs its own frames only."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                yield from packet.decode()
            except StopIteration:
                break
            except (av.error.EOFError, av.error.InvalidDataError, av.error.UndefinedError):
                self._damaged += 1
                if self._damaged > 1000:
                    raise _damaged_file(self._path) from None
        if self._damaged:
            _log.warning("%s: %d damaged packets were skipped", self._path, self._damaged)

    def _to_rgb(self, frame: "VideoFrame") -> RgbImage:
        width, height = self._size
        image = frame.to_ndarray(format="rgb24", width=width, height=height)
        return np.ascontiguousarray(np.rot90(image, self._turns), dtype=np.uint8)

    def _describe(self, word: str) -> SourceInfo:
        width, height = self._size if self._turns % 2 == 0 else self._size[::-1]
        return SourceInfo(
            word=word,
            title=self._path.name,
            width=width,
            height=height,
            fps=_rate(self._stream),
            is_live=False,
            frame_count=self._stream.frames or None,
            has_sound=bool(self._container.streams.audio),
            detail=self._stream.codec_context.name,
        )


def _open(path: Path) -> "InputContainer":
    import av

    if not path.is_file():
        raise MediaError(f"There is no video file {path}.", "Check the name.")
    if path.stat().st_size == 0:
        raise MediaError(f"The file {path} is empty.", _HINT)
    try:
        return av.open(f"file:{path}", container_options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise MediaError(f"The file {path} may not be read.", "Check its permissions.") from error
    except (OSError, ValueError, UnicodeError) as error:
        raise MediaError(f"{path} is not a video that can be read.", _HINT) from error


def _video_stream(container: "InputContainer", path: Path) -> "VideoStream":
    streams = container.streams.video
    if not streams or _NOT_VIDEO & set(container.format.name.split(",")):
        raise MediaError(f"There is no picture in {path}.", _HINT)
    stream = streams[0]
    if stream.width * stream.height > MAX_PIXELS:
        raise MediaError(
            f"The frames of {path} are too large ({stream.width} x {stream.height}).",
            "Make a smaller copy first, at most 8K.",
        )
    stream.thread_type = "AUTO"
    return stream


def _shape(frame: "VideoFrame") -> tuple[tuple[int, int], int]:
    """The size to convert to, before turning, and the quarter turns anticlockwise that bring the
    frame upright (phones film sideways and say so)."""
    scale = min(1.0, MAX_SIDE / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    return size, round(frame.rotation / 90) % 4


def _rate(stream: Any) -> Fraction:
    """Frames over duration, which keeps the sound in step; the nominal rate when they agree to a
    thousandth, for its rounder number."""
    mean, nominal = stream.average_rate, stream.guessed_rate
    if mean and nominal and abs(mean / nominal - 1) < Fraction(1, 1000):
        return Fraction(nominal)
    return Fraction(mean or nominal or 25)


def _damaged_file(path: Path) -> MediaError:
    return MediaError(f"The video {path} is damaged: no frame can be read.", _HINT)
