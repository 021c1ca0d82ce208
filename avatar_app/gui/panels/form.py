"""The few shapes that every panel is made of: a card with a heading, labels with a role."""

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QHelpEvent, QPaintEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.theme import look_again

_FEWEST_LETTERS = 8
_TEXT_MARGIN = 4
_COMMANDS, _PIP = ("sudo ", "avatar-app "), " -m pip "


class Card(QFrame):
    """A quiet box with a heading; parts are added to ``rows`` from top to bottom."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(14, 11, 14, 13)
        self.rows.setSpacing(8)
        self.rows.addWidget(label(heading, "heading"))


class ChoiceBox(QComboBox):
    """A list that is as wide as there is room. A choice that is longer is shortened with an
    ellipsis, and told in full by the tooltip unless the box has one of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_FEWEST_LETTERS)

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip():
            shown, room = self.currentText(), self._room()
            is_whole = self.fontMetrics().horizontalAdvance(shown) <= room
            QToolTip.showText(event.globalPos(), "" if is_whole else shown, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, elide, self._room())
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _room(self) -> int:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part, style = QStyle.SubControl.SC_ComboBoxEditField, self.style()
        assert style is not None
        box = QStyle.ComplexControl.CC_ComboBox
        return style.subControlRect(box, option, part, self).width() - _TEXT_MARGIN


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


def apart(text: str) -> tuple[str, str]:
    """The sentences of a hint and its lines for a terminal, which need letters of one width."""
    lines = text.splitlines()
    commands = [line for line in lines if line.startswith(_COMMANDS) or _PIP in line]
    return "\n".join(line for line in lines if line not in commands), "\n".join(commands)


def fix_in(hint: str) -> str:
    """What is copied of a hint, to be pasted into a terminal: the first of its lines for one, since
    the others are other ways, and without its remark; the whole hint where it has none."""
    _, commands = apart(hint)
    return commands.partition("\n")[0].partition("  #")[0] or hint


def row_name(text: str, field: QWidget) -> QLabel:
    """The name of a field in a form, level with it; its mnemonic leads there."""
    name = QLabel(text)
    name.setBuddy(field)
    name.setMinimumHeight(field.sizeHint().height())
    return name


class OpeningBox(ChoiceBox):
    """A list of choices that asks to be refreshed each time it opens."""

    opened = pyqtSignal()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self.opened.emit()
        super().showPopup()


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
    look_again(widget)
