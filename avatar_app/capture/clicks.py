"""A click on each second, to see whether sound and picture agree: the microphone's twin."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from avatar_app.capture.sound import SoundBlock, SoundInfo

_RATE = 48_000
_BLOCK = 480
_CLICK_SECONDS = 0.01


class ClickSource:
    """Clicks in the seconds of ``clock``; ``is_click`` tells for other moments when one sounds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        is_click: Callable[[float], bool] = lambda at: at % 1 < _CLICK_SECONDS,
    ) -> None:
        self._clock = clock
        self._is_click = is_click
        self._begun = clock()
        self._blocks = 0

    @property
    def info(self) -> SoundInfo:
        return SoundInfo("Clicks", _RATE, 1)

    def take(self) -> Sequence[SoundBlock]:
        due = int((self._clock() - self._begun) * _RATE) // _BLOCK
        blocks = [self._block(number) for number in range(self._blocks, due)]
        self._blocks = max(due, self._blocks)
        return blocks

    def close(self) -> None:
        """Nothing is held."""

    def _block(self, number: int) -> SoundBlock:
        at = self._begun + number * _BLOCK / _RATE
        times = at + np.arange(_BLOCK) / _RATE
        loud = np.array([self._is_click(float(moment)) for moment in times])
        # A square wave of 4 kHz: full scale from its first sample on.
        wave = np.where(np.arange(_BLOCK) // 6 % 2, -0.8, 0.8)
        return SoundBlock((loud * wave).astype(np.float32)[:, None], at)
