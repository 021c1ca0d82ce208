"""Tiny clips with sound, made on the spot."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler

RATE = 48_000
_FORMATS = {"aac": "fltp", "flac": "s16", "pcm_s16le": "s16"}


def write_clip(
    path: Path, *, sound: str | None = "aac", fps: Fraction = Fraction(30), frames: int = 30
) -> Path:
    """A grey clip with a 440 Hz tone of the same length in the codec ``sound``."""
    with av.open(str(path), "w") as target:
        video = target.add_stream("mpeg4", rate=fps)
        video.width, video.height = 64, 48
        audio = target.add_stream(sound, rate=RATE, layout="mono") if sound else None
        grey = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
        for n in range(frames):
            grey.pts, grey.time_base = n, 1 / fps
            target.mux(video.encode(grey))
        target.mux(video.encode(None))
        if sound and audio is not None:
            fit = AudioResampler(_FORMATS[sound], "mono", RATE, 1024)
            for part in (*fit.resample(_tone(float(frames / fps))), *fit.resample(None)):
                target.mux(audio.encode(part))
            target.mux(audio.encode(None))
    return path


def _tone(seconds: float) -> av.AudioFrame:
    at = np.arange(round(seconds * RATE)) / RATE
    samples = (8000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)[None]
    tone = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    tone.rate, tone.pts, tone.time_base = RATE, 0, Fraction(1, RATE)
    return tone
