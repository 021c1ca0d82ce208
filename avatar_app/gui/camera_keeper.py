"""The virtual cameras of the window: open from launch, lent to each session, closed at the end."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from avatar_app.config import AppConfig
from avatar_app.outputs import is_camera
from avatar_app.outputs.base import FrameSink, StreamSpec

if TYPE_CHECKING:
    from avatar_app.gui.core import Core
    from avatar_app.outputs.standby import Standby, StandbyState


class CameraKeeper:
    """Knows which of the outputs are cameras, and has them as the settings say.

    All methods may be slow and belong into worker threads. Settings that come while a session has
    the cameras hold from its end on. ``on_change`` gets the word of a camera and its new state in
    a thread of the core."""

    def __init__(
        self,
        core: "Core",
        outputs: Sequence[str],
        on_change: Callable[[str, "StandbyState"], None],
    ) -> None:
        self._core = core
        self._outputs = tuple(outputs)
        self._on_change = on_change
        self._turn = threading.Lock()
        self._config = AppConfig.model_validate({})
        self._is_wanted = False
        self._cameras: dict[str, Standby] = {}
        self._is_lent = False
        self._is_late = False
        self._closed = False

    def keep(self, config: AppConfig) -> None:
        """Have the cameras open at the size and rate of these settings, or none of them where
        they say so; those that could not be opened are tried again."""
        with self._turn:
            is_said = config.language is self._config.language or not self._cameras
            self._config = config
            self._is_wanted, self._is_late = True, self._is_lent
            if not self._is_late:
                self._settle()
            if not is_said:
                for camera in self._cameras.values():
                    camera.redraw()

    def lend(self) -> tuple[tuple[str, ...], tuple[FrameSink, ...]]:
        """For a session: the outputs it has to open by itself, and the sinks that are lent."""
        with self._turn:
            self._is_lent = True
            own = tuple(word for word in self._outputs if word not in self._cameras)
            return own, tuple(camera.lend() for camera in self._cameras.values())

    def take_back(self) -> None:
        """The session has ended: nothing of it is sent any more. Idempotent."""
        with self._turn:
            self._is_lent = False
            for camera in self._cameras.values():
                camera.take_back()
            if self._is_late:
                self._is_late = False
                self._settle()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """The cameras are closed meanwhile, for somebody else to open them; not while a session
        has them. A session that starts waits."""
        with self._turn:
            if not self._is_lent:
                self._close_all()
            try:
                yield
            finally:
                if not self._is_lent:
                    self._settle()

    def close(self) -> None:
        """Close the cameras for good."""
        with self._turn:
            self._closed = True
            self._close_all()

    def _settle(self) -> None:
        if self._closed or not self._is_wanted:
            return
        if not self._config.output.from_launch:
            self._close_all()
            return
        for word in filter(is_camera, self._outputs):
            self._keep(word)

    def _keep(self, word: str) -> None:
        camera = self._cameras.get(word)
        if camera is None:
            camera = self._core.build_standby(
                lambda: self._config, word, lambda state: self._on_change(word, state)
            )
            self._cameras[word] = camera
        camera.use(StreamSpec.of(self._config.output))

    def _close_all(self) -> None:
        for camera in self._cameras.values():
            camera.close()
        self._cameras.clear()
