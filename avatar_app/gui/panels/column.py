"""Columns that scroll up and down where their window is too low for them."""

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QLayout, QScrollArea, QSizePolicy, QWidget


class MainColumn(QScrollArea):
    """Fills the room there is, and scrolls only below the least height of its parts: nothing ever
    lies over its neighbour."""

    def __init__(self, rows: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(_Inside(rows))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class _Inside(QWidget):
    """Asks for the least height at a width, where Qt would ask for the best one."""

    def __init__(self, rows: QLayout) -> None:
        super().__init__()
        self.setObjectName("body")
        rows.setContentsMargins(0, 0, 0, 0)
        self.setLayout(rows)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        rows = self.layout()
        return rows.minimumHeightForWidth(width) if rows is not None else -1


class Column(QScrollArea):
    """As wide as what stands in it, at least ``least`` pixels; longer words make it wider, so that
    nothing is cut off at its side."""

    def __init__(self, inside: QWidget, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        inside.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._needed(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._needed(), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is not None and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _needed(self) -> int:
        inside, bar = self.widget(), self.verticalScrollBar()
        if inside is None or bar is None:
            return self._least
        return max(self._least, inside.minimumSizeHint().width() + bar.sizeHint().width())
