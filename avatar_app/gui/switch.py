"""A switch: a check box drawn as a track with a knob, in red where being on is a danger."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from avatar_app.gui.theme import ALARM

_TRACK = QSize(38, 22)
_GAP = 10


class Switch(QCheckBox):
    """A check box with another face: keyboard, label and accessibility are the check box's."""

    def __init__(self, text: str, *, danger: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._danger = danger
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(
            _TRACK.width() + _GAP + text.width() + 4, max(_TRACK.height(), text.height()) + 6
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:  # noqa: N802, ARG002 - Qt's name
        return True

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            track = QRectF(
                2, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height()
            )
            self._paint_track(painter, track)
            group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
            painter.setPen(self.palette().color(group, QPalette.ColorRole.WindowText))
            text = QRectF(self.rect()).adjusted(track.right() + _GAP, 0, 0, 0)
            painter.drawText(
                text, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic, self.text()
            )

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        palette = self.palette()
        on = ALARM if self._danger else palette.color(QPalette.ColorRole.Accent)
        off = palette.color(QPalette.ColorRole.Mid)
        fill = QColor(on if self.isChecked() else off)
        if not self.isEnabled():
            fill.setAlphaF(0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        radius = track.height() / 2 - 3
        x = track.right() - 3 - radius if self.isChecked() else track.left() + 3 + radius
        painter.setBrush(QColor("#ffffff" if self.isEnabled() else "#bfc4cd"))
        painter.drawEllipse(QPointF(x, track.center().y()), radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 2))
            ring = track.adjusted(-1, -1, 1, 1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
