"""Engines by word; each is imported only when it is asked for."""

from collections.abc import Callable
from typing import Any

from avatar_app.config import AppConfig
from avatar_app.engines.base import AvatarEngine
from avatar_app.engines.pool import Pool
from avatar_app.errors import ConfigError
from avatar_app.paths import cache_dir, models_dir


def open_engine(config: AppConfig, pool: Pool | None = None) -> AvatarEngine[Any]:
    """The engine of these settings; what it opens is shared with others through ``pool``. Raises
    ConfigError for an unknown one, ModelError and EngineError where its networks are missing or
    cannot run."""
    try:
        opener = _ENGINES[config.engine]
    except KeyError:
        raise ConfigError(
            f"There is no engine called {config.engine!r}.",
            f"Choose one of: {', '.join(_ENGINES)}.",
        ) from None
    return opener(config, pool)


def engine_words() -> list[str]:
    """All words that ``open_engine`` takes."""
    return list(_ENGINES)


def _landmark_warp(config: AppConfig, _pool: Pool | None) -> AvatarEngine[Any]:
    from avatar_app.engines.landmark_warp import LandmarkWarp

    return LandmarkWarp(config.motion)


def _fomm(config: AppConfig, pool: Pool | None) -> AvatarEngine[Any]:
    from avatar_app.engines.fomm import open_fomm

    return open_fomm(config, models_dir(), cache_dir(), pool)


_ENGINES: dict[str, Callable[[AppConfig, Pool | None], AvatarEngine[Any]]] = {
    "landmark_warp": _landmark_warp,
    "fomm": _fomm,
}
