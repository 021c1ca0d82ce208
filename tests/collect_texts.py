"""Collects every text of the program that a user sees, and brings the translations up to date.

    python tests/collect_texts.py           # updates assets/languages/*.po: new in, dead out
    python tests/collect_texts.py --list    # only says what is missing, by language

A text is an argument of ``tr`` or ``translatable``, or of what carries sentences to the user: an
error, a Problem, a Check, a setting's Field, an Action. Of an f-string the template is taken, with
a named place for each value. The commands speak English and are left out.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from avatar_app.config import Language
from avatar_app.languages.system import spoken

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "avatar_app"
CATALOGS = ROOT / "assets" / "languages"
LANGUAGES = [code for code in Language if spoken(code) is code and code is not Language.ENGLISH]

ROOMS_LEFT_OUT = {"cli", "training", "evaluate"}
_CARRIERS: dict[str, tuple[range | tuple[int, ...], tuple[str, ...]]] = {
    "tr": ((0,), ()),
    "translatable": ((0,), ()),
    "Problem": ((1, 2), ("message", "hint")),
    "Action": ((1, 3, 4), ("title", "what", "group")),
    "Check": ((0, 2, 3), ("name", "detail", "hint")),
    "Field": ((), ("title", "description")),
    "Finding": ((2, 3), ("message", "hint")),
    "_warning": ((1, 2), ()),
    "_graded": ((3, 4), ()),
    "Damaged": ((1, 2), ("message", "hint")),
    "Fault": ((1, 2), ("message", "hint")),
    "PictureWarning": ((0, 1), ("message", "hint")),
}
"""What a call is named → the places and names of its arguments that are texts."""


def texts() -> dict[str, list[str]]:
    """Every English text → the files that hold it, both in order."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(ROOT)
        if where.parts[1] in ROOMS_LEFT_OUT:
            continue
        for text in texts_in(path.read_text(encoding="utf-8")):
            files = found.setdefault(text, [])
            if str(where) not in files:
                files.append(str(where))
    return found


def texts_in(code: str) -> Iterator[str]:
    """The texts of one file, in its order."""
    tree = ast.parse(code)
    named = _named_values(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        for argument in _carried(call):
            values = named.get(argument.id, []) if isinstance(argument, ast.Name) else [argument]
            found = (text for value in values for text in literals(value))
            yield from (text for text in found if any(map(str.isalpha, text)))


def _named_values(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What is assigned to each name anywhere in a file."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, []).append(node.value)
    return named


def _carried(call: ast.Call) -> Iterator[ast.expr]:
    name = ast.unparse(call.func).rpartition(".")[2]
    places, names = _CARRIERS.get(name, ((), ()))
    if name.endswith("Error"):
        places, names = (0, 1), ("message", "hint")
    yield from (value for place, value in enumerate(call.args) if place in places)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in names)


def literals(value: ast.expr) -> Iterator[str]:
    """The texts that an expression may be."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr) and _has_words(value):
        yield _template(value)
    elif isinstance(value, ast.IfExp):
        yield from literals(value.body)
        yield from literals(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from literals(part)


def _has_words(value: ast.JoinedStr) -> bool:
    """What is put together of values alone says the same in every language."""
    words = "".join(str(part.value) for part in value.values if isinstance(part, ast.Constant))
    return any(map(str.isalpha, words))


def _template(value: ast.JoinedStr) -> str:
    names: dict[str, str] = {}
    words = ""
    for part in value.values:
        if isinstance(part, ast.Constant):
            words += str(part.value).replace("{", "{{").replace("}", "}}")
            continue
        assert isinstance(part, ast.FormattedValue)
        code = ast.unparse(part.value)
        if code not in names:
            names[code] = _name_of(part.value, taken=set(names.values()))
        words += "{" + names[code] + "}"
    return words


def _name_of(value: ast.expr, taken: set[str]) -> str:
    """The last name in an expression says best what it is."""
    found = [n.attr if isinstance(n, ast.Attribute) else n.id for n in _names_in(value)]
    name = base = found[0].strip("_") if found else "value"
    number = 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _names_in(value: ast.expr) -> Iterator[ast.Attribute | ast.Name]:
    if isinstance(value, ast.Attribute | ast.Name):
        yield value
    for child in ast.iter_child_nodes(value):
        if isinstance(child, ast.expr):
            yield from _names_in(child)


def update(language: Language, wanted: dict[str, list[str]]) -> polib.POFile:
    """The catalog of a language with these texts and no others; translations that exist stay."""
    path = CATALOGS / f"{language.value}.po"
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    said = {entry.msgid: entry.msgstr for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.metadata = {
        "Project-Id-Version": "avatar_app",
        "Language": language.value,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for text, files in wanted.items():
        places = [(file, "") for file in files]
        new.append(polib.POEntry(msgid=text, msgstr=said.get(text, ""), occurrences=places))
    return new


def main() -> None:
    """Bring all catalogs up to date, or list what they lack."""
    wanted = texts()
    for language in LANGUAGES:
        catalog = update(language, wanted)
        if "--list" not in sys.argv:
            catalog.save(str(CATALOGS / f"{language.value}.po"))
        missing = [entry.msgid for entry in catalog if not entry.msgstr]
        print(f"{language.value}: {len(catalog)} texts, {len(missing)} not translated")
        if "--list" in sys.argv:
            print(*(f"  {text}" for text in missing), sep="\n")


if __name__ == "__main__":
    main()
