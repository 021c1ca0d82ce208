"""An X server without a screen, and another program that has the focus and a keyboard."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="keys of X need python-xlib")

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

_MODIFIERS = {"Ctrl": "Control_L", "Alt": "Alt_L", "Shift": "Shift_L", "Meta": "Super_L"}


@contextmanager
def x_server(authority: Path | None = None, *, begins_anew: bool = False) -> Iterator[str]:
    """The name of a display that exists until the end of the block; with ``authority`` it lets in
    only those who know what stands in that file. One that ``begins_anew`` does so after each last
    client, as servers do that are not told otherwise."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reads, writes = os.pipe()
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x900x24"]
    command += ["-nolisten", "tcp"]
    if not begins_anew:
        command += ["-noreset"]
    if authority is not None:
        command += ["-auth", str(authority)]
    server = subprocess.Popen(
        command, pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writes)
    try:
        with os.fdopen(reads) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class OtherProgram:
    """Has the focus, presses keys as a keyboard would, and notes which of them it was given."""

    def __init__(self, display: str) -> None:
        self.display = Display(display)
        self.root = self.display.screen().root
        self._window = self.root.create_window(
            0, 0, 50, 50, 0, X.CopyFromParent, event_mask=X.KeyPressMask | X.ExposureMask
        )
        self._window.map()
        while self.display.next_event().type != X.Expose:
            continue
        self.take_focus()

    def close(self) -> None:
        self.display.close()

    def take_focus(self) -> None:
        """The focus is this window's from now on, whoever had it."""
        self._window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self.display.sync()

    @property
    def has_focus(self) -> bool:
        return bool(self.display.get_input_focus().focus == self._window)

    def code(self, name: str) -> int:
        """The key of a keysym by its X name."""
        return int(self.display.keysym_to_keycode(XK.string_to_keysym(name)))

    def type(self, keys: str) -> None:
        """Presses ``Ctrl+Shift+F12`` and lets go, from the modifiers to the key and back."""
        *held, key = keys.split("+")
        codes = [self.code(_MODIFIERS.get(name, name)) for name in (*held, key)]
        for code in codes:
            self.press(code)
        for code in reversed(codes):
            self.release(code)

    def press(self, code: int) -> None:
        xtest.fake_input(self.display, X.KeyPress, code)
        self.display.sync()

    def release(self, code: int) -> None:
        xtest.fake_input(self.display, X.KeyRelease, code)
        self.display.sync()

    def given(self) -> list[int]:
        """The keys that reached this window since the last call."""
        self.display.sync()
        codes = []
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == X.KeyPress:
                codes.append(event.detail)
        return codes


@contextmanager
def other_program(display: str) -> Iterator[OtherProgram]:
    with closing(OtherProgram(display)) as program:
        yield program
