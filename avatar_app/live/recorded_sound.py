"""The sound of a recording: from the microphone to its place in the film."""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from avatar_app.capture.sound import Samples, SoundBlock, SoundSource
from avatar_app.errors import SourceLostError

_NOTICEABLE = 0.01
_FADING = 0.9


class RecordedSound:
    """What ``source`` hears, held back by the latency of the pictures; all in one thread.

    ``latency`` is in seconds, 0 where unknown; ``place`` tells where a moment of ``clock`` lies in
    the film, None where it is not in it. A microphone that dies is ``trouble`` and no more."""

    def __init__(
        self,
        source: SoundSource,
        latency: Callable[[], float],
        clock: Callable[[], float],
        place: Callable[[float], float | None],
    ) -> None:
        self._source = source
        self._latency = latency
        self._clock = clock
        self._place = place
        self._held: deque[SoundBlock] = deque()
        self.delay = max(latency(), 0.0)
        self.level = 0.0
        self.trouble: SourceLostError | None = None

    def follow_latency(self) -> None:
        """Another delay, where it has changed by more than a hundredth of a second."""
        latency = self._latency()
        if latency > 0 and abs(latency - self.delay) > _NOTICEABLE:
            self.delay = latency

    def due(self) -> Iterator[tuple[Samples, float]]:
        """Blocks whose picture has been sent by now, with their place in the film."""
        self._listen()
        now = self._clock()
        while self._held and self._held[0].captured_at + self.delay <= now:
            block = self._held.popleft()
            at = self._place(block.captured_at + self.delay)
            if at is not None:
                yield block.samples, at

    def close(self) -> None:
        """Give the microphone back."""
        self._source.close()

    def _listen(self) -> None:
        if self.trouble is not None:
            return
        try:
            blocks = self._source.take()
        except SourceLostError as error:
            self.trouble = error
            return
        self._held.extend(blocks)
        for block in blocks:
            self.level = max(float(np.abs(block.samples).max(initial=0)), self.level * _FADING)
