"""A screen that is there and belongs to somebody else: Qt would end the process without a word."""

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from x_server import x_server

from avatar_app.doctor import screen

EVERY_DISPLAY = 0xFFFF
CONNECTED_AND_GONE = """
import ctypes
from avatar_app.doctor import screen
xcb = ctypes.CDLL("libxcb.so.1")
for _ in range(200):
    connection = screen._connected(xcb, screen._PAUSES_S)
    assert connection is not None
    xcb.xcb_disconnect(connection)
"""
"""Each leaves as the last client; one in twenty then meets a server that begins anew."""

ASKED_TWICE = """
import os
from avatar_app.doctor import screen
assert screen.screen_problem() is None
before = len(os.listdir("/proc/self/fd"))
assert screen.screen_problem() is None
print(len(os.listdir("/proc/self/fd")) - before)
"""


def authority(file: Path) -> Path:
    """A file of authority as X keeps it, with one cookie that is good for every display."""
    fields = (b"", b"", b"MIT-MAGIC-COOKIE-1", bytes(range(16)))
    entry = struct.pack(">H", EVERY_DISPLAY)
    file.write_bytes(entry + b"".join(struct.pack(">H", len(part)) + part for part in fields))
    return file


def test_a_screen_of_somebody_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, nobodys = authority(tmp_path / "own"), tmp_path / "nobodys"
    nobodys.touch()
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with x_server(own) as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.setenv("XAUTHORITY", str(own))
        assert screen.screen_problem() is None
        monkeypatch.setenv("XAUTHORITY", str(nobodys))
        assert f"({display}) refuses this program" in (screen.screen_problem() or "")


@pytest.fixture
def bare_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One that begins anew after each last client, on which nobody else stays."""
    own = authority(tmp_path / "own")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with x_server(own, begins_anew=True) as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.setenv("XAUTHORITY", str(own))
        yield


def run(script: str) -> str:
    """In a process of its own: what it opens ends with it."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_server_that_begins_anew_is_waited_for(bare_server: None) -> None:
    run(CONNECTED_AND_GONE)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="handles are counted in /proc")
def test_it_is_asked_once_only(bare_server: None) -> None:
    assert run(ASKED_TWICE) == "0\n"
