"""One avatar of the strip: what it says of itself, and how it is drawn."""

from dataclasses import dataclass
from enum import IntEnum

from PyQt6.QtCore import QAbstractItemModel, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPalette, QPen
from PyQt6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from avatar_app.gui.language import tr

CELL = QSize(92, 106)
"""The room of one tile, pixels."""

_SIDE = 72
_TOP = 6
_MAX_NAME = 80
_SHADE = QColor(16, 18, 22, 205)
_AMBER = QColor("#e0a83a")


@dataclass(frozen=True, slots=True)
class Tile:
    """``word`` opens the avatar. ``digit`` is its key, 0 for none; ``stated`` whether somebody
    said whose face it is; ``own`` whether the user may change it; ``kept`` whether it is in the
    library, not merely a file; ``shows`` says which person it shows; ``about`` is the tool tip.
    """

    word: str
    title: str
    digit: int = 0
    stated: bool = True
    own: bool = False
    kept: bool = True
    shows: str = ""
    about: str = ""

    @property
    def spoken(self) -> str:
        """For screen readers."""
        name, digit = self.title, self.digit
        if not self.stated and not digit:
            return tr("{name}, consent missing", name=name)
        if not self.stated:
            return tr("{name}, key {digit}, consent missing", name=name, digit=digit)
        return tr("{name}, key {digit}", name=name, digit=digit) if digit else name


class Role(IntEnum):
    """What the items of the strip carry beside their title."""

    TILE = Qt.ItemDataRole.UserRole
    PICTURE = Qt.ItemDataRole.UserRole + 1
    CHOSEN = Qt.ItemDataRole.UserRole + 2


class TileDelegate(QStyledItemDelegate):
    """Draws the portrait with round corners, the name, the key's number, a ring when chosen, and
    a mark where consent is missing. A name that was written anew comes through ``renamed``."""

    renamed = pyqtSignal(str, str)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802, ARG002 - Qt's name
        return CELL

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        tile = index.data(Role.TILE)
        if painter is None or not isinstance(tile, Tile):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = _portrait_box(QRectF(option.rect))
        _paint_portrait(painter, box, option.palette, index.data(Role.PICTURE), tile.stated)
        _paint_ring(painter, box, option, bool(index.data(Role.CHOSEN)))
        if tile.digit:
            _paint_key(painter, box, str(tile.digit))
        if not tile.stated:
            _paint_missing(painter, box)
        self._paint_name(painter, option, tile.title, bool(index.data(Role.CHOSEN)))
        painter.restore()

    def createEditor(  # noqa: N802 - Qt's name
        self,
        parent: QWidget | None,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's name
        index: QModelIndex,  # noqa: ARG002 - Qt's name
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("tileName")
        editor.setMaxLength(_MAX_NAME)
        editor.setAlignment(Qt.AlignmentFlag.AlignCenter)
        editor.setAccessibleName(tr("Name of the avatar"))
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        if isinstance(editor, QLineEdit):
            editor.setText(index.data(Role.TILE).title)
            editor.selectAll()

    def setModelData(  # noqa: N802 - Qt's name
        self,
        editor: QWidget | None,
        model: QAbstractItemModel | None,  # noqa: ARG002 - the library decides, not the model
        index: QModelIndex,
    ) -> None:
        tile = index.data(Role.TILE)
        if isinstance(editor, QLineEdit) and editor.text().strip() != tile.title:
            self.renamed.emit(tile.word, editor.text())

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self,
        editor: QWidget | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,  # noqa: ARG002 - Qt's name
    ) -> None:
        if editor is not None:
            editor.setGeometry(_name_box(QRectF(option.rect)).adjusted(0, -3, 0, 3).toRect())

    def _paint_name(
        self, painter: QPainter, option: QStyleOptionViewItem, title: str, chosen: bool
    ) -> None:
        role = QPalette.ColorRole.WindowText if chosen else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        box = _name_box(QRectF(option.rect))
        text = painter.fontMetrics().elidedText(
            title, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _portrait_box(cell: QRectF) -> QRectF:
    return QRectF(cell.center().x() - _SIDE / 2, cell.top() + _TOP, _SIDE, _SIDE)


def _name_box(cell: QRectF) -> QRectF:
    return QRectF(cell.left() + 2, cell.top() + _TOP + _SIDE + 6, cell.width() - 4, 20)


def _paint_portrait(
    painter: QPainter, box: QRectF, palette: QPalette, picture: object, stated: bool
) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(box, 12, 12)
    painter.fillPath(shape, palette.color(QPalette.ColorRole.AlternateBase))
    painter.setClipPath(shape)
    if isinstance(picture, QImage):
        painter.drawImage(box, picture)
    if not stated:
        painter.fillRect(box, QColor(16, 18, 22, 120))
    painter.setClipping(False)


def _paint_ring(painter: QPainter, box: QRectF, option: QStyleOptionViewItem, chosen: bool) -> None:
    state = option.state
    current = state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus
    if chosen:
        role, width = QPalette.ColorRole.Accent, 3.0
    elif current:
        role, width = QPalette.ColorRole.WindowText, 2.0
    elif state & QStyle.StateFlag.State_MouseOver:
        role, width = QPalette.ColorRole.Mid, 2.0
    else:
        return
    colour = option.palette.color(QPalette.ColorRole.Link if current and chosen else role)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, width))
    painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 14, 14)


def _paint_key(painter: QPainter, box: QRectF, digit: str) -> None:
    badge = QRectF(box.left() + 4, box.top() + 4, 18, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_SHADE)
    painter.drawRoundedRect(badge, 5, 5)
    _paint_sign(painter, badge, digit, QColor("#ffffff"))


def _paint_missing(painter: QPainter, box: QRectF) -> None:
    badge = QRectF(box.right() - 24, box.bottom() - 24, 20, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_AMBER)
    painter.drawEllipse(badge)
    _paint_sign(painter, badge, "?", QColor("#1c2027"))


def _paint_sign(painter: QPainter, box: QRectF, sign: str, colour: QColor) -> None:
    painter.save()
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    painter.restore()
