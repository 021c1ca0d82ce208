"""The virtual camera that meeting programs choose, through pyvirtualcam."""

import logging
import os
import platform
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from avatar_app.errors import SinkError
from avatar_app.outputs import v4l2_loopback
from avatar_app.outputs.base import StreamSpec, check_picture
from avatar_app.outputs.loopback_setup import set_up
from avatar_app.translatable import translatable
from avatar_app.types import RenderedFrame

_log = logging.getLogger(__name__)

_WINDOWS_HINTS = {
    "obs": translatable(
        "Install OBS Studio (obsproject.com) and start and stop its virtual camera once."
    ),
    "unitycapture": translatable("Or install Unity Capture (github.com/schellingb/UnityCapture)."),
}
_MAC_HINT = translatable(
    "Install OBS Studio 30 or newer, start and stop its virtual camera once and allow its "
    "extension in System Settings."
)

Reason = tuple[str, str]
"""Why a device does not open, and what mends it."""


class VirtualCameraSink:
    """Feeds a virtual camera: the one of that name, or the first that opens.

    Browsers see the device from the first picture on, so one should be sent at once; a pause
    is a picture repeated, not a close. The size is fixed while it is open."""

    def __init__(self, device: str | None = None) -> None:
        self._wanted = device
        self._camera: Any = None
        self._spec: StreamSpec | None = None
        self._node: Path | None = None
        self._title = translatable("virtual camera")

    @property
    def title(self) -> str:
        """The name by which other programs list it, once it was open."""
        return self._title

    @property
    def device(self) -> str | None:
        """The device that is open: a file on Linux, a camera's name elsewhere."""
        return None if self._camera is None else str(self._camera.device)

    def open(self, spec: StreamSpec) -> None:
        """Raises SinkError with the reason of every device that was tried."""
        if spec.width % 2 or spec.height % 2:
            raise SinkError(
                f"A virtual camera cannot be {spec.width} x {spec.height}: both must be even.",
                "Choose another output size.",
            )
        reasons: list[Reason] = []
        for attempt in _attempts(self._wanted, spec):
            found = attempt()
            if isinstance(found, tuple):
                reasons.append(found)
                continue
            self._camera, self._spec = found, spec
            self._node = Path(found.device) if platform.system() == "Linux" else None
            self._title = found.device if self._node is None else _label(self._node)
            _log.info("virtual camera: %s through %s", found.device, found.backend)
            return
        raise _nothing_opened(reasons)

    def send(self, rendered: RenderedFrame) -> None:
        if self._camera is None or self._spec is None:
            raise SinkError("The virtual camera is not open.")
        check_picture(rendered.image, self._spec)
        try:
            self._camera.send(rendered.image)
        except (RuntimeError, OSError) as error:
            raise SinkError(
                f"The virtual camera takes no more pictures: {error}.", "Start it again."
            ) from error

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is None:
            return
        try:
            camera.close()
            if self._node is not None:
                v4l2_loopback.revive(self._node)
        except (RuntimeError, OSError) as error:
            raise SinkError(f"The virtual camera did not close well: {error}.") from error


def _attempts(wanted: str | None, spec: StreamSpec) -> Iterator[Callable[[], Any]]:
    """One call per device to try; each returns the open camera or a Reason."""
    if platform.system() == "Linux":
        for node in _linux_nodes(wanted):
            yield partial(_open_loopback, node, spec)
        return
    for backend in _backends():
        yield partial(_open_backend, backend, wanted, spec)


def _linux_nodes(wanted: str | None) -> list[Path]:
    known = v4l2_loopback.loopback_nodes()
    if wanted is None:
        if not known:
            raise _nothing_opened([v4l2_loopback.why_no_node()])
        return [node.path for node in known]
    labelled = [node.path for node in known if node.label == wanted]
    path = Path(wanted)
    if not labelled and not path.is_absolute():
        names = ", ".join(f"{node.path} ({node.label})" for node in known)
        hint = translatable(f"There are: {names}.") if names else v4l2_loopback.why_no_node()[1]
        raise SinkError(f"There is no virtual camera {wanted!r}.", hint)
    return labelled[:1] or [path.resolve()]


def _label(node: Path) -> str:
    labels = (known.label for known in v4l2_loopback.loopback_nodes() if known.path == node)
    return next(labels, str(node))


def _open_loopback(node: Path, spec: StreamSpec) -> Any:
    trouble = v4l2_loopback.ailment(node)
    if trouble is not None:
        return trouble
    before = v4l2_loopback.descriptors_of(node)
    try:
        camera = _camera(spec, "v4l2loopback", str(node))
    except RuntimeError as error:
        # pyvirtualcam leaves its descriptor open when it rejects a device.
        for leaked in v4l2_loopback.descriptors_of(node) - before:
            os.close(leaked)
        cause = str(error).rstrip(".")
        return f"{node}: {cause}", set_up(v4l2_loopback.RELOAD)
    size = v4l2_loopback.size_in_use(node)
    if size is not None and size != (spec.width, spec.height):
        camera.close()
        width, height = size
        return translatable(
            f"{node}: another program still uses it at {width} x {height}"
        ), translatable(
            f"Close the programs that show it, or choose the output size {width} x {height}."
        )
    return camera


def _open_backend(backend: str, device: str | None, spec: StreamSpec) -> Any:
    try:
        return _camera(spec, backend, device)
    except RuntimeError as error:
        mac = platform.system() == "Darwin"
        return str(error).rstrip("."), _MAC_HINT if mac else _WINDOWS_HINTS.get(backend, "")


def _backends() -> list[str]:
    return list(_pyvirtualcam().camera.BACKENDS)


def _camera(spec: StreamSpec, backend: str, device: str | None) -> Any:
    make = _pyvirtualcam().Camera
    return make(spec.width, spec.height, float(spec.fps), device=device, backend=backend)


def _pyvirtualcam() -> Any:
    try:
        import pyvirtualcam
    except ImportError as error:
        raise SinkError(
            f"The package pyvirtualcam cannot be loaded: {error}.", "Install the program again."
        ) from error
    return pyvirtualcam


def _nothing_opened(reasons: list[Reason]) -> SinkError:
    causes = "; ".join(cause for cause, _ in reasons) or "this system has none"
    mends = list(dict.fromkeys(mend for _, mend in reasons if mend))
    return SinkError(f"No virtual camera can be opened: {causes}.", "\n".join(mends))
