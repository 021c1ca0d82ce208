"""A screen that is there and belongs to somebody else: Qt would end the process without a word."""

import struct
from pathlib import Path

import pytest
from x_server import x_server

from avatar_app.doctor.screen import screen_problem

EVERY_DISPLAY = 0xFFFF


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
        assert screen_problem() is None
        monkeypatch.setenv("XAUTHORITY", str(nobodys))
        assert f"({display}) refuses this program" in (screen_problem() or "")
