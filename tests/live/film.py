"""Reads back what a recording wrote: when its pictures are shown and when its sound is loud."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np


def shown_at(path: Path, wanted: Callable[[np.ndarray], bool] = lambda _: True) -> list[float]:
    """The times of the pictures (H, W, 3) for which ``wanted`` holds, seconds."""
    with av.open(str(path)) as film:
        return [
            float(frame.time or 0)
            for frame in film.decode(video=0)
            if wanted(frame.to_ndarray(format="rgb24"))
        ]


def is_bright(image: np.ndarray) -> bool:
    return float(image.mean()) > 128


def sound_of(path: Path) -> tuple[np.ndarray, int]:
    """All samples from the film's beginning on, and their rate."""
    with av.open(str(path)) as film:
        frames = list(film.decode(audio=0))
    rate = frames[0].sample_rate
    begun = round(float(frames[0].time or 0) * rate)
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return np.concatenate([np.zeros(max(begun, 0)), samples[max(-begun, 0) :]]), rate


def loud_at(path: Path) -> list[float]:
    """When clicks begin, seconds."""
    samples, rate = sound_of(path)
    loud = np.flatnonzero(np.abs(samples) > 0.3)
    first = loud[np.diff(loud, prepend=-rate) > rate // 20]
    return [float(place) / rate for place in first]


def playable(path: Path) -> int:
    """How many pictures come before the file breaks off."""
    count = 0
    with av.open(str(path)) as film, contextlib.suppress(av.FFmpegError):
        for _ in film.decode(video=0):
            count += 1
    return count


def has_sound(path: Path) -> bool:
    with av.open(str(path)) as film:
        return bool(film.streams.audio)
