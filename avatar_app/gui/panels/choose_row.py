"""A line to type into, and a button beside it that lets one choose what belongs there."""

from enum import StrEnum

from PyQt6.QtCore import QStandardPaths
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QColorDialog,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from avatar_app.gui.language import tr
from avatar_app.gui.panels.folder_memory import FolderMemory

_PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.heic *.heif"


class Choosing(StrEnum):
    """What is chosen."""

    FOLDER = "folder"
    PICTURE = "picture"
    COLOUR = "colour"


class ChooseRow(QWidget):
    """``line`` stays the field: what is chosen is written into it. ``title`` names both."""

    def __init__(self, line: QLineEdit, what: Choosing, title: str) -> None:
        super().__init__()
        self._line = line
        self._what = what
        self._title = title
        self._folders = FolderMemory(QStandardPaths.StandardLocation.PicturesLocation)
        self.button = QPushButton(tr("Choose…"))
        self.button.setAccessibleName(tr("Choose: {what}", what=title))
        self.button.setAutoDefault(True)  # Enter asks, and does not close the form.
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(line, 1)
        row.addWidget(self.button)

        self.button.clicked.connect(self._on_choose)

    def _on_choose(self) -> None:
        dialog = self._dialog()
        dialog.setWindowTitle(self._title)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _dialog(self) -> QDialog:
        if self._what is Choosing.COLOUR:
            colours = QColorDialog(QColor(self._line.text()), self)
            colours.colorSelected.connect(lambda colour: self._line.setText(colour.name()))
            return colours
        files = QFileDialog(self)
        if self._what is Choosing.FOLDER:
            files.setFileMode(QFileDialog.FileMode.Directory)
            files.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            files.setFileMode(QFileDialog.FileMode.ExistingFile)
            files.setNameFilters(picture_filters())
        self._folders.serve(files)
        files.fileSelected.connect(self._line.setText)
        return files


def picture_filters() -> list[str]:
    """Which files a dialog that asks for a picture shows."""
    return [f"{tr('Pictures')} ({_PICTURES})", f"{tr('All files')} (*)"]
