"""A message bus of its own, and on it a desktop that hands out keys as the portal's documentation
says (org.freedesktop.portal.GlobalShortcuts, version 1)."""

import select
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="keys under Wayland need jeepney")

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import Proxy, open_dbus_connection

_PATH = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def message_bus_of_its_own(folder: Path) -> Iterator[str]:
    """The address of a bus that exists until the end of the block."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")
    config = folder / "bus.conf"
    config.write_text(_CONFIG.format(folder=folder))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert daemon.stdout is not None
    try:
        yield daemon.stdout.readline().strip()
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


class PortalTwin:
    """Notes what it was asked for; ``declined`` are the shortcuts it does not give, and while
    ``asks`` the user has not answered yet."""

    def __init__(self, address: str, *, version: int | None = 1) -> None:
        self.version = version
        self.declined: set[str] = set()
        self.refuses_sessions = False
        self.asks = False
        self.app_id = ""
        self.sessions: list[str] = []
        self.closed: list[str] = []
        self.bound: dict[str, dict[str, str]] = {}
        self._open_question: tuple[str, Any] | None = None
        self._bus = open_dbus_connection(address)
        Proxy(message_bus, self._bus).RequestName("org.freedesktop.portal.Desktop")
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join()
        self._bus.close()

    def press(self, name: str, session: str | None = None) -> None:
        """The user presses the key of a shortcut, in any program."""
        body = (session or self.sessions[-1], name, 5, {})
        emitter = DBusAddress(_PATH, interface=_SHORTCUTS)
        self._bus.send(new_signal(emitter, "Activated", "osta{sv}", body))

    def rename(self, name: str, key: str) -> None:
        """The user gives a shortcut another key in the desktop's settings."""
        emitter = DBusAddress(_PATH, interface=_SHORTCUTS)
        shortcuts = [(name, {"trigger_description": ("s", key)})]
        body = (self.sessions[-1], shortcuts)
        self._bus.send(new_signal(emitter, "ShortcutsChanged", "oa(sa{sv})", body))

    def end_session(self) -> None:
        """The desktop takes all keys back."""
        emitter = DBusAddress(self.sessions[-1], interface="org.freedesktop.portal.Session")
        self._bus.send(new_signal(emitter, "Closed", "a{sv}", ({},)))

    def answer(self) -> None:
        """The user says yes to the question that stands."""
        assert self._open_question is not None
        self._respond(*self._open_question)

    def _serve(self) -> None:
        while not self._ending.is_set():
            if select.select([self._bus.sock], [], [], 0.02)[0]:
                self._handle_all()

    def _handle_all(self) -> None:
        """One look at the socket may have brought several calls."""
        with suppress(TimeoutError):
            while True:
                self._handle(self._bus.receive(timeout=0))

    def _handle(self, call: Message) -> None:
        fields = call.header.fields
        if call.header.message_type is not MessageType.method_call:
            return
        method = str(fields[HeaderFields.member])
        if method == "Get":
            self._tell_version(call)
        elif method == "Register" and call.body[0]:
            self.app_id = call.body[0]
            self._bus.send(new_method_return(call))
        elif method == "Close":
            self.closed.append(fields[HeaderFields.path])
            self._bus.send(new_method_return(call))
        elif method == "CreateSession":
            self._create(call, {name: value for name, (_, value) in call.body[0].items()})
        elif method == "BindShortcuts":
            self._bind(call)

    def _tell_version(self, call: Message) -> None:
        if self.version is None:
            error = "org.freedesktop.DBus.Error.InvalidArgs"
            self._bus.send(new_error(call, error, "s", ("No such interface",)))
        else:
            self._bus.send(new_method_return(call, "v", (("u", self.version),)))

    def _create(self, call: Message, options: dict[str, str]) -> None:
        session = self._handle_of(call, "session", options["session_handle_token"])
        request = self._handle_of(call, "request", options["handle_token"])
        self._bus.send(new_method_return(call, "o", (request,)))
        if self.refuses_sessions:
            self._respond(request, (2, {}))
            return
        self.sessions.append(session)
        self._respond(request, (0, {"session_handle": ("s", session)}))

    def _bind(self, call: Message) -> None:
        session, shortcuts, _window, options = call.body
        request = self._handle_of(call, "request", options["handle_token"][1])
        self._bus.send(new_method_return(call, "o", (request,)))
        self.bound[session] = {name: traits["preferred_trigger"][1] for name, traits in shortcuts}
        given = [
            (name, {"description": traits["description"], "trigger_description": ("s", "Hyper+Q")})
            for name, traits in shortcuts
            if name not in self.declined
        ]
        answer = (0, {"shortcuts": ("a(sa{sv})", given)})
        if self.asks:
            self._open_question = (request, answer)
        else:
            self._respond(request, answer)

    def _handle_of(self, call: Message, kind: str, token: str) -> str:
        sender = call.header.fields[HeaderFields.sender].removeprefix(":").replace(".", "_")
        return f"{_PATH}/{kind}/{sender}/{token}"

    def _respond(self, request: str, answer: tuple[int, dict[str, Any]]) -> None:
        emitter = DBusAddress(request, interface="org.freedesktop.portal.Request")
        self._bus.send(new_signal(emitter, "Response", "ua{sv}", answer))
