"""A language that nobody speaks: every text the program has translated stands between brackets.

What a widget shows without them was not handed to ``tr``, or was glued out of parts that were not.
Fields of a template are left outside of the brackets, so English that fills one is found too.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from PyQt6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QPoint,
    Qt,
    QTranslator,
)
from PyQt6.QtGui import QAction, QPainter
from PyQt6.QtSvg import QSvgGenerator
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QTabBar,
    QTextEdit,
    QWidget,
)

_CONTEXT = "avatar_app"
_FIELD = re.compile(r"(?<!\{)\{[^{}]*\}(?!\})")
_SAID = re.compile("⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2}")
_SVG_TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


class PseudoTranslator(QTranslator):
    """``Camera: {name}`` becomes ``⟦Camera: ⟧{name}⟦⟧``. Qt's own texts count as translated: Qt
    brings catalogs for them."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(
        self,
        context: str | None,
        sourceText: str | None,  # noqa: N803 - Qt's name
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str | None:
        ours = context is not None and (context == _CONTEXT or context.startswith("Q"))
        return pseudo(sourceText) if ours and sourceText else None


def pseudo(english: str) -> str:
    """The text in the language that nobody speaks."""
    return "⟦" + _FIELD.sub(lambda field: f"⟧{field.group()}⟦", english) + "⟧"


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Texts made inside are in the pseudo-language; afterwards English is back."""
    translator = PseudoTranslator()
    QCoreApplication.installTranslator(translator)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(translator)


def untranslated(widget: QWidget, allowed: Collection[str] = ()) -> list[str]:
    """Texts of the widget and all in it, hidden ones too, that are not translated from end to end.
    ``allowed`` are the user's words and names that no language changes; figures need not be
    listed. Of what a widget paints itself see ``painted_untranslated``."""
    found = []
    for part in (widget, *widget.findChildren(QWidget)):
        for what, text in _texts(part):
            if is_english(text, allowed):
                found.append(f"{type(part).__name__} {what}: {text}")
    return list(dict.fromkeys(found))


def painted_untranslated(widget: QWidget, allowed: Collection[str] = ()) -> list[str]:
    """What the widget draws as text, as one line, unless all of it is translated."""
    text = painted_text(widget)
    return [f"{type(widget).__name__} painted: {text}"] if is_english(text, allowed) else []


def is_english(text: str, allowed: Collection[str] = ()) -> bool:
    """Whether words are left when what was translated and what is allowed is taken away. A letter
    alone is the name of a key."""
    rest = _SAID.sub(" ", text.replace("&", ""))
    for word in sorted(allowed, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return _WORD.search(rest) is not None


def painted_text(widget: QWidget) -> str:
    """All that the widget and what is in it draw as text, in the order of drawing."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    painter = QPainter(drawing)
    widget.render(painter, QPoint())
    painter.end()
    texts = [_plain(text) for text in _SVG_TEXT.findall(bytes(data.data()).decode())]
    return " ".join(texts)


def _plain(svg: str) -> str:
    for entity, letter in _ENTITIES.items():
        svg = svg.replace(entity, letter)
    return svg.strip()


def _texts(part: QWidget) -> Iterator[tuple[str, str]]:
    yield "name", part.accessibleName()
    yield "description", part.accessibleDescription()
    yield "tooltip", part.toolTip()
    yield "status tip", part.statusTip()
    yield "what's this", part.whatsThis()
    if part.isWindow():
        yield "title", part.windowTitle()
    yield from (("text", text) for text in _own(part))
    for action in part.actions():
        yield from _of_action(action)


def _of_action(action: QAction) -> Iterator[tuple[str, str]]:
    yield "action", action.text()
    yield "action's tooltip", action.toolTip()


def _own(part: QWidget) -> list[str]:
    if isinstance(part, (QLabel, QAbstractButton)):
        return [part.text()]
    if isinstance(part, (QGroupBox, QMenu)):
        return [part.title()]
    if isinstance(part, QComboBox):
        return _combo(part)
    if isinstance(part, (QLineEdit, QPlainTextEdit, QTextEdit)):
        return [part.placeholderText()]
    if isinstance(part, QTabBar):
        tabs = range(part.count())
        return [part.tabText(n) for n in tabs] + [part.tabToolTip(n) for n in tabs]
    if isinstance(part, (QSpinBox, QDoubleSpinBox)):
        return [part.prefix(), part.suffix(), part.specialValueText()]
    if isinstance(part, QAbstractSpinBox):
        return [part.specialValueText()]
    return _items(part) if isinstance(part, QAbstractItemView) else []


def _combo(part: QComboBox) -> list[str]:
    tips = (part.itemData(n, Qt.ItemDataRole.ToolTipRole) for n in range(part.count()))
    items = [part.itemText(n) for n in range(part.count())]
    return [part.placeholderText(), *items, *(tip for tip in tips if isinstance(tip, str))]


def _items(part: QAbstractItemView) -> list[str]:
    model, role = part.model(), Qt.ItemDataRole
    if model is None:
        return []
    roles = (role.DisplayRole, role.ToolTipRole, role.AccessibleTextRole)
    # The models of lists keep their count of columns to themselves.
    columns = 1 if isinstance(part, QListView) else model.columnCount(part.rootIndex())
    cells = [
        model.index(row, column, part.rootIndex())
        for row in range(model.rowCount(part.rootIndex()))
        for column in range(columns)
    ]
    said = (cell.data(role) for cell in cells for role in roles)
    return [text for text in said if isinstance(text, str)]
