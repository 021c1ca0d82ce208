"""Every setting in one dialog, made from the fields of the configuration."""

import math
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Any

from annotated_types import Ge, Le, MaxLen, MultipleOf
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from avatar_app.config import AppConfig
from avatar_app.gui.language import NAMES, tr
from avatar_app.gui.panels.calibrations_card import CalibrationsCard
from avatar_app.gui.panels.choose_row import ChooseRow, Choosing
from avatar_app.gui.panels.confirm_bar import ConfirmBar
from avatar_app.gui.panels.form import Card, ChoiceBox, WheelGuard, label, row_name
from avatar_app.gui.switch import Switch
from avatar_app.gui.transparent_choice import limit_transparent
from avatar_app.gui.value_words import value_words
from avatar_app.translatable import translatable

_TITLES = {
    "source": translatable("Camera"),
    "motion": translatable("Motion"),
    "fomm": translatable("First Order Motion Model"),
    "runtime": translatable("Networks"),
    "output": translatable("What others see"),
    "scene": translatable("Background and avatar"),
    "recording": translatable("Recordings and snapshots"),
    "window": translatable("Window"),
}
_ABOUT = translatable(
    "Sizes, rates and fit hold from the next press of Start on, all others at once."
)
_WHY_A_BADGE = translatable(
    "The badge tells others that they see a synthetic picture, which they have a right to know. "
    "Article 50 of the EU AI Act may oblige you to tell them."
)
_BADGE = ("output", "badge")
_FOLDER = ("recording", "folder")
_HIDDEN = {
    ("window", "calibration_offered"),
    ("window", "badge_explained"),
    ("window", "size"),
    ("source", "word"),
    ("recording", "microphone"),
    ("fomm", "model"),
}
"""What the program remembers by itself, and camera, microphone and model, which have cards."""

_CHOSEN = {
    ("scene", "colour"): Choosing.COLOUR,
    ("scene", "picture"): Choosing.PICTURE,
    _FOLDER: Choosing.FOLDER,
}
_ZERO = {("runtime", "threads"): translatable("Automatic")}
"""Fields in which 0 is no number."""

_DECIMALS = 2
_ROW_HEIGHT = 30
_LONGEST = 4096


