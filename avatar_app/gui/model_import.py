"""A model comes into the program: one that was converted before is checked and copied; for a
checkpoint the command that converts it is named."""

import os
import shlex
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from avatar_app.errors import ModelError
from avatar_app.gui.copying import copy_text
from avatar_app.gui.language import tr
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.panels.form import label
from avatar_app.live.status import Problem
from avatar_app.packaged import FROM_SOURCES, is_packaged
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    from avatar_app.model_store.card import ModelCard

CHECKPOINTS = (".pth", ".pt", ".ckpt", ".tar")
"""The endings of files that have to be converted."""

_CONVERT = translatable(
    "This is a checkpoint: it has to be converted first, which needs the training packages "
    "(torch). In a terminal:"
)
_LOOKING = translatable("Looking at the model…")
_COPYING = translatable("Copying the model; each file is compared with its card…")


@dataclass(frozen=True, slots=True)
class Offered:
    """An exported model: its card, where that lies, and bytes in words."""

    file: Path
    card: "ModelCard"
    size: str


class ModelImportDialog(LibraryDialog):
    """Shows what a model says of itself, and takes it over once that was agreed to. ``imported``
    brings its name. Closing while it is copied gives it up, and nothing is left of it."""

    imported = pyqtSignal(str)

    def __init__(self, path: Path, models: Path, parent: QWidget | None = None) -> None:
        title, agree = tr("Import a model"), tr("I &trust it: import")
        super().__init__(title, agree, QSize(500, 240), parent)
        self._path, self._models = path, models
        self._offered: Offered | None = None
        self._given_up = threading.Event()
        self.words = label("", "heading", wrap=True, selectable=True)
        self.about = label("", "muted", wrap=True, selectable=True)
        self.trust = label("", "plain", wrap=True)
        self.command = label("", "plain", wrap=True, selectable=True)
        self.copy = QPushButton(tr("Copy"))
        self.busy = QProgressBar()

        self.copy.setToolTip(tr("Copy the command"))
        self.copy.setAutoDefault(False)
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("Import a model"))
        line = QHBoxLayout()
        line.addWidget(self.command, 1)
        line.addWidget(self.copy)
        rows = QVBoxLayout(self)
        rows.setSpacing(10)
        for part in (self.words, self.about, self.trust):
            rows.addWidget(part)
        rows.addLayout(line)
        rows.addWidget(self.trouble)
        rows.addStretch(1)
        rows.addWidget(self.busy)
        rows.addWidget(self.buttons)

        self.copy.clicked.connect(lambda: copy_text(self.command.text(), self.copy))
        self.action.clicked.connect(self._on_agreed)
        self._look()

    def done(self, result: int) -> None:
        """However it closes, what is being copied is given up."""
        self._given_up.set()
        super().done(result)

    def show_trouble(self, problem: Problem) -> None:
        """Nothing is at work any more, and what cannot be used cannot be imported."""
        self.busy.hide()
        self.action.setEnabled(self._offered is not None)
        if self._offered is None:
            self._end("")
        self.words.setText(tr("This model cannot be imported."))
        super().show_trouble(problem)

    def _look(self) -> None:
        for part in (self.about, self.trust, self.command, self.copy):
            part.hide()
        path, models = self._path, self._models
        if path.suffix.lower() in CHECKPOINTS and path.is_file():
            self._show_command()
            return
        self.words.setText(tr(_LOOKING))
        self.ask(lambda: _looked_at(path, models), self._on_looked)

    def _show_command(self) -> None:
        self._end(tr(FROM_SOURCES) if is_packaged() else tr(_CONVERT))
        self.command.setText("" if is_packaged() else import_command(self._path))
        self.command.setVisible(not is_packaged())
        self.copy.setVisible(not is_packaged())

    def _on_looked(self, offered: Offered) -> None:
        from avatar_app.model_store.exported import TRUST

        card = offered.card
        self._offered = offered
        self.busy.hide()
        self.action.setEnabled(True)
        self.words.setText(card.title or card.name)
        licence = tr("Licence: {licence}", licence=card.licence)
        name = tr("Name: {name}, {size}", name=card.name, size=offered.size)
        self.about.setText(f"{name}\n{licence}")
        self.trust.setText(tr(TRUST))
        for part in (self.about, self.trust):
            part.show()
        self.cancel.setFocus()

    def _on_agreed(self) -> None:
        offered, models, given_up = self._offered, self._models, self._given_up
        if offered is None:
            return

        def install() -> str:
            from avatar_app.model_store.exported import install_exported

            def on_progress(_done: int, _total: int | None) -> None:
                if given_up.is_set():
                    raise ModelError("The import was given up.", "No model was changed.")

            install_exported(offered.file, offered.card, models, progress=on_progress)
            return offered.card.name

        self.busy.show()
        self.words.setText(tr(_COPYING))
        self.ask(install, self._on_installed)

    def _on_installed(self, name: str) -> None:
        self._end(tr("{name} is in the list of engines now.", name=name))
        for part in (self.about, self.trust):
            part.hide()
        self.imported.emit(name)

    def _end(self, sentence: str) -> None:
        """There is nothing to agree to any more."""
        self.busy.hide()
        self.action.hide()
        self.cancel.setText(tr("Close"))
        self.words.setText(sentence)


def import_command(path: Path) -> str:
    """The command that imports this file, as this system's terminal takes it."""
    words = ["avatar-app", "models", "import", str(path)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _looked_at(path: Path, models: Path) -> Offered:
    """Raises ModelError where that is no model that can be taken over as it is."""
    from avatar_app.model_store.exported import check_exported, exported_card, is_exported
    from avatar_app.model_store.room import in_words

    if not path.exists() or not is_exported(path):
        raise ModelError(
            f"{path.name} is no model.",
            "Choose a model's card (.toml) or a checkpoint (.pth.tar).",
        )
    file = exported_card(path)
    card = check_exported(file)
    if (models / card.name).exists():
        raise ModelError(
            f"There is a model {card.name} already.",
            f"To replace it: {import_command(path)} --replace",
        )
    return Offered(file, card, in_words(sum(part.size for part in card.parts.values())))
