"""Tiny clips of the test card, made where a test needs them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from avatar_app.capture.pattern import PatternSource


def write_clip(
    path: Path,
    *,
    frames: int = 12,
    size: tuple[int, int] = (192, 96),
    fps: Fraction = Fraction(30000, 1001),
    codec: str = "libx264",
    sound: bool = False,
) -> Path:
    """The test card's first frames, with silence on demand."""
    source = PatternSource(size, fps, frames)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=8000) if sound else None
        while (frame := source.read()) is not None:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.image, format="rgb24")))
        container.mux(stream.encode())
        if audio is not None:
            for part in range(4):
                zeros = np.zeros((1, 1024), np.float32)
                silence = av.AudioFrame.from_ndarray(zeros, format="fltp", layout="mono")
                silence.sample_rate, silence.pts = 8000, part * 1024
                container.mux(audio.encode(silence))
    return path


def turn_sideways(path: Path) -> None:
    """Do as a phone does: write into the track's header that the picture is to be turned by 90°
    (ISO 14496-12, the matrix of tkhd)."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    values = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    data[matrix : matrix + 36] = b"".join(v.to_bytes(4, "big", signed=True) for v in values)
    path.write_bytes(data)
