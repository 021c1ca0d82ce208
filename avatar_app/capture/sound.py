"""What every source of sound promises, and the words that open one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from avatar_app.errors import SourceError

Samples: TypeAlias = NDArray[np.float32]
"""(N, channels) float32 in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """A source of sound as it really opened; ``rate`` in samples a second."""

    title: str
    rate: int
    channels: int


@dataclass(frozen=True, slots=True, eq=False)
class SoundBlock:
    """Sound of some hundredths of a second. ``captured_at`` is when its first sample was heard, on
    the clock of time.perf_counter."""

    samples: Samples
    captured_at: float


class SoundSource(Protocol):
    """Sound from a device, block by block, in a thread of the device's own.

    One thread opens, takes and closes. ``take`` never waits: it gives what came since the last
    time and raises SourceLostError when the device has died. ``close`` is idempotent."""

    @property
    def info(self) -> SoundInfo: ...

    def take(self) -> Sequence[SoundBlock]: ...

    def close(self) -> None: ...


def open_sound_source(word: str) -> SoundSource:
    """Open ``mic:NAME`` (``mic:`` is the system's usual one) or ``clicks:``, a click on each
    second. May take a second. Raises SourceError."""
    kind, colon, name = word.partition(":")
    if colon and kind == "mic":
        from avatar_app.capture.microphone import Microphone

        return Microphone(name.strip())
    if word == "clicks:":
        from avatar_app.capture.clicks import ClickSource

        return ClickSource()
    raise SourceError(
        f"{word!r} is not a source of sound.", "Choose a microphone in the list, or none."
    )
