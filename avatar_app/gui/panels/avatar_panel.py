"""The avatars as a strip of portraits, and the way to add a photo."""

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPalette, QPen
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""Endings of files that are taken for photos."""

_SIDE = 72
_CELL = QSize(_SIDE + 20, _SIDE + 34)
_WORD = Qt.ItemDataRole.UserRole
_PICTURE = Qt.ItemDataRole.UserRole + 1
_BUSY = Qt.ItemDataRole.UserRole + 2


class AvatarPanel(QWidget):
    """Says which avatar was chosen or which photo was offered; loads nothing itself."""

    avatar_chosen = pyqtSignal(str)
    photo_offered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = QListWidget()
        self.strip.setObjectName("avatars")
        self.strip.setAccessibleName("Avatars")
        self.strip.setFlow(QListView.Flow.LeftToRight)
        self.strip.setWrapping(False)
        self.strip.setUniformItemSizes(True)
        self.strip.setHorizontalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip.setFixedHeight(_CELL.height() + 12)
        self.strip.setItemDelegate(_PortraitDelegate(self.strip))
        self.add = QPushButton("+\n&Add photo")
        self.add.setProperty("role", "tile")
        self.add.setAccessibleName("Add photo")
        self.add.setToolTip("A picture with one face; or drop one onto the window")

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.strip, 100)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self._fit()

        self.strip.currentItemChanged.connect(self._on_current)
        self.add.clicked.connect(self._on_add)

    @property
    def word(self) -> str:
        """The chosen avatar's name or file; empty when there is none."""
        item = self.strip.currentItem()
        return str(item.data(_WORD)) if item is not None else ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every avatar in the strip."""
        return tuple(str(item.data(_WORD)) for item in self._items())

    def add_avatar(self, word: str, title: str, *, busy: bool = False) -> None:
        """Append an avatar; nothing happens when it is there already."""
        if word in self.words:
            return
        item = QListWidgetItem(title)
        item.setData(_WORD, word)
        _mark(item, busy)
        item.setToolTip(title if word == title else word)
        item.setSizeHint(_CELL)
        self.strip.blockSignals(True)
        self.strip.addItem(item)
        self.strip.blockSignals(False)
        self._fit()

    def remove_avatar(self, word: str) -> None:
        """Take an avatar out of the strip."""
        self.strip.blockSignals(True)
        for item in self._items():
            if item.data(_WORD) == word:
                self.strip.takeItem(self.strip.row(item))
        self.strip.blockSignals(False)
        self._fit()

    def set_picture(self, word: str, picture: QImage) -> None:
        """Give an avatar its portrait."""
        for item in self._items():
            if item.data(_WORD) == word:
                item.setData(_PICTURE, picture)

    def picture(self, word: str) -> QImage | None:
        """The portrait of an avatar, as far as it was loaded."""
        found = (item.data(_PICTURE) for item in self._items() if item.data(_WORD) == word)
        return next(found, None)

    def set_busy(self, word: str, busy: bool) -> None:
        """Mark an avatar whose photo is being looked at; it cannot be chosen meanwhile."""
        for item in self._items():
            if item.data(_WORD) == word:
                _mark(item, busy)

    def choose(self, word: str) -> None:
        """Select an avatar without announcing it."""
        self.strip.blockSignals(True)
        for item in self._items():
            if item.data(_WORD) == word:
                self.strip.setCurrentItem(item)
                self.strip.scrollToItem(item)
        self.strip.blockSignals(False)
        self.strip.update()

    def _fit(self) -> None:
        """As wide as its avatars where there is room; it scrolls where there is not."""
        self.strip.setMaximumWidth(max(1, self.strip.count() * _CELL.width() + 4))
        self.strip.setVisible(self.strip.count() > 0)

    def _items(self) -> list[QListWidgetItem]:
        items = (self.strip.item(row) for row in range(self.strip.count()))
        return [item for item in items if item is not None]

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.avatar_chosen.emit(str(item.data(_WORD)))

    def _on_add(self) -> None:
        dialog = QFileDialog(self.window(), "Choose a photo with one face")
        dialog.setNameFilter(f"Pictures ({' '.join(f'*{end}' for end in PICTURES)})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.photo_offered)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()


class _PortraitDelegate(QStyledItemDelegate):
    """Draws one avatar: the portrait with round corners, its name, a ring when chosen."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802, ARG002 - Qt's name
        return _CELL

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = QRectF(option.rect)
        box = QRectF(cell.center().x() - _SIDE / 2, cell.top() + 6, _SIDE, _SIDE)
        self._paint_portrait(painter, box, option.palette, index)
        self._paint_ring(painter, box, option)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.WindowText if chosen else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        name = QRectF(cell.left() + 2, box.bottom() + 6, cell.width() - 4, 20)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, elided)
        painter.restore()

    def _paint_portrait(
        self, painter: QPainter, box: QRectF, palette: QPalette, index: QModelIndex
    ) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(box, 12, 12)
        painter.fillPath(shape, palette.color(QPalette.ColorRole.AlternateBase))
        picture = index.data(_PICTURE)
        if isinstance(picture, QImage):
            painter.setClipPath(shape)
            painter.drawImage(box, picture, _square(picture))
            painter.setClipping(False)
        if index.data(_BUSY):
            painter.fillPath(shape, QColor(16, 18, 22, 150))
            painter.setPen(QColor("#ffffff"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "…")

    def _paint_ring(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem) -> None:
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if option.state & QStyle.StateFlag.State_Selected:
            colour, width = option.palette.color(QPalette.ColorRole.Accent), 3.0
        elif option.state & QStyle.StateFlag.State_MouseOver:
            colour, width = option.palette.color(QPalette.ColorRole.Mid), 2.0
        else:
            return
        if focused:
            colour = option.palette.color(QPalette.ColorRole.Link)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        grown = box.adjusted(-3, -3, 3, 3)
        painter.drawRoundedRect(grown, 14, 14)


def _mark(item: QListWidgetItem, busy: bool) -> None:
    item.setData(_BUSY, busy)
    choosable = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
    item.setFlags(Qt.ItemFlag.NoItemFlags if busy else choosable)


def _square(picture: QImage) -> QRectF:
    """The square of a portrait that a thumbnail shows: the upper part of a tall one."""
    side = min(picture.width(), picture.height())
    top = (picture.height() - side) * 0.25
    return QRectF((picture.width() - side) / 2, top, side, side)


def read_portrait(path: Path, longest: int = 1024) -> QImage:
    """A portrait scaled down for the screen; a null image when it cannot be read. For workers."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > longest:
        reader.setScaledSize(size.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def is_picture(paths: Iterable[str]) -> bool:
    """Whether the first of these files looks like a photo."""
    return next((Path(path).suffix.lower() in PICTURES for path in paths), False)
