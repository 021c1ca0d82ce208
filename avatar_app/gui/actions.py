"""What can be done by a key, in one table; and which key does it. Knows nothing of Qt.

Keys are written as Qt writes them everywhere (``Ctrl+R``, ``F5``, ``PgDown``), empty for none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PANIC = "panic"
AVATAR_KEYS = 9


@dataclass(frozen=True, slots=True)
class Action:
    """``name`` is the word in the settings, ``title`` what a sheet calls it, ``key`` the usual
    key, ``what`` one sentence on what happens."""

    name: str
    title: str
    key: str
    what: str
    group: str


def _numbered(number: int) -> Action:
    return Action(
        f"avatar_{number}", f"Avatar {number}", str(number), "Shows that avatar.", "Avatars"
    )


ACTIONS = (
    Action(
        PANIC,
        "Panic",
        "Esc",
        "Others see “Be right back” from the next picture on; your camera is off the output.",
        "What others see",
    ),
    Action(
        "placeholder",
        "Be right back",
        "B",
        "Others see a card instead of the avatar, until the key is pressed again.",
        "What others see",
    ),
    Action("freeze", "Freeze", "F", "The avatar’s last picture stays.", "What others see"),
    Action(
        "pass_through",
        "Show my real face",
        "Ctrl+R",
        "Others see the camera picture in a red frame; it asks first.",
        "What others see",
    ),
    Action("quit", "Quit", "Ctrl+Q", "Ends the session and closes the program.", "Session"),
    Action("start", "Start or stop", "F5", "Opens the camera and the outputs.", "Session"),
    Action(
        "neutral",
        "Set neutral pose",
        "N",
        "Takes your face of this moment as the neutral one.",
        "Session",
    ),
    Action(
        "record",
        "Record or stop recording",
        "F9",
        "Records what others see and your microphone, where one is chosen, into a film.",
        "Recording",
    ),
    Action(
        "pause_recording",
        "Pause the recording",
        "Shift+F9",
        "Leaves out what follows, until the key is pressed again.",
        "Recording",
    ),
    Action("snapshot", "Snapshot", "F8", "Keeps the picture others see as a file.", "Recording"),
    Action("next", "Next avatar", "Ctrl+PgDown", "Shows the avatar after this one.", "Avatars"),
    Action(
        "previous", "Previous avatar", "Ctrl+PgUp", "Shows the avatar before this one.", "Avatars"
    ),
    *(_numbered(number) for number in range(1, AVATAR_KEYS + 1)),
    Action(
        "mirror_preview",
        "Mirror the preview",
        "M",
        "Turns the pictures round on your screen only.",
        "Mirrors",
    ),
    Action(
        "mirror_input",
        "Mirror the camera",
        "Ctrl+M",
        "The avatar turns to the other side than before.",
        "Mirrors",
    ),
    Action(
        "mirror_output",
        "Mirror what others see",
        "Shift+M",
        "Others see the finished picture turned round.",
        "Mirrors",
    ),
    Action(
        "mirror_avatar",
        "Mirror the avatar",
        "Ctrl+Shift+M",
        "The portrait is turned round; it still moves as you do.",
        "Mirrors",
    ),
    Action(
        "graph",
        "Delay graph",
        "G",
        "Shows where the delay of the last seconds came from.",
        "Window",
    ),
    Action("keys", "Keys", "F1", "Shows this list.", "Window"),
    Action("settings", "Settings", "Ctrl+,", "Shows every setting.", "Window"),
    Action("help", "Help", "Shift+F1", "Shows the guide and what each message means.", "Window"),
)

_BY_NAME = {action.name: action for action in ACTIONS}


class KeyMap:
    """Which key belongs to which action. ``changed`` are the keys that differ from the usual ones
    (``AppConfig.keys``); names nobody knows are left out, and of two actions with one key the
    first of the table has it."""

    def __init__(self, changed: Mapping[str, str]) -> None:
        self._changed = {
            name: key
            for name, key in changed.items()
            if name in _BY_NAME and key != _BY_NAME[name].key
        }

    @property
    def changed(self) -> dict[str, str]:
        """For the settings."""
        return dict(self._changed)

    def key(self, name: str) -> str:
        """The key of an action, empty where it has none."""
        wanted = self._wanted(name)
        return wanted if wanted and self.owner(wanted) == name else ""

    def owner(self, key: str) -> str:
        """The action that a key belongs to; empty for a free key."""
        return next((a.name for a in ACTIONS if key and self._wanted(a.name) == key), "")

    def with_key(self, name: str, key: str) -> "KeyMap":
        """``key`` does that now; who had it before has none. Panic's is not taken from it, and
        asking for none for panic gives it back its usual one."""
        if key and name != PANIC and self.owner(key) == PANIC:
            return self
        others = {a.name: self._wanted(a.name) for a in ACTIONS}
        if key and (before := self.owner(key)) not in ("", name):
            others[before] = ""
        return KeyMap({**others, name: key})

    def _wanted(self, name: str) -> str:
        usual = _BY_NAME[name].key
        return self._changed.get(name, usual) or (usual if name == PANIC else "")


def action(name: str) -> Action:
    """The action of that name."""
    return _BY_NAME[name]
