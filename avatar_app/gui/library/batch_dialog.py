"""Several pictures at once: each is looked at, and what is good is added with one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QImage, QPixmap
from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QProgressBar, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.library.consent_form import ConsentForm
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.look import look_at
from avatar_app.gui.library.offer import Offer
from avatar_app.gui.panels.form import label
from avatar_app.live.status import Problem
from avatar_app.translatable import translatable
from avatar_app.types import Consent

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary
    from avatar_app.errors import AvatarError

_ICON = QSize(56, 56)
_WHOLE = Qt.AspectRatioMode.KeepAspectRatio
_PATH = Qt.ItemDataRole.UserRole
_LOOKED = translatable("Looked at {done} of {total}")
_ADDED = translatable("Added {done} of {total}")


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What is kept of a picture in the list: a thumbnail and what is said of it, in English
    sentences; never its pixels."""

    path: Path
    thumbnail: QImage
    words: tuple[str, ...]
    usable: bool


class BatchDialog(LibraryDialog):
    """Ticks what can be used. ``added`` brings the last LibraryEntry, when all are there."""

    added = pyqtSignal(object)

    def __init__(
        self, library: "AvatarLibrary", files: Sequence[Path], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Add several avatars"), tr("&Add"), QSize(620, 600), parent)
        self._library = library
        self._ahead = list(files)
        self._wanted: list[Path] = []
        self._doing = _LOOKED
        self._failed: list[tuple[str, str, str]] = []
        self._statement: Consent | None = None
        self._last: LibraryEntry | None = None
        self.pictures = QListWidget()
        self.pictures.setAccessibleName(tr("Pictures that were found"))
        self.pictures.setIconSize(_ICON)
        self.pictures.setWordWrap(True)
        self.consent = ConsentForm()
        self.progress = QProgressBar()
        self.progress.setRange(0, len(files))
        self.progress.setValue(0)
        self.progress.setTextVisible(False)
        self._told = label("", "muted")

        rows = QVBoxLayout(self)
        rows.setSpacing(10)
        rows.addWidget(self._told)
        rows.addWidget(self.progress)
        rows.addWidget(self.pictures, 1)
        rows.addWidget(
            label(tr("Whose faces are they? This is stated for each of them."), "heading")
        )
        rows.addWidget(self.consent)
        rows.addWidget(self.trouble)
        rows.addWidget(self.buttons)
        self._show_state()

        self.pictures.itemChanged.connect(self._show_state)
        self.consent.changed.connect(self._show_state)
        self.action.clicked.connect(self._on_add)
        self._look_on()

    @property
    def ticked(self) -> tuple[Path, ...]:
        """What would be added now."""
        items = (self.pictures.item(row) for row in range(self.pictures.count()))
        on = Qt.CheckState.Checked
        return tuple(i.data(_PATH) for i in items if i is not None and i.checkState() is on)

    @property
    def is_looking(self) -> bool:
        """Whether pictures are still to be looked at."""
        return self.progress.value() < self.progress.maximum()

    def done(self, result: int) -> None:
        """However it closes: what was added is told of."""
        last, self._last = self._last, None
        if last is not None:
            self.added.emit(last)
        super().done(result)

    def _look_on(self) -> None:
        if self._ahead:
            library, path = self._library, self._ahead.pop(0)
            self.lane.submit(
                lambda: _glance(library, path),
                self._on_glance,
                lambda problem: self._on_glance(_refused(path, problem)),
            )

    def _on_glance(self, glance: Glance) -> None:
        self.pictures.addItem(_item(glance))
        self.progress.setValue(self.progress.value() + 1)
        self._show_state()
        self._look_on()

    def _show_state(self) -> None:
        count = len(self.ticked)
        self._show_progress()
        self.action.setText(tr("&Add {count}", count=count) if count else tr("&Add"))
        self.action.setEnabled(bool(count) and not self.is_looking and self.consent.is_answered)

    def _show_progress(self) -> None:
        done, total = self.progress.value(), self.progress.maximum()
        self._told.setText(tr(self._doing, done=done, total=total))

    def _on_add(self) -> None:
        self._statement = self.consent.consent() if self.consent.is_complete else None
        self._wanted = list(self.ticked)
        self._doing = _ADDED
        self.pictures.setEnabled(False)
        self.consent.setEnabled(False)
        self.progress.setRange(0, len(self._wanted))
        self.progress.setValue(0)
        self._show_progress()
        self._add_on()

    def _add_on(self) -> None:
        if not self._wanted:
            self._settle()
            return
        library, path, consent = self._library, self._wanted.pop(0), self._statement
        self.ask(lambda: library.add(library.intake.file(path), consent=consent), self._on_added)

    def _settle(self) -> None:
        """Everything was tried: close, unless there is something to say."""
        if not self._failed:
            self.accept()
            return
        self.trouble.show_lines(self._failed)
        self.trouble.show()
        self.action.hide()
        self.cancel.setText(tr("Close"))

    def _on_added(self, entry: "LibraryEntry") -> None:
        self._last = entry
        self.progress.setValue(self.progress.value() + 1)
        self._show_progress()
        self._add_on()

    def _on_failed(self, problem: Problem) -> None:
        """One that cannot be added keeps none of the others out."""
        self._failed.append(("refuse", problem.message, problem.hint))
        self._add_on()


def _refused(path: Path, problem: "Problem | AvatarError") -> Glance:
    return Glance(path, QImage(), (problem.message, problem.hint), False)


def _glance(library: "AvatarLibrary", path: Path) -> Glance:
    from avatar_app.errors import AvatarError

    try:
        look = look_at(library, Offer(files=(path,)))
    except AvatarError as error:
        return _refused(path, error)
    inspection = look.inspection
    if not inspection.candidates:
        said = (inspection.findings[0].message,)
        return Glance(path, look.picture.scaled(_ICON, _WHOLE), said, False)
    best = inspection.candidates[0]
    if look.twins[0]:
        said = (translatable(f"In the library already, as {look.twins[0]}."),)
        return Glance(path, look.faces[0], said, False)
    if best.refusal is not None:
        return Glance(path, look.faces[0], (best.refusal.message, best.refusal.hint), False)
    found = tuple(finding.message for finding in (*inspection.findings, *best.findings))
    return Glance(path, look.faces[0], found or (translatable("Good."),), True)


def _item(glance: Glance) -> QListWidgetItem:
    sign = "✓" if glance.usable else "✕"
    said = " ".join(tr(sentence) for sentence in glance.words if sentence)
    item = QListWidgetItem(f"{sign} {glance.path.name}\n{said}")
    item.setData(_PATH, glance.path)
    item.setToolTip(str(glance.path))
    if not glance.thumbnail.isNull():
        item.setIcon(QIcon(QPixmap.fromImage(glance.thumbnail)))
    if glance.usable:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)
    else:
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
    return item
