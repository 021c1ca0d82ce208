"""Sound that comes block by block while a film is written."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.container import OutputContainer

_AAC_SAMPLES = 1024
_JUMP_SECONDS = 0.03
_LOOSE_SECONDS = 0.005
_STRETCH = 0.005


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """``rate`` in samples a second; one or two ``channels``."""

    rate: int
    channels: int


class LiveSound:
    """Blocks of samples, each at its own time in the film, encoded as AAC into ``target``.

    The clocks of a sound card and of the pictures differ. A block that lies off its place is made
    longer or shorter by at most one part in two hundred, which nobody hears, until it fits again;
    from 30 ms on a hole is filled with silence and what overlaps is cut. Raises what PyAV
    raises."""

    def __init__(self, target: "OutputContainer", form: SoundFormat) -> None:
        from av.audio.resampler import AudioResampler

        self._target = target
        self._rate = form.rate
        self._layout = "mono" if form.channels == 1 else "stereo"
        self._stream = target.add_stream("aac", rate=form.rate, layout=self._layout)
        self._even = AudioResampler("fltp", self._layout, form.rate, _AAC_SAMPLES)
        self._written = 0

    def write(self, samples: NDArray[np.float32], at: float) -> None:
        """``samples`` is (N, channels) float32, heard ``at`` seconds of the film; what lies before
        its beginning is left out."""
        placed = self._placed(samples, round(at * self._rate) - self._written)
        if len(placed):
            self._encode(placed)

    def finish(self) -> None:
        """Write what is left."""
        for part in self._even.resample(None):
            self._target.mux(self._stream.encode(part))
        self._target.mux(self._stream.encode(None))

    def _placed(self, samples: NDArray[np.float32], off: int) -> NDArray[np.float32]:
        """The block as it belongs behind what is written; ``off`` is how many samples too early
        that ends."""
        if abs(off) > _JUMP_SECONDS * self._rate or not self._written:
            silence = np.zeros((max(off, 0), samples.shape[1]), np.float32)
            return np.concatenate([silence, samples[max(-off, 0) :]])
        if abs(off) <= _LOOSE_SECONDS * self._rate:
            return samples
        most = int(len(samples) * _STRETCH)
        return _stretched(samples, len(samples) + min(max(off, -most), most))

    def _encode(self, samples: NDArray[np.float32]) -> None:
        from av.audio.frame import AudioFrame

        planes = np.ascontiguousarray(samples.T)
        frame = AudioFrame.from_ndarray(planes, format="fltp", layout=self._layout)
        frame.rate, frame.pts, frame.time_base = self._rate, self._written, Fraction(1, self._rate)
        self._written += len(samples)
        for part in self._even.resample(frame):
            self._target.mux(self._stream.encode(part))


def _stretched(samples: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    places = np.linspace(0, len(samples) - 1, count)
    channels = [np.interp(places, np.arange(len(samples)), channel) for channel in samples.T]
    return np.stack(channels, 1).astype(np.float32)
