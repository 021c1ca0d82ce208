"""How motion crosses over: strength, smoothing, the inside of the mouth."""

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from avatar_app.config import MotionConfig, Mouth
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import Card, ChoiceBox, label
from avatar_app.gui.value_words import value_words

_SETTLE_MS = 150


class MotionPanel(Card):
    """Edits the three motion settings; ``changed`` follows when a slider comes to rest."""

    changed = pyqtSignal(object)

    def __init__(self, config: MotionConfig, parent: QWidget | None = None) -> None:
        super().__init__(tr("Motion"), parent)
        self._config = config
        self.strength = self._slider("strength", 200, round(config.strength * 100))
        self.smoothing = self._slider("smoothing", 100, round(config.smoothing * 100))
        self._strength_value = label("", "muted")
        self._smoothing_value = label("", "muted")
        self.mouth = ChoiceBox()
        self.mouth.setAccessibleName(_title("mouth"))
        self.mouth.setToolTip(_description("mouth"))
        for mouth in Mouth:
            self.mouth.addItem(tr(value_words(mouth)), mouth)
        self.mouth.setCurrentIndex(self.mouth.findData(config.mouth))
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)

        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._add_row(grid, tr("&Strength"), self.strength, self._strength_value)
        self._add_row(grid, tr("Smoot&hing"), self.smoothing, self._smoothing_value)
        self._add_row(grid, tr("M&outh"), self.mouth, None)
        self.rows.addLayout(grid)
        self._show_values()

        self.strength.valueChanged.connect(self._on_moved)
        self.smoothing.valueChanged.connect(self._on_moved)
        self.mouth.currentIndexChanged.connect(self._on_moved)
        self._settled.timeout.connect(self._on_settled)

    def show_config(self, config: MotionConfig) -> None:
        """Put everything where the settings say, without announcing it."""
        self._config = config
        for widget in (self.strength, self.smoothing, self.mouth):
            widget.blockSignals(True)
        self.strength.setValue(round(config.strength * 100))
        self.smoothing.setValue(round(config.smoothing * 100))
        self.mouth.setCurrentIndex(self.mouth.findData(config.mouth))
        for widget in (self.strength, self.smoothing, self.mouth):
            widget.blockSignals(False)
        self._settled.stop()
        self._show_values()

    def _slider(self, name: str, top: int, value: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, top)
        slider.setPageStep(10)
        slider.setValue(value)
        slider.setAccessibleName(_title(name))
        slider.setToolTip(_description(name))
        return slider

    def _add_row(self, grid: QGridLayout, name: str, widget: QWidget, value: QLabel | None) -> None:
        row = grid.rowCount()
        words = QLabel(name)
        words.setBuddy(widget)
        grid.addWidget(words, row, 0)
        grid.addWidget(widget, row, 1, 1, 1 if value is not None else 2)
        if value is not None:
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("200 %") + 2)
            grid.addWidget(value, row, 2)

    def _show_values(self) -> None:
        self._strength_value.setText(tr("{percent} %", percent=self.strength.value()))
        self._smoothing_value.setText(tr("{percent} %", percent=self.smoothing.value()))

    def _on_moved(self) -> None:
        self._show_values()
        self._settled.start()

    def _on_settled(self) -> None:
        self._config = self._config.model_copy(
            update={
                "strength": self.strength.value() / 100,
                "smoothing": self.smoothing.value() / 100,
                "mouth": Mouth(self.mouth.currentData()),
            }
        )
        self.changed.emit(self._config)


def _title(name: str) -> str:
    return tr(MotionConfig.model_fields[name].title or name)


def _description(name: str) -> str:
    return tr(MotionConfig.model_fields[name].description or "")
