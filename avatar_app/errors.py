"""What can go wrong, as one tree. Each error says what happened and what to do next.

    AvatarError
    ├── ConfigError        a settings file or an option that cannot be used
    ├── MediaError         a picture, clip or recording that cannot be read
    ├── SourceError        a camera or other source that cannot be opened
    │   └── SourceLostError    it was open and died: reconnecting may help
    ├── TrackerError       the face tracker cannot start or failed
    ├── FaceError          a portrait or clip without a usable face
    ├── ConsentError       a portrait that nobody has said may be used
    ├── LibraryError       the user's avatars, where they cannot be read or changed
    ├── EngineError        an avatar engine that cannot prepare or render
    ├── ModelError         a network's file that is missing, damaged or not what it claims
    ├── DownloadError      a file that could not be fetched
    ├── SinkError          an output that cannot be opened or written
    └── MachineError       something of the machine is missing (screen, library, disk)

Libraries raise these; only cli/ and gui/ print or exit.
"""

from avatar_app.translatable import translatable


class AvatarError(Exception):
    """Base of every error a user may meet.

    ``message`` is one sentence that says what is wrong, ``hint`` one that says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def unforeseen(where: str, error: Exception) -> str:
    """One sentence about an error that is no AvatarError; ``where`` it arose, as in a Problem."""
    what = f"{type(error).__name__}: {error}"
    match where:
        case "source":
            return translatable(f"The source failed: {what}.")
        case "engine":
            return translatable(f"The engine failed: {what}.")
        case "avatar":
            return translatable(f"The avatar failed: {what}.")
        case "sink":
            return translatable(f"The output failed: {what}.")
    return translatable(f"Something went wrong in the program: {type(error).__name__}: {error}")


def details_of(error: BaseException) -> str:
    """The error and what caused it, for people who look closer: one line each, the last cause
    last."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        what = seen.message if isinstance(seen, AvatarError) else seen
        lines.append(f"{type(seen).__name__}: {what}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


class ConfigError(AvatarError):
    """A settings file or an option that cannot be used."""


class MediaError(AvatarError):
    """A picture, clip or recording that cannot be read."""


class SourceError(AvatarError):
    """A camera or another source that cannot be opened."""


class SourceLostError(SourceError):
    """A source that was open and died; opening it again may help."""


class TrackerError(AvatarError):
    """The face tracker cannot start, or failed on a frame."""


class FaceError(AvatarError):
    """A portrait or a clip without a usable face."""


class ConsentError(AvatarError):
    """A portrait of which nobody has said whose face it is and that it may be used."""


class LibraryError(AvatarError):
    """The user's avatars cannot be read or changed as was asked."""


class EngineError(AvatarError):
    """An engine that cannot prepare an avatar or render a frame."""


class ModelError(AvatarError):
    """A network's file that is missing, damaged or not what it claims to be."""


class DownloadError(AvatarError):
    """A file that could not be fetched."""


class SinkError(AvatarError):
    """An output that cannot be opened or written."""


class MachineError(AvatarError):
    """Something the machine lacks: a screen, a library, room on the disk."""


_PLAIN = (
    ("Value error, ", ""),
    (
        "Input should be a valid integer, unable to parse string as an integer",
        "a whole number is needed",
    ),
    ("Input should be a valid number, unable to parse string as a number", "a number is needed"),
    (
        "Input should be a valid integer, got a number with a fractional part",
        "a whole number is needed",
    ),
    ("Input should be", "it should be"),
    ("String should", "it should"),
    ("less than or equal to", "at most"),
    ("greater than or equal to", "at least"),
)


def plain_words(complaint: str) -> str:
    """What a library that checks values says of one, as a person would say it."""
    for words, plain in _PLAIN:
        complaint = complaint.replace(words, plain)
    return complaint
