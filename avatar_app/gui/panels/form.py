"""The few shapes that every panel is made of: a card with a heading, labels with a role."""

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class Card(QFrame):
    """A quiet box with a heading; parts are added to ``rows`` from top to bottom."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(14, 11, 14, 13)
        self.rows.setSpacing(8)
        self.rows.addWidget(label(heading, "heading"))


def label(text: str, role: str, *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label that the style sheet knows by its ``role``; plain text, never HTML."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class WheelGuard(QObject):
    """Lets the wheel scroll the column under the pointer, not change what it passes over."""

    def guard(self, *widgets: QWidget) -> None:
        """From now on the wheel changes these widgets only while they have the focus."""
        for widget in widgets:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is None or event.type() is not QEvent.Type.Wheel:
            return False
        if isinstance(watched, QWidget) and watched.hasFocus():
            return False
        event.ignore()
        return True


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    if style is not None:
        style.unpolish(widget)
        style.polish(widget)
