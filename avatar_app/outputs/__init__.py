"""Where finished pictures go: one word opens each output."""

import time
from pathlib import Path

from avatar_app.errors import ConfigError
from avatar_app.outputs.base import FileSink, FrameSink
from avatar_app.outputs.part_file import Seal

_HINT = "Use vcam:, vcam:DEVICE, file:PATH (.mp4, .mkv, .mov, .gif), frames:FOLDER or memory:."
_VIDEO = {".mp4", ".mkv", ".mov"}


def open_sink(word: str, *, seal: Seal | None = None) -> FrameSink:
    """The output a word names, not yet opened: ``vcam:``, ``vcam:DEVICE``, ``file:PATH``,
    ``frames:FOLDER``, ``memory:``. A file written this way is stamped by the clock, as a live
    session needs it, and signed by ``seal``. Raises ConfigError."""
    kind, colon, rest = word.partition(":")
    if not colon:
        raise ConfigError(f"{word!r} is not an output.", _HINT)
    if kind == "vcam":
        from avatar_app.outputs.virtual_camera import VirtualCameraSink

        return VirtualCameraSink(rest or None)
    if kind == "memory" and not rest:
        from avatar_app.outputs.memory import MemorySink

        return MemorySink()
    if (path := file_of(word)) is not None:
        as_folder = kind == "frames" or _is_folder(rest)
        return _file_sink(path, as_folder=as_folder, sound_from=None, live=True, seal=seal)
    raise ConfigError(f"{word!r} is not an output.", _HINT)


def keeps_transparency(word: str) -> bool:
    """Whether the word names an output that keeps a transparent background: a folder of PNG
    pictures. Every other shows black there."""
    kind, _, rest = word.partition(":")
    return kind == "frames" or (kind == "file" and _is_folder(rest))


def is_camera(word: str) -> bool:
    """Whether the word names a virtual camera, which may stay open between sessions."""
    return word.partition(":")[0] == "vcam"


def file_of(word: str) -> Path | None:
    """The file or folder that an output writes, None for any other output."""
    kind, _, rest = word.partition(":")
    return Path(rest).expanduser() if kind in {"file", "frames"} and rest else None


def open_file(
    path: Path | str, *, sound_from: Path | None = None, seal: Seal | None = None
) -> FileSink:
    """A file made from a clip, not yet opened: every picture at its own time in the clip
    (``captured_at``), with the sound of ``sound_from`` where the format holds any. ``seal`` signs
    it.

    The format follows the name: .mp4, .mkv, .mov, .gif; a name that ends in a slash or has no
    suffix is a folder of PNG pictures. Raises ConfigError."""
    as_folder = _is_folder(str(path))
    return _file_sink(Path(path), as_folder=as_folder, sound_from=sound_from, live=False, seal=seal)


def _is_folder(name: str) -> bool:
    return name.endswith(("/", "\\")) or not Path(name).suffix


def _file_sink(
    path: Path, *, as_folder: bool, sound_from: Path | None, live: bool, seal: Seal | None
) -> FileSink:
    suffix = path.suffix.lower()
    clock = time.perf_counter if live else None
    if as_folder:
        from avatar_app.outputs.png_folder import PngFolderSink

        return PngFolderSink(path, seal=seal, needs_avatar=live)
    if suffix == ".gif":
        from avatar_app.outputs.gif_file import GifFileSink

        return GifFileSink(path, clock=clock, seal=seal)
    if suffix in _VIDEO:
        from avatar_app.outputs.video_file import VideoFileSink

        return VideoFileSink(path, sound_from=sound_from, clock=clock, seal=seal)
    raise ConfigError(
        f"No video format is known for the name {path.name!r}.",
        "Use .mp4, .mkv, .mov or .gif, or a folder for PNG pictures.",
    )
