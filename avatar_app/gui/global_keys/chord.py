"""A key with its modifiers, and whether every program can do without it."""

from dataclasses import dataclass

from avatar_app.translatable import translatable

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
FUNCTION_KEYS = tuple(f"F{number}" for number in range(1, 25))
NAMED_KEYS = (
    *("Backspace", "Del", "Down", "End", "Enter", "Esc", "Home", "Ins", "Left", "Menu", "Pause"),
    *("PgDown", "PgUp", "Print", "Return", "Right", "ScrollLock", "Space", "Tab", "Up"),
)

_NO_SUCH_KEY = translatable("This key cannot be used in every program.")
_BARE = translatable(
    "A key for every program needs Ctrl, Alt or the system key with it, or is a function key "
    "with Shift."
)
_COMMON = translatable("Every program needs Ctrl with a letter itself; add Shift or Alt.")


@dataclass(frozen=True, slots=True)
class Chord:
    """``key`` is one of NAMED_KEYS or FUNCTION_KEYS, or a character as a keyboard shows it."""

    modifiers: frozenset[str]
    key: str


def chord_of(text: str) -> Chord:
    """Takes apart what Qt writes: ``Ctrl++`` is Ctrl with plus."""
    modifiers = set()
    while (found := _leading_modifier(text)) is not None:
        modifiers.add(found)
        text = text[len(found) + 1 :]
    return Chord(frozenset(modifiers), text)


def why_not(text: str) -> str:
    """A sentence that says why a key cannot be one for every program; empty where it can."""
    chord = chord_of(text)
    if chord.key not in NAMED_KEYS and chord.key not in FUNCTION_KEYS and not _is_sign(chord.key):
        return _NO_SUCH_KEY
    held = chord.modifiers - {"Shift"}
    if not held and not (chord.modifiers and chord.key in FUNCTION_KEYS):
        return _BARE
    if chord.modifiers == {"Ctrl"} and len(chord.key) == 1 and chord.key.isalpha():
        return _COMMON
    return ""


def _leading_modifier(text: str) -> str | None:
    return next(
        (name for name in MODIFIERS if text.startswith(f"{name}+") and len(text) > len(name) + 1),
        None,
    )


def _is_sign(key: str) -> bool:
    """One visible character of Latin-1: what the systems' tables have in common."""
    return len(key) == 1 and key.isprintable() and not key.isspace() and ord(key) < 256
