"""What the window asks of a system that has keys for every program, and what it hears back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wish:
    """``key`` (as Qt writes it) shall do the action ``name``, which a person knows as ``title``."""

    name: str
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The key of the action ``name`` was pressed, wherever the focus is."""

    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """How the newest wishes went, by action: why a key was refused, and which key the desktop
    gave where it decides itself."""

    refused: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """There are no such keys here, or no longer; ``reason`` is a sentence."""

    reason: str


Event = Pressed | Told | Gone
Listener = Callable[[Event], None]
"""Called in whichever thread hears the system; has to return at once."""


class GlobalKeys(Protocol):
    """Made with a Listener. Both methods are for the GUI thread and return at once."""

    def grab(self, wishes: Sequence[Wish]) -> None:
        """These keys from now on and no others; a Told or a Gone follows."""
        ...

    def close(self) -> None:
        """Let go of all keys; nothing is heard afterwards."""
        ...


class KeyConnection(Protocol):
    """A connection to the system, used by one thread alone (``ListeningThread``)."""

    def fileno(self) -> int:
        """The descriptor that becomes readable when something arrives."""
        ...

    def grab(self, wishes: Sequence[Wish]) -> None:
        """As in GlobalKeys; how it went comes out of ``read``. May take a moment."""
        ...

    def read(self) -> Sequence[Event]:
        """What has happened since; never waits for more. Raises MachineError when the other side
        is gone."""
        ...

    def close(self) -> None:
        """End the connection, and with it all grabs."""
        ...


@dataclass(frozen=True, slots=True)
class KeySystem:
    """What this system allows: ``open`` where there is a way, otherwise ``reason``. ``about`` is
    what a user should know about it."""

    open: Callable[[Listener], GlobalKeys] | None = None
    reason: str = ""
    about: str = ""
