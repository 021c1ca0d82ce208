"""Which language is meant where none was chosen: the system's, if the program speaks it."""

import locale
import os
import platform
from collections.abc import Mapping
from typing import Any

from avatar_app.config import Language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken(language: Language, system: str | None = None) -> Language:
    """The language itself; for AUTO that of the system (a locale such as ``de_AT.UTF-8``, asked of
    the system unless given), English where the program does not speak it."""
    if language is not Language.AUTO:
        return language
    code = (system if system is not None else system_locale()).replace("-", "_").split("_")[0]
    known = {one.value: one for one in Language if one is not Language.AUTO}
    return known.get(code.lower(), Language.ENGLISH)


def system_locale(environ: Mapping[str, str] = os.environ) -> str:
    """The locale of this user's texts, empty where the system does not say."""
    named = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    if named or platform.system() != "Windows":
        return named
    import ctypes

    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return locale.windows_locale.get(kernel.GetUserDefaultUILanguage(), "")
