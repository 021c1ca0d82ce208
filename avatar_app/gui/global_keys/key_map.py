"""Which key does what in every program. Knows nothing of Qt."""

from collections.abc import Mapping

from avatar_app.gui.actions import ACTIONS, PANIC
from avatar_app.gui.global_keys.chord import why_not

_FOR_THE_WINDOW = ("pass_through", "keys", "settings", "help")
"""A question or a sheet that nobody sees is of no use, and of pass-through it would be a danger."""

GLOBAL_ACTIONS = tuple(action for action in ACTIONS if action.name not in _FOR_THE_WINDOW)

SUGGESTED = {
    PANIC: "Ctrl+Shift+F12",
    "placeholder": "Ctrl+Shift+F11",
    "freeze": "Ctrl+Shift+F10",
    "neutral": "Ctrl+Shift+F9",
    "next": "Ctrl+Shift+F8",
    "previous": "Ctrl+Shift+F7",
    "start": "Ctrl+Shift+F6",
}
"""Offered, never taken unasked. Function keys are where they are on every layout, and few programs
use them with two modifiers."""


class GlobalKeyMap:
    """``keys`` by action, as in ``AppConfig.global_keys``. Names nobody knows and keys that cannot
    be used are left out; of two actions with one key the first of the table has it."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys: dict[str, str] = {}
        for action in GLOBAL_ACTIONS:
            key = keys.get(action.name, "")
            if key and not why_not(key) and key not in self.keys.values():
                self.keys[action.name] = key

    def key(self, name: str) -> str:
        """The key of an action, empty where it has none."""
        return self.keys.get(name, "")

    def owner(self, key: str) -> str:
        """The action that a key belongs to; empty for a free key."""
        return next((name for name, held in self.keys.items() if key and held == key), "")

    def with_key(self, name: str, key: str) -> "GlobalKeyMap":
        """``key`` does that now, "" for none; who had it before has none."""
        others = {n: held for n, held in self.keys.items() if n != name and held != key}
        return GlobalKeyMap({**others, name: key})
