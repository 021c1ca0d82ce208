"""What went wrong and what to do next, as quiet cards that can be copied and dismissed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from avatar_app import paths
from avatar_app.gui.copying import copy_text
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label
from avatar_app.live.status import Problem
from avatar_app.translatable import translatable

CLIPBOARD = "clipboard"
"""Where a message arises of what was pasted. It goes by itself: there is nothing to mend."""

_GONE_AFTER_MS = 12000
_MAX_HEIGHT = 148
_BORDER = 2
_WORDS_TO_BUTTONS = 2.4
_KEPT = 6
_PLACES = {
    "avatar": translatable("Avatar"),
    "background": translatable("Background"),
    "calibration": translatable("Calibration"),
    CLIPBOARD: translatable("Clipboard"),
    "engine": translatable("Engine"),
    "keys": translatable("Keys"),
    "language": translatable("Language"),
    "presets": translatable("Presets"),
    "recorder": translatable("Recording"),
    "recording": translatable("Recording"),
    "session": translatable("Session"),
    "settings": translatable("Settings"),
    "sink": translatable("Output"),
    "source": translatable("Source"),
    "tracker": translatable("Face tracker"),
    "window": translatable("Window"),
}
"""Where a Problem arose, in words for the user."""


class Message(QFrame):
    """One card: the sentence, what to do next, a button to copy both and one to put it away.
    ``help``, hidden at first, leads to what the help pages say of it.

    ``details`` opens what is behind it: where and when it arose, the errors, the log file. Copying
    takes them along while they are open."""

    resized = pyqtSignal()

    def __init__(self, problem: Problem, level: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.level = level
        self.setProperty("role", "message")
        self.setProperty("level", level)
        self.setAccessibleName(f"{tr(problem.message)} {tr(problem.hint)}".strip())
        self._words = label(tr(problem.message), "heading", wrap=True, selectable=True)
        self._hint = label(tr(problem.hint), "muted", wrap=True, selectable=True)
        self._hint.setVisible(bool(problem.hint))
        self.copy = _quiet_button(tr("Copy"), tr("Copy this message"))
        self.help = _quiet_button(tr("Help"), tr("What this message means and what to do"))
        self.help.hide()
        self.details = _quiet_button(tr("Details"), tr("What is behind this message"))
        self.details.setCheckable(True)
        self.details.setVisible(level != "info")
        self.dismiss = _quiet_button(tr("Dismiss"), tr("Put this message away"))
        self._behind = label(_behind(problem), "caption", wrap=True, selectable=True)
        self._behind.setAccessibleName(tr("Details"))
        self._behind.hide()

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._words)
        words.addWidget(self._hint)
        words.addWidget(self._behind)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(2)
        for button in (self.help, self.details, self.copy, self.dismiss):
            buttons.addWidget(button)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(12, 8, 6, 8)
        self._row.setSpacing(2)
        self._row.addLayout(words, 1)
        right = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        self._row.addWidget(self._buttons, 0, right)

        self.details.toggled.connect(self._on_details)
        self.copy.clicked.connect(self._on_copy)

    def fit(self, width: int) -> int:
        """The height at that width. The buttons stand below the words where they would take
        their room."""
        wide = width >= _WORDS_TO_BUTTONS * self._buttons.sizeHint().width()
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(way)
        return self.heightForWidth(width)

    def _on_details(self, shown: bool) -> None:
        self._behind.setVisible(shown)
        self.resized.emit()

    def _on_copy(self) -> None:
        behind = self._behind.text() if self.details.isChecked() else ""
        parts = (self._words.text(), self._hint.text(), behind)
        copy_text("\n".join(part for part in parts if part), self.copy)


class MessagePanel(QScrollArea):
    """The newest messages on top. Those of the session come and go with it; a dismissed one
    stays away until it has gone and come back. Of messages that ``explains`` knows help can be had:
    ``help_wanted`` carries the English sentence."""

    help_wanted = pyqtSignal(str)

    def __init__(
        self, explains: Callable[[str], bool] = lambda _: False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._explains = explains
        self._session: tuple[Problem, ...] = ()
        self._dismissed: set[Problem] = set()
        self._cards: dict[Problem, Message] = {}
        body = QWidget()
        body.setObjectName("body")
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._rows.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Messages"))
        self.setVisible(False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown, newest first."""
        return tuple(reversed(self._cards))

    @property
    def told(self) -> tuple[tuple[Problem, str], ...]:
        """What is shown beside the session's own problems, oldest first, each with its level."""
        others = (card for problem, card in self._cards.items() if problem not in self._session)
        return tuple((card.problem, card.level) for card in others)

    def card(self, problem: Problem) -> Message:
        """The card that shows ``problem``."""
        return self._cards[problem]

    def show_problem(self, problem: Problem, level: str = "error") -> None:
        """Show one message until it is dismissed; ``level`` is info, warning or error."""
        if problem.where == CLIPBOARD:
            self.clear_of(CLIPBOARD)  # Said again, it stays as long again.
        if problem in self._cards:
            return
        card = Message(problem, level)
        card.help.setVisible(self._explains(problem.message))
        card.help.clicked.connect(lambda: self.help_wanted.emit(problem.message))
        card.dismiss.clicked.connect(lambda: self._on_dismissed(problem))
        card.resized.connect(self._fit)
        self._cards[problem] = card
        if problem.where == CLIPBOARD:
            _after(_GONE_AFTER_MS, card, lambda: self._on_dismissed(problem))
        self._rows.insertWidget(0, card)
        while len(self._cards) > _KEPT:
            self._remove(next(iter(self._cards)))
        self._fit()

    def show_session(self, problems: Sequence[Problem]) -> None:
        """Show exactly these problems of the session beside the other messages."""
        self._dismissed &= set(problems)
        for gone in set(self._session) - set(problems):
            self._remove(gone)
        self._session = tuple(problems)
        for problem in problems:
            if problem not in self._dismissed:
                self.show_problem(problem, "warning")
        self._fit()

    def clear_of(self, where: str) -> None:
        """Put away every message that arose at ``where``."""
        for problem in [problem for problem in self._cards if problem.where == where]:
            self._remove(problem)
        self._fit()

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _remove(self, problem: Problem) -> None:
        card = self._cards.pop(problem, None)
        if card is not None:
            self._rows.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _fit(self) -> None:
        self.setVisible(bool(self._cards))
        viewport = self.viewport()
        width = viewport.width() if viewport is not None else self.width()
        heights = [card.fit(width) + _BORDER for card in self._cards.values()]
        needed = sum(heights) + self._rows.spacing() * (len(heights) - 1)
        self.setFixedHeight(max(1, min(needed, _MAX_HEIGHT)))

    def _on_dismissed(self, problem: Problem) -> None:
        if problem in self._session:
            self._dismissed.add(problem)
        self._remove(problem)
        self._fit()


def _after(milliseconds: int, card: Message, done: Callable[[], None]) -> None:
    """Once, unless the card has gone before."""
    timer = QTimer(card)
    timer.setSingleShot(True)
    timer.timeout.connect(done)
    timer.start(milliseconds)


def _behind(problem: Problem) -> str:
    """For whoever has to find the cause."""
    place = tr(_PLACES.get(problem.where, problem.where))
    arose = tr("Arose at {time} in: {place}", time=f"{datetime.now():%H:%M:%S}", place=place)
    log = tr("Log file: {path}", path=paths.log_file())
    return "\n".join(part for part in (arose, problem.details, log) if part)


def _quiet_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "quiet")
    button.setToolTip(tip)
    return button
