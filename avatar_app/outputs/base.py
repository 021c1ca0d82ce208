"""What every output promises."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from avatar_app.types import RenderedFrame


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """The one picture size and rate of a stream; fixed from ``open`` to ``close``."""

    width: int
    height: int
    fps: Fraction


class FrameSink(Protocol):
    """Takes finished pictures. One thread opens, sends and closes; ``send`` may block for about
    a frame, never longer. Everything that fails raises SinkError; ``close`` is idempotent."""

    @property
    def title(self) -> str: ...

    def open(self, spec: StreamSpec) -> None: ...

    def send(self, rendered: RenderedFrame) -> None: ...

    def close(self) -> None: ...
