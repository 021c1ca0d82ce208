"""The names that X and xkbcommon have for keys, for the names of Qt."""

from Xlib import XK
from Xlib.keysymdef import latin1

from avatar_app.gui.global_keys.chord import FUNCTION_KEYS

_NAMES = {
    "Backspace": "BackSpace",
    "Del": "Delete",
    "Enter": "KP_Enter",
    "Esc": "Escape",
    "Ins": "Insert",
    "PgDown": "Next",
    "PgUp": "Prior",
    "ScrollLock": "Scroll_Lock",
    "Space": "space",
    **{name: name for name in (*FUNCTION_KEYS, "Down", "End", "Home", "Left", "Menu", "Pause")},
    **{name: name for name in ("Print", "Return", "Right", "Tab", "Up")},
}
_SIGNS = {
    value: name.removeprefix("XK_")
    for name, value in reversed(vars(latin1).items())
    if name.startswith("XK_")
}
"""Latin-1's keysyms are its characters' numbers."""


def keysym_name(key: str) -> str:
    """``Next`` for ``PgDown``, ``a`` for ``A``, ``comma`` for ``,``. Raises KeyError for a key
    that ``chord.why_not`` refuses."""
    return _NAMES[key] if key in _NAMES else _SIGNS[ord(key.lower())]


def keysym(key: str) -> int:
    """The number of that name."""
    return int(XK.string_to_keysym(keysym_name(key)))
