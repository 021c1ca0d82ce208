"""Keys for every program where the desktop hands them out: the GlobalShortcuts portal.

The protocol is that of org.freedesktop.portal.GlobalShortcuts, version 1: a session is created,
keys are bound to it once, and each press comes as the signal ``Activated``. The desktop may ask the
user and may give another key than was wished for. https://flatpak.github.io/xdg-desktop-portal
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    Message,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from avatar_app.errors import MachineError
from avatar_app.gui.global_keys.base import Event, Pressed, Told, Wish
from avatar_app.gui.global_keys.chord import chord_of
from avatar_app.gui.global_keys.keysyms import keysym_name
from avatar_app.translatable import translatable

_ABSENT = translatable(
    "Under Wayland only the desktop can hand out keys for every program, and this desktop has no "
    "way for it yet (its portal lacks GlobalShortcuts); the keys work while the window has the "
    "focus."
)
_DECLINED = translatable("The desktop did not give this key.")
_LOST = translatable("The connection to the desktop was lost.")

_PATH = "/org/freedesktop/portal/desktop"
_BUS = "org.freedesktop.portal.Desktop"
_SHORTCUTS = DBusAddress(_PATH, _BUS, "org.freedesktop.portal.GlobalShortcuts")
_SESSION = "org.freedesktop.portal.Session"
_REGISTRY = DBusAddress(_PATH, _BUS, "org.freedesktop.host.portal.Registry")
_ANSWER_S = 25.0
_MODIFIERS = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}

Results = dict[str, tuple[str, Any]]


class PortalConnection:
    """A KeyConnection: one thread. The desktop's answers to a wish may take as long as its
    question to the user stands; meanwhile ``read`` has nothing to tell."""

    def __init__(self, app_id: str, bus: str = "SESSION") -> None:
        self._bus = _connected(bus)
        self._signals: deque[Message] = deque()
        self._waiting: dict[str, Callable[[int, Results], None]] = {}
        self._told: list[Event] = []
        self._wishes: Sequence[Wish] = ()
        self._session = ""
        self._tokens = count(1)
        try:
            self._call(Properties(_SHORTCUTS).get("version"))
            self._register(app_id)
            self._listen()
        except (DBusErrorResponse, OSError, MachineError) as error:
            self.close()
            raise MachineError(_ABSENT) from error

    def fileno(self) -> int:
        return int(self._bus.sock.fileno())

    def grab(self, wishes: Sequence[Wish]) -> None:
        """A session takes keys but once: other wishes are a new session."""
        self._end_session()
        self._waiting.clear()
        self._wishes = wishes
        if not wishes:
            self._told.append(Told())
            return
        options = {**self._token("handle_token"), **self._token("session_handle_token")}
        self._request(self._on_session, "CreateSession", "a{sv}", options)

    def read(self) -> Sequence[Event]:
        self._receive()
        while self._signals:
            self._take(self._signals.popleft())
            self._receive()  # A call may have read further than its answer.
        told, self._told = self._told, []
        return told

    def close(self) -> None:
        self._bus.close()

    def _receive(self) -> None:
        try:
            while True:
                self._bus.recv_messages(timeout=0)
        except TimeoutError:
            return  # Nothing more is there.
        except OSError as error:
            raise MachineError(_LOST) from error

    def _listen(self) -> None:
        """Only to the portal itself: any program may put a signal on the bus."""
        bus = Proxy(message_bus, self._bus, timeout=_ANSWER_S)
        (portal,) = bus.GetNameOwner(_BUS)
        for interface, member in (
            ("org.freedesktop.portal.Request", "Response"),
            (_SESSION, "Closed"),
            (_SHORTCUTS.interface, "Activated"),
            (_SHORTCUTS.interface, "ShortcutsChanged"),
        ):
            rule = MatchRule(type="signal", sender=portal, interface=interface, member=member)
            bus.AddMatch(rule)
            self._bus.filter(rule, queue=self._signals)

    def _register(self, app_id: str) -> None:
        """Tells a desktop that can be told whose keys these are; others guess it."""
        try:
            self._call(new_method_call(_REGISTRY, "Register", "sa{sv}", (app_id, {})))
        except DBusErrorResponse:
            return

    def _end_session(self) -> None:
        session, self._session = self._session, ""
        if session:
            address = DBusAddress(session, _BUS, _SESSION)
            self._bus.send(new_method_call(address, "Close"))

    def _request(
        self, then: Callable[[int, Results], None], method: str, signature: str, *body: object
    ) -> None:
        """Calls a method whose result comes later, as a Response from the handle it returns."""
        try:
            (handle,) = self._call(new_method_call(_SHORTCUTS, method, signature, body))
        except DBusErrorResponse:
            self._refuse_all()
            return
        self._waiting[handle] = then

    def _call(self, message: Message) -> Any:
        try:
            return unwrap_msg(self._bus.send_and_get_reply(message, timeout=_ANSWER_S))
        except OSError as error:
            raise MachineError(_LOST) from error

    def _token(self, name: str) -> Results:
        return {name: ("s", f"avatar_app_{next(self._tokens)}")}

    def _take(self, signal: Message) -> None:
        fields = signal.header.fields
        member = fields[HeaderFields.member]
        if member == "Activated" and signal.body[0] == self._session:
            self._told.append(Pressed(signal.body[1]))
        elif member == "ShortcutsChanged" and signal.body[0] == self._session:
            self._tell_bound(signal.body[1])
        elif member == "Closed" and fields[HeaderFields.path] == self._session:
            self._refuse_all()
        elif (then := self._waiting.pop(fields[HeaderFields.path], None)) is not None:
            then(*signal.body)

    def _on_session(self, response: int, results: Results) -> None:
        if response != 0:
            self._refuse_all()
            return
        self._session = results["session_handle"][1]
        keys = [
            (w.name, {"description": ("s", w.title), "preferred_trigger": ("s", trigger_of(w.key))})
            for w in self._wishes
        ]
        body = (self._session, keys, "", self._token("handle_token"))
        self._request(self._on_bound, "BindShortcuts", "oa(sa{sv})sa{sv}", *body)

    def _on_bound(self, response: int, results: Results) -> None:
        self._tell_bound(results["shortcuts"][1] if response == 0 else [])

    def _tell_bound(self, bound: Sequence[tuple[str, Results]]) -> None:
        given = {name: traits.get("trigger_description", ("s", ""))[1] for name, traits in bound}
        refused = {wish.name: _DECLINED for wish in self._wishes if wish.name not in given}
        self._told.append(Told(refused, given))

    def _refuse_all(self) -> None:
        self._told.append(Told({wish.name: _DECLINED for wish in self._wishes}))


def trigger_of(key: str) -> str:
    """``CTRL+SHIFT+F12``, as the desktops' shortcuts specification writes keys."""
    chord = chord_of(key)
    held = [word for name, word in _MODIFIERS.items() if name in chord.modifiers]
    return "+".join([*held, keysym_name(chord.key)])


def _connected(bus: str) -> DBusConnection:
    try:
        return open_dbus_connection(bus)
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        raise MachineError(_ABSENT) from error
