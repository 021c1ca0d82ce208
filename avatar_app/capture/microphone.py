"""Microphones, through PortAudio (the package sounddevice).

Not through QtMultimedia: PortAudio says when each block was heard, needs no event loop, and serves
a session without a window as well.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from avatar_app.capture.sound import Samples, SoundBlock, SoundInfo
from avatar_app.errors import SourceError, SourceLostError

_BLOCK_SECONDS = 0.02
_KEPT = 500
_SILENT_SECONDS = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MicrophoneDevice:
    """``word`` opens it and stays true when the numbers change."""

    word: str
    name: str


def list_microphones() -> list[MicrophoneDevice]:
    """The microphones of this machine by name, empty where there is none. Looks anew unless one is
    open; slow. Raises SourceError where sound cannot be used at all."""
    with _portaudio.used() as library:
        if not _portaudio.streams:
            library._terminate()
            library._initialize()
        names = dict.fromkeys(str(device["name"]) for device in _inputs(library))
    return [MicrophoneDevice(f"mic:{name}", name) for name in names]


class Microphone:
    """The microphone of that name, the system's usual one without a name; one channel. Opened in
    ``__init__``, which raises SourceError."""

    def __init__(self, name: str = "") -> None:
        self._blocks: deque[SoundBlock] = deque(maxlen=_KEPT)
        self._heard_at = time.perf_counter()
        self._stream: Any = None
        with _portaudio.used() as library:
            device = _find(library, name)
            self._info = SoundInfo(str(device["name"]), int(device["default_samplerate"]), 1)
            try:
                self._stream = self._open(library, int(device["index"]))
            except library.PortAudioError as error:
                raise SourceError(
                    f"The microphone {self._info.title} does not open: {error}.",
                    "Close the programs that use it, or choose another.",
                ) from error
            _portaudio.streams += 1

    @property
    def info(self) -> SoundInfo:
        return self._info

    def take(self) -> Sequence[SoundBlock]:
        taken = [self._blocks.popleft() for _ in range(len(self._blocks))]
        now = time.perf_counter()
        if taken:
            self._heard_at = now
        elif now - self._heard_at > _SILENT_SECONDS:
            raise SourceLostError(
                f"The microphone {self._info.title} gives no sound any more.",
                "Check its plug and start a new recording.",
            )
        return taken

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        with _portaudio.used() as library:
            _portaudio.streams -= 1
            try:
                stream.close()
            except library.PortAudioError as error:  # Pulled out: there is nothing left to close.
                _log.warning("%s did not close well: %s", self._info.title, error)

    def _open(self, library: Any, index: int) -> Any:
        stream = library.InputStream(
            samplerate=self._info.rate,
            blocksize=round(self._info.rate * _BLOCK_SECONDS),
            device=index,
            channels=1,
            dtype="float32",
            callback=self._on_block,
        )
        try:
            stream.start()
        except library.PortAudioError:
            stream.close()
            raise
        return stream

    def _on_block(self, samples: Samples, frames: int, at: Any, _status: Any) -> None:
        """Called by PortAudio in its own thread. Its clock is another one than ours."""
        age = at.currentTime - at.inputBufferAdcTime if at.inputBufferAdcTime else 0.0
        if not 0 < age < 1:
            age = frames / self._info.rate
        heard = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)  # Encoders refuse those.
        self._blocks.append(SoundBlock(heard, time.perf_counter() - age))


def _find(library: Any, name: str) -> Any:
    inputs = _inputs(library)
    if not inputs:
        raise SourceError("No microphone was found.", "Plug one in, or record without sound.")
    if not name:
        index = library.default.device[0]
        usual = [device for device in inputs if device["index"] == index]
        return (usual or inputs)[0]
    for device in inputs:
        if device["name"] == name:
            return device
    raise SourceError(
        f"The microphone {name} is not there.", "Plug it in, or choose another in the list."
    )


def _inputs(library: Any) -> list[Any]:
    """Those of the system's usual interface (Windows has each device several times)."""
    devices = [device for device in library.query_devices() if device["max_input_channels"]]
    interface = library.default.hostapi if devices else None
    return [device for device in devices if device["hostapi"] == interface] or devices


class _PortAudio:
    """The one library of the process, in which no two threads may open, close or list at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.streams = 0

    @contextmanager
    def used(self) -> Iterator[Any]:
        """The module, for one thread at a time. Raises SourceError where it is missing."""
        with self._lock:
            try:
                import sounddevice
            except (ImportError, OSError) as error:
                raise SourceError(
                    f"Sound cannot be recorded: {error}.",
                    "Install PortAudio (on Debian and its kin: sudo apt install libportaudio2).",
                ) from error
            yield sounddevice


_portaudio = _PortAudio()
