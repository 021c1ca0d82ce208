"""Where things lie: the user's own folders and the program's bundled files."""

from pathlib import Path

import platformdirs

_APP = "avatar_app"

DEFAULT_AVATAR = "mira"
"""The bundled avatar that is shown when none was chosen."""


def config_file() -> Path:
    """The settings file of this user; it need not exist."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "config.toml"


def data_dir() -> Path:
    """The user's avatars and calibrations; created on demand by whoever writes there."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def avatars_dir() -> Path:
    """The user's own avatars, a folder each, and what was agreed about pictures."""
    return data_dir() / "avatars"


def calibrations_dir() -> Path:
    """The user's calibrations, pictures of their own face among them."""
    return data_dir() / "calibrations"


def credentials_dir() -> Path:
    """The key this installation signs files with; for this user's eyes only."""
    return data_dir() / "credentials"


def models_dir() -> Path:
    """The user's networks, a folder each: ``NAME/NAME.toml`` and the parts beside it."""
    return data_dir() / "models"


def cache_dir() -> Path:
    """What can be made anew, compiled networks above all; created on demand."""
    return Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def log_file() -> Path:
    """The log of this user."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False)) / "avatar_app.log"


def videos_dir() -> Path:
    """Where this user keeps films; it need not exist."""
    return Path(platformdirs.user_videos_dir())


def pictures_dir() -> Path:
    """Where this user keeps pictures; it need not exist."""
    return Path(platformdirs.user_pictures_dir())


def assets_dir() -> Path:
    """The bundled pictures and clips, in a checkout (../assets) or in an installed package."""
    package = Path(__file__).resolve().parent
    installed = package / "_assets"
    return installed if installed.is_dir() else package.parent / "assets"


def manifest_file() -> Path:
    """The bundled list of published networks, in a checkout (../models) or in an installed
    package."""
    package = Path(__file__).resolve().parent
    installed = package / "_models"
    return (installed if installed.is_dir() else package.parent / "models") / "manifest.toml"


def bundled_avatars() -> dict[str, Path]:
    """Name → portrait file of every avatar that comes with the program, the default first."""
    files = (assets_dir() / "avatars").glob("*.png")
    return {p.stem: p for p in sorted(files, key=lambda p: (p.stem != DEFAULT_AVATAR, p.stem))}


def bundled_clip() -> Path:
    """The driving clip that comes with the program: the input when there is no camera."""
    return assets_dir() / "performance.mp4"
