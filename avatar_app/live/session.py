"""The live session: three threads around a pipeline. (Signatures first; the body follows.)"""

from collections.abc import Callable, Sequence
from typing import Any

from avatar_app.capture.base import FrameSource
from avatar_app.compose import Composer
from avatar_app.engines.base import AvatarEngine
from avatar_app.live.status import SessionStatus
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.tracking.base import FaceTracker
from avatar_app.types import Avatar, Calibration, Frame, RenderedFrame


class LiveSession:
    """One run from ``start`` to ``stop``; a new run is a new session."""

    def __init__(
        self,
        *,
        open_source: Callable[[], FrameSource],
        open_tracker: Callable[[], FaceTracker],
        open_engine: Callable[[], AvatarEngine[Any]],
        open_avatar: Callable[[], Avatar],
        open_composer: Callable[[], Composer],
        sinks: Sequence[FrameSink],
        spec: StreamSpec,
        calibration: Calibration | None = None,
        on_change: Callable[[SessionStatus], None] | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Returns at once; the card is on the sinks first."""

    def stop(self) -> None:
        """Idempotent; at most two seconds."""

    def wait(self, seconds: float | None = None) -> bool:
        """Until the session is CLOSED or FAILED, at most ``seconds``; whether it is."""
        raise NotImplementedError

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def status(self) -> SessionStatus:
        raise NotImplementedError

    def set_avatar(self, open_avatar: Callable[[], Avatar]) -> None:
        """Loaded and prepared aside, swapped between two frames; on failure the old one stays."""

    def set_engine(self, open_engine: Callable[[], AvatarEngine[Any]]) -> None: ...

    def set_source(self, open_source: Callable[[], FrameSource]) -> None: ...

    def request_neutral(self) -> None: ...

    def set_pass_through(self, on: bool) -> None: ...

    def latest_input(self) -> Frame | None: ...

    def latest_output(self) -> RenderedFrame | None: ...
