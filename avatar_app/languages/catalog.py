"""The texts of the program in another language: English sentence in, translated sentence out."""

import re
from collections.abc import Mapping
from string import Formatter

from avatar_app.config import Language
from avatar_app.errors import ConfigError
from avatar_app.paths import assets_dir

_LEAST_LETTERS = 5
"""A template with fewer letters of its own would fit what it was not meant for."""


class Catalog:
    """``entries`` maps English texts to translated ones. A text with ``{name}`` in it is a
    template: a sentence of the core, whose values are filled in already, is recognised by what
    stands between them, and the values are put into the translated sentence (a value of several
    words is looked up too). What is not known stays English, and so do names of one word."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = dict(entries)
        templates = (_Template(english, said) for english, said in entries.items())
        # Of two that fit, the one with more words of its own was meant.
        self._templates = sorted((t for t in templates if t.can_match), key=lambda t: -t.weight)

    def say(self, english: str) -> str:
        """The text in this catalog's language."""
        known = self._entries.get(english)
        if known is not None:
            return known
        for template in self._templates:
            values = template.values_in(english)
            if values is not None:
                said = {name: self._say_value(value) for name, value in values.items()}
                return template.filled(said)
        return english

    def _say_value(self, value: str) -> str:
        return self.say(value) if " " in value else value


class _Template:
    """One translated sentence with places for values."""

    def __init__(self, english: str, said: str) -> None:
        parts = list(Formatter().parse(english))
        self.weight = sum(sum(map(str.isalpha, words)) for words, *_ in parts)
        has_values = any(name for _, name, *_ in parts)
        self.can_match = has_values and self.weight >= _LEAST_LETTERS
        self._said = list(Formatter().parse(said)) if self.can_match else []
        self._shape = re.compile(_pattern(parts), re.DOTALL) if self.can_match else None

    def values_in(self, sentence: str) -> dict[str, str] | None:
        """The values of a sentence of this form; None for another sentence."""
        found = self._shape.fullmatch(sentence) if self._shape is not None else None
        return None if found is None else found.groupdict()

    def filled(self, values: Mapping[str, str]) -> str:
        """The translated sentence. Values are text already: a format given in it is not applied."""
        return "".join(
            words + (values.get(name, "") if name else "") for words, name, *_ in self._said
        )


def _pattern(parts: list[tuple[str, str | None, str | None, str | None]]) -> str:
    seen: set[str] = set()
    pattern = ""
    for words, name, *_ in parts:
        pattern += re.escape(words)
        if name:
            value = r"\d+" if name == "number" else ".+?"
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{value})"
            seen.add(name)
    return pattern


def load_catalog(language: Language) -> Catalog:
    """The bundled texts of a language; English needs none. Raises ConfigError where they cannot
    be read."""
    if language is Language.ENGLISH:
        return Catalog({})
    import polib

    path = assets_dir() / "languages" / f"{language.value}.po"
    try:
        file = polib.pofile(str(path))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"The texts of the language {language.value} cannot be read.",
            "Install the program again, or choose another language.",
        ) from error
    return Catalog({entry.msgid: entry.msgstr for entry in file.translated_entries()})
