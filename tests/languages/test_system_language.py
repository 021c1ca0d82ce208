"""The language of the system, where none was chosen."""

import pytest

from avatar_app.config import Language
from avatar_app.languages.system import spoken, system_locale


@pytest.mark.parametrize(
    ("system", "language"),
    [
        ("de_AT.UTF-8", Language.GERMAN),
        ("zh-Hans-CN", Language.CHINESE),
        ("ja", Language.JAPANESE),
        ("FR_fr", Language.FRENCH),
        ("nl_NL.UTF-8", Language.ENGLISH),
        ("C.UTF-8", Language.ENGLISH),
        ("auto", Language.ENGLISH),
        ("", Language.ENGLISH),
    ],
)
def test_the_system_speaks_where_nothing_was_chosen(system: str, language: Language) -> None:
    assert spoken(Language.AUTO, system) is language
    assert spoken(Language.SPANISH, system) is Language.SPANISH


def test_the_strongest_variable_counts() -> None:
    assert system_locale({"LANG": "de_DE", "LC_MESSAGES": "fr_FR"}) == "fr_FR"
    assert system_locale({"LANG": "de_DE", "LC_ALL": ""}) == "de_DE"
    assert system_locale({"LANG": "de_DE", "LC_ALL": "ja_JP"}) == "ja_JP"
