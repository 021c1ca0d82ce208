"""Walks a window with the Tab key alone, as somebody without a mouse does."""

import re
from collections import defaultdict
from collections.abc import Iterator

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from avatar_app.gui.library.crop_editor import CropEditor

_INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QSlider,
    CropEditor,
)
_MOST_STEPS = 200
_MNEMONIC = re.compile(r"(?<!&)&([^&\s])")


def walked(qtbot: QtBot, window: QWidget) -> list[QWidget]:
    """Where the focus comes, one Tab after another, until it is where it has been."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    stops: list[QWidget] = []
    for _ in range(_MOST_STEPS):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None, f"after {named(stops[-1]) if stops else window} nothing is next"
        if here in stops:
            return stops
        stops.append(here)
    raise AssertionError("the walk has no end")


def walked_back(stops: list[QWidget]) -> list[QWidget]:
    """From the first stop with Shift+Tab, as many steps."""
    stops[0].setFocus()
    back = [stops[0]]
    for _ in stops[1:]:
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        back.append(QApplication.focusWidget())  # type: ignore[arg-type]
    return back


def interactive(window: QWidget) -> Iterator[QWidget]:
    """What can be used in the window now. Parts of a widget that acts as one are not told apart."""
    for widget in window.findChildren(QWidget):
        if (
            isinstance(widget, _INTERACTIVE)
            and widget.window() is window
            and widget.isVisible()
            and widget.isEnabled()
            and not _is_part(widget)
        ):
            yield widget


def unreached(window: QWidget, stops: list[QWidget]) -> list[str]:
    """What can be used and is not reached. Of radio buttons that exclude each other Tab finds one;
    arrows go on from there."""
    reached = {group for stop in stops if (group := _group(stop)) is not None}
    return [
        named(widget)
        for widget in interactive(window)
        if widget not in stops
        and widget.focusProxy() not in stops
        and not (_group(widget) is not None and _group(widget) in reached)
    ]


def nameless(window: QWidget, stops: list[QWidget]) -> list[str]:
    """Stops of which a screen reader would say the kind only."""
    labels = {label.buddy(): label.text() for label in window.findChildren(QLabel)}
    return [named(stop) for stop in stops if not (_said(stop) or labels.get(stop, ""))]


def colliding(window: QWidget) -> dict[str, list[str]]:
    """Letters with Alt that belong to more than one of the things that can be used now."""
    owners = defaultdict(list)
    for widget in window.findChildren(QWidget):
        usable = widget.window() is window and widget.isVisible() and widget.isEnabled()
        if usable and (letter := _mnemonic(widget)):
            owners[letter].append(_text(widget))
    return {letter: texts for letter, texts in owners.items() if len(texts) > 1}


def mnemonic(text: str) -> str:
    """The letter that Alt finds it by; empty where there is none."""
    found = _MNEMONIC.search(text)
    return found.group(1).lower() if found else ""


def unseen(window: QWidget, stops: list[QWidget]) -> list[str]:
    """Stops that look the same with and without the focus."""
    return [
        named(stop) for stop in stops if _looks(window, stop, True) == _looks(window, stop, False)
    ]


def named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {_said(widget)!r}"


def _looks(window: QWidget, stop: QWidget, focused: bool) -> QImage:
    _scroll_to(stop)
    if focused:
        stop.setFocus(Qt.FocusReason.TabFocusReason)
    else:
        stop.clearFocus()
    place = QRect(stop.mapTo(window, QPoint()), stop.size()).adjusted(-4, -4, 4, 4)
    return window.grab(place).toImage()


def _scroll_to(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


def _is_part(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractSpinBox | QComboBox | QScrollBar):
            return True
        if isinstance(parent, QAbstractScrollArea) and isinstance(widget, QScrollBar):
            return True
        parent = parent.parentWidget()
    return isinstance(widget, QScrollBar)


def _group(widget: QWidget) -> object:
    if not isinstance(widget, QAbstractButton):
        return None
    group = widget.group()
    if group is not None and group.exclusive():
        return group
    return widget.parentWidget() if isinstance(widget, QRadioButton) else None


def _said(widget: QWidget) -> str:
    return widget.accessibleName() or _text(widget).replace("&", "")


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""


def _mnemonic(widget: QWidget) -> str:
    if isinstance(widget, QLabel) and widget.buddy() is None:
        return ""
    return mnemonic(_text(widget))
