"""What every output promises."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from avatar_app.config import OutputConfig
from avatar_app.errors import SinkError
from avatar_app.types import RenderedFrame, RgbImage


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """The one picture size and rate of a stream; fixed from ``open`` to ``close``."""

    width: int
    height: int
    fps: Fraction

    @classmethod
    def of(cls, output: OutputConfig) -> "StreamSpec":
        """The stream that the settings ask for."""
        return cls(output.width, output.height, Fraction(output.fps))


class FrameSink(Protocol):
    """Takes finished pictures. One thread opens, sends and closes; ``send`` may block for about
    a frame, never longer. Everything that fails raises SinkError; ``close`` is idempotent."""

    @property
    def title(self) -> str: ...

    def open(self, spec: StreamSpec) -> None: ...

    def send(self, rendered: RenderedFrame) -> None: ...

    def close(self) -> None: ...


class FileSink(FrameSink, Protocol):
    """A sink that makes a file. It appears under its name only in ``close``; until then, and
    after ``abort`` or a failure, an older file of that name is untouched."""

    def abort(self) -> None:
        """Throw away what was written. Idempotent; does nothing after ``close``."""
        ...


def check_picture(image: RgbImage, spec: StreamSpec) -> None:
    """Refuse with SinkError what is not the stream's own size; a stream never changes it."""
    expected = (spec.height, spec.width, 3)
    if image.shape != expected or image.dtype != np.uint8:
        raise SinkError(f"A picture is {image.dtype} {image.shape}, expected uint8 {expected}.")
