"""Named sets of settings: put on, keep, rename, delete."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.flow import FlowLayout
from avatar_app.gui.panels.form import Card, ChoiceBox, label
from avatar_app.presets import MOST_LETTERS, Preset


class _NameLine(QLineEdit):
    """Escape ends the naming and is no key of the window meanwhile."""

    cancelled = pyqtSignal()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.KeyPress:
                self.cancelled.emit()
            event.accept()
            return True
        return super().event(event)


class PresetsPanel(Card):
    """Says what was asked; the names it shows are those it was given."""

    apply_wanted = pyqtSignal(object)
    save_wanted = pyqtSignal(str)
    rename_wanted = pyqtSignal(str, str)
    delete_wanted = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Presets"), parent)
        self._renaming = False
        self.box = ChoiceBox()
        self.box.setAccessibleName(tr("Preset"))
        self.apply = QPushButton(tr("Appl&y"))
        self.save = QPushButton(tr("Save…"))
        self.save.setToolTip(tr("Keep engine, motion, background and mirrors under a name"))
        self.rename = QPushButton(tr("Rename…"))
        self.delete = QPushButton(tr("Delete"))
        self.name = _NameLine()
        self.name.setMaxLength(MOST_LETTERS)
        self.name.setPlaceholderText(tr("Name of the preset"))
        self.name.setAccessibleName(tr("Name of the preset"))
        self.keep = QPushButton(tr("Keep"))
        self.empty = label(tr("No preset is kept yet."), "muted", wrap=True)

        chosen = QHBoxLayout()
        chosen.addWidget(self.box, 1)
        chosen.addWidget(self.apply)
        ways = FlowLayout(4)
        for button in (self.save, self.rename, self.delete):
            button.setProperty("role", "quiet")
            ways.addWidget(button)
        naming = QHBoxLayout()
        naming.addWidget(self.name, 1)
        naming.addWidget(self.keep)
        self.rows.addWidget(self.empty)
        self.rows.addLayout(chosen)
        self.rows.addLayout(ways)
        self.rows.addLayout(naming)

        self.apply.clicked.connect(lambda: self.apply_wanted.emit(self.box.currentData()))
        self.save.clicked.connect(lambda: self._ask_name("", renaming=False))
        self.rename.clicked.connect(lambda: self._ask_name(self.box.currentText(), renaming=True))
        self.delete.clicked.connect(lambda: self.delete_wanted.emit(self.box.currentText()))
        self.keep.clicked.connect(self._on_named)
        self.name.returnPressed.connect(self._on_named)
        self.name.cancelled.connect(lambda: self._show_naming(False))
        self.show_presets(())

    def show_presets(self, presets: Sequence[Preset], chosen: str = "") -> None:
        """These and no others; ``chosen`` is selected, or what was selected before."""
        chosen = chosen or self.box.currentText()
        self.box.clear()
        for preset in presets:
            self.box.addItem(preset.name, preset)
        self.box.setCurrentIndex(max(0, self.box.findText(chosen)) if presets else -1)
        for widget in (self.box, self.apply, self.rename, self.delete):
            widget.setVisible(bool(presets))
        self.empty.setVisible(not presets)
        self._show_naming(False)

    def _ask_name(self, name: str, *, renaming: bool) -> None:
        self._renaming = renaming
        self.name.setText(name)
        self._show_naming(True)
        self.name.setFocus()
        self.name.selectAll()

    def _show_naming(self, shown: bool) -> None:
        self.name.setVisible(shown)
        self.keep.setVisible(shown)

    def _on_named(self) -> None:
        name = self.name.text().strip()
        if not name:
            return
        if self._renaming:
            self.rename_wanted.emit(self.box.currentText(), name)
        else:
            self.save_wanted.emit(name)
