"""Takes out of a text what says who somebody is: names, folders of the home, files of pictures."""

import getpass
import platform
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_MAX_BYTES = 100_000
_MOST_FILES = 2000
_SHORTEST = 3
_MEDIA = "png|jpe?g|webp|heic|bmp|tiff?|gif|mp4|mkv|mov|avi|webm|avif|zip"
_QUOTED = re.compile(
    rf"""(?P<quote>['"])[^'"\n]{{0,300}}?\.(?P<kind>{_MEDIA})(?P=quote)""", re.IGNORECASE
)
_PLACED = re.compile(
    rf"(?:~|(?<![\w.])/|\b[A-Z]:\\)[^'\"\n:]{{0,300}}?\.(?P<kind>{_MEDIA})\b", re.IGNORECASE
)
_BARE = re.compile(rf"[^\s'\"/\\\[\]]{{1,200}}\.(?P<kind>{_MEDIA})\b", re.IGNORECASE)
_OWNER = re.compile(r"\b\w+(?=['’]s\b)")


class Scrubber:
    """``names`` become [name], the home folder ~, picture and film files [file] with their ending.
    ``home`` is a folder; its name and that of this machine go as well."""

    def __init__(self, names: Iterable[str], home: Path, also: Iterable[str] = ()) -> None:
        long = {name.strip() for name in names if len(name.strip()) >= _SHORTEST - 1}
        words = {word for name in long for word in name.split() if len(word) >= _SHORTEST}
        self._names = _any_of(long | words)
        self._machine = _any_of({home.name, *also})
        self._home = _any_of({str(home), home.as_posix(), str(home.resolve())}, whole=False)

    def clean(self, text: str) -> str:
        """The text without them. Twice cleaned is once cleaned."""
        text = self._home.sub("~", text)
        text = _QUOTED.sub(r"\g<quote>[file].\g<kind>\g<quote>", text)
        text = _PLACED.sub(r"[file].\g<kind>", text)
        text = _BARE.sub(r"[file].\g<kind>", text)
        text = self._names.sub("[name]", text)
        return _OWNER.sub("[name]", self._machine.sub("[user]", text))


def machine_words() -> set[str]:
    """The user's login name and this machine's network name, where they are known."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError, ImportError):  # Nobody has this user's number.
        login = ""
    return {login, platform.node()}


def known_names(library: Path) -> set[str]:
    """Every name in the avatars' records and in what was stated of pictures, the trash's too, and
    the names of the avatars' folders. Reads small files only; what cannot be read names nobody."""
    found: set[str] = set()
    for number, file in enumerate(library.rglob("*.toml")):
        if number >= _MOST_FILES:
            break
        record = _record(file)
        consent = record.get("consent")
        for part in (record, consent if isinstance(consent, dict) else {}):
            found |= {part[key] for key in ("name", "person") if isinstance(part.get(key), str)}
        found |= {file.parent.name} if "name" in record else set()
    return found


def _record(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MAX_BYTES:
            return {}
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _any_of(words: Iterable[str], *, whole: bool = True) -> re.Pattern[str]:
    """Any of these, the longest first; ``whole`` words only. Short ones would hit everything."""
    longest = sorted({word for word in words if len(word) >= _SHORTEST - whole}, key=len)[::-1]
    if not longest:
        return re.compile(r"(?!)")
    alternatives = "|".join(re.escape(word) for word in longest)
    edges = (r"(?<![^\W_])", r"(?![^\W_])") if whole else ("", r"(?![\w.-])")
    return re.compile(f"{edges[0]}(?:{alternatives}){edges[1]}", re.IGNORECASE)
