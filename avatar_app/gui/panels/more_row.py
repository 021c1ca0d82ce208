"""The way to what is needed seldom."""

from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.flow import FlowLayout


class MoreRow(QWidget):
    """Three quiet buttons below the cards, in sight wherever those are scrolled to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = QPushButton(tr("Keys…"))
        self.settings = QPushButton(tr("All settings…"))
        self.help = QPushButton(tr("Help…"))

        row = FlowLayout(4)
        self.setLayout(row)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)  # Longer words take a second line, never a wider column.
        for button in (self.keys, self.settings, self.help):
            button.setProperty("role", "quiet")
            row.addWidget(button)
