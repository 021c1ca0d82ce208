"""The window's texts in the user's language."""

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from avatar_app.config import Language
from avatar_app.languages.catalog import Catalog
from avatar_app.languages.system import spoken
from avatar_app.translatable import translatable

_CONTEXT = "avatar_app"
_SPOKEN = "languageSpoken"
_QT_TEXTS = {Language.CHINESE: "qtbase_zh_CN"}

NAMES = {
    Language.AUTO: translatable("The system’s"),
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.SPANISH: "Español",
    Language.FRENCH: "Français",
    Language.RUSSIAN: "Русский",
    Language.CHINESE: "简体中文",
    Language.JAPANESE: "日本語",
}
"""Each language by the name its speakers know; only the first is translated."""


def tr(english: str, **values: object) -> str:
    """The text in the language of the application, with ``{name}`` filled in from ``values``.

    ``english`` is a literal where it can be, so that the texts can be collected; a sentence of the
    core (a Problem's, a setting's title) goes through it as it is. Call it when the text is shown:
    what is kept from loading a module stays English. Numbers with a point are written as in
    ``decimal``."""
    said = QCoreApplication.translate(_CONTEXT, english)
    if not values:
        return said
    written = {n: _Decimal(v) if isinstance(v, float) else v for n, v in values.items()}
    return said.format(**written)


def decimal(value: float, digits: int) -> str:
    """A number with that many decimal places, behind the point or comma of the language."""
    return f"{_Decimal(value):.{digits}f}"


def told(*sentences: str) -> str:
    """Whole sentences of the core, one after the other; empty ones are left out."""
    return " ".join(tr(sentence) for sentence in sentences if sentence)


class _Decimal(float):
    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", QLocale().decimalPoint())


class CatalogTranslator(QTranslator):
    """Lets Qt find the program's own texts in a catalog; Qt's are left to other translators."""

    def __init__(self, catalog: Catalog, parent: QCoreApplication | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(  # type: ignore[override]
        self,
        context: str | None,
        sourceText: str | None,  # noqa: N803 - Qt's name
        disambiguation: str | None = None,  # noqa: ARG002 - Qt's signature
        n: int = -1,  # noqa: ARG002 - Qt's signature
    ) -> str | None:
        """None leaves the text to the next translator."""
        return self._catalog.say(sourceText or "") if context == _CONTEXT else None


def speak(app: QCoreApplication, language: Language, catalog: Catalog) -> None:
    """Let the application speak that language from now on: its own texts out of ``catalog``, and
    Qt's (buttons and dialogs); numbers are written as its speakers write them. Widgets that exist
    already keep their texts."""
    app.setProperty(_SPOKEN, spoken(language).value)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    language = spoken(language)
    QLocale.setDefault(QLocale(language.value))
    if language is Language.ENGLISH:
        return
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(_QT_TEXTS.get(language, f"qtbase_{language.value}"), folder):
        app.installTranslator(qt)
    app.installTranslator(CatalogTranslator(catalog, app))


def language_spoken() -> Language:
    """What the application speaks now, for what is kept together with its language."""
    app = QCoreApplication.instance()
    word = app.property(_SPOKEN) if app is not None else None
    return Language(word) if word else Language.ENGLISH
