"""The window's side of the keys that work in every program."""

import os

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QGuiApplication

from avatar_app.gui.actions import action
from avatar_app.gui.global_keys.base import Event, GlobalKeys, Gone, KeySystem, Pressed, Told, Wish
from avatar_app.gui.global_keys.key_map import GlobalKeyMap
from avatar_app.gui.global_keys.system import key_system
from avatar_app.gui.hotkeys import shown
from avatar_app.gui.language import tr
from avatar_app.live.status import Problem


class GlobalHotkeys(QObject):
    """``pressed`` carries the name of an action, ``failed`` a Problem for each key that could not
    be had. ``told`` and ``reason`` (why there are no such keys at all, "" where there are) are
    right after each ``changed``. The system is not asked for anything until there is a key, or
    somebody wants to ``look``."""

    pressed = pyqtSignal(str)
    changed = pyqtSignal()
    failed = pyqtSignal(object)
    _heard = pyqtSignal(object)

    def __init__(
        self, system: KeySystem, keys: GlobalKeyMap, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.keys = keys
        self.told = Told()
        self.reason = system.reason
        self.about = system.about
        self._system = system
        self._open: GlobalKeys | None = None
        self._heard.connect(self._on_heard)

    def begin(self) -> None:
        """Take the keys, if there are any."""
        if self.keys.keys:
            self._grab()

    def look(self) -> None:
        """Find out whether there can be such keys here."""
        if self._open is None and not self.reason and self._system.open is not None:
            self._open = self._system.open(self._heard.emit)

    def use(self, keys: GlobalKeyMap) -> None:
        """Other keys from now on."""
        self.keys = keys
        self._grab()

    def close(self) -> None:
        """Let go of all keys; ends the thread that heard them."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _grab(self) -> None:
        self.look()
        if self._open is not None:
            wishes = [
                Wish(name, key, tr(action(name).title)) for name, key in self.keys.keys.items()
            ]
            self._open.grab(wishes)

    def _on_heard(self, event: Event) -> None:
        if self._open is None:
            return
        if isinstance(event, Pressed):
            self.pressed.emit(event.name)
            return
        self.told = event if isinstance(event, Told) else Told()
        if isinstance(event, Gone):
            self.reason = event.reason
            self.close()
        self.changed.emit()
        self._report()

    def _report(self) -> None:
        if self.reason and self.keys.keys:
            self.failed.emit(
                Problem("keys", "The keys for every program do not work.", self.reason)
            )
        for name, why in self.told.refused.items():
            said = tr(
                "{key} is not yours in every program, where it is the key for {action}.",
                key=shown(self.keys.key(name)),
                action=tr(action(name).title),
            )
            self.failed.emit(Problem("keys", said, why))


def this_system() -> KeySystem:
    """What the screen that this program is on allows."""
    return key_system(QGuiApplication.platformName(), os.environ, QGuiApplication.desktopFileName())
