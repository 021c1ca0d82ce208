"""Whose face a picture shows: the user's statement, with the sentence that is recorded."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from avatar_app.gui.language import language_spoken, tr
from avatar_app.gui.panels.form import label
from avatar_app.translatable import translatable
from avatar_app.types import Consent, ConsentKind

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QAbstractButton

_NOT_STATED = translatable(
    "Until you state whose face it is, it stays in the library and is not used live."
)

_CHOOSE = translatable("Choose one: it decides whether the avatar may be used live.")
_WRITE_THE_NAME = translatable("Write the name of the person first: it is kept with the statement.")

_WORDS = {
    ConsentKind.OWN: translatable("&My own face"),
    ConsentKind.NOBODY: translatable("No&body: drawn, rendered or generated"),
    ConsentKind.AGREED: translatable("A &person who agreed"),
}
_MAX_NAME = 80


class ConsentForm(QWidget):
    """Three statements, or none; at first nothing is chosen. Shows the sentence that will be kept,
    word for word, in the user's language; one that was stated before stays as it was."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = {kind: QRadioButton(tr(words)) for kind, words in _WORDS.items()}
        self.none = QRadioButton(tr("I do not state it n&ow"))
        self._suggested = ""
        self.person = QLineEdit()
        self.person.setPlaceholderText(tr("Name of the person who agreed"))
        self.person.setAccessibleName(tr("Name of the person who agreed"))
        self.person.setMaxLength(_MAX_NAME)
        self.sentence = label("", "muted", wrap=True, selectable=True)
        self._group = QButtonGroup(self)
        self._given: Consent | None = None

        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(5)
        for button in (*self.kinds.values(), self.none):
            self._group.addButton(button)
            rows.addWidget(button)
            if button is self.kinds[ConsentKind.AGREED]:
                rows.addWidget(self.person)
        rows.addWidget(self.sentence)
        self._show()

        self._group.buttonToggled.connect(self._on_toggled)
        self.person.textEdited.connect(self._on_changed)

    @property
    def kind(self) -> ConsentKind | None:
        """The statement that is chosen."""
        return next((kind for kind, button in self.kinds.items() if button.isChecked()), None)

    @property
    def is_complete(self) -> bool:
        """Whether a statement is chosen and, where a person agreed, that one is named."""
        return self.kind is not None and (self.kind is not ConsentKind.AGREED or bool(self._name))

    def show_consent(self, consent: Consent | None) -> None:
        """Show what was stated before, without announcing it."""
        with QSignalBlocker(self):
            self._given = consent
            button = self.kinds[consent.kind] if consent is not None else self.none
            button.setChecked(True)
            self.person.setText(consent.person if consent is not None else "")
            self._show()

    @property
    def is_answered(self) -> bool:
        """Whether all that has to be said was said: a statement, or that there is none now."""
        return self._group.checkedButton() is not None and not self._lacks_name

    def suggest_person(self, name: str) -> None:
        """Who is taken to have agreed when that is said, until another name is written."""
        self._suggested = name

    def consent(self) -> Consent | None:
        """The statement as it was made before, or made now; None where there is none. Raises
        ConsentError when the person who agreed is not named."""
        from avatar_app.avatars.consent import stated

        kind = self.kind
        if kind is None:
            return None
        if self._given is not None and self._is_given(self._given):
            return self._given
        words, language = _statement(kind, self._name), language_spoken().value
        return stated(kind, person=self._name, statement=words, language=language)

    def _show(self) -> None:
        kind, given = self.kind, self._given
        self.person.setVisible(kind is ConsentKind.AGREED)
        if kind is None or self._lacks_name:
            self.sentence.setText(tr(self._why_not_kept()))
            return
        if given is not None and self._is_given(given):
            self.sentence.setText(_kept(given))
            return
        words = _statement(kind, self._name)
        self.sentence.setText(tr("Kept with the avatar: “{statement}”", statement=words))

    def _why_not_kept(self) -> str:
        if self._lacks_name:
            return _WRITE_THE_NAME
        return _NOT_STATED if self.none.isChecked() else _CHOOSE

    @property
    def _lacks_name(self) -> bool:
        """Whether somebody agreed who is not named yet."""
        return self.kind is ConsentKind.AGREED and not self.is_complete

    def _is_given(self, given: Consent) -> bool:
        return (given.kind, given.person) == (self.kind, self._name)

    @property
    def _name(self) -> str:
        from avatar_app.avatars.consent import plain_name

        return plain_name(self.person.text()) if self.kind is ConsentKind.AGREED else ""

    def _on_toggled(self, _button: "QAbstractButton", on: bool) -> None:
        if on and self.kind is ConsentKind.AGREED and not self.person.text():
            self.person.setText(self._suggested)
        if on:
            self._on_changed()

    def _on_changed(self) -> None:
        self._show()
        if self.kind is ConsentKind.AGREED and not self.person.text():
            self.person.setFocus()
        self.changed.emit()


def _statement(kind: ConsentKind, person: str) -> str:
    from avatar_app.avatars.consent import STATEMENTS

    return tr(STATEMENTS[kind], person=person)


def _kept(given: Consent) -> str:
    """What was stated before, in the words of that time; the program's own in today's."""
    from avatar_app.avatars.consent import OF_THE_PROGRAM

    words = tr(given.statement) if given == OF_THE_PROGRAM else given.statement
    day = f"{given.given_at:%Y-%m-%d}"
    return tr("Kept with the avatar: “{statement}” (stated on {day})", statement=words, day=day)
