"""A GIF: short, silent, and shown everywhere."""

import contextlib
from collections.abc import Callable
from fractions import Fraction
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from avatar_app.errors import SinkError
from avatar_app.outputs.base import StreamSpec, check_picture
from avatar_app.outputs.part_file import PartFile, Seal
from avatar_app.outputs.timeline import Timeline
from avatar_app.types import RenderedFrame, RgbImage

if TYPE_CHECKING:
    from av.container import OutputContainer

_TIME_BASE = Fraction(1, 100)
_SHORTEST = 2
"""Hundredths of a second; players show shorter ones at a tenth of their speed."""


class GifFileSink:
    """Writes an endless GIF to ``path``, which appears when it is closed.

    All frames share one palette, dithered, so nothing flickers and any length fits in memory:
    the colours that suit the first frame, and a coarse cube for what comes later. Beyond 50
    frames a second it plays slower than the clip."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] | None = None,
        seal: Seal | None = None,
    ) -> None:
        self._file = PartFile(path, seal, needs_avatar=clock is not None)
        self._clock = clock
        self._spec: StreamSpec | None = None
        self._container: OutputContainer | None = None
        self._stream: Any = None
        self._timeline: Timeline | None = None
        self._palette: Image.Image | None = None

    @property
    def title(self) -> str:
        return self._file.path.name

    def open(self, spec: StreamSpec) -> None:
        import av

        self._file.begin()
        self._spec, self._palette = spec, None
        self._timeline = Timeline(spec.fps, _TIME_BASE, clock=self._clock, step=_SHORTEST)
        with self._file.guard(self.abort):
            container = av.open(str(self._file.part), "w", format="gif", options={"loop": "0"})
            self._container = container
            self._stream = container.add_stream("gif", rate=spec.fps)
            self._stream.width, self._stream.height = spec.width, spec.height
            self._stream.pix_fmt = "pal8"
            self._stream.codec_context.time_base = self._stream.time_base = _TIME_BASE

    def send(self, rendered: RenderedFrame) -> None:
        if self._container is None or self._spec is None or self._timeline is None:
            raise SinkError(f"{self.title} is not open.")
        if not self._file.takes(rendered.outcome):
            return
        with self._file.guard(self.abort):
            check_picture(rendered.image, self._spec)
            stamp = self._timeline.stamp(rendered.captured_at)
            self._container.mux(self._stream.encode(self._picture(rendered.image, stamp)))
        self._file.note(rendered.outcome)

    def close(self) -> None:
        container = self._container
        if container is None:
            return
        if self._palette is None:
            self.abort()
            self._file.require_avatar()
            return
        with self._file.guard(self.abort):
            container.mux(self._stream.encode(None))
            container.close()
            self._container = None
            self._file.commit()

    def abort(self) -> None:
        """Throw away what was written."""
        import av

        container, self._container = self._container, None
        if container is None:
            return
        with contextlib.suppress(OSError, ValueError, av.FFmpegError):
            container.close()
        self._file.discard()

    def _picture(self, image: RgbImage, stamp: int) -> Any:
        from av.video.frame import VideoFrame

        picture = Image.fromarray(image)
        if self._palette is None:
            self._palette = _palette_of(picture)
        indexed = picture.quantize(palette=self._palette, dither=Image.Dither.FLOYDSTEINBERG)
        paletted: Any = (np.asarray(indexed), _argb(indexed))
        frame = VideoFrame.from_ndarray(paletted, format="pal8")
        frame.pts, frame.time_base = stamp, _TIME_BASE
        return frame


def _palette_of(first: Image.Image) -> Image.Image:
    cube = list(product((0, 85, 170, 255), (0, 85, 170, 255), (0, 128, 255)))
    own = first.quantize(256 - len(cube), method=Image.Quantize.MEDIANCUT).getpalette("RGB") or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*own, *chain.from_iterable(cube)])
    return palette


def _argb(indexed: Image.Image) -> Any:
    """The palette as (256, 4) uint8, alpha first."""
    colours = np.asarray(indexed.getpalette("RGB"), dtype=np.uint8).reshape(-1, 3)
    table = np.zeros((256, 4), np.uint8)
    table[:, 0] = 255
    table[: len(colours), 1:] = colours
    return table
