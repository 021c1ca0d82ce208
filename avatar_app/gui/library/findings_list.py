"""What the checks found, a line each: how grave it is, what is wrong, what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    from avatar_app.avatars.checks import Finding

_SIGNS = {"refuse": "✕", "warn": "!", "good": "✓"}
_WORDS = {
    "refuse": translatable("Cannot be used"),
    "warn": translatable("Could be better"),
    "good": translatable("Good"),
}
_SPOKEN = {
    "refuse": translatable("Cannot be used: {message}"),
    "warn": translatable("Could be better: {message}"),
    "good": translatable("Good: {message}"),
}


class FindingsList(QWidget):
    """Says that a picture is good, or everything that is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("What the checks say"))
        self._said: tuple[tuple[str, str], ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """Level (refuse, warn, good) and English sentence of each line."""
        return self._said

    def show_findings(self, findings: "Sequence[Finding]") -> None:
        """Show these, or that there are none."""
        lines = [(f.severity.value, f.message, f.hint) for f in findings]
        self.show_lines(lines or [("good", translatable("This picture makes a good avatar."), "")])

    def show_lines(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Show lines of level, sentence and hint, both in English and translated here; quick when
        they are the same as before."""
        said = tuple((level, message) for level, message, _ in lines)
        if said == self._said:
            return
        self._said = said
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for level, message, hint in lines:
            self._rows.addWidget(_line(level, message, hint))
        spoken = [tr(_SPOKEN[level], message=tr(message)) for level, message in said]
        self.setAccessibleDescription("; ".join(spoken))


def severity_sign(level: str) -> QLabel:
    """A small round sign: ✕ on red, ! on amber, ✓ on the accent colour."""
    sign = label(_SIGNS[level], "sign")
    sign.setProperty("level", level)
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    sign.setFixedSize(20, 20)
    sign.setAccessibleName(tr(_WORDS[level]))
    sign.setToolTip(tr(_WORDS[level]))
    return sign


def _line(level: str, message: str, hint: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(severity_sign(level), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(label(tr(message), "finding", wrap=True, selectable=True))
    if hint:
        words.addWidget(label(tr(hint), "muted", wrap=True, selectable=True))
    row.addLayout(words, 1)
    return line
