"""The sheet of keys: what each does, and the place to change it."""

from itertools import groupby

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.actions import ACTIONS, PANIC, Action, KeyMap, action
from avatar_app.gui.hotkeys import shown
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import Card, label
from avatar_app.translatable import translatable

_WAITING = translatable("Press a key…")
_ABOUT = translatable(
    "Click a key to change it, then press the new one; Backspace leaves it without a key. "
    "Keys work while the window of this program has the focus."
)
_MODIFIERS = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_unknown,
}


class KeyButton(QPushButton):
    """Shows a key; after a click the next key pressed is announced, "" for Backspace. A click
    elsewhere leaves all as it was."""

    offered = pyqtSignal(str)

    def __init__(self, action: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = tr(action.title)
        self._key = ""
        self.is_waiting = False
        self.setMinimumWidth(132)
        self.clicked.connect(self._on_clicked)

    def show_key(self, key: str) -> None:
        """The key as it is now."""
        self._key, self.is_waiting = key, False
        self.setText(shown(key))
        self.setAccessibleName(tr("Key for {action}: {key}", action=self._title, key=shown(key)))

    def event(self, event: QEvent | None) -> bool:
        """While a key is awaited no shortcut takes it away, nor does Tab leave."""
        if self.is_waiting and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        self.show_key(self._key)
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def _on_clicked(self) -> None:
        self.is_waiting = True
        self.setText(tr(_WAITING))
        self.setFocus()

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        self.show_key(self._key)
        if event.key() == Qt.Key.Key_Backspace:
            self.offered.emit("")
        else:
            keys = QKeySequence(event.keyCombination())
            self.offered.emit(keys.toString(QKeySequence.SequenceFormat.PortableText))


class HotkeySheet(QDialog):
    """``changed`` carries a new KeyMap. A key that is taken is given away only when asked."""

    changed = pyqtSignal(object)

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._wanted: tuple[str, str] | None = None
        self.buttons = {action.name: KeyButton(action) for action in ACTIONS}
        self.conflict = label("", "figure", wrap=True)
        self.take = QPushButton(tr("&Use it here"))
        self.keep = QPushButton(tr("&Leave it there"))
        self.reset = QPushButton(tr("Usual &keys"))
        self.close_button = QPushButton(tr("&Close"))

        self.setWindowTitle(tr("Keys"))
        self.resize(620, 640)
        question = QHBoxLayout()
        question.addWidget(self.conflict, 1)
        question.addWidget(self.take)
        question.addWidget(self.keep)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        rows = QVBoxLayout(self)
        rows.addWidget(label(tr(_ABOUT), "muted", wrap=True))
        rows.addWidget(self._list(), 1)
        rows.addLayout(question)
        rows.addLayout(foot)

        for name, button in self.buttons.items():
            button.offered.connect(lambda key, name=name: self._on_offered(name, key))
        self.take.clicked.connect(self._on_take)
        self.keep.clicked.connect(lambda: self._ask(None))
        self.reset.clicked.connect(lambda: self._use(KeyMap({})))
        self.close_button.clicked.connect(self.reject)
        for made in (self.take, self.keep, self.reset, *self.buttons.values()):
            made.setAutoDefault(False)
        self._show()

    def _list(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(12)
        for group, actions in groupby(ACTIONS, key=lambda action: action.group):
            card = Card(tr(group))
            grid = QGridLayout()
            grid.setColumnStretch(0, 1)
            grid.setVerticalSpacing(10)
            for row, one in enumerate(actions):
                self._add_row(grid, row, one)
            card.rows.addLayout(grid)
            column.addWidget(card)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setObjectName("side")
        return scroll

    def _add_row(self, grid: QGridLayout, row: int, one: Action) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(label(tr(one.title), "plain"))
        if not one.name.startswith("avatar_"):
            words.addWidget(label(tr(one.what), "muted", wrap=True))
        grid.addLayout(words, row, 0)
        grid.addWidget(self.buttons[one.name], row, 1, Qt.AlignmentFlag.AlignTop)

    def _show(self) -> None:
        for name, button in self.buttons.items():
            button.show_key(self._keys.key(name))
        self._ask(None)

    def _ask(self, wanted: tuple[str, str] | None) -> None:
        """Whether a key may be taken from its action; None asks nothing."""
        self._wanted = wanted
        owner = self._keys.owner(wanted[1]) if wanted is not None else ""
        words = ""
        if wanted is not None:
            words = tr(
                "{key} is the key for Panic, which keeps it."
                if owner == PANIC
                else "{key} is the key for {action}.",
                key=shown(wanted[1]),
                action=tr(action(owner).title),
            )
        self.conflict.setText(words)
        self.conflict.setVisible(bool(words))
        self.take.setVisible(bool(words) and owner != PANIC)
        self.keep.setVisible(bool(words) and owner != PANIC)

    def _on_offered(self, name: str, key: str) -> None:
        if self._keys.owner(key) not in ("", name):
            self._ask((name, key))
            self.take.setFocus()
        else:
            self._use(self._keys.with_key(name, key))

    def _on_take(self) -> None:
        if self._wanted is not None:
            self._use(self._keys.with_key(*self._wanted))

    def _use(self, keys: KeyMap) -> None:
        self._keys = keys
        self._show()
        self.changed.emit(keys)
