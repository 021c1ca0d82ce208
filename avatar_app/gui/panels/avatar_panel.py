"""The avatars as a strip of portraits, the ways to add one, and the way back from a removal."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QStandardPaths, Qt, pyqtSignal
from PyQt6.QtGui import (
    QGuiApplication,
    QImage,
    QKeySequence,
    QPaintEvent,
    QPalette,
    QShortcut,
)
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.language import tr
from avatar_app.gui.library.offer import Offer, offered, offered_text
from avatar_app.gui.library.strip import Strip
from avatar_app.gui.library.tile import CELL, Tile
from avatar_app.gui.library.undo_bar import UndoBar
from avatar_app.gui.panels.folder_memory import FolderMemory
from avatar_app.gui.panels.form import restyle
from avatar_app.gui.panels.message_panel import CLIPBOARD
from avatar_app.live.status import Problem

_PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.heic *.heif"
_NOTHING_PASTED = Problem(
    CLIPBOARD,
    "There is no picture in the clipboard.",
    "Copy a picture, a picture file or its address, then paste again.",
)
_NO_ADDRESS = Problem(
    "avatar", "That is no address of a picture.", "It begins with https:// and leads to a picture."
)


class AddTile(QPushButton):
    """A square button whose words are broken into lines, and made smaller where one of them is
    too long for it."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        room, flags = self.rect().adjusted(4, 6, -4, -4), Qt.AlignmentFlag.AlignCenter
        words = self.text().replace("&", "").split()
        longest = max((self.fontMetrics().horizontalAdvance(w) for w in words), default=0)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * min(1.0, room.width() / max(1, longest + 6)))
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        breaking = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextShowMnemonic
        painter.drawText(room, flags | breaking, self.text())


class AvatarPanel(QWidget):
    """Says what is wanted of the library; loads and changes nothing itself.

    ``picture_offered`` brings an Offer, ``refused`` a Problem, ``show_again`` the word of a hidden
    avatar."""

    picture_offered = pyqtSignal(object)
    refused = pyqtSignal(object)
    show_again = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders = FolderMemory(QStandardPaths.StandardLocation.PicturesLocation)
        self._hidden: tuple[Tile, ...] = ()
        self._removed = ""
        self.strip = Strip()
        self.undo_bar = UndoBar()
        self.add = AddTile(tr("+\n&Add photo"))
        self.add.setProperty("role", "tile")
        self.add.setAccessibleName(tr("Add photo"))
        self.add.setToolTip(tr("A picture with one face; or drop one onto the window, or paste it"))
        self.ways = QMenu(self)
        self.paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)

        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.strip, 100)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.undo_bar)
        rows.addLayout(row)
        self._fit()

        self.add.clicked.connect(self._on_add)
        self.ways.aboutToShow.connect(self._on_ways)
        self.paste.activated.connect(self._on_paste)

    @property
    def word(self) -> str:
        """The avatar that has the selection; empty when there is none."""
        return self.strip.current_word()

    @property
    def words(self) -> tuple[str, ...]:
        """Every avatar in the strip."""
        return tuple(tile.word for tile in self.strip.tiles)

    def show_tiles(self, tiles: Sequence[Tile], hidden: Sequence[Tile], chosen: str) -> None:
        """Show exactly these avatars, and offer the hidden ones in the menu."""
        self._hidden = tuple(hidden)
        self.strip.show_tiles(tiles, chosen)
        self._fit()

    def offer_back(self, name: str) -> None:
        """Offer the avatar of that name in the menu, which was removed last; "" for none."""
        self._removed = name

    def invite(self, invited: bool) -> None:
        """Show that what is dragged over the window may be dropped."""
        restyle(self.add, "invited", "true" if invited else "false")

    def choose(self, word: str) -> None:
        """Mark an avatar as the one that is used, without announcing it."""
        self.strip.mark(word)
        self.strip.make_current(word)

    def set_picture(self, word: str, picture: QImage) -> None:
        """Give an avatar its thumbnail."""
        self.strip.set_picture(word, picture)

    def picture(self, word: str) -> QImage | None:
        """The thumbnail of an avatar, as far as it was loaded."""
        return self.strip.picture(word)

    def choose_files(self) -> None:
        """Let the user choose picture files."""
        dialog = QFileDialog(self.window(), tr("Choose photos with one face"))
        dialog.setNameFilters([f"{tr('Pictures')} ({_PICTURES})", f"{tr('All files')} (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._show(dialog)

    def _fit(self) -> None:
        """As wide as its avatars where there is room; it scrolls where there is not."""
        self.strip.setMaximumWidth(max(1, self.strip.count() * CELL.width() + 4))
        self.strip.setVisible(self.strip.count() > 0)

    def _on_add(self) -> None:
        self.ways.popup(self.add.mapToGlobal(self.add.rect().center()))

    def _on_ways(self) -> None:
        self.ways.clear()
        paste = self.paste.key().toString(QKeySequence.SequenceFormat.NativeText)
        for words, slot in (
            (tr("Picture &files…"), self.choose_files),
            (tr("A f&older of pictures…"), self._on_folder),
            (tr("An &address…"), self._on_address),
            (f"{tr('&Paste')}\t{paste}", self._on_paste),
        ):
            action = self.ways.addAction(words)
            if action is not None:
                action.triggered.connect(slot)
        if self._hidden or self._removed:
            self.ways.addSeparator()
            self._add_hidden()
            self._add_removed()

    def _add_removed(self) -> None:
        words = tr("Bring {avatar} back", avatar=self._removed.replace("&", "&&"))
        action = self.ways.addAction(words) if self._removed else None
        if action is not None:
            action.triggered.connect(self.undo_bar.bring_back)

    def _add_hidden(self) -> None:
        for tile in self._hidden:
            action = self.ways.addAction(
                tr("Show {avatar} again", avatar=tile.title.replace("&", "&&"))
            )
            if action is not None:
                action.triggered.connect(lambda _on, word=tile.word: self.show_again.emit(word))

    def _on_folder(self) -> None:
        dialog = QFileDialog(self.window(), tr("Choose a folder of pictures"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._show(dialog)

    def _show(self, dialog: QFileDialog) -> None:
        self._folders.serve(dialog)
        dialog.filesSelected.connect(self._on_chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_chosen(self, files: list[str]) -> None:
        self.picture_offered.emit(Offer(files=tuple(Path(file) for file in files)))

    def _on_address(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle(tr("Add a picture by its address"))
        dialog.setLabelText(tr("The picture is fetched once, now, and kept in the library."))
        dialog.resize(440, 120)
        dialog.textValueSelected.connect(self._on_typed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_typed(self, text: str) -> None:
        offer = offered_text(text)
        if offer is not None and offer.address:
            self.picture_offered.emit(offer)
        else:
            self.refused.emit(_NO_ADDRESS)

    def _on_paste(self) -> None:
        clipboard = QGuiApplication.clipboard()
        offer = offered(clipboard.mimeData()) if clipboard is not None else None
        if offer is not None:
            self.picture_offered.emit(offer)
        else:
            self.refused.emit(_NOTHING_PASTED)
