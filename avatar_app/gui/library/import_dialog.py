"""Adding a picture: what the checks say, which face, which part of it, whose face it is."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QIcon, QPixmap
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.language import tr
from avatar_app.gui.library.consent_form import ConsentForm
from avatar_app.gui.library.crop_part import CropPart
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.look import Look, look_at
from avatar_app.gui.library.offer import Offer
from avatar_app.gui.panels.column import Column
from avatar_app.gui.panels.form import label, row_name
from avatar_app.live.status import Problem
from avatar_app.types import Consent

if TYPE_CHECKING:
    from avatar_app.avatars.library import AvatarLibrary

_FACE_ICON = 52
_FORM_WIDTH = 350
_SIZE = QSize(880, 610)
_MAX_NAME = 80
_MAX_CREDIT = 500


class ImportDialog(LibraryDialog):
    """Looks at an offered picture and adds one face of it. ``added`` brings the LibraryEntry;
    ``another_wanted`` comes after the dialog has closed over a picture that cannot be used."""

    added = pyqtSignal(object)
    another_wanted = pyqtSignal()

    def __init__(
        self, library: "AvatarLibrary", offer: Offer, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Add an avatar"), tr("&Add to the library"), _SIZE, parent)
        self._library = library
        self._look: Look | None = None
        self.crop = CropPart(self.lane)
        self.faces = QButtonGroup(self)
        self.name = _line(tr("Name of the avatar"), _MAX_NAME)
        self.person = _line(tr("Who it shows"), _MAX_NAME)
        self.person.setToolTip(tr("Keeps several pictures of one person together"))
        self.credit = _line(tr("Who made the picture, its licence"), _MAX_CREDIT)
        self.consent = ConsentForm()
        self._waiting = _waiting(offer)
        self._face_row = QWidget()
        self._form = QWidget()
        self.another = QPushButton(tr("Choose an&other photo…"))
        self._stack = QStackedWidget()
        self._columns = QHBoxLayout()

        self._column = self._right_column()
        self._lay_out()
        self.action.setEnabled(False)
        self.another.hide()

        self.another.clicked.connect(self._on_another)
        self.person.textEdited.connect(self.consent.suggest_person)
        self.action.clicked.connect(self._on_add)
        self.crop.judged.connect(self._show_state)
        self.consent.changed.connect(self._show_state)
        self.faces.idClicked.connect(self._on_face)
        self.lane.submit(lambda: look_at(library, offer), self._on_look, self._on_no_look)

    @property
    def is_looking(self) -> bool:
        """Whether the picture is still being fetched or looked at."""
        return self._stack.currentWidget() is self._waiting

    def _lay_out(self) -> None:
        face_buttons = QHBoxLayout(self._face_row)
        face_buttons.setContentsMargins(0, 0, 0, 0)
        left = QVBoxLayout()
        left.addWidget(self.crop, 1)
        left.addWidget(self._face_row)
        result = QWidget()
        columns = self._columns
        result.setLayout(columns)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        columns.addLayout(left, 1)
        columns.addWidget(self._column)
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(result)
        rows = QVBoxLayout(self)
        rows.addWidget(self._stack, 1)
        rows.addWidget(self.trouble)
        rows.addWidget(self.buttons)
        self.add_button(self.another)

    def _right_column(self) -> Column:
        fields = QFormLayout(self._form)
        fields.setContentsMargins(0, 8, 0, 0)
        fields.setHorizontalSpacing(12)
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        fields.addRow(row_name(tr("&Name"), self.name), self.name)
        fields.addRow(row_name(tr("P&erson"), self.person), self.person)
        fields.addRow(row_name(tr("C&redit"), self.credit), self.credit)
        fields.addRow(label(tr("Whose face is it?"), "heading"))
        fields.addRow(self.consent)
        inside = QWidget()
        inside.setObjectName("body")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.addWidget(label(tr("What the checks say"), "heading"))
        rows.addWidget(self.crop.findings)
        rows.addWidget(self._form)
        rows.addStretch(1)
        return Column(inside, _FORM_WIDTH)

    def _show_faces(self, look: Look) -> None:
        row = self._face_row.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(label(tr("{count} faces: choose one", count=len(look.faces)), "muted"))
        for number, picture in enumerate(look.faces):
            button = QToolButton()
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setIcon(QIcon(QPixmap.fromImage(picture)))
            button.setIconSize(QSize(_FACE_ICON, _FACE_ICON))
            tall = round(look.inspection.candidates[number].face.box.height)
            about = tr("Face {number}, {height} pixels tall", number=number + 1, height=tall)
            button.setAccessibleName(about)
            button.setToolTip(about)
            self.faces.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)

    def _show_state(self) -> None:
        twin = self._look.twins[self.crop.number] if self._look and self._look.twins else ""
        if twin:
            self.show_trouble(
                Problem(
                    "avatar",
                    f"This face of the picture is in the library already, as {twin}.",
                    "To use another part of the picture, change the crop of that avatar.",
                )
            )
        else:
            self.trouble.hide()
        self.action.setEnabled(self.crop.is_usable and not twin and self.consent.is_answered)

    def _on_look(self, look: Look) -> None:
        self._look = look
        self._stack.setCurrentIndex(1)
        found = bool(look.inspection.candidates)
        self._form.setVisible(found)
        self._face_row.setVisible(len(look.faces) > 1)
        self.name.setPlaceholderText(look.inspection.title)
        if len(look.faces) > 1:
            self._show_faces(look)
        if look.recalled is not None:
            self.consent.show_consent(look.recalled)
        self.crop.show_look(look)
        if found:
            self.name.setFocus()
        else:
            self._give_up()

    def _on_no_look(self, problem: Problem) -> None:
        self._stack.setCurrentIndex(1)
        self.crop.hide()
        self._form.hide()
        self._face_row.hide()
        self._column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._columns.setStretch(0, 0)
        self._give_up()
        self.crop.findings.show_lines([("refuse", problem.message, problem.hint)])
        self.resize(_FORM_WIDTH + 120, 220)

    def _give_up(self) -> None:
        """Nothing can be done with this picture but to put it away, or to take another."""
        self.action.hide()
        self.cancel.setText(tr("Close"))
        self.another.show()
        self.another.setDefault(True)
        self.another.setFocus()

    def _on_another(self) -> None:
        self.reject()
        self.another_wanted.emit()

    def _on_face(self, number: int) -> None:
        self.crop.mean(number)

    def _on_add(self) -> None:
        look, library, number = self._look, self._library, self.crop.number
        crop, consent = self.crop.editor.crop, self._stated()
        if look is None or crop is None:
            return
        name, person, credit = self.name.text(), self.person.text(), self.credit.text()
        self.ask(
            lambda: library.add(
                look.inspection,
                number,
                name=name,
                person=person,
                credit=credit,
                crop=crop,
                consent=consent,
            ),
            self._on_added,
        )

    def _stated(self) -> Consent | None:
        return self.consent.consent() if self.consent.is_complete else None

    def _on_added(self, entry: object) -> None:
        self.added.emit(entry)
        self.accept()


def _line(what: str, longest: int) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(what)
    line.setPlaceholderText(what)
    line.setMaxLength(longest)
    return line


def _waiting(offer: Offer) -> QWidget:
    page = QWidget()
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setTextVisible(False)
    name = offer.title
    doing = (
        tr("Fetching {name}…", name=name) if offer.address else tr("Looking at {name}…", name=name)
    )
    rows = QVBoxLayout(page)
    rows.addStretch(1)
    rows.addWidget(label(doing, "heading", wrap=True))
    rows.addWidget(bar)
    rows.addStretch(1)
    return page
