"""Whether a window can open: asked before Qt, which ends the process where it cannot."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from avatar_app.doctor.check import Check, Verdict
from avatar_app.translatable import translatable

_PAUSES_S = (0.0, 0.05, 0.1, 0.2, 0.4)
"""Before each time that an X server of this machine is asked."""

_LET_IN: set[tuple[str | None, str | None]] = set()
"""Display and authority of the connections that are open."""


def screen_problem() -> str | None:
    """Why no window can open here, in one sentence, or None. Qt would end the process instead."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return None
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if wayland and _answers(Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / wayland):
        return None
    if not display:
        return translatable(
            "This machine has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        )
    host, _, number = display.partition(":")
    local = Path(f"/tmp/.X11-unix/X{number.split('.')[0]}")
    is_local = host in ("", "unix")
    if is_local and not _answers(local):
        return translatable(f"The screen that DISPLAY names ({display}) does not answer.")
    if _refuses(is_local=is_local):
        return translatable(
            f"The screen that DISPLAY names ({display}) refuses this program; run it as the user "
            "who is logged in there."
        )
    return _missing_screen_library()


def _answers(address: Path) -> bool:
    """Whether somebody listens on a unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(address))
        except OSError:
            return False
    return True


def _refuses(*, is_local: bool) -> bool:
    """Whether the X server that DISPLAY names does not let this program in, as where the
    authority of another user is needed; False where that cannot be asked."""
    who = os.environ.get("DISPLAY"), os.environ.get("XAUTHORITY")
    if who in _LET_IN:
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    if _connected(xcb, _PAUSES_S if is_local else (0.0,)) is None:
        return True
    _LET_IN.add(who)
    return False


def _connected(xcb: ctypes.CDLL, pauses_s: Sequence[float]) -> ctypes.c_void_p | None:
    """A connection to the X server, or None where it refuses after each of the pauses.

    A server that its last client has left begins anew, and meanwhile lets nobody in: so it is
    asked more than once, and the connection is to stay open until the process ends, or the server
    might begin anew before Qt connects."""
    xcb.xcb_connect.restype = ctypes.c_void_p
    for pause_s in pauses_s:
        time.sleep(pause_s)
        connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
        if not xcb.xcb_connection_has_error(connection):
            return connection
        xcb.xcb_disconnect(connection)
    return None


def _missing_screen_library() -> str | None:
    """Qt ends the process when its X11 plug-in lacks this library, so it is looked for first."""
    name = "libxcb-cursor.so.0"
    try:
        ctypes.CDLL(name)
    except OSError:
        return translatable(
            f"The system library {name} is missing (sudo apt-get install libxcb-cursor0)."
        )
    return None


def screen() -> Iterator[Check]:
    """The screen a window would open on."""
    problem = screen_problem()
    if problem:
        hint = translatable("Commands work without one: avatar-app run --headless, demo, animate.")
        yield Check("Screen", Verdict.WARN, problem, hint)
    else:
        named = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY")
        yield Check("Screen", Verdict.OK, named or os.environ.get("DISPLAY") or sys.platform)
