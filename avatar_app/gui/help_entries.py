"""The help pages, and which of their entries explains a message. Knows nothing of Qt."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from avatar_app.paths import assets_dir

_ENTRY = "### "
_VALUE = "…"


class HelpPage(StrEnum):
    """The pages, by the names of their files."""

    GUIDE = "guide.md"
    TROUBLESHOOTING = "troubleshooting.md"


def help_dir() -> Path:
    """The folder of the pages and of their pictures."""
    return assets_dir() / "docs"


def read_page(page: HelpPage) -> str:
    """A page as Markdown; empty where the installation lacks it."""
    try:
        return (help_dir() / page).read_text(encoding="utf-8")
    except OSError:
        return ""


def entries_of(page: str) -> tuple[str, ...]:
    """The messages that a page explains, ``…`` in the place of each value."""
    lines = page.splitlines()
    return tuple(line.removeprefix(_ENTRY) for line in lines if line.startswith(_ENTRY))


def link_name(heading: str) -> str:
    """What a link to a heading calls it, as forges do: ``#what-doctor-says``."""
    kept = (letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def entry_for(message: str, entries: Sequence[str]) -> str | None:
    """The entry that explains an English message: of those that fit, the one with the most letters
    of its own; None where none fits."""
    fitting = [entry for entry in entries if _fits(message, entry)]
    return max(fitting, key=_letters, default=None)


def _fits(message: str, entry: str) -> bool:
    first, *others = entry.split(_VALUE)
    if not others:
        return message == entry
    *middle, last = others
    at, end = len(first), len(message) - len(last)
    if at > end or not message.startswith(first) or not message.endswith(last):
        return False
    for part in middle:
        found = message.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _letters(entry: str) -> int:
    return sum(map(str.isalnum, entry))
