"""Every text of the library is translated: in a language nobody speaks, none is English."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from gui_twin import TwinCore
from library_window import OWN, add, dialog_of, drop, face, picture_file, word
from pseudo_language import is_english, painted_untranslated, pseudo_language, untranslated
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avatar_app.avatars.consent import STATEMENTS
from avatar_app.config import Language
from avatar_app.errors import LibraryError
from avatar_app.gui.language import language_spoken, speak
from avatar_app.gui.library.batch_dialog import BatchDialog
from avatar_app.gui.library.consent_form import ConsentForm
from avatar_app.gui.library.crop_dialog import CropDialog
from avatar_app.gui.library.details_dialog import DetailsDialog
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.import_dialog import ImportDialog
from avatar_app.gui.library.offer import Offer
from avatar_app.gui.library.strip import Strip, Wish
from avatar_app.gui.library.tile import Tile
from avatar_app.gui.library.undo_bar import UndoBar
from avatar_app.gui.main_window import MainWindow
from avatar_app.languages.catalog import Catalog
from avatar_app.types import Box, Consent, ConsentKind

_PATIENCE_MS = 30_000
"""The first look at a face loads the tracker."""

Open = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def nobody_speaks_it() -> Iterator[None]:
    with pseudo_language():
        yield


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window()


def looked(qtbot: QtBot, window: MainWindow, path: Path) -> ImportDialog:
    drop(window, path)
    dialog = dialog_of(qtbot, window, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=_PATIENCE_MS)
    return dialog


def wished(qtbot: QtBot, window: MainWindow, wish: Wish, name: str) -> LibraryDialog:
    window.body.avatars.strip.wished.emit(wish, word(window, name))
    return dialog_of(qtbot, window, LibraryDialog)


def test_adding_a_photo(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialog = looked(qtbot, window, picture_file(tmp_path / "me.png"))
    for button in (*dialog.consent.kinds.values(), dialog.consent.none):
        button.click()
        assert untranslated(dialog, ["me.png", "me"]) == []
    assert painted_untranslated(dialog.crop.editor) == []


def test_adding_a_photo_of_several_people(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    people = np.ascontiguousarray(np.hstack([face("mira"), face("samuel")]))
    dialog = looked(qtbot, window, picture_file(tmp_path / "we.png", people))
    assert len(dialog.faces.buttons()) == 2
    dialog.crop.whole.click()
    qtbot.waitUntil(lambda: any("crop" in said for _, said in dialog.crop.findings.said))
    assert untranslated(dialog, ["we.png", "we"]) == []


@pytest.mark.parametrize("what", ["noise", "text", "twin", "narrow"])
def test_a_photo_that_cannot_be_used(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "it.png"
    if what == "noise":
        picture_file(path, np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8))
    elif what == "text":
        path.write_text("no picture")
    else:
        picture_file(path)
    if what == "twin":
        library = core.open_library()
        library.add(library.intake.file(path), name="Carla", consent=OWN)
    dialog = looked(qtbot, open_window(), path)
    if what == "narrow":
        dialog.crop.editor.crop_changed.emit(Box(0, 0, 30, 30))
        qtbot.waitUntil(lambda: dialog.crop.findings.said[0][0] == "refuse")
    assert (dialog.crop.findings.said[0][0] == "refuse") is (what != "twin")
    assert dialog.trouble.isVisible() is (what == "twin")
    assert untranslated(dialog, ["Carla", str(tmp_path), "it.png", "it", OWN.statement]) == []


def test_waiting_for_an_address(qtbot: QtBot, core: TwinCore) -> None:
    dialog = ImportDialog(core.open_library(), Offer(address="https://localhost:9/away.png"))
    qtbot.addWidget(dialog)
    assert untranslated(dialog, ["away.png"]) == []
    dialog.reject()


def test_a_pasted_picture_gets_a_translated_name() -> None:
    assert not is_english(Offer(data=b"x").title)


def test_several_photos(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = core.open_library()
    twin = picture_file(tmp_path / "01.png")
    library.add(library.intake.file(twin), name="Carla", consent=OWN)
    picture_file(tmp_path / "02.png", face("samuel"))
    picture_file(tmp_path / "03.png", np.zeros((200, 200, 3), np.uint8))
    (tmp_path / "04.png").write_text("no picture")
    window = open_window()
    drop(window, *(tmp_path / f"0{number}.png" for number in range(1, 5)))
    dialog = dialog_of(qtbot, window, BatchDialog)
    qtbot.waitUntil(lambda: not dialog.is_looking, timeout=_PATIENCE_MS)
    allowed = ["Carla", ".png", str(tmp_path)]
    assert dialog.pictures.count() == 4
    assert len(dialog.ticked) == 1
    assert untranslated(dialog, allowed) == []
    monkeypatch.setattr(type(library), "add", _refuse)
    dialog.consent.none.click()
    dialog.action.click()
    qtbot.waitUntil(dialog.trouble.isVisible)
    assert untranslated(dialog, allowed) == []


def _refuse(*_: object, **__: object) -> None:
    raise LibraryError("The library is full.", "Remove some of it.")


def test_cropping(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    add(core, "Carla")
    dialog = wished(qtbot, open_window(), Wish.CROP, "Carla")
    assert isinstance(dialog, CropDialog)
    qtbot.waitUntil(lambda: bool(dialog.crop.findings.said))
    assert untranslated(dialog, ["Carla"]) == []


@pytest.mark.parametrize("name", ["Carla", "Anna"])
def test_details(qtbot: QtBot, core: TwinCore, open_window: Open, name: str) -> None:
    add(core, "Carla", consented=False)
    dialog = wished(qtbot, open_window(), Wish.DETAILS, name)
    assert isinstance(dialog, DetailsDialog)
    assert untranslated(dialog, [name]) == []
    assert not is_english(dialog.credit.text())


def test_what_was_stated_is_shown_as_it_was(qtbot: QtBot) -> None:
    form = ConsentForm()
    qtbot.addWidget(form)
    words = "Das ist mein eigenes Gesicht."
    form.show_consent(Consent(ConsentKind.OWN, words, "de", datetime(2026, 1, 2, tzinfo=UTC)))
    assert words in form.sentence.text()
    assert untranslated(form, [words]) == []


def test_a_statement_is_kept_in_the_words_that_were_read(qtbot: QtBot) -> None:
    form = ConsentForm()
    qtbot.addWidget(form)
    form.kinds[ConsentKind.AGREED].click()
    form.person.setText("Ada")
    form.person.textEdited.emit("Ada")
    consent = form.consent()
    assert consent is not None
    assert consent.person == "Ada"
    assert consent.statement in form.sentence.text()
    assert consent.statement != STATEMENTS[ConsentKind.AGREED].format(person="Ada")
    assert not is_english(consent.statement, ["Ada"])


def test_a_statement_carries_the_language_of_its_words(qtbot: QtBot, qapp: QApplication) -> None:
    words = "Das ist mein eigenes Gesicht."
    german = Catalog({STATEMENTS[ConsentKind.OWN]: words})
    speak(qapp, Language.GERMAN, german)
    form = ConsentForm()
    qtbot.addWidget(form)
    form.kinds[ConsentKind.OWN].click()
    consent = form.consent()
    speak(qapp, Language.ENGLISH, Catalog({}))
    assert consent is not None
    assert (consent.statement, consent.language) == (words, "de")
    assert language_spoken() is Language.ENGLISH


def test_strip_menu_and_undo(qtbot: QtBot) -> None:
    strip, bar = Strip(), UndoBar()
    qtbot.addWidget(strip)
    qtbot.addWidget(bar)
    tiles = [
        Tile("a", "Anna", digit=1),
        Tile("b", "Bert", digit=2, stated=False, own=True),
        Tile("c", "Carla", stated=False, kept=False),
    ]
    strip.show_tiles(tiles, "a")
    bar.show_removed("Bert")
    names = ["Anna", "Bert", "Carla"]
    keys = ["F2"]
    assert untranslated(strip, names) == []
    assert painted_untranslated(strip, [*names, "?"]) == []
    assert untranslated(bar, ["Bert", "Z"]) == []
    for tile in tiles:
        menu = strip.menu_of(tile)
        assert untranslated(menu, [*names, *keys]) == []
        menu.deleteLater()
    bar.put_away()


def test_the_tiles_of_the_library_tell_of_themselves(core: TwinCore, open_window: Open) -> None:
    add(core, "Carla", consented=False)
    strip = open_window().body.avatars.strip
    assert untranslated(strip, ["Anna", "Bert", "Carla"]) == []
