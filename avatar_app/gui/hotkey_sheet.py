"""The sheet of keys: what each does, and the place to change it."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby, pairwise

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.actions import ACTIONS, PANIC, Action, action
from avatar_app.gui.all_keys import AllKeys
from avatar_app.gui.global_hotkeys import GlobalHotkeys
from avatar_app.gui.global_keys.chord import why_not
from avatar_app.gui.global_keys.key_map import GLOBAL_ACTIONS
from avatar_app.gui.hotkeys import shown
from avatar_app.gui.key_button import LEAST_WIDTH, KeyButton
from avatar_app.gui.language import tr
from avatar_app.gui.panels.confirm_bar import ConfirmBar
from avatar_app.gui.panels.form import Card, label
from avatar_app.translatable import translatable

_ABOUT = translatable(
    "Click a key to change it, then press the new one; Backspace leaves it without a key. "
    "Keys of the first column work while the window of this program has the focus."
)


class HotkeySheet(QDialog):
    """Empty until ``fill`` has made its cards.

    ``changed`` carries new AllKeys. A key that is taken is given away only when asked. The
    column for every program is there where the system allows it; ``system`` says what it does."""

    changed = pyqtSignal(object)

    def __init__(self, keys: AllKeys, system: GlobalHotkeys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._system = system
        self._wanted: tuple[str, str, bool] | None = None
        self.buttons = {a.name: KeyButton(_in_window(a)) for a in ACTIONS}
        self.everywhere = {a.name: KeyButton(_in_every_program(a)) for a in GLOBAL_ACTIONS}
        self.notes = {a.name: label("", "muted", wrap=True) for a in GLOBAL_ACTIONS}
        self.system = label("", "muted", wrap=True)
        self.conflict = label("", "figure", wrap=True)
        self.take = QPushButton(tr("&Use it here"))
        self.keep = QPushButton(tr("&Leave it there"))
        self.reset = QPushButton(tr("Default &keys"))
        self.suggest = QPushButton(tr("S&et keys for every program"))
        self.sure = ConfirmBar(
            tr("All keys become what they were at first; yours are lost."),
            tr("&Default keys"),
            tr("Keep &mine"),
            level="warning",
        )
        self.close_button = QPushButton(tr("&Close"))
        self._headings: list[QLabel] = []

        self.setWindowTitle(tr("Keys"))
        self.resize(720, 640)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(12)
        rows.addWidget(label(tr(_ABOUT), "muted", wrap=True))
        rows.addWidget(self.system)
        self._column = QVBoxLayout()
        rows.addWidget(self._list(), 1)
        rows.addLayout(self._question())
        rows.addWidget(self.sure)
        rows.addLayout(self._foot())

        for name, everywhere, button in self._all_buttons():
            button.offered.connect(partial(self._on_offered, name, everywhere))
        self.take.clicked.connect(self._on_take)
        self.keep.clicked.connect(self._on_keep)
        self.reset.clicked.connect(self.sure.ask)
        self.sure.confirmed.connect(lambda: self._use(AllKeys()))
        self.suggest.clicked.connect(lambda: self._use(self._keys.suggested()))
        self.close_button.clicked.connect(self.reject)
        for made in (self.take, self.keep, self.reset, self.suggest, *self.sure.answers):
            made.setAutoDefault(True)  # Enter presses what has the focus, not a key of the sheet.

    def fill(self) -> Iterator[None]:
        """Make the cards, one in each step, and show the keys."""
        for group, actions in groupby(ACTIONS, key=lambda action: action.group):
            card = Card(tr(group))
            card.rows.addLayout(self._grid(list(actions)))
            self._column.addWidget(card)
            yield
        self._column.addStretch(1)
        self._system.changed.connect(self._show_system)
        self._show()
        self._show_system()
        asked = (self.take, self.keep, *self.sure.answers)
        ends = (*asked, self.reset, self.suggest, self.close_button)
        for before, after in pairwise((self.buttons[ACTIONS[-1].name], *ends)):
            self.setTabOrder(before, after)
        self.buttons[ACTIONS[0].name].setFocus()

    def takes(self, name: str) -> bool:
        """A key of every program reaches no button: where one waits for a key, the key of the
        action ``name`` is offered to it. Whether one waited."""
        for _, _, button in self._all_buttons():
            if button.is_waiting and self.isActiveWindow():
                button.offer(self._keys.everywhere.key(name))
                return True
        return False

    def _all_buttons(self) -> Iterator[tuple[str, bool, KeyButton]]:
        yield from ((name, False, button) for name, button in self.buttons.items())
        yield from ((name, True, button) for name, button in self.everywhere.items())

    def _question(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.conflict, 1)
        row.addWidget(self.take)
        row.addWidget(self.keep)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.reset)
        row.addWidget(self.suggest)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    def _list(self) -> QScrollArea:
        inside = QWidget()
        inside.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setObjectName("side")
        return scroll

    def _grid(self, actions: list[Action]) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(10)
        if any(one.name in self.everywhere for one in actions):
            for column, words in enumerate((tr("In this window"), tr("In every program")), 1):
                self._headings.append(label(words, "caption"))
                grid.addWidget(self._headings[-1], 0, column)
        for row, one in enumerate(actions, 1):
            self._add_row(grid, row, one)
        return grid

    def _add_row(self, grid: QGridLayout, row: int, one: Action) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(label(tr(one.title), "plain"))
        if not one.name.startswith("avatar_"):
            words.addWidget(label(tr(one.what), "muted", wrap=True))
        grid.addLayout(words, row, 0)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.buttons[one.name], row, 1, top)
        if one.name in self.everywhere:
            words.addWidget(self.notes[one.name])
            grid.addWidget(self.everywhere[one.name], row, 2, top)

    def _show(self) -> None:
        for name, button in self.buttons.items():
            button.show_key(self._keys.window.key(name))
        for name, button in self.everywhere.items():
            button.show_key(self._keys.everywhere.key(name))
        self._align()
        self._ask(None)

    def _align(self) -> None:
        """The two columns stand below each other through all cards."""
        for buttons in (self.buttons.values(), self.everywhere.values()):
            widest = max(button.sizeHint().width() for button in buttons)
            for button in buttons:
                button.setMinimumWidth(max(LEAST_WIDTH, widest))

    @pyqtSlot()
    def _show_system(self) -> None:
        """What the system allows, and how it went with each key."""
        allowed = not self._system.reason
        self.system.setText(tr(self._system.reason or self._system.about))
        for part in (self.suggest, *self._headings, *self.everywhere.values()):
            part.setVisible(allowed)
        told = self._system.told
        for name, note in self.notes.items():
            words = tr(told.refused.get(name, ""))
            if given := told.given.get(name):
                words = tr("The desktop has {key} for this.", key=given)
            note.setText(words)
            note.setVisible(allowed and bool(words))

    def _ask(self, wanted: tuple[str, str, bool] | None) -> None:
        """Whether a key may be taken from its action; None asks nothing."""
        self._wanted = wanted
        words, rival = "", ""
        if wanted is not None:
            rival = self._keys.rival(*wanted[:2])
            words = tr(
                "{key} is the key for Panic, which keeps it."
                if rival == PANIC
                else "{key} is the key for “{action}”.",
                key=shown(wanted[1]),
                action=tr(action(rival).title),
            )
        self._say(words, asks=bool(words) and rival != PANIC)

    def _say(self, words: str, *, asks: bool = False) -> None:
        self.conflict.setText(words)
        self.conflict.setVisible(bool(words))
        self.take.setVisible(asks)
        self.keep.setVisible(asks)

    def _on_offered(self, name: str, everywhere: bool, key: str) -> None:
        reason = why_not(key) if everywhere and key else ""
        if reason:
            self._wanted = None
            self._say(tr(reason))
        elif key and self._keys.rival(name, key):
            self._ask((name, key, everywhere))
            self.take.setFocus()
        else:
            self._use(self._keys.with_key(name, key, everywhere=everywhere))

    def _on_take(self) -> None:
        if self._wanted is not None:
            name, key, everywhere = self._wanted
            self._button(name, everywhere).setFocus()  # Before the question and its focus go.
            self._use(self._keys.with_key(name, key, everywhere=everywhere))

    def _on_keep(self) -> None:
        if self._wanted is not None:
            name, _, everywhere = self._wanted
            self._button(name, everywhere).setFocus()
        self._ask(None)

    def _button(self, name: str, everywhere: bool) -> KeyButton:
        return self.everywhere[name] if everywhere else self.buttons[name]

    def _use(self, keys: AllKeys) -> None:
        self._keys = keys
        self._show()
        self.changed.emit(keys)


def _in_window(one: Action) -> str:
    return tr("Key for {action}: {key}", action=tr(one.title), key="{key}")


def _in_every_program(one: Action) -> str:
    return tr("Key for {action} in every program: {key}", action=tr(one.title), key="{key}")
