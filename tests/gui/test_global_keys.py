"""Which keys may be keys for every program, and what becomes of their names on each system."""

import ctypes
from ctypes import wintypes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QByteArray
from PyQt6.QtGui import QKeySequence
from PyQt6.sip import voidptr
from pytestqt.qtbot import QtBot

from avatar_app.gui.actions import ACTIONS, PANIC, KeyMap
from avatar_app.gui.all_keys import AllKeys
from avatar_app.gui.global_keys.base import Event, Pressed, Told, Wish
from avatar_app.gui.global_keys.chord import (
    FUNCTION_KEYS,
    MODIFIERS,
    NAMED_KEYS,
    chord_of,
    why_not,
)
from avatar_app.gui.global_keys.key_map import GLOBAL_ACTIONS, SUGGESTED, GlobalKeyMap
from avatar_app.gui.global_keys.system import key_system
from avatar_app.gui.global_keys.windows import WindowsKeys

SIGNS = [chr(code) for code in range(33, 256) if chr(code).isprintable() and chr(code) != "\xad"]
KEYS = [*NAMED_KEYS, *FUNCTION_KEYS, *(sign for sign in SIGNS if sign == sign.upper())]

chords = st.tuples(st.sets(st.sampled_from(MODIFIERS)), st.sampled_from(KEYS))


def written(held: set[str], key: str) -> str:
    return "+".join([*(name for name in MODIFIERS if name in held), key])


def as_qt_writes(text: str) -> str:
    return QKeySequence(text).toString(QKeySequence.SequenceFormat.PortableText)


@pytest.mark.parametrize("name", [*NAMED_KEYS, *FUNCTION_KEYS])
def test_named_keys_are_named_as_qt_names_them(name: str) -> None:
    assert as_qt_writes(f"Ctrl+{name}") == f"Ctrl+{name}"


@given(chords)
def test_a_chord_is_taken_apart_as_it_was_put_together(chord: tuple[set[str], str]) -> None:
    held, key = chord
    taken = chord_of(written(held, key))
    assert (taken.modifiers, taken.key) == (held, key)


@given(chords)
def test_no_key_for_every_program_is_one_that_people_type_with(
    chord: tuple[set[str], str],
) -> None:
    held, key = chord
    allowed = not why_not(written(held, key))
    if not held or (held == {"Shift"} and key not in FUNCTION_KEYS):
        assert not allowed
    if held == {"Ctrl"} and key.isalpha() and len(key) == 1:
        assert not allowed
    if {"Ctrl", "Shift"} <= held:
        assert allowed


@given(st.text(max_size=12))
def test_what_a_hand_wrote_is_refused_or_has_a_name_in_x(text: str) -> None:
    keysyms = pytest.importorskip("avatar_app.gui.global_keys.keysyms")
    if not why_not(text):
        assert keysyms.keysym(chord_of(text).key) > 0


@pytest.mark.parametrize("key", ["Esc", "Shift+Esc", "A", "Shift+A", "F5", "Ctrl+C", "Ж", "Ctrl+"])
def test_keys_that_would_be_missed_everywhere_are_refused(key: str) -> None:
    assert why_not(key)


@given(chords)
def test_every_key_that_is_allowed_has_a_name_in_x(chord: tuple[set[str], str]) -> None:
    keysyms = pytest.importorskip("avatar_app.gui.global_keys.keysyms")
    assert keysyms.keysym(chord[1]) > 0


@pytest.mark.parametrize(
    ("key", "name", "number"),
    [
        ("A", "a", 0x61),
        ("7", "7", 0x37),
        (",", "comma", 0x2C),
        ("+", "plus", 0x2B),
        ("Ö", "odiaeresis", 0xF6),
        ("PgDown", "Next", 0xFF56),
        ("F12", "F12", 0xFFC9),
        ("Esc", "Escape", 0xFF1B),
        ("Space", "space", 0x20),
    ],
)
def test_names_of_x(key: str, name: str, number: int) -> None:
    keysyms = pytest.importorskip("avatar_app.gui.global_keys.keysyms")
    assert (keysyms.keysym_name(key), keysyms.keysym(key)) == (name, number)


def test_suggestions_are_allowed_different_and_no_usual_keys() -> None:
    suggested = AllKeys().suggested().everywhere
    assert suggested.keys == SUGGESTED
    assert not set(SUGGESTED.values()) & {action.key for action in ACTIONS}
    assert PANIC in SUGGESTED


