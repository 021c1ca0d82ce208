"""Where dialogs open that ask for a file."""

from pathlib import Path

import pytest
from PyQt6.QtCore import QStandardPaths
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from avatar_app.gui.panels.folder_memory import FolderMemory

_PICTURES = QStandardPaths.StandardLocation.PicturesLocation


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's pictures would be."""
    folder = tmp_path / "Pictures"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(folder))
    return folder


def test_a_dialog_opens_among_the_pictures_and_not_where_the_program_runs(
    qtbot: QtBot, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert FolderMemory(_PICTURES).folder == Path.home()
    pictures.mkdir()
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    FolderMemory(_PICTURES).serve(dialog)
    assert Path(dialog.directory().absolutePath()) == pictures


def test_the_next_dialog_opens_where_the_last_choice_was(
    qtbot: QtBot, pictures: Path, tmp_path: Path
) -> None:
    pictures.mkdir()
    elsewhere = tmp_path / "camera"
    elsewhere.mkdir()
    memory, dialog = FolderMemory(_PICTURES), QFileDialog()
    qtbot.addWidget(dialog)
    memory.serve(dialog)
    dialog.filesSelected.emit([str(elsewhere / "me.jpg")])
    assert memory.folder == elsewhere
