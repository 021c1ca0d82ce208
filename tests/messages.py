"""The messages of the program, as they stand in the code: the troubleshooting page has each."""

import ast
import re
from collections.abc import Iterator

from collect_texts import PACKAGE, ROOMS_LEFT_OUT, literals

from avatar_app import errors

PLACES = {
    **{name: 0 for name in vars(errors) if name.endswith("Error")},
    "PictureWarning": 0,
    "Problem": 1,
    "Fault": 1,
    "Damaged": 1,
    "_warning": 1,
    "Finding": 2,
    "_graded": 3,
}
"""What carries a message → the place of the message among its arguments."""

_FIELD = re.compile(r"(?<!\{)\{[^{}]*\}(?!\})")


def messages() -> dict[str, str]:
    """Every message, ``…`` in the place of each value → the file that holds it. Commands and
    training have theirs where they are typed, and are left out."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE)
        if where.parts[0] not in ROOMS_LEFT_OUT:
            for text in messages_in(path.read_text(encoding="utf-8")):
                found.setdefault(as_heading(text), str(where))
    return found


def messages_in(code: str) -> Iterator[str]:
    """Those of one file."""
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call):
            place = PLACES.get(ast.unparse(call.func).rpartition(".")[2])
            if place is not None:
                yield from (text for value in _message(call, place) for text in _said(value))


def as_heading(template: str) -> str:
    """A template as the troubleshooting page writes it."""
    return _FIELD.sub("…", template).replace("{{", "{").replace("}}", "}")


def _message(call: ast.Call, place: int) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "message"]
    return call.args[place : place + 1] or named


def _said(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _said(value.body)
        yield from _said(value.orelse)
    elif isinstance(value, ast.Call) and ast.unparse(value.func) in {"tr", "translatable"}:
        yield from _said(value.args[0])
    else:
        yield from literals(value)
