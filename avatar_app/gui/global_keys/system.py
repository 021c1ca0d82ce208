"""Which way to keys for every program this system has."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from avatar_app.gui.global_keys.base import GlobalKeys, KeySystem, Listener
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    from avatar_app.gui.global_keys.portal import PortalConnection
    from avatar_app.gui.global_keys.x11 import XConnection

_X11 = translatable("A key of the second column reaches no other program while this one runs.")
_DESKTOP = translatable(
    "Your desktop decides about these keys: it may ask you once, and its own settings change "
    "them afterwards."
)
_MAC = translatable(
    "On macOS this program cannot take keys for every program yet; its keys work while its "
    "window has the focus."
)
_NOWHERE = translatable(
    "This screen has no keys for every program; the keys work while the window has the focus."
)


def key_system(platform: str, environ: Mapping[str, str], app_id: str) -> KeySystem:
    """``platform`` is Qt's word for what draws the window, ``app_id`` the name of the installed
    .desktop file. Under Wayland an X grab would hear only X programs, so the desktop is asked
    there even where Qt itself speaks X."""
    if platform == "wayland" or (platform == "xcb" and environ.get("WAYLAND_DISPLAY")):
        return KeySystem(lambda listener: portal_keys(app_id, listener), about=_DESKTOP)
    if platform == "xcb":
        return KeySystem(x11_keys, about=_X11)
    if platform == "windows":
        return KeySystem(_windows, about=_X11)
    return KeySystem(reason=_MAC if platform == "cocoa" else _NOWHERE)


def x11_keys(listener: Listener, display: str | None = None) -> GlobalKeys:
    """Keys of an X server; the one of the environment unless named."""
    from avatar_app.gui.global_keys.listening import ListeningThread

    def connect() -> "XConnection":
        from avatar_app.gui.global_keys.x11 import XConnection

        return XConnection(display)

    return ListeningThread(connect, listener)


def portal_keys(app_id: str, listener: Listener, bus: str = "SESSION") -> GlobalKeys:
    """Keys that the desktop hands out; through the session's bus unless another is named."""
    from avatar_app.gui.global_keys.listening import ListeningThread

    def connect() -> "PortalConnection":
        from avatar_app.gui.global_keys.portal import PortalConnection

        return PortalConnection(app_id, bus)

    return ListeningThread(connect, listener)


def _windows(listener: Listener) -> GlobalKeys:
    import ctypes

    from avatar_app.gui.global_keys.windows import WindowsKeys

    return WindowsKeys(getattr(ctypes, "windll").user32, listener)  # noqa: B009 - there alone
