"""A screen that is there and belongs to somebody else: Qt would end the process without a word."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from x_server import x_server

from avatar_app.doctor import screen

EVERY_DISPLAY = 0xFFFF
ASKED_OFTEN = """
from avatar_app.doctor import screen
print({screen.screen_problem() for _ in range(200) if not screen._lets_in.cache_clear()})
"""
"""One time in twenty a server that nobody stays with is in the midst of its new beginning."""


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


def test_a_server_that_begins_anew_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does when its last client leaves, which the look at its socket is."""
    own = authority(tmp_path / "own")
    monkeypatch.setenv("XAUTHORITY", str(own))
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with x_server(own, begins_anew=True) as display:
        monkeypatch.setenv("DISPLAY", display)
        run = [sys.executable, "-c", ASKED_OFTEN]  # What it opens ends with it.
        said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said == "{None}\n"
