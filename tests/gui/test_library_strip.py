"""The library in the strip: chosen, put in order, hidden, renamed, removed and brought back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gui_twin import TwinCore, TwinSession
from library_window import OWN, add, dialog_of, names, picture_file, word
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QAction, QDropEvent
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from avatar_app.avatars.inspection import picture_digest
from avatar_app.config import AppConfig
from avatar_app.gui.library.details_dialog import DetailsDialog
from avatar_app.gui.library.import_dialog import ImportDialog
from avatar_app.gui.library.strip import Wish, moved_word
from avatar_app.gui.main_window import MainWindow
from avatar_app.imaging import read_image
from avatar_app.live.status import SessionState
from avatar_app.types import ConsentKind

Open = Callable[..., MainWindow]


def start(qtbot: QtBot, window: MainWindow, core: TwinCore) -> TwinSession:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    return core.sessions[-1]


def asked(qtbot: QtBot, session: TwinSession, what: str) -> None:
    qtbot.waitUntil(lambda: what in session.asked)


def key(qtbot: QtBot, window: MainWindow, which: Qt.Key, control: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window.body.avatars.strip, which, held)


def centre(window: MainWindow, name: str) -> QPoint:
    strip = window.body.avatars.strip
    item = next(strip.item(row) for row in range(strip.count()) if names(window)[row] == name)
    assert item is not None
    return strip.visualItemRect(item).center()


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    viewport = window.body.avatars.strip.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=centre(window, name))


def test_own_and_bundled_avatars_stand_in_one_row_with_their_keys(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla")
    add(core, "Dora", consented=False)
    window = open_window()
    tiles = window.body.avatars.strip.tiles
    assert [(tile.title, tile.digit, tile.stated) for tile in tiles] == [
        ("Anna", 1, True),
        ("Bert", 2, True),
        ("Carla", 3, True),
        ("Dora", 4, False),
    ]
    item = window.body.avatars.strip.item(3)
    assert item is not None
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Dora, key 4, consent missing"
    qtbot.waitUntil(
        lambda: all(window.body.avatars.picture(tile.word) is not None for tile in tiles)
    )


def test_several_of_one_person_stand_together_and_say_whom_they_show(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla", person="Carla Olsen")
    add(core, "Dora")
    add(core, "Hat", person="Carla Olsen")
    window = open_window()
    assert names(window) == ["Anna", "Bert", "Carla", "Hat", "Dora"]
    spoken = Qt.ItemDataRole.AccessibleDescriptionRole
    for row, shows in ((3, "Shows Carla Olsen."), (4, "")):
        item = window.body.avatars.strip.item(row)
        assert item is not None
        assert item.data(spoken) == shows
        assert shows in item.toolTip().splitlines() or not shows
    key(qtbot, window, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: window.body.avatars.word == word(window, "Hat"))


def test_places_and_neighbours_choose_what_may_be_used(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla", consented=False)
    add(core, "Dora")
    window = open_window()
    session = start(qtbot, window, core)
    chooser = window.body.library
    key(qtbot, window, Qt.Key.Key_2)
    asked(qtbot, session, "avatar bert")
    chooser.next()
    assert chooser.word == word(window, "Dora"), "the one without consent is passed over"
    chooser.next()
    assert chooser.word == "anna"
    chooser.previous()
    assert chooser.word == word(window, "Dora")
    chooser.choose_place(3)
    assert chooser.word == word(window, "Dora")
    assert "Nobody has stated whose face “Carla” shows" in window.body.messages.problems[0].message
    chooser.choose_place(9)
    assert chooser.word == word(window, "Dora")
    assert window.store.config.avatar == chooser.word


def test_pressing_a_tile_is_no_choice_until_it_is_let_go(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    viewport = window.body.avatars.strip.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=centre(window, "Bert"))
    assert window.body.library.word == "anna"
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=centre(window, "Bert"))
    assert window.body.library.word == "bert"


def test_control_and_arrows_move_an_avatar_and_the_order_is_kept(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla")
    window = open_window()
    click(qtbot, window, "Carla")
    key(qtbot, window, Qt.Key.Key_Left, control=True)
    qtbot.waitUntil(lambda: names(window) == ["Anna", "Carla", "Bert"])
    assert window.body.avatars.word == word(window, "Carla"), "it keeps the selection"
    key(qtbot, window, Qt.Key.Key_Left, control=True)
    qtbot.waitUntil(lambda: names(window) == ["Carla", "Anna", "Bert"])
    key(qtbot, window, Qt.Key.Key_Left, control=True)
    assert names(open_window()) == ["Carla", "Anna", "Bert"]


@pytest.mark.parametrize(
    ("x", "order"), [(-1, ["Carla", "Anna", "Bert"]), (110, ["Anna", "Carla", "Bert"])]
)
def test_a_dragged_tile_lands_where_it_is_let_go(
    qtbot: QtBot, core: TwinCore, open_window: Open, x: int, order: list[str]
) -> None:
    add(core, "Carla")
    window = open_window()
    carried = moved_word(word(window, "Carla"))  # The event does not keep it alive.
    event = QDropEvent(
        QPointF(x, 40),
        Qt.DropAction.MoveAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.body.avatars.strip.dropEvent(event)
    qtbot.waitUntil(lambda: names(window) == order)
    assert window.body.library.word == "anna"


def test_a_hidden_avatar_comes_back_through_the_menu(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    window.body.avatars.strip.wished.emit(Wish.HIDE, "bert")
    qtbot.waitUntil(lambda: names(window) == ["Anna"])
    window.body.avatars.ways.aboutToShow.emit()
    again = [action for action in window.body.avatars.ways.actions() if "Bert" in action.text()]
    again[0].trigger()
    qtbot.waitUntil(lambda: names(window) == ["Anna", "Bert"])


def test_a_removed_avatar_in_use_gives_way_and_comes_back_into_use(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla")
    window = open_window(AppConfig(avatar=carla.id))
    session = start(qtbot, window, core)
    key(qtbot, window, Qt.Key.Key_Delete)
    asked(qtbot, session, "avatar bert")
    qtbot.waitUntil(window.body.avatars.undo_bar.isVisible)
    assert names(window) == ["Anna", "Bert"]
    assert window.body.avatars.undo_bar.words.text() == "Carla was removed."
    window.body.avatars.undo_bar.undo.click()
    asked(qtbot, session, f"avatar {carla.id}")
    assert names(window) == ["Anna", "Bert", "Carla"]
    assert not window.body.avatars.undo_bar.isVisible()


def test_what_comes_with_the_program_can_only_be_moved_hidden_and_read(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    menu = window.body.avatars.strip.menu_of(window.body.avatars.strip.tiles[0])
    enabled = [action.text().split("\t")[0] for action in menu.actions() if action.isEnabled()]
    assert [text for text in enabled if text] == [
        Wish.DETAILS.value,
        Wish.RIGHT.value,
        Wish.HIDE.value,
    ]
    key(qtbot, window, Qt.Key.Key_Delete)
    key(qtbot, window, Qt.Key.Key_F2)
    assert not window.body.avatars.strip.findChildren(QLineEdit)
    assert names(window) == ["Anna", "Bert"]
    window.body.avatars.strip.wished.emit(Wish.DETAILS, "anna")
    details = dialog_of(qtbot, window, DetailsDialog)
    assert details.name.isReadOnly()
    assert "GPL" in details.credit.text()
    assert not details.action.isVisible()
    details.reject()


@pytest.mark.parametrize("name", ["Clara", "anna"])
def test_a_name_is_written_in_place_unless_it_is_taken(
    qtbot: QtBot, core: TwinCore, open_window: Open, name: str
) -> None:
    add(core, "Carla")
    window = open_window()
    click(qtbot, window, "Carla")
    key(qtbot, window, Qt.Key.Key_F2)
    editor = window.body.avatars.strip.findChild(QLineEdit)
    assert editor is not None
    editor.setText(name)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    if name == "Clara":
        qtbot.waitUntil(lambda: names(window) == ["Anna", "Bert", "Clara"])
    else:
        qtbot.waitUntil(lambda: bool(window.body.messages.problems))
        assert window.body.messages.problems[0].message == "Another avatar is called anna."
        assert names(window) == ["Anna", "Bert", "Carla"]


def test_without_consent_it_is_not_used_until_it_is_stated(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla", consented=False)
    window = open_window()
    session = start(qtbot, window, core)
    click(qtbot, window, "Carla")
    details = dialog_of(qtbot, window, DetailsDialog)
    assert window.body.library.word == "anna"
    details.consent.kinds[ConsentKind.AGREED].click()
    assert not details.action.isEnabled(), "the person is not named yet"
    qtbot.keyClicks(details.consent.person, "Ada Lovelace")
    assert "Ada Lovelace has agreed" in details.consent.sentence.text()
    details.credit.setText("Photo: Ada, CC0")
    details.action.click()
    qtbot.waitUntil(lambda: window.body.avatars.strip.tiles[2].stated)
    kept = core.open_library().entry(carla.id)
    assert kept.consent is not None
    assert (kept.consent.kind, kept.consent.person) == (ConsentKind.AGREED, "Ada Lovelace")
    assert kept.consent.statement.startswith("Ada Lovelace has agreed")
    assert kept.credit == "Photo: Ada, CC0"
    asked(qtbot, session, f"avatar {carla.id}")


def test_consent_that_is_taken_back_ends_the_use_at_once(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla")
    window = open_window(AppConfig(avatar=carla.id))
    session = start(qtbot, window, core)
    window.body.avatars.strip.wished.emit(Wish.CONSENT, carla.id)
    details = dialog_of(qtbot, window, DetailsDialog)
    assert details.consent.kind is ConsentKind.OWN
    details.consent.none.click()
    details.action.click()
    asked(qtbot, session, "avatar bert")
    assert core.open_library().entry(carla.id).consent is None


def test_details_that_are_refused_say_so_and_stay_open(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla")
    window = open_window()
    window.body.avatars.strip.wished.emit(Wish.DETAILS, carla.id)
    details = dialog_of(qtbot, window, DetailsDialog)
    details.name.setText("Bert")
    details.action.click()
    qtbot.waitUntil(details.trouble.isVisible)
    assert details.trouble.said == (("refuse", "Another avatar is called Bert."),)
    details.reject()


def test_a_file_of_the_settings_is_a_guest_that_can_be_kept(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    file = picture_file(tmp_path / "guest.png")
    core.open_library().consents.remember(picture_digest(read_image(file)), OWN)
    window = open_window(AppConfig(avatar=str(file)))
    assert window.body.library.word == str(file)
    assert names(window) == ["Anna", "Bert", "guest"]
    assert window.body.avatars.strip.tiles[2].stated
    menu = window.body.avatars.strip.menu_of(window.body.avatars.strip.tiles[2])
    assert [action.text() for action in menu.actions()] == [Wish.KEEP.value]
    menu.actions()[0].trigger()
    single = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not single.is_looking)
    assert single.consent.kind is ConsentKind.OWN, "what was stated before is not asked again"
    single.reject()


def test_an_avatar_of_the_settings_that_has_gone_is_named(open_window: Open) -> None:
    window = open_window(AppConfig(avatar="/nowhere/gone.png"))
    assert window.body.library.word == "anna"
    assert "/nowhere/gone.png" in window.body.messages.problems[-1].message


def test_a_damaged_avatar_is_told_and_keeps_no_other_out(core: TwinCore, open_window: Open) -> None:
    carla = add(core, "Carla")
    add(core, "Dora")
    (core.library_root / carla.id / "avatar.toml").write_text("name = 3")
    window = open_window()
    assert names(window) == ["Anna", "Bert", "Dora"]
    assert any("damaged" in problem.message for problem in window.body.messages.problems)


def test_what_was_removed_can_be_brought_back_after_the_bar_has_gone(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla")
    window = open_window()
    own = word(window, "Carla")
    panel = window.body.avatars
    strip = panel.strip
    strip.wished.emit(Wish.DELETE, own)
    qtbot.waitUntil(lambda: own not in panel.words)
    panel.undo_bar.put_away()

    def back() -> QAction | None:
        panel.ways.aboutToShow.emit()
        return next((a for a in panel.ways.actions() if a.text().startswith("Bring ")), None)

    qtbot.waitUntil(lambda: back() is not None)
    found = back()
    assert found is not None
    found.trigger()
    qtbot.waitUntil(lambda: own in panel.words)
    qtbot.waitUntil(lambda: back() is None)