def test_what_asks_or_opens_something_is_no_action_for_every_program() -> None:
    names = {action.name for action in GLOBAL_ACTIONS}
    assert not names & {"pass_through", "keys", "settings"}
    assert {"panic", "placeholder", "freeze", "next", "previous", "neutral", "start"} <= names
    assert not GlobalKeyMap({"pass_through": "Ctrl+Alt+R", "panic": "Esc"}).keys


def test_of_two_actions_one_has_the_key() -> None:
    keys = GlobalKeyMap({"freeze": "Alt+F9", "panic": "Alt+F9"})
    assert keys.keys == {"panic": "Alt+F9"}
    assert keys.with_key("next", "Alt+F9").keys == {"next": "Alt+F9"}
    assert keys.with_key("panic", "").keys == {}


def test_a_key_of_the_window_and_one_of_every_program_do_the_same_or_differ() -> None:
    keys = AllKeys().with_key("freeze", "Ctrl+Alt+J", everywhere=True)
    assert keys.rival("placeholder", "Ctrl+Alt+J") == "freeze"
    assert not keys.rival("freeze", "Ctrl+Alt+J")
    moved = keys.with_key("placeholder", "Ctrl+Alt+J", everywhere=False)
    assert not moved.everywhere.keys
    back = moved.with_key("freeze", "Ctrl+Alt+J", everywhere=True)
    assert back.window.key("placeholder") == ""
    assert AllKeys(KeyMap({PANIC: "Alt+F9"})).rival("freeze", "Alt+F9") == PANIC


@pytest.mark.parametrize(
    ("platform", "environ", "there"),
    [
        ("xcb", {}, True),
        ("xcb", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("wayland", {}, True),
        ("windows", {}, True),
        ("cocoa", {}, False),
        ("offscreen", {}, False),
    ],
)
def test_each_system_has_a_way_or_a_reason(
    platform: str, environ: dict[str, str], there: bool
) -> None:
    system = key_system(platform, environ, "app")
    assert (system.open is not None) is there
    assert bool(system.about) is there
    assert bool(system.reason) is not there


def test_a_wayland_session_asks_the_desktop_even_where_qt_speaks_x() -> None:
    beside = key_system("xcb", {"WAYLAND_DISPLAY": "wayland-0"}, "app")
    assert beside.about == key_system("wayland", {}, "app").about
    assert beside.about != key_system("xcb", {}, "app").about


class User32:
    """The three functions of Windows as their documentation tells them, on a US layout."""

    def __init__(self) -> None:
        self.held: dict[int, tuple[int, int]] = {}
        self.taken: set[tuple[int, int]] = set()

    def RegisterHotKey(self, window: None, number: int, mask: int, code: int) -> int:  # noqa: N802
        if (mask & 0xF, code) in self.taken | set(self.held.values()):
            return 0
        self.held[number] = (mask & 0xF, code)
        return 1

    def UnregisterHotKey(self, window: None, number: int) -> int:  # noqa: N802
        return int(self.held.pop(number, None) is not None)

    def VkKeyScanW(self, sign: ctypes.c_wchar) -> int:  # noqa: N802
        signs = {",": 0xBC, "+": 0x1BB, **{c: ord(c.upper()) for c in "abcxyz019"}}
        return signs.get(sign.value, -1)


def test_windows_is_asked_for_keys_and_its_messages_are_understood(qtbot: QtBot) -> None:
    user32, heard = User32(), list[Event]()
    user32.taken.add((0x1, 0x78))
    keys = WindowsKeys(user32, heard.append)

    def press(number: int, message: int = 0x0312) -> None:
        said = wintypes.MSG(message=message, wParam=number)
        keys.nativeEventFilter(QByteArray(b"windows_generic_MSG"), voidptr(ctypes.addressof(said)))

    keys.grab(
        [
            Wish("panic", "Ctrl+Shift+F12", "Panic"),
            Wish("freeze", "Alt+F9", "Freeze"),
            Wish("next", "Meta+,", "Next"),
            Wish("start", "Ctrl+Alt+Ñ", "Start"),
            Wish("neutral", "Ctrl+Alt+A", "Neutral"),
        ]
    )
    told = heard.pop()
    assert isinstance(told, Told)
    assert told.refused.keys() == {"freeze", "start"}
    assert set(user32.held.values()) == {(0x6, 0x7B), (0x8, 0xBC), (0x3, 0x41)}
    number = next(n for n, held in user32.held.items() if held == (0x6, 0x7B))
    press(number)
    press(number, message=0x0100)
    assert heard == [Pressed("panic")]
    keys.grab([])
    press(number)
    assert heard == [Pressed("panic"), Told()]
    keys.grab([Wish("freeze", "Ctrl+Alt+A", "Freeze")])
    keys.close()
    assert not user32.held