class SettingsForm(QDialog):
    """Empty until ``fill`` has made its cards.

    ``changed`` carries the settings that were shown and those that were entered, when OK or
    Apply found them valid; what cannot be used is named above the buttons and nothing is changed.
    ``forget_wanted`` comes when all calibrations are to be deleted. ``keeps_transparency``: whether
    an output does."""

    changed = pyqtSignal(object, object)
    forget_wanted = pyqtSignal()

    def __init__(
        self, config: AppConfig, parent: QWidget | None = None, *, keeps_transparency: bool = False
    ) -> None:
        super().__init__(parent)
        self._config = config
        self.fields: dict[tuple[str, str], QWidget] = {}
        self._names: list[QLabel] = []
        self.language = QComboBox()
        self.why_badge = ConfirmBar(
            tr(_WHY_A_BADGE), tr("S&witch it off"), tr("&Keep the badge"), level="info"
        )
        self._badge_explained = False
        self.trouble = label("", "figure", wrap=True)
        self.ok = QPushButton(tr("&OK"))
        self.apply = QPushButton(tr("&Apply"))
        self.cancel = QPushButton(tr("&Cancel"))
        self.defaults = QPushButton(tr("Default &settings"))

        self.setWindowTitle(tr("Settings"))
        self.resize(600, 640)
        self.calibrations = CalibrationsCard()
        self.trouble.hide()
        self._keeps_transparency = keeps_transparency
        self._column = QVBoxLayout()
        self._scroll = QScrollArea()
        self._lay_out()

        self.ok.setDefault(True)
        self.ok.clicked.connect(self._on_ok)
        self.apply.clicked.connect(self._on_apply)
        self.cancel.clicked.connect(self.reject)
        self.defaults.clicked.connect(self._on_defaults)
        self.calibrations.forget_wanted.connect(self.forget_wanted)
        self.why_badge.confirmed.connect(lambda: self._on_badge_answered(False))
        self.why_badge.no.clicked.connect(lambda: self._on_badge_answered(True))

    def fill(self) -> Iterator[None]:
        """Make the cards, one in each step, and put every field where the settings say."""
        self._column.addWidget(self._language_card())
        yield
        for section in _TITLES:
            self._column.addWidget(self._card(section))
            yield
        widest = max(name.sizeHint().width() for name in self._names)
        for name in self._names:  # One column of fields through all cards.
            name.setMinimumWidth(widest)
        self._column.addWidget(self.calibrations)
        background = self.fields["scene", "background"]
        assert isinstance(background, QComboBox)
        limit_transparent(background, kept=self._keeps_transparency)
        WheelGuard(self).guard(self.language, *self.fields.values())
        self._badge.clicked.connect(self._on_badge_clicked)
        self.show_config(self._config)
        ends = (self.defaults, self.cancel, self.apply, self.ok)
        for before, after in pairwise((self.calibrations.forget, *ends)):
            self.setTabOrder(before, after)

    def show_config(self, config: AppConfig) -> None:
        """Put every field where the settings say."""
        self._config = config
        self._badge_explained = config.window.badge_explained
        self.why_badge.hide()
        self.trouble.hide()
        self.calibrations.rest()
        self.language.setCurrentIndex(self.language.findData(config.language))
        for (section, name), widget in self.fields.items():
            _put(widget, getattr(getattr(config, section), name))

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """From the beginning, wherever it was left."""
        super().showEvent(event)
        bar = self._scroll.verticalScrollBar()
        if bar is not None:
            bar.setValue(0)
        self.language.setFocus()

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        inside = QWidget()
        inside.setObjectName("side")
        inside.setLayout(self._column)
        scroll = self._scroll
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(12)
        rows.addWidget(label(tr(_ABOUT), "muted", wrap=True))
        rows.addWidget(scroll, 1)
        rows.addWidget(self.why_badge)
        rows.addWidget(self.trouble)
        foot = QHBoxLayout()
        foot.addWidget(self.defaults)
        foot.addStretch(1)
        for button in (self.cancel, self.apply, self.ok):
            foot.addWidget(button)
        rows.addLayout(foot)

    @property
    def _badge(self) -> QCheckBox:
        box = self.fields[_BADGE]
        assert isinstance(box, QCheckBox)
        return box

    def _language_card(self) -> Card:
        field = AppConfig.model_fields["language"]
        for language, name in NAMES.items():
            self.language.addItem(tr(name), language)
        self.language.setMinimumHeight(_ROW_HEIGHT)
        self.language.setAccessibleName(tr(field.title or ""))
        card = Card(tr(field.title or ""))
        card.rows.addWidget(self.language)
        card.rows.addWidget(label(tr(field.description or ""), "muted", wrap=True))
        return card

    def _card(self, section: str) -> Card:
        card = Card(tr(_TITLES[section]))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        model = type(getattr(self._config, section))
        for name, field in model.model_fields.items():
            if (section, name) in _HIDDEN:
                continue
            widget = field_widget(field)
            widget.setMinimumHeight(_ROW_HEIGHT)
            title = tr(field.title or name)
            widget.setAccessibleName(title)
            widget.setToolTip(tr(field.description or ""))
            self.fields[section, name] = widget
            self._names.append(row_name(title, widget))
            form.addRow(self._names[-1], _row((section, name), widget, title))
        card.rows.addLayout(form)
        return card

    def _entered(self) -> AppConfig | None:
        """The settings as they stand in the form; None, and the reason shown, where they cannot
        be used."""
        parts: dict[str, object] = {"language": self.language.currentData()}
        for section in _TITLES:
            model = type(getattr(self._config, section))
            values = getattr(self._config, section).model_dump()
            values |= {n: _value(w) for (s, n), w in self.fields.items() if s == section}
            if section == "window":
                values["badge_explained"] = self._badge_explained
            try:
                parts[section] = model.model_validate(values)
            except ValidationError as error:
                first = error.errors()[0]
                self._complain(section, str(first["loc"][0]), _complaint(first))
                return None
        self.trouble.hide()
        return self._config.model_copy(update=parts)

    def _complain(self, section: str, name: str, what: str) -> None:
        widget = self.fields[section, name]
        titles = {"section": tr(_TITLES[section]), "field": widget.accessibleName()}
        self.trouble.setText(tr("{section}, {field}: {what}", **titles, what=what))
        self.trouble.show()
        widget.setFocus()

    def _on_badge_clicked(self, on: bool) -> None:
        """On at once; off the first time only after the reason was given."""
        if not on and not self._badge_explained:
            self._badge.setChecked(True)
            self.why_badge.ask()

    def _on_badge_answered(self, keep: bool) -> None:
        self._badge_explained = True
        self._badge.setChecked(keep)
        self._badge.setFocus()

    def _on_apply(self) -> bool:
        entered = self._entered()
        if entered is None:
            return False
        if entered != self._config:
            shown, self._config = self._config, entered
            self.changed.emit(shown, entered)
        return True

    def _on_ok(self) -> None:
        if self._on_apply():
            self.accept()

    def _on_defaults(self) -> None:
        """Into the form only; Apply makes it so."""
        kept, explained = self._config, self._badge_explained
        self.show_config(AppConfig())  # type: ignore[call-arg]
        self._config, self._badge_explained = kept, explained


