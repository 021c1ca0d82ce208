"""A video file: H.264 in MP4, MOV or Matroska."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.errors import SinkError
from avatar_app.outputs.base import StreamSpec, check_picture
from avatar_app.outputs.live_sound import LiveSound, SoundFormat
from avatar_app.outputs.part_file import PartFile, Seal
from avatar_app.outputs.sound_track import SoundTrack, open_sound
from avatar_app.outputs.timeline import Timeline, time_base_for
from avatar_app.types import RenderedFrame, RgbImage

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
_QUALITY = {"crf": "18", "preset": "veryfast"}
_LIVE_QUALITY = {"crf": "20", "preset": "superfast"}
"""With the conversion below 6 ms of a processor for a picture of 1280 x 720 instead of 12."""

_WHOLE = {"movflags": "+faststart"}
_IN_PIECES = {
    "movflags": "+hybrid_fragmented+delay_moov",
    "frag_duration": "2000000",
    "flush_packets": "1",
}
"""Pieces of two seconds that can each be played, until the film is whole and as any other."""

_PLAYABLE_SECONDS = 4.0


class VideoFileSink:
    """Writes ``path``, which appears when it is closed; a file without a picture never does.

    Odd sizes get one more column or row, a copy of the last: H.264 with 4:2:0 colour needs even
    ones. Colours are BT.601, tagged, which readers that ignore the tag assume as well.
    ``sound_from`` is a clip whose sound is kept. For ``clock`` see Timeline, for ``seal`` Seal.
    What runs by a clock begins with a picture of the avatar: cards alone replace no file. With
    ``sound`` samples may come by ``send_sound``; the film then begins at 0 of ``captured_at``. What
    runs by a clock or is ``live`` costs less, and its part can be played up to the last seconds
    where the process was killed; what is ``live`` is also kept so far, unsigned, where writing
    fails midway."""

    def __init__(
        self,
        path: Path,
        *,
        sound_from: Path | None = None,
        sound: SoundFormat | None = None,
        clock: Callable[[], float] | None = None,
        live: bool = False,
        seal: Seal | None = None,
    ) -> None:
        self._file = PartFile(path, seal, needs_avatar=clock is not None)
        self._sound_from = sound_from
        self._sound = sound
        self._clock = clock
        self._is_live = live or clock is not None
        self._rescues = live and path.suffix.lower() != ".mkv"
        self._writer: _Writer | None = None

    @property
    def title(self) -> str:
        return self._file.path.name

    def open(self, spec: StreamSpec) -> None:
        self._file.begin()
        with self._file.guard(self.abort):
            self._writer = _Writer(
                self._file,
                spec,
                Timeline(spec.fps, time_base_for(spec.fps), clock=self._clock),
                live=self._is_live,
            )
            self._writer.add_sound(self._sound_from, self._sound)

    def send(self, rendered: RenderedFrame) -> None:
        if self._writer is None:
            raise SinkError(f"{self.title} is not open.")
        if not self._file.takes(rendered.outcome):
            return
        with self._file.guard(self._give_up):
            self._writer.write(rendered)
        self._file.note(rendered.outcome)

    def send_sound(self, samples: NDArray[np.float32], at: float) -> None:
        """(N, channels) float32 of the ``sound`` format, heard ``at`` seconds of the film."""
        if self._writer is None:
            raise SinkError(f"{self.title} is not open.")
        with self._file.guard(self._give_up):
            self._writer.write_sound(samples, at)

    def close(self) -> None:
        if self._writer is None:
            return
        with self._file.guard(self._give_up):
            if self._writer.finish():
                self._file.commit()
            else:
                self._file.require_avatar()
                self._file.discard()
        self._writer = None

    def abort(self) -> None:
        """Throw away what was written."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.drop()
            self._file.discard()

    def _give_up(self) -> None:
        """Writing failed."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.drop()
        if self._rescues and writer.seconds > _PLAYABLE_SECONDS:
            self._file.rescue()


class _Writer:
    """The open container; ``seconds`` is how far the pictures have come. Raises what PyAV
    raises."""

    def __init__(
        self,
        file: PartFile,
        spec: StreamSpec,
        timeline: Timeline,
        *,
        live: bool,
    ) -> None:
        import av

        kind = _FORMATS[file.path.suffix.lower()]
        flags = {} if kind == "matroska" else _IN_PIECES if live else _WHOLE
        self._spec = spec
        self._is_live = live
        self._timeline = timeline
        self._container: OutputContainer = av.open(str(file.part), "w", format=kind, options=flags)
        self._sound: SoundTrack | None = None
        self._live_sound: LiveSound | None = None
        self.seconds = 0.0
        self._begun = False
        try:
            self._stream = self._add_video(spec)
        except BaseException:
            self.drop()
            raise

    def add_sound(self, sound_from: Path | None, sound: SoundFormat | None) -> None:
        """Before anything is written."""
        if sound_from is not None:
            self._sound = open_sound(sound_from, self._container)
        if sound is not None:
            self._live_sound = LiveSound(self._container, sound)

    def write(self, rendered: RenderedFrame) -> None:
        check_picture(rendered.image, self._spec)
        if not self._begun:
            self._begin(rendered.captured_at)
        stamp = self._timeline.stamp(rendered.captured_at)
        self.seconds = float(stamp * self._timeline.time_base)
        if self._sound is not None:
            self._sound.advance(self.seconds)
        self._container.mux(self._stream.encode(self._picture(rendered.image, stamp)))

    def write_sound(self, samples: NDArray[np.float32], at: float) -> None:
        assert self._live_sound is not None, "no sound was announced"
        self._live_sound.write(samples, at)

    def finish(self) -> bool:
        """Write what is left and the index; False where no picture came."""
        if not self._begun:
            self.drop()
            return False
        self._container.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.advance(None)
            self._sound.close()
        if self._live_sound is not None:
            self._live_sound.finish()
        self._container.close()
        return True

    def drop(self) -> None:
        """Close without finishing."""
        import av

        if self._sound is not None:
            self._sound.close()
        # Closing tries to write the index once more, and what failed before fails again.
        with contextlib.suppress(OSError, ValueError, av.FFmpegError):
            self._container.close()

    def _add_video(self, spec: StreamSpec) -> "VideoStream":
        from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

        quality = _LIVE_QUALITY if self._is_live else _QUALITY
        stream = self._container.add_stream("libx264", rate=spec.fps, options=quality)
        stream.width, stream.height = spec.width + spec.width % 2, spec.height + spec.height % 2
        stream.pix_fmt = "yuv420p"
        codec = stream.codec_context
        codec.time_base = stream.time_base = self._timeline.time_base
        codec.colorspace = Colorspace.ITU601
        codec.color_range = ColorRange.MPEG
        codec.color_primaries = ColorPrimaries.BT709
        codec.color_trc = ColorTrc.BT709
        return stream

    def _begin(self, first: float) -> None:
        if self._sound is not None:
            origin = min(first, self._sound.start)
            self._timeline.begin(origin)
            self._sound.begin(origin)
        if self._live_sound is not None:
            self._timeline.begin(0.0)
        self._begun = True

    def _picture(self, image: RgbImage, stamp: int) -> "VideoFrame":
        from av.video.frame import VideoFrame

        height, width = image.shape[:2]
        if height % 2 or width % 2:
            odd = cv2.BORDER_REPLICATE
            image = np.asarray(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, odd), "u1")
        if self._is_live:  # A third of the time; colours are not averaged over four pixels.
            planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
            frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        else:
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame = frame.reformat(
                format="yuv420p", dst_colorspace="ITU601", dst_color_range="MPEG"
            )
        frame.pts, frame.time_base = stamp, self._timeline.time_base
        return frame
