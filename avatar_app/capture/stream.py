"""A stream in the network: a phone's camera program, an IP camera, a picture server."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from avatar_app.capture.address import HINT, checked_address, connected, shown_address
from avatar_app.capture.base import SourceInfo
from avatar_app.capture.paced import Metronome
from avatar_app.errors import SourceError, SourceLostError
from avatar_app.types import Frame, RgbImage

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

OPEN_S = 8.0
"""An address that does not answer for so long cannot be reached."""

PATIENCE_S = 5.0
"""A stream that gives no picture for so long counts as lost."""

MAX_PIXELS = 3840 * 2160
MAX_SIDE = 1920
"""Larger pictures than MAX_PIXELS are refused, those with a longer side than MAX_SIDE are scaled
down to it."""

_DAMAGED_ALLOWED = 30
_LOOK = "Look whether the camera or the phone's program runs and is in the same network."

_log = logging.getLogger(__name__)


class StreamSource:
    """The newest picture of a stream.

    A thread of its own connects, decodes all that comes and keeps the last picture, so nothing
    waits on the network but ``read``, which can be interrupted. ``info`` has the size asked for
    until the first picture came. ``close`` gives the thread a second; one that is stuck in the
    network ends when its patience does. Nothing that is shown, logged or raised has more of the
    address in it than the host: the rest may hold passwords."""

    def __init__(self, address: str, size: tuple[int, int]) -> None:
        self._address = checked_address(address)
        self._host = shown_address(address)
        self._news = threading.Condition()
        self._newest: VideoFrame | None = None
        self._newest_at = 0.0
        self._error: SourceError | None = None
        self._stopped = False
        self._beat = Metronome()
        self._index = 0
        self._info = SourceInfo(
            word=f"url:{self._address}",
            title=self._host,
            width=size[0],
            height=size[1],
            fps=None,
            is_live=True,
        )
        self._thread = threading.Thread(target=self._receive, name="stream", daemon=True)
        self._thread.start()

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The newest picture, waited for if it was already given; None once interrupted. Raises
        SourceError where there is no stream, and SourceLostError when it ends or is silent."""
        patience = PATIENCE_S if self._index else OPEN_S + PATIENCE_S
        with self._news:
            self._news.wait_for(
                lambda: self._newest is not None or self._error or self._stopped, patience
            )
            if self._stopped:
                return None
            if self._newest is None:
                raise self._error or self._silent()
            picture, at = self._newest, self._newest_at
            self._newest = None
        self._index += 1
        return Frame(_rgb(picture), self._index - 1, at)

    def interrupt(self) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()
        self._beat.interrupt()

    def close(self) -> None:
        self.interrupt()
        self._thread.join(timeout=1.0)

    def _receive(self) -> None:
        import av

        try:
            with connected(self._address, (OPEN_S, PATIENCE_S)) as container:
                error = self._pass_on(container)
        except av.error.ExitError:
            error = self._silent()
        except SourceError as refusal:
            error = refusal
        except Exception as failure:  # The border of the thread: its text may have the address.
            error = self._broken(failure)
        with self._news:
            self._error = error
            self._news.notify_all()

    def _pass_on(self, container: "InputContainer") -> SourceError:
        """Pictures until the stream ends; why it did."""
        stream = self._picture_stream(container)
        # A film has a length and comes as fast as the line carries it: it is played in its time.
        is_film = container.duration is not None
        for picture in self._decoded(container, stream):
            at = picture.time
            if self._stopped or (is_film and at is not None and not self._beat.wait_for(at)):
                break
            if picture.width * picture.height > MAX_PIXELS:
                return self._too_large(picture.width, picture.height)
            self._post(picture)
        return SourceLostError(f"The stream of {self._host} ended.", _LOOK)

    def _picture_stream(self, container: "InputContainer") -> "VideoStream":
        if not container.streams.video:
            raise SourceError(f"There is no picture in the stream of {self._host}.", HINT)
        stream = container.streams.video[0]
        if stream.width * stream.height > MAX_PIXELS:
            raise self._too_large(stream.width, stream.height)
        # Threads by frame would each hold a picture back.
        stream.thread_type = "SLICE"
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        rate = stream.average_rate
        self._info = replace(
            self._info,
            fps=Fraction(rate) if rate and rate <= 240 else None,
            detail=stream.codec_context.name,
        )
        return stream

    def _decoded(
        self, container: "InputContainer", stream: "VideoStream"
    ) -> Iterator["VideoFrame"]:
        """All pictures; damaged ones cost themselves only, many in a row the stream."""
        import av

        damaged = 0
        for packet in container.demux(stream):
            try:
                pictures = packet.decode()
            except av.error.InvalidDataError:
                damaged += 1
                if damaged > _DAMAGED_ALLOWED:
                    raise
                continue
            damaged = 0 if pictures else damaged
            yield from pictures

    def _post(self, picture: "VideoFrame") -> None:
        width, height = _fitted(picture)
        if (width, height) != (self._info.width, self._info.height):
            self._info = replace(self._info, width=width, height=height)
        with self._news:
            self._newest, self._newest_at = picture, time.perf_counter()
            self._news.notify_all()

    def _silent(self) -> SourceError:
        if self._index:
            return SourceLostError(
                f"The stream of {self._host} gives no pictures.",
                "Look whether the camera or the phone's program still runs.",
            )
        return SourceError(f"{self._host} does not answer.", _LOOK)

    def _too_large(self, width: int, height: int) -> SourceError:
        return SourceError(
            f"The pictures of {self._host} are too large ({width} x {height}).",
            "Choose a smaller size in the camera, at most 3840 x 2160.",
        )

    def _broken(self, failure: Exception) -> SourceError:
        """The failure in words that have nothing of the address in them, as the library's have."""
        import av

        _log.info("stream of %s: %s", self._host, type(failure).__name__)
        if isinstance(failure, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
            return SourceError(
                f"{self._host} wants a name and a password.",
                "Write them into the address: http://NAME:PASSWORD@HOST/…",
            )
        if isinstance(failure, av.error.HTTPClientError | av.error.HTTPServerError):
            return SourceError(f"{self._host} has nothing at this address.", HINT)
        if isinstance(failure, ConnectionError | TimeoutError):
            return SourceError(f"{self._host} cannot be reached.", _LOOK)
        if self._index:
            return SourceLostError(f"The connection to {self._host} broke.", _LOOK)
        return SourceError(
            f"No stream of pictures comes from {self._host}.",
            "Give the address of the stream itself (MJPEG or RTSP), not that of a web page.",
        )


def _fitted(picture: "VideoFrame") -> tuple[int, int]:
    scale = min(1.0, MAX_SIDE / max(picture.width, picture.height))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _rgb(picture: "VideoFrame") -> RgbImage:
    width, height = _fitted(picture)
    image = picture.to_ndarray(format="rgb24", width=width, height=height)
    return np.ascontiguousarray(image, dtype=np.uint8)
