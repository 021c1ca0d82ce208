"""Keys that the desktop hands out, over a real message bus with a twin of the portal on it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from ears import Ears
from gui_twin import TwinCore
from portal_twin import DBusAddress, PortalTwin, message_bus_of_its_own, new_signal
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig
from avatar_app.gui.global_keys.base import GlobalKeys, Gone, KeySystem, Pressed, Told, Wish
from avatar_app.gui.global_keys.system import portal_keys
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState

PANIC = Wish("panic", "Ctrl+Shift+F12", "Panic")
FREEZE = Wish("freeze", "Meta+PgDown", "Freeze")


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with message_bus_of_its_own(tmp_path_factory.mktemp("bus")) as address:
        yield address


@pytest.fixture
def portal(bus: str) -> Iterator[PortalTwin]:
    twin = PortalTwin(bus)
    yield twin
    twin.close()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def keys(bus: str, portal: PortalTwin, ears: Ears) -> Iterator[GlobalKeys]:
    made = portal_keys("org.example.Avatar", ears, bus)
    yield made
    made.close()


def test_the_desktop_is_asked_for_keys_and_tells_which_it_gave(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears
) -> None:
    keys.grab([PANIC, FREEZE])
    assert ears.wait(1) == [Told({}, {"panic": "Hyper+Q", "freeze": "Hyper+Q"})]
    assert portal.bound[portal.sessions[0]] == {
        "panic": "CTRL+SHIFT+F12",
        "freeze": "LOGO+Next",
    }
    assert portal.app_id == "org.example.Avatar"
    portal.press("freeze")
    portal.press("panic")
    assert ears.wait(3)[1:] == [Pressed("freeze"), Pressed("panic")]


def test_keys_wait_for_as_long_as_the_user_is_asked(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears, qtbot: QtBot
) -> None:
    portal.asks = True
    keys.grab([PANIC])
    qtbot.waitUntil(lambda: portal._open_question is not None)
    assert not ears.events
    portal.answer()
    assert isinstance(ears.wait(1)[0], Told)


def test_the_end_does_not_wait_for_the_user(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears, qtbot: QtBot
) -> None:
    portal.asks = True
    keys.grab([PANIC])
    qtbot.waitUntil(lambda: portal._open_question is not None)
    keys.close()
    assert not ears.events


def test_what_the_desktop_does_not_give_is_told(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears
) -> None:
    portal.declined = {"freeze"}
    keys.grab([PANIC, FREEZE])
    (told,) = ears.wait(1)
    assert isinstance(told, Told)
    assert told.refused == {"freeze": "The desktop did not give this key."}
    assert told.given == {"panic": "Hyper+Q"}


def test_a_desktop_that_gives_no_session_gives_no_key(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears
) -> None:
    portal.refuses_sessions = True
    keys.grab([PANIC])
    (told,) = ears.wait(1)
    assert isinstance(told, Told)
    assert told.refused.keys() == {"panic"}


def test_other_wishes_are_a_new_session_and_the_old_one_is_deaf(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears, qtbot: QtBot
) -> None:
    keys.grab([PANIC])
    ears.wait(1)
    keys.grab([FREEZE])
    ears.wait(2)
    first, second = portal.sessions
    assert portal.closed == [first]
    portal.press("panic", first)
    portal.press("freeze", second)
    assert ears.wait(3)[2:] == [Pressed("freeze")]
    keys.grab([])
    assert ears.wait(4)[3:] == [Told()]
    qtbot.waitUntil(lambda: portal.closed == [first, second])


def test_what_the_desktop_changes_later_is_told(
    portal: PortalTwin, keys: GlobalKeys, ears: Ears
) -> None:
    keys.grab([PANIC])
    ears.wait(1)
    portal.rename("panic", "Super+P")
    assert ears.wait(2)[1] == Told({}, {"panic": "Super+P"})
    portal.end_session()
    assert ears.wait(3)[2] == Told({"panic": "The desktop did not give this key."})


def test_only_the_portal_is_listened_to(
    bus: str, portal: PortalTwin, keys: GlobalKeys, ears: Ears
) -> None:
    from jeepney.io.blocking import open_dbus_connection

    keys.grab([PANIC])
    ears.wait(1)
    emitter = DBusAddress(
        "/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.GlobalShortcuts"
    )
    signal = new_signal(emitter, "Activated", "osta{sv}", (portal.sessions[0], "panic", 1, {}))
    with open_dbus_connection(bus) as stranger:
        stranger.send(signal)
        portal.press("freeze")
        assert ears.wait(2)[1:] == [Pressed("freeze")]


@pytest.mark.parametrize("version", [None, "no portal"])
def test_a_desktop_without_this_is_told_in_words(bus: str, ears: Ears, version: str | None) -> None:
    twin = PortalTwin(bus, version=None) if version is None else None
    keys = portal_keys("org.example.Avatar", ears, bus)
    keys.grab([PANIC])
    (gone,) = ears.wait(1)
    assert isinstance(gone, Gone)
    assert "Wayland" in gone.reason
    keys.close()
    if twin is not None:
        twin.close()


def test_no_message_bus_is_told_in_words(ears: Ears, tmp_path: Path) -> None:
    keys = portal_keys("org.example.Avatar", ears, f"unix:path={tmp_path}/none")
    (gone,) = ears.wait(1)
    assert isinstance(gone, Gone)
    keys.close()


def test_a_message_bus_that_ends_is_told(ears: Ears, tmp_path: Path) -> None:
    with message_bus_of_its_own(tmp_path) as address:
        twin = PortalTwin(address)
        keys = portal_keys("org.example.Avatar", ears, address)
        keys.grab([PANIC])
        ears.wait(1)
        twin.close()
    assert ears.wait(2)[1] == Gone("The connection to the desktop was lost.")
    keys.close()


@pytest.fixture
def open_there(open_window: Callable[..., MainWindow], bus: str) -> Callable[..., MainWindow]:
    system = KeySystem(lambda listener: portal_keys("org.example.Avatar", listener, bus))
    return partial(open_window, key_system=system)


def test_panic_by_a_key_of_the_desktop(
    qtbot: QtBot, core: TwinCore, portal: PortalTwin, open_there: Callable[..., MainWindow]
) -> None:
    window = open_there(AppConfig(global_keys={"panic": "Ctrl+Shift+F12"}))
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    qtbot.waitUntil(lambda: bool(window.global_keys.told.given))
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    assert sheet.notes["panic"].text() == "The desktop has Hyper+Q for this."
    portal.press("panic")
    qtbot.waitUntil(lambda: core.sessions[0].asked == ["panic"])


def test_the_sheet_says_why_there_is_no_second_column(
    qtbot: QtBot, bus: str, open_there: Callable[..., MainWindow]
) -> None:
    window = open_there()
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: "Wayland" in sheet.system.text())
    assert not sheet.everywhere["panic"].isVisible()
    assert not sheet.suggest.isVisible()
    assert sheet.buttons["panic"].isVisible()
    assert not window.body.messages.problems, "nobody asked for such a key"