def _complaint(error: ErrorDetails) -> str:
    """Why pydantic refused a value, in the window's own words."""
    if error["type"] == "multiple_of":
        step = error["ctx"]["multiple_of"]
        return tr("Only whole multiples of {step} can be used.", step=step)
    if error["type"] == "string_pattern_mismatch":
        return tr("A colour is written as # and six digits or letters a to f.")
    return tr("This cannot be used.")


def field_widget(field: FieldInfo) -> QWidget:
    """The widget for a field of the configuration, with its bounds."""
    kind = field.annotation
    if kind is bool:
        return Switch("")
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        box = ChoiceBox()
        for value in kind:
            box.addItem(tr(value_words(value)), value)
        return box
    if kind is int:
        return _spin_box(field)
    if kind is float:
        return _double_box(field)
    line = QLineEdit()
    line.setMaxLength(int(_bound(field, MaxLen, "max_length", _LONGEST)))
    return line


def _row(field: tuple[str, str], widget: QWidget, title: str) -> QWidget:
    """What stands in the form for a field: its widget, with what belongs to it."""
    if isinstance(widget, QSpinBox) and field in _ZERO:
        widget.setSpecialValueText(tr(_ZERO[field]))
    if isinstance(widget, QLineEdit) and field == _FOLDER:
        widget.setPlaceholderText(tr("Default"))
    if isinstance(widget, QLineEdit) and field in _CHOSEN:
        return ChooseRow(widget, _CHOSEN[field], title)
    return widget


def _spin_box(field: FieldInfo) -> QSpinBox:
    box = QSpinBox()
    box.setRange(int(_bound(field, Ge, "ge", 0)), int(_bound(field, Le, "le", 2**31 - 1)))
    box.setSingleStep(int(_bound(field, MultipleOf, "multiple_of", 1)))
    return box


def _double_box(field: FieldInfo) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(_DECIMALS)
    box.setRange(_bound(field, Ge, "ge", -math.inf), _bound(field, Le, "le", math.inf))
    box.setSingleStep(0.05)
    return box


def _bound(field: FieldInfo, kind: type, name: str, otherwise: float) -> float:
    found = [getattr(part, name) for part in field.metadata if isinstance(part, kind)]
    return float(found[0]) if found else otherwise


def _put(widget: QWidget, value: Any) -> None:
    if isinstance(widget, QCheckBox):
        widget.setChecked(value)
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex(widget.findData(value))
    elif isinstance(widget, QSpinBox | QDoubleSpinBox):
        widget.setValue(value)
    elif isinstance(widget, QLineEdit):
        widget.setText(value)


def _value(widget: QWidget) -> Any:
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return widget.value()
    assert isinstance(widget, QLineEdit)
    return widget.text()
