"""Models imported in the window: what was exported elsewhere, and what to do with a checkpoint."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui_twin import TwinCore
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from stored_model import PARTS, write_model

from avatar_app.gui import choices
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.model_import import ModelImportDialog, import_command
from avatar_app.model_store import exported
from avatar_app.model_store.digest import Progress
from avatar_app.model_store.installed import find_model, verify

Open = Callable[..., ModelImportDialog]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A model that was exported on another machine."""
    write_model(tmp_path / "sent")
    return tmp_path / "sent"


@pytest.fixture
def offer(qtbot: QtBot, store: Path) -> Iterator[Open]:
    """Offers files; what was opened is closed, and its threads have ended, at the end."""
    opened: list[ModelImportDialog] = []

    def open_one(path: Path) -> ModelImportDialog:
        dialog = ModelImportDialog(path, store)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        opened.append(dialog)
        dialog.show()
        return dialog

    yield open_one
    for dialog in opened:
        dialog.close()
        assert dialog.lane.join(5)
        dialog.deleteLater()
    qtbot.wait(1)


def test_a_model_says_what_it_is_and_comes_only_when_it_was_agreed_to(
    qtbot: QtBot, offer: Open, sent: Path, store: Path
) -> None:
    dialog = offer(sent / "tiny.toml")
    qtbot.waitUntil(dialog.action.isEnabled)
    assert dialog.words.text() == "A tiny model"
    assert "none stated" in dialog.about.text()
    assert "use only those from people you trust" in dialog.trust.text()
    assert not dialog.action.hasFocus(), "Enter is the harmless answer"
    assert not store.exists()
    with qtbot.waitSignal(dialog.imported) as told:
        dialog.action.click()
    assert told.args == ["tiny"]
    verify(find_model("tiny", store))
    assert dialog.words.text() == "tiny is in the list of engines now."
    assert dialog.action.isHidden()


def test_what_cannot_be_taken_over_says_why(
    qtbot: QtBot, offer: Open, sent: Path, store: Path, tmp_path: Path
) -> None:
    write_model(store / "tiny")
    (sent / "cut").mkdir()
    write_model(sent / "cut", "cut")
    (sent / "cut" / "cut.drive.onnx").write_bytes(b"x")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    for path, why in (
        (sent, "There is a model tiny already."),
        (sent / "cut", "has 1 bytes instead of"),
        (photo, "photo.jpg is no model."),
        (tmp_path / "gone.pth", "gone.pth is no model."),
    ):
        dialog = offer(path)
        qtbot.waitUntil(dialog.trouble.isVisible)
        assert why in dialog.trouble.said[0][1]
        assert not dialog.action.isEnabled()
        assert dialog.busy.isHidden()


def test_a_wrong_byte_is_found_while_copying_and_nothing_is_left(
    qtbot: QtBot, offer: Open, sent: Path, store: Path
) -> None:
    (sent / "tiny.drive.onnx").write_bytes(PARTS["drive"][::-1])
    dialog = offer(sent)
    qtbot.waitUntil(dialog.action.isEnabled)
    dialog.action.click()
    qtbot.waitUntil(dialog.trouble.isVisible)
    assert "has not the bytes" in dialog.trouble.said[0][1]
    assert [path.name for path in store.iterdir()] == [".lock"]


def test_closing_while_it_is_copied_leaves_nothing(
    qtbot: QtBot, offer: Open, sent: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, closed = threading.Event(), threading.Event()
    whole = exported.copy_exported

    def slow(file: Path, card: object, folder: Path, progress: Progress | None) -> None:
        begun.set()
        closed.wait(10)
        whole(file, card, folder, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(exported, "copy_exported", slow)
    dialog = offer(sent)
    qtbot.waitUntil(dialog.action.isEnabled)
    dialog.action.click()
    qtbot.waitUntil(begun.is_set)
    dialog.cancel.click()
    closed.set()
    assert dialog.lane.join(5)
    assert [path.name for path in store.iterdir()] == [".lock"]


def test_for_a_checkpoint_the_command_is_named(qtbot: QtBot, offer: Open, tmp_path: Path) -> None:
    path = tmp_path / "vox cpk.pth.tar"
    path.write_bytes(b"x")
    dialog = offer(path)
    assert "has to be converted first" in dialog.words.text()
    assert dialog.command.text() == import_command(path)
    assert dialog.action.isHidden()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == f"avatar-app models import '{path}'"


def test_the_packaged_program_says_what_it_cannot(
    offer: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    path = tmp_path / "vox.pth"
    path.write_bytes(b"x")
    dialog = offer(path)
    assert "install it from its sources" in dialog.words.text()
    assert dialog.command.isHidden()


def test_an_imported_model_is_in_the_list_of_engines(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Callable[..., MainWindow],
    sent: Path,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("avatar_app.paths.models_dir", lambda: store)
    monkeypatch.setattr(core, "list_engines", choices.engine_choices)
    window = open_window()
    qtbot.waitUntil(lambda: window.body.engine.box.count() == 2)
    window.body.engine.import_model.click()
    files = window.findChild(QFileDialog)
    assert files is not None
    files.fileSelected.emit(str(sent / "tiny.toml"))
    files.reject()
    dialog = window.body.engine.findChild(ModelImportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.action.isEnabled)
    dialog.action.click()
    qtbot.waitUntil(lambda: window.body.engine.box.itemData(1) == "fomm:tiny")
    lane = dialog.lane
    dialog.close()
    assert lane.join(5)
