"""The pages for users and contributors: every message is explained, and what they name exists."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from collect_texts import texts
from messages import as_heading, messages, messages_in

from avatar_app.cli.commands import app
from avatar_app.gui.help_entries import HelpPage, entries_of, entry_for, help_dir, link_name

ROOT = Path(__file__).parent.parent
TROUBLESHOOTING = help_dir() / HelpPage.TROUBLESHOOTING
PAGES = (*sorted(help_dir().glob("*.md")), ROOT / "README.md", *sorted(ROOT.glob("packaging/*.md")))
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"avatar-app ((?:[a-z]+ ?)*)((?:[^`\n|]*?--[a-z-]+)*)")


def entries() -> tuple[str, ...]:
    return entries_of(TROUBLESHOOTING.read_text(encoding="utf-8"))


def test_every_message_has_an_entry() -> None:
    missing = [
        f"### {said}   ({file})" for said, file in messages().items() if said not in entries()
    ]
    assert not missing, f"explain in {TROUBLESHOOTING.name}:\n" + "\n".join(missing)


def test_every_entry_is_something_the_program_says() -> None:
    said = {as_heading(text) for text in texts()} | set(messages())
    assert [entry for entry in entries() if entry not in said] == []


def test_no_entry_stands_twice_and_each_message_finds_its_text() -> None:
    assert len(set(entries())) == len(entries())
    for entry in entries():
        found = entry_for(entry.replace("…", "quux"), entries())
        assert found is not None and text_below(found) == text_below(entry)


def text_below(entry: str) -> str:
    """What the page says of an entry; several may share it."""
    _, _, rest = TROUBLESHOOTING.read_text(encoding="utf-8").partition(f"\n### {entry}\n")
    lines = rest.lstrip("\n").splitlines()
    return next(line for line in lines if line and not line.startswith("#"))


def test_every_entry_has_a_text_below() -> None:
    text = TROUBLESHOOTING.read_text(encoding="utf-8")
    blocks = [line for line in text.splitlines() if line]
    assert not blocks[-1].startswith("#")
    for line, below in pairwise(blocks):
        assert not (line.startswith("### ") and below.startswith("## ")), line


def test_messages_are_found_whichever_way_they_are_written() -> None:
    code = """
raise SourceError(f"The camera {a.name!r} was {b}.", "Plug it in.")
Problem("x", "One." if a else translatable(f"Two {a.b}."))
SinkError(message="Three.")
Other("Four.")
"""
    found = {as_heading(text) for text in messages_in(code)}
    assert found == {"The camera … was ….", "One.", "Two ….", "Three."}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        there = page.parent / name if name else page
        assert there.exists(), target
        assert not heading or heading in headings_of(there), target


def headings_of(page: Path) -> set[str]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return {link_name(line.lstrip("# ")) for line in lines if line.startswith("#")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    for words, options in _COMMAND.findall(page.read_text(encoding="utf-8")):
        known = options_of(words.split())
        named = set(re.findall(r"--[a-z-]+", options))
        assert named <= known, f"avatar-app {words}{options}"


def options_of(words: list[str]) -> set[str]:
    """The options of the command that the first words name; the others are what it is given."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            break
        assert word in command.commands, f"there is no command {word}"
        command = command.commands[word]
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {
        "--help"
    }


def test_pictures_of_the_pages_are_small_and_all_are_shown() -> None:
    shown = {link for page in PAGES for link in _LINK.findall(page.read_text(encoding="utf-8"))}
    for picture in (help_dir() / "pictures").iterdir():
        assert picture.stat().st_size < 250_000, picture.name
        assert f"pictures/{picture.name}" in shown, picture.name
