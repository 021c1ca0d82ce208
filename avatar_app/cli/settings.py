"""The user's settings with what the command line says on top."""

from typing import TYPE_CHECKING, Any

from avatar_app.errors import ConfigError, plain_words

if TYPE_CHECKING:
    from avatar_app.config import AppConfig

SIDES = range(16, 4097)
"""Pixels a side of an output picture may have."""


def user_settings(**changes: Any) -> "AppConfig":
    """The settings file with ``changes`` applied: names are dotted with ``__``
    (``output__fps=25``), None changes nothing. Raises ConfigError."""
    from avatar_app.config import load_config
    from avatar_app.paths import config_file

    return changed(load_config(config_file()), **changes)


def changed(config: "AppConfig", **changes: Any) -> "AppConfig":
    """``config`` with ``changes`` applied, checked as if it came from a file."""
    from pydantic import ValidationError

    values = config.model_dump()
    for name, value in changes.items():
        if value is not None:
            *sections, key = name.split("__")
            target = values[sections[0]] if sections else values
            target[key] = value
    try:
        return type(config).model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = plain_words(first["msg"])
        raise ConfigError(
            f"The value {first['input']!r} of {where} cannot be used: {what}."
        ) from error


def parse_size(text: str | None) -> tuple[int, int] | None:
    """``1280x720`` → (1280, 720), each within SIDES. Raises ConfigError."""
    if text is None:
        return None
    width, _, height = text.lower().partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise ConfigError(f"{text!r} is no size.", "Write it like 1280x720.")
    if not (int(width) in SIDES and int(height) in SIDES):
        least, most = SIDES[0], SIDES[-1]
        raise ConfigError(f"The size {text} is not within {least} and {most}.", "Choose another.")
    return int(width), int(height)
