"""Good and nasty pictures through the window: dropped, pasted, fetched, chosen."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from file_server import sends, serving
from gui_twin import TwinCore
from library_window import add, dialog_of, drop, drop_data, face, names, picture_file
from PyQt6.QtCore import QMimeData, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from avatar_app.gui.library.batch_dialog import BatchDialog
from avatar_app.gui.library.crop_dialog import CropDialog
from avatar_app.gui.library.import_dialog import ImportDialog
from avatar_app.gui.library.offer import Offer, offered, offered_text
from avatar_app.gui.library.strip import Wish
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState
from avatar_app.types import Box, ConsentKind

Open = Callable[..., MainWindow]


def looked(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    """The import dialog, once it has seen its picture."""
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking)
    return dialog


def listed(core: TwinCore) -> list[str]:
    return [entry.name for entry in core.open_library().list().entries if not entry.bundled]


def two_faces() -> np.ndarray:
    return np.ascontiguousarray(np.hstack([face("mira"), face("samuel")]))


def test_a_dropped_photo_is_judged_named_stated_and_used(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    drop(window, picture_file(tmp_path / "me.png"))
    dialog = looked(qtbot, window)
    assert not dialog.isModal()
    assert QApplication.activeModalWidget() is None, "the call goes on beside it"
    assert dialog.crop.findings.said == (("good", "This picture makes a good avatar."),)
    assert dialog.name.placeholderText() == "me"
    dialog.name.setText("My face")
    dialog.credit.setText("Myself")
    dialog.consent.kinds[ConsentKind.OWN].click()
    assert "This is my own face." in dialog.consent.sentence.text()
    dialog.action.click()
    qtbot.waitUntil(lambda: names(window) == ["Anna", "Bert", "My face"])
    kept = core.open_library().list().entries[-1]
    qtbot.waitUntil(lambda: f"avatar {kept.id}" in core.sessions[-1].asked)
    assert window.store.config.avatar == kept.id
    assert kept.consent is not None
    assert (kept.consent.kind, kept.credit) == (ConsentKind.OWN, "Myself")


def test_without_a_statement_it_is_added_and_not_used(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "her.png"))
    dialog = looked(qtbot, window)
    assert "Choose one" in dialog.consent.sentence.text()
    assert not dialog.action.isEnabled(), "not before the question is answered"
    dialog.consent.none.click()
    assert "not used live" in dialog.consent.sentence.text()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    assert names(window) == ["Anna", "Bert", "her"]
    assert window.body.library.word == "anna"
    assert not window.body.avatars.strip.tiles[2].stated
    assert "Nobody has stated whose face “her” shows" in window.body.messages.problems[0].message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.jpg", b"no picture at all", "is not a picture this program knows"),
        ("empty.png", b"", "is empty"),
        ("cut.png", None, "is damaged"),
        ("page.jpg", b"<html><script>alert(1)</script></html>", "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    window = open_window()
    path = tmp_path / name
    whole = picture_file(tmp_path / "whole.png").read_bytes()
    path.write_bytes(whole[: len(whole) // 3] if content is None else content)
    drop(window, path)
    dialog = looked(qtbot, window)
    level, sentence = dialog.crop.findings.said[0]
    assert level == "refuse"
    assert said in sentence
    assert not dialog.action.isVisible()
    dialog.another.click()
    assert not dialog.isVisible()
    window.findChild(QFileDialog).reject()
    assert listed(core) == []


NASTY = Path(__file__).parents[3] / "shared" / "media" / "dev" / "nasty"


@pytest.mark.skipif(not NASTY.is_dir(), reason="the nasty pictures are not here")
def test_real_nasty_pictures_are_judged_and_break_nothing(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    drop(window, NASTY)
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=60_000)
    said = {}
    for row in range(dialog.pictures.count()):
        item = dialog.pictures.item(row)
        assert item is not None
        name, words = item.text().split("\n", 1)
        said[name[2:5]] = name[0], words
    assert len(said) > 30
    assert all(words for _, words in said.values())
    refused = [name for name, (sign, _) in said.items() if sign == "✕"]
    assert {"n08", "n11", "n23", "n25", "n26", "n27", "n41", "n42"} <= set(refused)
    assert {"n12", "n15", "n22", "n29", "n31", "n36"}.isdisjoint(refused)
    dialog.reject()


@pytest.mark.parametrize("what", ["noise", "tiny", "missing"])
def test_pictures_that_cannot_become_avatars_say_why(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, what: str
) -> None:
    window = open_window()
    path = tmp_path / "picture.png"
    if what == "noise":
        picture_file(path, np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8))
    elif what == "tiny":
        picture_file(path, np.ascontiguousarray(face()[::12, ::12]))
    drop(window, path)
    dialog = looked(qtbot, window)
    assert dialog.crop.findings.said[0][0] == "refuse"
    assert not dialog.action.isEnabled()
    asks = dialog.name.isVisible()
    assert asks is (what == "tiny"), "nothing is asked where no face is that a crop could help"
    dialog.reject()


def test_one_of_two_faces_is_chosen(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "two.png", two_faces()))
    dialog = looked(qtbot, window)
    assert len(dialog.faces.buttons()) == 2
    first = dialog.crop.editor.crop
    button = dialog.faces.button(1)
    assert button is not None
    assert button.accessibleName().startswith("Face 2, ")
    button.click()
    second = dialog.crop.editor.crop
    assert first is not None
    assert second is not None
    assert second.x0 != first.x0
    dialog.consent.none.click()
    dialog.action.click()
    qtbot.waitUntil(lambda: len(listed(core)) == 1)
    entry = core.open_library().list().entries[-1]
    assert entry.faces == 2
    assert second.x0 <= entry.face.centre[0] <= second.x1
    qtbot.waitUntil(lambda: names(window)[-1] == "two")


def test_a_crop_that_cuts_the_face_is_refused_while_it_is_dragged(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "me.png"))
    dialog = looked(qtbot, window)
    editor = dialog.crop.editor
    dialog.consent.none.click()
    dialog.crop.whole.click()
    qtbot.waitUntil(lambda: dialog.action.isEnabled())
    frame = editor.on_screen(Box(0, 0, 320, 320))
    bottom = QPointF(frame.center().x(), frame.bottom()).toPoint()
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=bottom)
    qtbot.mouseMove(editor, QPointF(frame.center().x(), frame.top() + frame.height() / 3).toPoint())
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton)
    crop = editor.crop
    assert crop is not None
    assert 95 <= crop.height <= 120
    qtbot.waitUntil(lambda: dialog.crop.findings.said[0][0] == "refuse")
    assert not dialog.action.isEnabled()
    dialog.crop.suggest.click()
    qtbot.waitUntil(lambda: dialog.action.isEnabled())
    dialog.reject()


def test_a_picture_that_is_there_already_says_as_what(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    library = core.open_library()
    path = picture_file(tmp_path / "me.png")
    library.add(library.intake.file(path), name="Carla")
    drop(window, path)
    dialog = looked(qtbot, window)
    assert dialog.trouble.said[0][1].endswith("in the library already, as Carla.")
    assert not dialog.action.isEnabled()
    dialog.reject()


def test_a_name_that_is_taken_is_said_where_it_is_written(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "me.png"))
    dialog = looked(qtbot, window)
    dialog.name.setText("Bert")
    dialog.consent.none.click()
    dialog.action.click()
    qtbot.waitUntil(dialog.trouble.isVisible)
    assert dialog.trouble.said == (("refuse", "Another avatar is called Bert."),)
    dialog.name.setText("Not Bert")
    dialog.action.click()
    qtbot.waitUntil(lambda: "Not Bert" in names(window))


def test_of_a_folder_what_is_good_is_added_with_one_statement(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    picture_file(folder / "good.png")
    picture_file(folder / "other.png", face("samuel"))
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.png").write_bytes(b"")
    window = open_window()
    drop(window, folder)
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking)
    assert [path.name for path in dialog.ticked] == ["good.png", "other.png"]
    lines = [dialog.pictures.item(row).text() for row in range(3)]  # type: ignore[union-attr]
    assert lines[1].startswith("✕ notes.txt\n")
    dialog.consent.kinds[ConsentKind.NOBODY].click()
    dialog.action.click()
    qtbot.waitUntil(lambda: names(window) == ["Anna", "Bert", "good", "other"])
    entries = core.open_library().list().entries[-2:]
    assert [entry.consent.kind for entry in entries if entry.consent] == [ConsentKind.NOBODY] * 2
    qtbot.waitUntil(lambda: window.body.library.word == entries[-1].id)


def test_of_two_files_with_one_picture_the_second_is_refused_and_said(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "one.png"), picture_file(tmp_path / "two.png"))
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking)
    dialog.consent.none.click()
    dialog.action.click()
    qtbot.waitUntil(dialog.trouble.isVisible)
    assert "in the library already, as one" in dialog.trouble.said[0][1]
    assert listed(core) == ["one"]
    dialog.reject()
    qtbot.waitUntil(lambda: names(window)[-1] == "one")


def test_a_folder_without_files_is_a_message(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    (tmp_path / "bare").mkdir()
    window = open_window()
    drop(window, tmp_path / "bare")
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    assert window.body.messages.problems[0].message == "There is no file in that folder."


@pytest.mark.parametrize("kind", ["bytes", "image"])
def test_a_picture_is_pasted_by_key(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, kind: str
) -> None:
    window = open_window()
    path = picture_file(tmp_path / "me.png")
    data = QMimeData()
    if kind == "bytes":
        data.setData("image/png", path.read_bytes())
    else:
        data.setImageData(QImage(str(path)))
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setMimeData(data)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = looked(qtbot, window)
    assert dialog.name.placeholderText() == "Pasted picture"
    assert dialog.crop.is_usable
    dialog.reject()


def test_pasting_nothing_says_what_can_be_pasted(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText("just words")
    window.body.avatars.paste.activated.emit()
    assert window.body.messages.problems[0].message == "There is no picture in the clipboard."


@pytest.mark.parametrize("gives_picture", [True, False])
def test_an_address_is_fetched_when_it_is_typed(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, gives_picture: bool
) -> None:
    window = open_window()
    body = picture_file(tmp_path / "me.png").read_bytes() if gives_picture else b"<html></html>"
    with serving() as server:
        server.answers(sends(body))
        window.body.avatars._on_address()
        typed = window.findChildren(QInputDialog)[-1]
        typed.setTextValue(server.address("/portrait.png"))
        typed.accept()
        dialog = looked(qtbot, window)
    if gives_picture:
        assert dialog.name.placeholderText() == "portrait"
        assert dialog.crop.is_usable
    else:
        assert "sends a web page instead of a picture" in dialog.crop.findings.said[0][1]
    dialog.reject()


def test_what_is_no_address_is_refused(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.body.avatars._on_typed("ftp://somewhere/me.png")
    assert window.body.messages.problems[0].message == "That is no address of a picture."


def test_files_are_chosen_through_the_menu_without_stopping_the_window(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    window.body.avatars.ways.aboutToShow.emit()
    window.body.avatars.ways.actions()[0].trigger()
    chooser = window.findChildren(QFileDialog)[-1]
    assert not chooser.isModal()
    chooser.filesSelected.emit([str(picture_file(tmp_path / "me.png"))])
    chooser.close()
    looked(qtbot, window).reject()


def test_another_crop_of_an_avatar_in_use_is_shown_at_once(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla")
    window = open_window()
    window.body.library.choose_place(3)
    window.body.avatars.strip.wished.emit(Wish.CROP, carla.id)
    dialog = dialog_of(qtbot, window, CropDialog)
    qtbot.waitUntil(lambda: dialog.action.isEnabled())
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    qtbot.keyClick(dialog.crop.editor, Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: dialog.action.isEnabled())
    wanted = dialog.crop.editor.crop
    dialog.action.click()
    qtbot.waitUntil(lambda: f"avatar {carla.id}" in core.sessions[-1].asked)
    kept = core.open_library().entry(carla.id).crop
    assert wanted is not None
    assert kept.width == pytest.approx(wanted.width, abs=1)
    assert kept.width < carla.crop.width


def test_pictures_wait_until_the_heavy_parts_are_loaded(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(core, "load", lambda: gate.wait(10))
    window = open_window()
    drop(window, picture_file(tmp_path / "me.png"))
    qtbot.wait(60)
    assert not window.findChildren(ImportDialog)
    gate.set()
    looked(qtbot, window).reject()


def test_a_window_that_closes_takes_its_dialogs_along(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "me.png"))
    dialog = dialog_of(qtbot, window, ImportDialog)
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    window.close()
    qtbot.waitUntil(lambda: bool(gone))


def test_anything_else_dropped_is_left_alone(open_window: Open) -> None:
    window = open_window()
    data = QMimeData()
    data.setText("some words")
    drop_data(window, data)
    assert not window.findChildren(ImportDialog)


def test_what_is_offered_is_read_from_drops_and_words() -> None:
    def text(words: str) -> Offer | None:
        data = QMimeData()
        data.setText(words)
        return offered(data)

    held = text(" https://example.org/a%20b.png ")
    assert held is not None
    assert (held.address, held.title) == ("https://example.org/a%20b.png", "a b.png")
    file = offered_text("file:///home/me/my%20face.png")
    assert file is not None
    assert file.files == (Path("/home/me/my face.png"),)
    assert offered_text("relative/name.png") is None
    assert offered_text("two\nlines") is None
    assert offered(None) is None


def test_who_is_named_once_need_not_be_named_again(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, picture_file(tmp_path / "p.png"))
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=10_000)
    qtbot.keyClicks(dialog.person, "Carla Olsen")
    agreed = dialog.consent.kinds[ConsentKind.AGREED]
    agreed.click()
    assert dialog.consent.person.text() == "Carla Olsen"
    assert dialog.consent.is_answered
    dialog.consent.person.setText("Dora")
    dialog.consent.kinds[ConsentKind.OWN].click()
    agreed.click()
    assert dialog.consent.person.text() == "Dora", "another name that was written stays"
    dialog.reject()
    assert dialog.lane.join(5)
