"""The row of avatars: chosen by click, arrows or digit, put in order by drag or keys."""

from collections.abc import Sequence
from enum import StrEnum

from PyQt6.QtCore import QMimeData, QPoint, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
)
from PyQt6.QtWidgets import QListView, QListWidget, QListWidgetItem, QMenu, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.library.tile import CELL, Role, Tile, TileDelegate
from avatar_app.translatable import translatable

MOVED = "application/x-avatar-word"
"""What a tile carries while it is dragged along the strip."""


class Wish(StrEnum):
    """What can be asked for one avatar, in English."""

    RENAME = translatable("&Rename")
    CROP = translatable("&Crop…")
    DETAILS = translatable("&Details and credit…")
    CONSENT = translatable("&Whose face is it?…")
    KEEP = translatable("&Keep in the library…")
    LEFT = translatable("Move &left")
    RIGHT = translatable("Move r&ight")
    HIDE = translatable("&Hide")
    DELETE = translatable("D&elete")


_KEYS = {
    Wish.RENAME: "F2",
    Wish.LEFT: "Ctrl+Left",
    Wish.RIGHT: "Ctrl+Right",
    Wish.DELETE: "Del",
}
_NATIVE = QKeySequence.SequenceFormat.NativeText
_OWN = {Wish.RENAME, Wish.CROP, Wish.DELETE}


