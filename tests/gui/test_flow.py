"""Layouts that give way to longer words."""

from PyQt6 import sip
from PyQt6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from avatar_app.gui.panels.avatar_panel import AddTile
from avatar_app.gui.panels.column import Column, MainColumn
from avatar_app.gui.panels.confirm_bar import ConfirmBar
from avatar_app.gui.panels.control_bar import ControlBar
from avatar_app.gui.panels.flow import FlowLayout
from avatar_app.gui.panels.form import ChoiceBox


def row(qtbot: QtBot, *, last_at_end: bool = False) -> tuple[QWidget, list[QPushButton]]:
    inside = QWidget()
    qtbot.addWidget(inside)
    layout = FlowLayout(8, last_at_end=last_at_end)
    buttons = [QPushButton("A button with some words") for _ in range(3)]
    for button in buttons:
        layout.addWidget(button)
    inside.setLayout(layout)
    return inside, buttons


def test_what_has_no_room_goes_below(qtbot: QtBot) -> None:
    inside, (first, second, third) = row(qtbot)
    wide = first.sizeHint().width()
    inside.resize(2 * wide + 20, 200)
    inside.show()
    assert first.y() == second.y() < third.y()
    assert third.x() == first.x()
    assert inside.heightForWidth(3 * wide + 20) < inside.heightForWidth(2 * wide + 20)
    second.hide()
    inside.resize(2 * wide + 19, 200)
    qtbot.waitUntil(lambda: third.y() == first.y())


def test_the_last_one_stands_at_the_end(qtbot: QtBot) -> None:
    inside, buttons = row(qtbot, last_at_end=True)
    inside.resize(4 * buttons[0].sizeHint().width(), 60)
    inside.show()
    assert buttons[-1].geometry().right() == inside.rect().right()


def test_the_controls_stand_in_one_row_where_there_is_room(qtbot: QtBot) -> None:
    bar = ControlBar()
    qtbot.addWidget(bar)
    bar.resize(1400, 60)
    bar.show()
    row = [bar.start, bar.neutral, bar.cover, bar.pass_through]
    qtbot.waitUntil(lambda: len({w.geometry().center().y() for w in row}) == 1)
    assert bar.pass_through.geometry().right() == bar.rect().right()
    bar.resize(450, 120)
    qtbot.waitUntil(lambda: bar.cover.y() > bar.start.geometry().bottom())
    bar.resize(1400, 60)
    qtbot.waitUntil(lambda: bar.cover.x() > bar.start.x())
    bar.resize(1400, 200)
    bar.start.setText("Start what has never been started before " * 6)
    qtbot.waitUntil(lambda: bar.cover.y() > bar.start.geometry().bottom())


def test_the_answers_stand_below_a_long_question(qtbot: QtBot) -> None:
    bar = ConfirmBar("Shall all that was said before be said again? " * 3, "Yes", "No")
    qtbot.addWidget(bar)
    bar.resize(320, 200)
    bar.show()
    qtbot.waitUntil(lambda: bar.yes.y() > bar.height() / 2)
    bar.resize(1600, 60)
    qtbot.waitUntil(lambda: bar.yes.y() < bar.height() / 2)


def test_a_column_grows_with_its_widest_word(qtbot: QtBot) -> None:
    inside = QWidget()
    label = QLabel("Short")
    QVBoxLayout(inside).addWidget(label)
    column = Column(inside, 120)
    qtbot.addWidget(column)
    column.show()
    assert column.sizeHint().width() == 120
    label.setText("Donaudampfschifffahrtsgesellschaftskapitän")
    qtbot.waitUntil(lambda: column.sizeHint().width() > label.sizeHint().width())


def test_the_main_column_scrolls_only_below_the_least_height(qtbot: QtBot) -> None:
    rows = QVBoxLayout()
    large = QLabel()
    large.setMinimumHeight(50)
    large.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    wrapped = QLabel("many words " * 30)
    wrapped.setWordWrap(True)
    rows.addWidget(large, 1)
    rows.addWidget(wrapped)
    column = MainColumn(rows)
    qtbot.addWidget(column)
    bar = column.verticalScrollBar()
    assert bar is not None
    column.resize(300, 600)
    column.show()
    assert bar.maximum() == 0
    column.resize(300, 80)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert large.geometry().bottom() < wrapped.geometry().top()
    assert wrapped.height() >= wrapped.heightForWidth(wrapped.width())


def test_a_long_choice_does_not_widen_its_box_and_is_shortened(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItem("Short")
    box.show()
    before = box.sizeHint()
    box.addItem("A choice whose words are far longer than any box beside a name can be")
    box.setCurrentIndex(1)
    assert box.sizeHint() == before
    box.resize(before)
    shortened = box.grab().toImage()
    box.setItemText(1, "A choice whose words end in other words than those before")
    assert box.grab().toImage() == shortened, "both show the same beginning and an ellipsis"


def test_the_tile_shows_long_words_whole(qtbot: QtBot) -> None:
    tile = AddTile("+\n&Add")
    qtbot.addWidget(tile)
    tile.setFixedSize(76, 76)
    tile.setText("")
    blank = edges(tile)
    for words in ("+\n&Add", "+\nSchnappschuss hinzufügen"):
        tile.setText(words)
        assert edges(tile) == blank, "nothing runs into the edge"


def edges(tile: AddTile) -> list[int]:
    picture = tile.grab().toImage()
    return [picture.pixel(x, y) for x in (2, 3, 72, 73) for y in range(12, 64)]


def test_the_items_go_with_the_layout_or_with_what_qt_takes_from_it(qtbot: QtBot) -> None:
    inside, buttons = row(qtbot)
    layout = inside.layout()
    assert layout is not None
    items = [layout.itemAt(number) for number in range(layout.count())]
    assert all(sip.ispyowned(item) for item in items if item is not None)
    buttons[0].setParent(None)
    assert layout.count() == 2
    assert [sip.isdeleted(item) for item in items if item is not None] == [True, False, False]
