"""The help inside the program: the guide, and what each message means."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QEvent, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import (
    QDesktopServices,
    QImage,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PyQt6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from avatar_app.config import Language
from avatar_app.gui.help_entries import HelpPage, help_dir, link_name, read_page
from avatar_app.gui.language import language_spoken, tr
from avatar_app.gui.panels.form import label

_WIDEST_PICTURE = 620
_MARGIN = 12
_FEATURES = QTextDocument.MarkdownFeature
_MARKDOWN = _FEATURES.MarkdownDialectGitHub | _FEATURES.MarkdownNoHTML


class HelpDialog(QDialog):
    """Shows one page at a time. A link to the web is opened in the browser, on a click alone.
    ``keys_wanted`` asks for the sheet of keys."""

    keys_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = HelpPage.GUIDE
        self.text = _PageView()
        self.buttons = {
            HelpPage.GUIDE: QPushButton(tr("&Guide")),
            HelpPage.TROUBLESHOOTING: QPushButton(tr("&Troubleshooting")),
        }
        self.keys = QPushButton(tr("&Keys…"))
        self.shut = QPushButton(tr("&Close"))
        self.search = QLineEdit()
        self.missing = label(tr("Not found"), "muted")
        self.finder = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        self.english = label(tr("These pages are in English."), "muted", wrap=True)
        self.english.setVisible(language_spoken() is not Language.ENGLISH)

        self.search.setPlaceholderText(tr("Search"))
        self.search.setAccessibleName(tr("Search in the help"))
        self.search.setClearButtonEnabled(True)
        self.missing.hide()

        self.setWindowTitle(tr("Help"))
        self.resize(720, 640)
        self._lay_out()

        for page, button in self.buttons.items():
            button.clicked.connect(lambda _checked, page=page: self.show_page(page))
        self.keys.clicked.connect(self.keys_wanted)
        self.shut.clicked.connect(self.reject)
        self.search.textEdited.connect(lambda _words: self._find(again=False))
        self.search.returnPressed.connect(lambda: self._find(again=True))
        self.finder.activated.connect(self._on_finder)
        self.text.anchorClicked.connect(self._on_link)
        self.text.typed.connect(self._on_typed)
        self.text.setFocus()

    def show_page(self, page: HelpPage, heading: str = "") -> None:
        """Turn to a page, to the heading of that text where one is named."""
        if page is not self.page or self.text.document_is_empty:
            self.page = page
            self.text.show_markdown(read_page(page))
        self.buttons[page].setChecked(True)
        self.text.scroll_to(heading)

    def fetch_pictures(self) -> Iterator[None]:
        """Read the pictures of all pages, one in each step, so that a page is there at once."""
        for file in sorted(help_dir().glob("pictures/*.png")):
            self.text.fetch(file)
            yield

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        head = QHBoxLayout()
        for button in self.buttons.values():
            button.setCheckable(True)
            group.addButton(button)
            head.addWidget(button)
        head.addWidget(self.keys)
        head.addStretch(1)
        head.addWidget(self.shut)
        finding = QHBoxLayout()
        finding.addWidget(self.search, 1)
        finding.addWidget(self.missing)
        for button in (*self.buttons.values(), self.keys, self.shut):
            button.setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addLayout(finding)
        whole.addWidget(self.english)
        whole.addWidget(self.text, 1)

    def _on_finder(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _on_typed(self, letter: str) -> None:
        """Who types on a page is looking for something."""
        self.search.setFocus()
        self.search.insert(letter)
        self.search.textEdited.emit(self.search.text())

    def _find(self, *, again: bool) -> None:
        """The next place where the words stand: on this page, on the others, and round again. Not
        ``again`` may be where the text is now."""
        words = self.search.text().strip()
        others = [page for page in HelpPage if page is not self.page]
        found = not words or self.text.find_next(words, again=again)
        for page in others:
            if not found and words.casefold() in _letters(page):
                self.show_page(page)
                found = self.text.find_next(words, again=False)
        found = found or self.text.find_first(words)
        if not (words and found):
            self.text.forget_found()
        self.missing.setVisible(not found)

    def _on_link(self, url: QUrl) -> None:
        if not url.isRelative():
            QDesktopServices.openUrl(url)
            return
        name = url.path()
        page = HelpPage(name) if name in set(HelpPage) else self.page
        self.show_page(page, url.fragment())


class _PageView(QTextBrowser):
    """One page of Markdown. Pictures are made to fit; a link does nothing by itself. ``typed``
    brings a letter that was typed on the page."""

    typed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Help page"))
        self.setOpenLinks(False)
        self.setSearchPaths([str(help_dir())])
        self._pictures: dict[Path, QImage] = {}

    @property
    def document_is_empty(self) -> bool:
        """Whether no page was shown yet."""
        return self._text.isEmpty()

    @property
    def _text(self) -> QTextDocument:
        document = self.document()
        assert document is not None
        return document

    def show_markdown(self, words: str) -> None:
        """That page, from its beginning."""
        missing = tr("This page is missing. Install the program again.")
        self._text.setMarkdown(words or missing, _MARKDOWN)
        self._text.setDocumentMargin(_MARGIN)

    def scroll_to(self, heading: str) -> None:
        """To the heading with this text, or with this name in a link; to the top without one."""
        block = self._text.begin()
        while block.isValid() and not (heading and _is_headed(block, heading)):
            block = block.next()
        bar, layout = self.verticalScrollBar(), self._text.documentLayout()
        assert bar is not None and layout is not None
        self.setTextCursor(QTextCursor(block if block.isValid() else self._text.begin()))
        bar.setValue(round(layout.blockBoundingRect(block).top()) if block.isValid() else 0)

    def find_next(self, words: str, *, again: bool) -> bool:
        """Select the words where they come first from the selection on; whether they came.
        ``again`` leaves out the selection itself."""
        cursor = self.textCursor()
        return self._find(words, cursor.selectionEnd() if again else cursor.selectionStart())

    def find_first(self, words: str) -> bool:
        """The same from the beginning of the page."""
        return self._find(words, 0)

    def _find(self, words: str, begin: int) -> bool:
        found = self._text.find(words, begin)
        if found.isNull():
            return False
        self.setTextCursor(found)
        bar = self.verticalScrollBar()
        assert bar is not None
        bar.setValue(bar.value() + self.cursorRect().top() - self.height() // 4)
        return True

    def forget_found(self) -> None:
        """Nothing is selected any more; the page stays where it is."""
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def fetch(self, file: Path) -> None:
        """Keep a picture, scaled down to the width of the page."""
        image = QImage(str(file))
        widest = round(_WIDEST_PICTURE * self.devicePixelRatioF())
        if image.width() > widest:
            image = image.scaledToWidth(widest, Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(max(1.0, image.width() / _WIDEST_PICTURE))
        self._pictures[file] = image

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        letter = event.text() if event is not None else ""
        if letter.isprintable() and letter.strip():
            self.typed.emit(letter)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Links keep the colour they had when the page was read: here they get the new one."""
        super().changeEvent(event)
        if event is not None and event.type() is QEvent.Type.PaletteChange:
            look = QTextCharFormat()
            look.setForeground(self.palette().link())
            cursor = QTextCursor(self._text)
            cursor.beginEditBlock()
            for begin, end in list(_links(self._text)):
                cursor.setPosition(begin)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(look)
            cursor.endEditBlock()

    def loadResource(self, kind: int, url: QUrl) -> Any:  # noqa: N802 - Qt's name
        """Only the pictures that are part of the program."""
        file = help_dir() / url.path()
        if kind != QTextDocument.ResourceType.ImageResource.value or not url.isRelative():
            return super().loadResource(kind, url)
        if file not in self._pictures:
            self.fetch(file)
        return self._pictures[file]


@cache
def _letters(page: HelpPage) -> str:
    """What can be read on a page, in small letters."""
    text = QTextDocument()
    text.setMarkdown(read_page(page), _MARKDOWN)
    return text.toPlainText().casefold()


def _is_headed(block: QTextBlock, heading: str) -> bool:
    if not block.blockFormat().headingLevel():
        return False
    return heading in (block.text(), link_name(block.text()))


def _links(text: QTextDocument) -> Iterator[tuple[int, int]]:
    """Where each link begins and ends."""
    block = text.begin()
    while block.isValid():
        part = block.begin()
        while not part.atEnd():
            words = part.fragment()
            if words.charFormat().isAnchor():
                yield words.position(), words.position() + words.length()
            part += 1
        block = block.next()