class Strip(QListWidget):
    """Shows tiles and says what the user does with them; it changes none of them by itself.

    ``picked`` comes when the arrows make another tile the current one, ``activated_word`` at a
    click or Enter (so a tile can be dragged without being chosen), ``moved`` with a place counted
    from 1, ``wished`` with a Wish and a word."""

    picked = pyqtSignal(str)
    activated_word = pyqtSignal(str)
    digit_typed = pyqtSignal(int)
    moved = pyqtSignal(str, int)
    wished = pyqtSignal(object, str)
    renamed = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("avatars")
        self.setAccessibleName(tr("Avatars"))
        self.setAccessibleDescription(
            tr("Arrows choose, Control and arrows move, the menu key shows what else can be done.")
        )
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QListWidget.DragDropMode.DragDrop)
        self.setFixedHeight(CELL.height() + 12)
        self._pressing = False
        delegate = TileDelegate(self)
        self.setItemDelegate(delegate)

        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(self._on_clicked)
        delegate.renamed.connect(self.renamed)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown, from left to right."""
        return tuple(item.data(Role.TILE) for item in self._items())

    @property
    def is_in_hand(self) -> bool:
        """Whether a tile is being renamed or dragged."""
        return self.state() is not QListWidget.State.NoState

    def show_tiles(self, tiles: Sequence[Tile], chosen: str) -> None:
        """Show exactly these; pictures of those that were there stay."""
        pictures = {item.data(Role.TILE).word: item.data(Role.PICTURE) for item in self._items()}
        current = self.current_word()
        with QSignalBlocker(self):
            self.clear()
            for tile in tiles:
                self.addItem(_item(tile, pictures.get(tile.word)))
            self.setCurrentRow(self._row(current if self._row(current) >= 0 else chosen))
        self.mark(chosen)

    def mark(self, chosen: str) -> None:
        """Draw the ring around another avatar, without announcing it."""
        for item in self._items():
            item.setData(Role.CHOSEN, item.data(Role.TILE).word == chosen)

    def make_current(self, word: str) -> None:
        """Move the selection, without announcing it."""
        with QSignalBlocker(self):
            self.setCurrentRow(self._row(word))
        if (item := self.currentItem()) is not None:
            self.scrollToItem(item)
        self.viewport_update()

    def viewport_update(self) -> None:
        """Paint anew what blocked signals did not."""
        if (viewport := self.viewport()) is not None:
            viewport.update()

    def current_word(self) -> str:
        """The tile that has the selection; empty when there is none."""
        item = self.currentItem()
        return item.data(Role.TILE).word if item is not None else ""

    def set_picture(self, word: str, picture: QImage) -> None:
        """Give an avatar its square thumbnail."""
        for item in self._items():
            if item.data(Role.TILE).word == word:
                item.setData(Role.PICTURE, picture)

    def picture(self, word: str) -> QImage | None:
        """The thumbnail of an avatar, as far as it was loaded."""
        found = (i.data(Role.PICTURE) for i in self._items() if i.data(Role.TILE).word == word)
        return next(found, None)

    def rename(self, word: str) -> None:
        """Let the user write another name, in place."""
        for item in self._items():
            tile = item.data(Role.TILE)
            if tile.word == word and tile.own:
                self.scrollToItem(item)
                self.editItem(item)

    def menu_of(self, tile: Tile) -> QMenu:
        """What can be done with an avatar; the caller shows and deletes it."""
        menu = QMenu(self)
        menu.setAccessibleName(tr("Avatar {name}", name=tile.title))
        for wish in Wish:
            if tile.kept is (wish is Wish.KEEP):
                continue
            if wish in (Wish.LEFT, Wish.DELETE):
                menu.addSeparator()
            menu.addAction(self._action(menu, wish, tile))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is None:
            return
        where = event.globalPos() if by_mouse else self._below(item)
        menu = self.menu_of(item.data(Role.TILE))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or not self._took_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._pressing = True
        super().mousePressEvent(event)
        self._pressing = False

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802 - Qt's name
        item = self.currentItem()
        if item is None or not item.data(Role.TILE).kept:
            return
        drag = QDrag(self)
        drag.setMimeData(moved_word(item.data(Role.TILE).word))
        picture = item.data(Role.PICTURE)
        if isinstance(picture, QImage):
            mode = Qt.TransformationMode.SmoothTransformation
            drag.setPixmap(QPixmap.fromImage(picture.scaledToHeight(48, mode)))
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802 - Qt's name
        """Files and pictures from elsewhere are the window's business."""
        if event is not None:
            event.setAccepted(_is_own(event))

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:  # noqa: N802 - Qt's name
        super().dragMoveEvent(event)
        if event is not None:
            event.setAccepted(_is_own(event))

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        data = event.mimeData() if event is not None else None
        if event is None or data is None or not _is_own(event):
            return
        event.acceptProposedAction()
        word = data.data(MOVED).data().decode()
        self.setState(QListWidget.State.NoState)
        self.viewport_update()
        self.moved.emit(word, self._place_at(event.position().toPoint(), word))

    def _place_at(self, point: QPoint, word: str) -> int:
        """Where a tile that is let go there comes to stand, itself taken out first."""
        others = [item for item in self._items() if item.data(Role.TILE).word != word]
        left = [item for item in others if self.visualItemRect(item).center().x() < point.x()]
        return len(left) + 1

    def _took_key(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        wish = {
            (Qt.Key.Key_Left, True): Wish.LEFT,
            (Qt.Key.Key_Right, True): Wish.RIGHT,
            (Qt.Key.Key_F2, False): Wish.RENAME,
            (Qt.Key.Key_Delete, False): Wish.DELETE,
        }.get((Qt.Key(event.key()), control))
        tile = self._current_tile()
        if wish is not None and (control or plain) and tile is not None:
            if self._allows(wish, tile):
                self.wished.emit(wish, tile.word)
            return True
        if plain and Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            self.digit_typed.emit(event.key() - Qt.Key.Key_0)
            return True
        if plain and tile is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_word.emit(tile.word)
            return True
        return False

    def _action(self, menu: QMenu, wish: Wish, tile: Tile) -> QAction:
        words, key = tr(wish.value), _KEYS.get(wish)
        action = QAction(f"{words}\t{QKeySequence(key).toString(_NATIVE)}" if key else words, menu)
        action.setEnabled(self._allows(wish, tile))
        action.triggered.connect(lambda: self.wished.emit(wish, tile.word))
        return action

    def _allows(self, wish: Wish, tile: Tile) -> bool:
        if wish in _OWN:
            return tile.own
        places = [shown.word for shown in self.tiles if shown.kept]
        if wish is Wish.LEFT:
            return tile.kept and places[0] != tile.word
        if wish is Wish.RIGHT:
            return tile.kept and places[-1] != tile.word
        return wish is not Wish.CONSENT or tile.own

    def _current_tile(self) -> Tile | None:
        item = self.currentItem()
        return item.data(Role.TILE) if item is not None else None

    def _items(self) -> list[QListWidgetItem]:
        items = (self.item(row) for row in range(self.count()))
        return [item for item in items if item is not None]

    def _row(self, word: str) -> int:
        words = [tile.word for tile in self.tiles]
        return words.index(word) if word in words else -1

    def _below(self, item: QListWidgetItem) -> QPoint:
        viewport = self.viewport()
        corner = self.visualItemRect(item).center()
        return viewport.mapToGlobal(corner) if viewport is not None else corner

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._pressing:
            self.picked.emit(item.data(Role.TILE).word)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.activated_word.emit(item.data(Role.TILE).word)


def moved_word(word: str) -> QMimeData:
    """What is carried while a tile is dragged."""
    data = QMimeData()
    data.setData(MOVED, word.encode())
    return data


def _is_own(event: QDropEvent) -> bool:
    data = event.mimeData()
    return data is not None and data.hasFormat(MOVED)


def _item(tile: Tile, picture: object) -> QListWidgetItem:
    item = QListWidgetItem(tile.title)
    item.setData(Role.TILE, tile)
    item.setData(Role.PICTURE, picture)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, tile.spoken)
    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tile.shows)
    item.setToolTip(tile.about or tile.title)
    item.setSizeHint(CELL)
    enabled = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
    if tile.kept:
        enabled |= Qt.ItemFlag.ItemIsDragEnabled
    if tile.own:
        enabled |= Qt.ItemFlag.ItemIsEditable
    item.setFlags(enabled)
    return item
