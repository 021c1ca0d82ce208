"""Keys for every program under X: passive grabs on the root window (X protocol, GrabKey)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, ConnectionClosedError, DisplayError, XauthError
from Xlib.protocol.event import KeyPress, KeyRelease

from avatar_app.errors import MachineError
from avatar_app.gui.global_keys.base import Event, Pressed, Told, Wish
from avatar_app.gui.global_keys.chord import chord_of
from avatar_app.gui.global_keys.keysyms import keysym
from avatar_app.translatable import translatable

_TAKEN = translatable("Another program holds this key.")
_ABSENT = translatable("Your keyboard has no such key.")
_LOST = translatable("The connection to the screen was lost.")

_USUAL = {"Alt": X.Mod1Mask, "Meta": X.Mod4Mask, "NumLock": X.Mod2Mask}
_CARRIERS = {"Alt": (XK.XK_Alt_L, XK.XK_Alt_R), "NumLock": (XK.XK_Num_Lock,)}
_CARRIERS["Meta"] = (XK.XK_Super_L, XK.XK_Super_R)


class XConnection:
    """A connection of its own beside Qt's. A KeyConnection: one thread, which may block."""

    def __init__(self, display: str | None = None) -> None:
        with _loss_told():
            self._display = Display(display)
            self._root = self._display.screen().root
            self._masks = _modifier_masks(self._display)
        self._watched = X.ShiftMask | X.ControlMask | self._masks["Alt"] | self._masks["Meta"]
        self._names: dict[tuple[int, int], str] = {}
        self._told: list[Event] = []
        self._released: tuple[int, int] | None = None

    def fileno(self) -> int:
        return int(self._display.fileno())

    def grab(self, wishes: Sequence[Wish]) -> None:
        with _loss_told():
            for code, mask in self._names:
                self._let_go(code, mask)
            self._names.clear()
            refused = {wish.name: why for wish in wishes if (why := self._grab_one(wish))}
        self._told.append(Told(refused))

    def read(self) -> Sequence[Event]:
        heard, self._told = self._told, []
        with _loss_told():
            while self._display.pending_events():
                heard += self._events_of(self._display.next_event())
        return heard

    def close(self) -> None:
        try:
            self._display.close()
        except (ConnectionClosedError, OSError):
            return  # It was gone already.

    def _grab_one(self, wish: Wish) -> str:
        """Why the key cannot be had; empty where it is ours now."""
        chord = chord_of(wish.key)
        mask = sum(self._masks[name] for name in chord.modifiers)
        codes = self._codes(keysym(chord.key))
        if not codes:
            return _ABSENT
        if not all(self._grab_code(code, mask) for code in codes):
            for code in codes:
                self._let_go(code, mask)
            return _TAKEN
        self._names.update(dict.fromkeys(product(codes, (mask,)), wish.name))
        return ""

    def _codes(self, symbol: int) -> list[int]:
        """Where the keyboard has it on the lowest level."""
        found = list(self._display.keysym_to_keycodes(symbol))
        lowest = min((level for _, level in found), default=0)
        return sorted({code for code, level in found if level == lowest})

    def _grab_code(self, code: int, mask: int) -> bool:
        """Num Lock and Caps Lock count as modifiers, so each of their states is a grab."""
        refusal = CatchError(BadAccess)
        for locks in self._lock_states():
            self._root.grab_key(
                code, mask | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refusal
            )
        self._display.sync()
        return refusal.get_error() is None

    def _let_go(self, code: int, mask: int) -> None:
        for locks in self._lock_states():
            self._root.ungrab_key(code, mask | locks)
        self._display.sync()

    def _lock_states(self) -> list[int]:
        return [a | b for a, b in product((0, X.LockMask), (0, self._masks["NumLock"]))]

    def _events_of(self, event: object) -> list[Event]:
        """A key that is held repeats itself as a release and a press of the same moment."""
        if isinstance(event, KeyRelease):
            self._released = (event.detail, event.time)
        if not isinstance(event, KeyPress):
            return []
        name = self._names.get((event.detail, event.state & self._watched))
        repeats = self._released == (event.detail, event.time)
        return [Pressed(name)] if name is not None and not repeats else []


@contextmanager
def _loss_told() -> Iterator[None]:
    try:
        yield
    except (ConnectionClosedError, DisplayError, XauthError, OSError) as error:
        raise MachineError(_LOST) from error


def _modifier_masks(display: Display) -> dict[str, int]:
    """Which bits stand for Alt, the system key and Num Lock here; the usual ones if none does."""
    masks = {"Shift": X.ShiftMask, "Ctrl": X.ControlMask, **_USUAL}
    for bit, codes in enumerate(display.get_modifier_mapping()):
        symbols = {display.keycode_to_keysym(code, 0) for code in codes if code}
        for name, carriers in _CARRIERS.items():
            if bit >= X.Mod1MapIndex and symbols & set(carriers):
                masks[name] = 1 << bit
    return masks
