"""How the avatar stands in the picture: its background, and which way round things are."""

from pathlib import Path

from PyQt6.QtCore import QStandardPaths, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import (
    QColorDialog,
    QFileDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from avatar_app.config import AppConfig, Background, OutputConfig, SceneConfig, SourceConfig
from avatar_app.gui.language import tr
from avatar_app.gui.panels.choose_row import picture_filters
from avatar_app.gui.panels.folder_memory import FolderMemory
from avatar_app.gui.panels.form import Card, ChoiceBox
from avatar_app.gui.switch import Switch
from avatar_app.gui.transparent_choice import limit_transparent
from avatar_app.gui.value_words import value_words

_NAME_WIDTH, _SWATCH = 110, 14


class ScenePanel(Card):
    """Edits the scene and three of the mirrors; ``changed`` carries the settings with them.
    ``keeps_transparency``: whether an output does."""

    changed = pyqtSignal(object)

    def __init__(
        self, config: AppConfig, parent: QWidget | None = None, *, keeps_transparency: bool = False
    ) -> None:
        super().__init__(tr("Picture"), parent)
        self._folders = FolderMemory(QStandardPaths.StandardLocation.PicturesLocation)
        self._config = config
        self.keeps_transparency = keeps_transparency
        self.background = ChoiceBox()
        self.background.setAccessibleName(tr("Background of the avatar"))
        for background in Background:
            self.background.addItem(tr(value_words(background)), background)
        limit_transparent(self.background, kept=keeps_transparency)
        self.choose = QPushButton()
        self.mirror_input = Switch(tr("Camera"))
        self.mirror_output = Switch(tr("What others see"))
        self.mirror_avatar = Switch(tr("Avatar"))

        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        name = QLabel(tr("Back&ground"))
        name.setBuddy(self.background)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.background, 0, 1)
        grid.addWidget(self.choose, 1, 1)
        self.rows.addLayout(grid)
        self.rows.addWidget(QLabel(tr("Mirror")))
        for switch, section, field in (
            (self.mirror_input, SourceConfig, "mirror"),
            (self.mirror_output, OutputConfig, "mirror"),
            (self.mirror_avatar, SceneConfig, "mirror_avatar"),
        ):
            described = section.model_fields[field]
            switch.setAccessibleName(tr(described.title or field))
            switch.setToolTip(tr(described.description or ""))
            self.rows.addWidget(switch)
        self.show_config(config)

        self.background.activated.connect(self._on_background)
        self.choose.clicked.connect(self._on_choose)
        for switch in (self.mirror_input, self.mirror_output, self.mirror_avatar):
            switch.toggled.connect(self._on_mirrors)

    def show_config(self, config: AppConfig) -> None:
        """Put everything where the settings say, without announcing it."""
        self._config = config
        scene = config.scene
        self.background.setCurrentIndex(self.background.findData(scene.background))
        for switch, on in (
            (self.mirror_input, config.source.mirror),
            (self.mirror_output, config.output.mirror),
            (self.mirror_avatar, scene.mirror_avatar),
        ):
            switch.blockSignals(True)
            switch.setChecked(on)
            switch.blockSignals(False)
            switch.update()
        is_picture = scene.background is Background.PICTURE
        self.choose.setVisible(is_picture or scene.background is Background.COLOUR)
        name = Path(scene.picture).name if is_picture else scene.colour
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
        self.choose.setText(tr("Choose… {colour}", colour=short) if name else tr("Choose…"))
        self.choose.setToolTip(scene.picture if is_picture else "")
        self.choose.setIcon(QIcon() if is_picture else _swatch(scene.colour))

    def _on_background(self) -> None:
        background = Background(self.background.currentData())
        if background is Background.PICTURE and not self._config.scene.picture:
            self._ask_picture()
        else:
            self._change(background=background)

    def _on_choose(self) -> None:
        if self._config.scene.background is Background.PICTURE:
            self._ask_picture()
        else:
            self._ask_colour()

    def _ask_picture(self) -> None:
        """Once one is chosen it is the background; until then all stays."""
        self.show_config(self._config)
        dialog = QFileDialog(self, tr("Choose the background"))
        dialog.setNameFilters(picture_filters())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._folders.serve(dialog)
        dialog.fileSelected.connect(self._on_picture)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_picture(self, path: str) -> None:
        self._change(background=Background.PICTURE, picture=path)

    def _ask_colour(self) -> None:
        dialog = QColorDialog(QColor(self._config.scene.colour), self)
        dialog.colorSelected.connect(lambda colour: self._change(colour=colour.name()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_mirrors(self) -> None:
        self._change(mirror_avatar=self.mirror_avatar.isChecked())

    def _change(self, **scene: object) -> None:
        config = self._config
        parts = {
            "scene": config.scene.model_copy(update=scene),
            "source": config.source.model_copy(update={"mirror": self.mirror_input.isChecked()}),
            "output": config.output.model_copy(update={"mirror": self.mirror_output.isChecked()}),
        }
        self.show_config(config.model_copy(update=parts))
        self.changed.emit(self._config)


def _swatch(colour: str) -> QIcon:
    patch = QPixmap(_SWATCH, _SWATCH)
    patch.fill(QColor(colour))
    return QIcon(patch)
