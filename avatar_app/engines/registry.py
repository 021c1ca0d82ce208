"""Engines by word; each is imported only when it is asked for."""

from collections.abc import Callable
from typing import Any

from avatar_app.config import MotionConfig
from avatar_app.engines.base import AvatarEngine
from avatar_app.errors import ConfigError


def open_engine(word: str, motion: MotionConfig) -> AvatarEngine[Any]:
    """The engine called ``word``. Raises ConfigError for an unknown one."""
    try:
        opener = _ENGINES[word]
    except KeyError:
        raise ConfigError(
            f"There is no engine called {word!r}.", f"Choose one of: {', '.join(_ENGINES)}."
        ) from None
    return opener(motion)


def engine_words() -> list[str]:
    """All words that ``open_engine`` takes."""
    return list(_ENGINES)


def _landmark_warp(motion: MotionConfig) -> AvatarEngine[Any]:
    from avatar_app.engines.landmark_warp import LandmarkWarp

    return LandmarkWarp(motion)


_ENGINES: dict[str, Callable[[MotionConfig], AvatarEngine[Any]]] = {
    "landmark_warp": _landmark_warp,
}
