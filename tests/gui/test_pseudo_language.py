"""The pseudo-language finds what was not translated, and only that."""

import pytest
from pseudo_language import (
    is_english,
    painted_text,
    painted_untranslated,
    pseudo_language,
    untranslated,
)
from PyQt6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from avatar_app.gui.language import tr
from avatar_app.gui.wizard.gauge import MatchGauge


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


def add(page: QWidget, *widgets: QWidget) -> None:
    layout = page.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)


def test_translated_texts_user_data_and_figures_are_not_reported(page: QWidget) -> None:
    with pseudo_language():
        add(page, QLabel(tr("Match: {part:.0%}", part=0.5)), QLabel("12.5"))
        add(page, QPushButton(tr("&Start")), QLabel(tr("Camera: {name}", name="Desk")))
    assert untranslated(page, ["Desk"]) == []


def test_each_kind_of_english_is_reported(page: QWidget) -> None:
    choices, line, named = QComboBox(), QLineEdit(), QWidget()
    choices.addItem("One")
    line.setPlaceholderText("Type here")
    named.setAccessibleName("Sign")
    page.setWindowTitle("Window")
    add(page, QLabel("Words"), QPushButton("&Press"), choices, line, named)
    lines = "\n".join(untranslated(page))
    for text in ("One", "Type here", "Sign", "Window", "Words", "&Press"):
        assert text in lines


def test_english_that_fills_a_field_or_is_glued_on_is_reported(page: QWidget) -> None:
    with pseudo_language():
        filled = tr("{name}: {state}", name=tr("Light"), state="well")
        add(page, QLabel(filled), QLabel(tr("Copy") + " this line"))
    assert len(untranslated(page)) == 2


def test_english_is_back_afterwards() -> None:
    with pseudo_language():
        assert not is_english(tr("Start"))
    assert tr("Start") == "Start"


def test_texts_that_a_widget_paints_are_seen(page: QWidget) -> None:
    gauge = MatchGauge(0.5)
    add(page, gauge, QLabel("Painted words"))
    gauge.set_value(0.42)
    page.resize(300, 300)
    assert "42 %" in painted_text(page)
    assert painted_untranslated(page)
    assert painted_untranslated(gauge) == []
