"""The sound of a clip, carried over into another file."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from avatar_app.errors import SinkError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

    SoundPacket = Packet[AudioStream]

_COPIED = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s24le", "pcm_s16be"},
    "matroska": {"aac", "mp3", "ac3", "eac3", "opus", "flac", "vorbis", "pcm_s16le", "pcm_s24le"},
}
_AAC_SAMPLES = 1024

_log = logging.getLogger(__name__)


def open_sound(clip: Path, target: "OutputContainer") -> "SoundTrack | None":
    """The first sound of ``clip`` as a stream of ``target``; None where the clip is silent.
    Raises SinkError where it cannot be opened. Before anything is written to ``target``."""
    import av

    try:
        source = av.open(f"file:{clip}", container_options={"protocol_whitelist": "file"})
    except (OSError, ValueError) as error:
        raise SinkError(f"The sound of {clip} cannot be read: {error}.", "Try without.") from error
    known = [stream for stream in source.streams.audio if stream.codec_context is not None]
    if known:
        return SoundTrack(source, known[0], target)
    source.close()
    return None


class SoundTrack:
    """Packets of sound, handed over as the pictures advance so that both lie side by side.

    Copied as they are where the target's format takes them, else encoded as AAC. Sound that is
    damaged ends early, with a warning in the log: the pictures matter more."""

    def __init__(
        self, source: "InputContainer", stream: "AudioStream", target: "OutputContainer"
    ) -> None:
        self._source = source
        self._stream = stream
        self._target = target
        self._last_dts: int | None = None
        if stream.codec_context.name in _COPIED.get(target.format.name, set()):
            self._out = target.add_stream_from_template(stream)
            packets = self._copies()
        else:
            self._out = target.add_stream("aac", rate=stream.rate, layout=_layout(stream))
            packets = self._encoded()
        self._packets = self._until_damaged(packets)
        self._waiting: SoundPacket | None = None
        self._origin = 0.0

    @property
    def start(self) -> float:
        """Where in the clip the sound begins, seconds."""
        start = self._stream.start_time
        return float(start * self._stream.time_base) if start and self._stream.time_base else 0.0

    def begin(self, origin: float) -> None:
        """Which place in the clip becomes time 0."""
        self._origin = origin

    def advance(self, seconds: float | None) -> None:
        """Write all sound up to ``seconds`` of the target; the rest of it with None."""
        while True:
            packet = self._waiting or next(self._packets, None)
            self._waiting = packet
            if packet is None or packet.time_base is None or packet.pts is None:
                return
            if seconds is not None and float(packet.pts * packet.time_base) > seconds:
                return
            self._waiting = None
            self._target.mux(packet)

    def close(self) -> None:
        self._source.close()

    def _until_damaged(self, packets: "Iterator[SoundPacket]") -> "Iterator[SoundPacket]":
        import av

        try:
            yield from packets
        except (av.FFmpegError, ValueError) as error:
            _log.warning("The sound ends early: %s", error)

    def _copies(self) -> "Iterator[SoundPacket]":
        for packet in self._source.demux(self._stream):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            shift = round(self._origin / float(packet.time_base))
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            if self._last_dts is not None and packet.dts <= self._last_dts:
                continue
            self._last_dts = packet.dts
            packet.stream = self._out
            yield packet

    def _encoded(self) -> "Iterator[SoundPacket]":
        from av.audio.resampler import AudioResampler

        fit = AudioResampler("fltp", _layout(self._stream), self._stream.rate, _AAC_SAMPLES)
        encoder = self._out
        for frame in self._source.decode(self._stream):
            if frame.pts is not None and frame.time_base is not None:
                frame.pts -= round(self._origin / float(frame.time_base))
            for even in fit.resample(frame):
                yield from encoder.encode(even)
        for even in fit.resample(None):
            yield from encoder.encode(even)
        yield from encoder.encode(None)


def _layout(stream: "AudioStream") -> str:
    return "mono" if stream.channels == 1 else "stereo"
