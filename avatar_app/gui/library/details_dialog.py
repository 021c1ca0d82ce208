"""All that is known of an avatar, to read and to change: names, credit, consent."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.library.consent_form import ConsentForm
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.panels.form import label, row_name
from avatar_app.types import Consent

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary


class DetailsDialog(LibraryDialog):
    """Details of one avatar; those of one that comes with the program can only be read.
    ``saved`` brings the LibraryEntry."""

    saved = pyqtSignal(object)

    def __init__(
        self, library: "AvatarLibrary", entry: "LibraryEntry", parent: QWidget | None = None
    ) -> None:
        title = tr("About {name}", name=entry.name)
        super().__init__(title, tr("&Save"), QSize(560, 470), parent)
        self._library = library
        self._entry = entry
        fixed = entry.bundled
        credit = tr(entry.credit) if fixed else entry.credit
        self.name = _line(tr("Name of the avatar"), entry.name, 80, fixed)
        self.person = _line(tr("Who it shows"), entry.person, 80, fixed)
        self.credit = _line(tr("Who made the picture, its licence"), credit, 500, fixed)
        self.consent = ConsentForm()
        self.consent.show_consent(entry.consent)
        self.consent.setEnabled(not fixed)

        fields = QFormLayout()
        fields.setHorizontalSpacing(12)
        fields.addRow(row_name(tr("&Name"), self.name), self.name)
        fields.addRow(row_name(tr("P&erson"), self.person), self.person)
        fields.addRow(row_name(tr("C&redit"), self.credit), self.credit)
        fields.addRow(tr("Picture"), label(_about(entry), "muted", wrap=True, selectable=True))
        rows = QVBoxLayout(self)
        rows.setSpacing(10)
        rows.addLayout(fields)
        rows.addWidget(label(tr("Whose face is it?"), "heading"))
        rows.addWidget(self.consent)
        rows.addStretch(1)
        rows.addWidget(self.trouble)
        rows.addWidget(self.buttons)
        self.action.setVisible(not fixed)
        if fixed:
            self.cancel.setText(tr("Close"))

        self.action.clicked.connect(self._on_save)
        self.consent.changed.connect(self._on_consent_changed)

    def ask_whose(self) -> None:
        """Put the consent first: for an avatar that cannot be used without it."""
        next(iter(self.consent.kinds.values())).setFocus()

    def _on_consent_changed(self) -> None:
        self.action.setEnabled(self.consent.is_answered)

    def _on_save(self) -> None:
        consent = self.consent.consent()
        name, person, credit = self.name.text(), self.person.text(), self.credit.text()
        self.ask(lambda: self._save(name, person, credit, consent), self._on_saved)

    def _save(self, name: str, person: str, credit: str, consent: Consent | None) -> "LibraryEntry":
        """The name first: it is what may be refused."""
        library, entry = self._library, self._entry
        if name.strip() != entry.name:
            library.rename(entry.id, name)
        saved = library.describe(entry.id, person=person, credit=credit)
        return saved if consent == entry.consent else library.set_consent(entry.id, consent)

    def _on_saved(self, entry: object) -> None:
        self.saved.emit(entry)
        self.accept()


def _line(what: str, text: str, longest: int, fixed: bool) -> QLineEdit:
    line = QLineEdit(text)
    line.setAccessibleName(what)
    line.setPlaceholderText("" if fixed else what)
    line.setMaxLength(longest)
    line.setReadOnly(fixed)
    line.setToolTip(text if fixed else "")
    line.setCursorPosition(0)
    return line


def _about(entry: "LibraryEntry") -> str:
    sizes = {
        "size": f"{entry.size[0]} × {entry.size[1]}",
        "used": f"{entry.crop.width:.0f} × {entry.crop.height:.0f}",
    }
    if entry.added is None:
        return tr("{size} pixels, {used} of them used", **sizes)
    day = f"{entry.added:%Y-%m-%d}"
    return tr("{size} pixels, {used} of them used; added on {day}", day=day, **sizes)
