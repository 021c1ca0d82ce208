"""Keys for every program under Windows: RegisterHotKey. Written from its documentation; nobody has
run this on Windows yet."""

import ctypes
from collections.abc import Sequence
from ctypes import wintypes
from typing import Any

from PyQt6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PyQt6.sip import voidptr

from avatar_app.gui.global_keys.base import Listener, Pressed, Told, Wish
from avatar_app.gui.global_keys.chord import FUNCTION_KEYS, chord_of
from avatar_app.translatable import translatable

_TAKEN = translatable("Another program or Windows itself holds this key.")
_ABSENT = translatable("Your keyboard has no such key.")

_WM_HOTKEY = 0x0312
_NO_REPEAT = 0x4000
_MODIFIERS = {"Alt": 0x1, "Ctrl": 0x2, "Shift": 0x4, "Meta": 0x8}
_VIRTUAL_KEYS = {
    "Backspace": 0x08,
    "Tab": 0x09,
    "Return": 0x0D,
    "Enter": 0x0D,
    "Pause": 0x13,
    "Esc": 0x1B,
    "Space": 0x20,
    "PgUp": 0x21,
    "PgDown": 0x22,
    "End": 0x23,
    "Home": 0x24,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Print": 0x2C,
    "Ins": 0x2D,
    "Del": 0x2E,
    "Menu": 0x5D,
    "ScrollLock": 0x91,
    **{name: 0x70 + place for place, name in enumerate(FUNCTION_KEYS)},
}


class WindowsKeys(QAbstractNativeEventFilter):
    """GlobalKeys. The system posts each press to the thread that registered the key: the GUI
    thread, whose loop passes it through here. ``user32`` is the system's library of that name."""

    def __init__(self, user32: Any, listener: Listener) -> None:
        super().__init__()
        self._user32 = user32
        self._listener = listener
        self._names: dict[int, str] = {}
        self._last = 0
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self)

    def grab(self, wishes: Sequence[Wish]) -> None:
        self._let_go()
        refused = {wish.name: why for wish in wishes if (why := self._grab_one(wish))}
        self._listener(Told(refused))

    def close(self) -> None:
        self._let_go()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self)

    def nativeEventFilter(  # noqa: N802 - Qt's name
        self, _kind: QByteArray | bytes | bytearray | memoryview, message: voidptr | None
    ) -> tuple[bool, voidptr]:
        if message is not None:
            said = wintypes.MSG.from_address(int(message))
            if said.message == _WM_HOTKEY and said.wParam in self._names:
                self._listener(Pressed(self._names[said.wParam]))
        return False, voidptr(0)  # None ends the process (PyQt 6.11).

    def _grab_one(self, wish: Wish) -> str:
        """Why the key cannot be had; empty where it is ours now. A number is used once: a press
        that still waits in the queue belongs to the key it was made with."""
        chord = chord_of(wish.key)
        code = self._virtual_key(chord.key)
        if not code:
            return _ABSENT
        self._last += 1
        mask = _NO_REPEAT | sum(_MODIFIERS[name] for name in chord.modifiers)
        if not self._user32.RegisterHotKey(None, self._last, mask, code):
            return _TAKEN
        self._names[self._last] = wish.name
        return ""

    def _virtual_key(self, key: str) -> int:
        """The key's number on the layout of now; 0 where it has none."""
        if key in _VIRTUAL_KEYS:
            return _VIRTUAL_KEYS[key]
        found = int(self._user32.VkKeyScanW(ctypes.c_wchar(key.lower())))
        return 0 if found & 0xFFFF == 0xFFFF else found & 0xFF

    def _let_go(self) -> None:
        for number in self._names:
            self._user32.UnregisterHotKey(None, number)
        self._names.clear()
