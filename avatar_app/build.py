"""From settings to running parts: the only place that knows every part.

The command line and the window build what they run here and nowhere else. Opening words are
those of the settings: ``camera:0``, ``file:clip.mp4``, ``vcam:``, an avatar's name or file.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from avatar_app.capture.base import FrameSource
from avatar_app.config import AppConfig
from avatar_app.engines.base import AvatarEngine
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionStatus
from avatar_app.offline import AnimateReport, Cancel, Progress
from avatar_app.outputs.base import FrameSink
from avatar_app.types import Avatar


def build_session(
    config: AppConfig,
    *,
    outputs: Sequence[str] = (),
    extra_sinks: Sequence[FrameSink] = (),
    on_change: Callable[[SessionStatus], None] | None = None,
    record_to: Path | None = None,
) -> LiveSession:
    """A live session as the settings say, not yet started; nothing is opened here.

    ``outputs`` are words for ``open_sink``. ``record_to`` keeps the performance (.npz)."""
    raise NotImplementedError


def avatar_opener(word: str) -> Callable[[], Avatar]:
    """Loads the avatar of that name or file when called; for ``LiveSession.set_avatar``."""
    raise NotImplementedError


def source_opener(config: AppConfig) -> Callable[[], FrameSource]:
    """Opens the settings' source for live use; for ``LiveSession.set_source``."""
    raise NotImplementedError


def engine_opener(config: AppConfig) -> Callable[[], AvatarEngine[Any]]:
    """Opens the settings' engine with their motion; for ``LiveSession.set_engine``."""
    raise NotImplementedError


def animate_clip(
    config: AppConfig,
    portrait: str,
    clip: str,
    output: Path | str,
    *,
    neutral: str | int = "best",
    size: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> AnimateReport:
    """Animate a portrait with a clip into a file: one output frame per clip frame, at the
    clip's times and with its sound, at the portrait's own size unless ``size`` is given.

    ``neutral`` is "best", "first" or a frame number. Engine and motion are the settings'."""
    raise NotImplementedError
