"""One word opens each source; the same words serve commands, settings, the window and tests."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from avatar_app.capture.base import FrameSource
from avatar_app.capture.paced import PacedSource
from avatar_app.errors import SourceError
from avatar_app.imaging import is_still_picture
from avatar_app.paths import bundled_clip

SOURCE_WORDS = {
    "camera:": "a camera by number or name (camera:0, camera:HD Webcam); camera: is the first",
    "file:PATH": "a video file, played once",
    "loop:PATH": "a video file, played again and again",
    "clip:": "the bundled performance, again and again: the stand-in for a camera",
    "image:PATH": "one picture",
    "folder:PATH": "the pictures of a folder in natural order",
    "performance:PATH": "a recorded performance: black frames, the face comes from the recording",
    "pattern:": "a moving test card; pattern:5 ends after five seconds when every frame is wanted",
    "url:ADDRESS": "a stream in the network: http://, https:// or rtsp:// of a phone or IP camera",
    "screen:": "the screen, or screen:X,Y,WIDTH,HEIGHT of it",
}
"""Each word with what it opens, for help texts. The bare name of an existing file opens it too,
and so does a bare address."""


@dataclass(frozen=True, slots=True)
class _Request:
    argument: str
    size: tuple[int, int]
    fps: Fraction
    every_frame: bool

    @property
    def path(self) -> Path:
        if not self.argument:
            raise SourceError("No file was named.", "Write it behind the colon: file:clip.mp4.")
        return Path(self.argument).expanduser()


def open_source(
    word: str, *, width: int = 640, height: int = 480, fps: int = 30, every_frame: bool = False
) -> FrameSource:
    """Open what ``word`` names (see SOURCE_WORDS).

    Files are played in real time, as a camera would; with ``every_frame`` they give each of their
    frames once, in order and as fast as asked. ``width``, ``height`` and ``fps`` are asked of
    cameras and given to the test card; still pictures take ``fps``. Raises SourceError or
    MediaError."""
    kind, colon, argument = word.partition(":")
    opener = _OPENERS.get(kind) if colon else None
    if opener is None:
        opener, argument = _opener_of_path(word), word
    return opener(_Request(argument.strip(), (width, height), Fraction(fps), every_frame))


def performance_file(word: str) -> Path | None:
    """The recording ``word`` names, if it names one: its faces come from a ReplayTracker, for its
    frames are black."""
    kind, _, argument = word.partition(":")
    if kind == "performance":
        return Path(argument.strip()).expanduser()
    is_bare = kind not in _OPENERS and word.endswith(".npz")
    return Path(word).expanduser() if is_bare else None


def address_in(word: str) -> str | None:
    """The address ``word`` names, if it names one. It may hold passwords: show and keep only its
    ``shown_address``."""
    kind, _, argument = word.partition(":")
    if kind == "url":
        return argument.strip()
    return word if "://" in word and kind not in _OPENERS else None


def _opener_of_path(word: str) -> Callable[[_Request], FrameSource]:
    if address_in(word) is not None:
        return _open_address
    path = Path(word).expanduser()
    if path.is_dir():
        return _open_folder
    if path.suffix == ".npz":
        return _open_performance
    if path.exists():
        return _open_image if is_still_picture(path) else _open_file
    raise SourceError(
        f"The source {word!r} is neither a known word nor a file that exists.",
        f"Known words: {', '.join(SOURCE_WORDS)}.",
    )


def _in_time(
    request: _Request, open_again: Callable[[], FrameSource], *, loop: bool
) -> FrameSource:
    return open_again() if request.every_frame else PacedSource(open_again, loop=loop)


def _open_camera(request: _Request) -> FrameSource:
    from avatar_app.capture.webcam import open_camera

    return open_camera(request.argument, request.size, int(request.fps))


def _open_file(request: _Request, *, loop: bool = False) -> FrameSource:
    from avatar_app.capture.video_file import VideoFileSource

    path = request.path
    word = f"{'loop' if loop else 'file'}:{path}"
    return _in_time(request, lambda: VideoFileSource(path, word=word), loop=loop)


def _open_loop(request: _Request) -> FrameSource:
    return _open_file(request, loop=True)


def _open_clip(request: _Request) -> FrameSource:
    from avatar_app.capture.video_file import VideoFileSource

    return _in_time(request, lambda: VideoFileSource(bundled_clip(), word="clip:"), loop=True)


def _open_image(request: _Request) -> FrameSource:
    from avatar_app.capture.image_folder import open_picture

    source = open_picture(request.path, request.fps)
    return _in_time(request, source.again, loop=True)


def _open_folder(request: _Request) -> FrameSource:
    from avatar_app.capture.image_folder import open_folder

    source = open_folder(request.path, request.fps)
    return _in_time(request, source.again, loop=True)


def _open_performance(request: _Request) -> FrameSource:
    from avatar_app.capture.performance import load_performance
    from avatar_app.capture.performance_source import PerformanceSource

    recorded = load_performance(request.path)
    word = f"performance:{request.argument}"
    return _in_time(request, lambda: PerformanceSource(recorded, word), loop=True)


def _open_pattern(request: _Request) -> FrameSource:
    from avatar_app.capture.pattern import PatternSource, seconds_of

    seconds = seconds_of(request.argument)
    frames = int(seconds * request.fps) if request.every_frame else None
    return _in_time(request, lambda: PatternSource(request.size, request.fps, frames), loop=False)


def _open_address(request: _Request) -> FrameSource:
    from avatar_app.capture.stream import StreamSource

    return StreamSource(request.argument, request.size)


def _open_screen(request: _Request) -> FrameSource:
    from avatar_app.capture.screen import ScreenSource

    return ScreenSource(request.argument, request.fps)


_OPENERS: dict[str, Callable[[_Request], FrameSource]] = {
    "camera": _open_camera,
    "file": _open_file,
    "loop": _open_loop,
    "clip": _open_clip,
    "image": _open_image,
    "folder": _open_folder,
    "performance": _open_performance,
    "pattern": _open_pattern,
    "url": _open_address,
    "screen": _open_screen,
}
