"""What a command does to the library while the window is open reaches the strip."""

from collections.abc import Callable

from gui_twin import TwinCore
from library_window import OWN, add, names, word
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from avatar_app.gui.library.strip import Wish
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState
from avatar_app.types import Box

Open = Callable[..., MainWindow]


def until_named(qtbot: QtBot, window: MainWindow, *wanted: str) -> None:
    qtbot.waitUntil(lambda: names(window) == list(wanted))


def test_avatars_come_change_and_go_and_the_selection_stays(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    qtbot.keyClick(window.body.avatars.strip, Qt.Key.Key_Right)
    assert window.body.avatars.word == "bert"
    carla = add(core, "Carla")
    until_named(qtbot, window, "Anna", "Bert", "Carla")
    qtbot.waitUntil(lambda: window.body.avatars.picture(carla.id) is not None)
    command = core.open_library()
    command.rename(carla.id, "Cleo")
    until_named(qtbot, window, "Anna", "Bert", "Cleo")
    command.move(carla.id, 1)
    until_named(qtbot, window, "Cleo", "Anna", "Bert")
    command.remove(carla.id)
    until_named(qtbot, window, "Anna", "Bert")
    command.undo()
    until_named(qtbot, window, "Cleo", "Anna", "Bert")
    assert window.body.avatars.word == window.store.config.avatar == "bert"


def test_the_first_avatar_of_all_is_used_at_once(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.bundled.clear()
    window = open_window()
    assert not window.body.avatars.words
    dora = add(core, "Dora", consented=False)
    until_named(qtbot, window, "Dora")
    assert not window.store.config.avatar
    core.open_library().set_consent(dora.id, OWN)
    qtbot.waitUntil(lambda: window.store.config.avatar == dora.id)


def test_an_avatar_in_use_that_goes_gives_way_and_one_that_changes_is_loaded_anew(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    carla = add(core, "Carla")
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    window.body.library.choose_place(3)
    session = core.sessions[-1]
    qtbot.waitUntil(lambda: session.asked.count(f"avatar {carla.id}") == 1)
    command = core.open_library()
    command.recrop(carla.id, Box(20, 20, 300, 300))
    qtbot.waitUntil(lambda: session.asked.count(f"avatar {carla.id}") == 2)
    command.remove(carla.id)
    qtbot.waitUntil(lambda: session.asked[-1] == "avatar bert")
    assert window.body.avatars.word == "bert"


def test_a_name_that_is_being_written_is_not_disturbed(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    add(core, "Carla")
    window = open_window()
    strip = window.body.avatars.strip
    strip.wished.emit(Wish.RENAME, word(window, "Carla"))
    editor = strip.findChild(QLineEdit)
    assert editor is not None
    add(core, "Dora")
    with qtbot.waitSignal(window.body.library._watch.changed):
        pass
    assert names(window) == ["Anna", "Bert", "Carla"]
    editor.setText("Clara")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    until_named(qtbot, window, "Anna", "Bert", "Clara", "Dora")
