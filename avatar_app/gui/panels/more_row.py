"""The way to what is needed seldom."""

from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.language import tr


class MoreRow(QWidget):
    """Three quiet buttons below the cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = QPushButton(tr("Keys…"))
        self.settings = QPushButton(tr("All settings…"))
        self.help = QPushButton(tr("Help…"))

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        for button in (self.keys, self.settings, self.help):
            button.setProperty("role", "quiet")
            row.addWidget(button)
        row.addStretch(1)
