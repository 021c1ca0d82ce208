"""Make pictures of every page of the program, with the real window and a real session.

    python assets/render/pages.py OUT --theme dark --scale 2 --language de
    python assets/render/pages.py OUT --size 890x560 --only main,graph

It runs under Xvfb where there is no screen and xvfb-run is installed, else offscreen. Settings,
avatars and calibrations are those of a new user, in a temporary folder. The language ``pseudo``
lengthens every translatable text by a third: what is cut off then will be cut off in some language.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent.parent
SCREEN = (1366, 768)
PATIENCE = 60.0

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication, QDialog, QWidget

    from avatar_app.config import Language
    from avatar_app.gui.main_window import MainWindow


def main() -> None:
    """Set the surroundings before Qt and the program are loaded; then take every picture."""
    options = _options()
    if _starts_over(options.scale):
        return
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as home:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = home
        _take(options, Path(home))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--language", default="en", help="a code of the settings, or pseudo")
    parser.add_argument("--size", default="1200x700", help="of the window")
    parser.add_argument("--source", default="clip:")
    parser.add_argument("--output", default="vcam:")
    parser.add_argument("--only", default="", help="names of pages, separated by commas")
    return parser.parse_args()


def _starts_over(scale: float) -> bool:
    """Whether the work was done by a second process, on a screen of its own."""
    if os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    runner = shutil.which("xvfb-run")
    if runner is None:
        return False
    width, height = (round(scale * side) for side in SCREEN)
    screen = f"-screen 0 {width}x{height}x24"
    command = [runner, "-a", "-s", screen, sys.executable, *sys.argv]
    subprocess.run(command, check=True)
    return True


def _take(options: argparse.Namespace, home: Path) -> None:
    from PyQt6.QtWidgets import QApplication

    from avatar_app import paths
    from avatar_app.config import AppConfig
    from avatar_app.gui.core import Program
    from avatar_app.gui.main_window import MainWindow
    from avatar_app.gui.theme import apply_theme

    app = QApplication(sys.argv[:1])
    apply_theme(app, dark=options.theme == "dark")
    language = _speak(app, options.language)
    config = AppConfig(language=language)  # type: ignore[call-arg]
    window = MainWindow(
        Program(),
        config,
        paths.config_file(),
        outputs=(options.output,),
        source=options.source,
    )
    width, height = (int(side) for side in options.size.split("x"))
    window.resize(width, height)
    album = Album(app, window, options.out, home)
    window.show()
    window.begin()
    try:
        album.take(options.only.split(",") if options.only else list(PAGES))
    finally:
        window.close()
        window.deleteLater()
        album.rest(0.1)


def _speak(app: "QApplication", word: str) -> "Language":
    """Speak that language; what to put into the settings. The pseudo language is English there."""
    from PyQt6.QtCore import QTranslator

    from avatar_app.config import Language
    from avatar_app.gui.language import speak
    from avatar_app.languages.catalog import load_catalog

    if word != "pseudo":
        language = Language(word)
        speak(app, language, load_catalog(language))
        return language

    class Pseudo(QTranslator):
        def translate(self, context: str, text: str, *_more: object) -> str | None:
            own = context == "avatar_app" and any(letter.isalpha() for letter in text)
            return lengthened(text) if own else None

        def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
            return False

    app.installTranslator(Pseudo(app))
    return Language.ENGLISH


def lengthened(text: str) -> str:
    """A third longer, with accents; fields in braces stay."""
    accents = str.maketrans("aeiouncsAEOU", "äéîöüñçšÄÉÖÜ")
    inside, out = 0, []
    for letter in text:
        inside += (letter == "{") - (letter == "}")
        out.append(letter if inside else letter.translate(accents))
    extra = max(1, round(0.35 * len(text)))
    padding = ("ælongérwörds " * (extra // 13 + 1))[:extra].strip()
    return f"{''.join(out)}{' ' if ' ' in text else ''}{padding}"


class Album:
    """Brings the window to a state and takes its picture."""

    def __init__(self, app: "QApplication", window: "MainWindow", out: Path, home: Path) -> None:
        self.app, self.window, self.out, self.home = app, window, out, home
        out.mkdir(parents=True, exist_ok=True)

    def take(self, pages: list[str]) -> None:
        """The pages of these names, in their order."""
        for name in pages:
            PAGES[name](self)

    def shot(self, widget: "QWidget", name: str, rest: float = 0.2) -> None:
        """Let the widget come to rest and keep its picture."""
        self.rest(rest)
        path = self.out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise SystemExit(f"{path} could not be written")
        print(path)

    def rest(self, seconds: float) -> None:
        """Let the window live."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Until the window is so far."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"Waited in vain: {what}")
            self.rest(0.02)

    def dialog(self, name: str) -> "QDialog":
        """The newest open dialog of that class."""
        from PyQt6.QtWidgets import QDialog

        def there() -> list[QDialog]:
            found = self.window.findChildren(QDialog)
            return [d for d in found if type(d).__name__ == name and d.isVisible()]

        self.wait(there, name)
        return there()[-1]

    def start(self) -> None:
        """A session that shows the avatar."""
        from avatar_app.live.status import SessionState

        if self.window.bridge.state is SessionState.RUNNING:
            return
        self.wait(lambda: self.window.avatars.words, "the avatars")
        self.window.start()
        self.wait(lambda: self.window.bridge.state is SessionState.RUNNING, "a session")
        self.rest(1.0)


def _main(album: Album) -> None:
    window = album.window
    album.wait(lambda: window.avatars.words, "the avatars")
    album.wait(lambda: window.avatars.picture(window.avatars.words[-1]), "the thumbnails")
    album.wait(window.bridge.loaded.is_set, "the program")
    album.shot(window, "main-idle", 1.0)


def _live(album: Album) -> None:
    album.start()
    album.shot(album.window, "main-live-offer", 1.0)
    album.window.offer.no.click()
    album.shot(album.window, "main-live", 3.0)


def _graph(album: Album) -> None:
    album.start()
    album.window.offer.hide()
    album.window.view.graph_button.click()
    album.shot(album.window, "main-graph", 9.0)
    album.window.view.graph_button.click()


def _problem(album: Album) -> None:
    window = album.window
    album.start()
    window.offer.hide()
    config = window.store.config
    gone = config.source.model_copy(update={"word": "camera:Desk Camera"})
    window.bridge.set_source(config.model_copy(update={"source": gone}))
    album.wait(lambda: window.messages.problems, "a message")
    album.shot(window, "main-problem", 1.0)
    window.messages.card(window.messages.problems[0]).details.click()
    album.shot(window, "main-problem-details", 0.5)
    back = config.source.model_copy(update={"word": "clip:"})
    window.bridge.set_source(config.model_copy(update={"source": back}))
    album.wait(lambda: not window.messages.problems, "the source again")
    album.rest(1.0)


def _pass_through(album: Album) -> None:
    window = album.window
    album.start()
    window.offer.hide()
    window.controls.pass_through.click()
    album.shot(window, "main-pass-through-question")
    window.confirm.yes.click()
    album.shot(window, "main-pass-through", 1.0)
    window.live.panic()
    album.shot(window, "main-panic", 1.0)
    window.controls.cover.placeholder.click()
    album.rest(0.5)


def _side(album: Album) -> None:
    from PyQt6.QtWidgets import QScrollArea

    scrolls = [s for s in album.window.findChildren(QScrollArea) if s.verticalScrollBar()]
    for scroll in scrolls:
        side = scroll.widget()
        if side is not None and side.objectName() == "side":
            album.shot(side, "main-side")


def _menus(album: Album) -> None:
    window = album.window
    strip = window.avatars.strip
    menus = {"menu-avatar": strip.menu_of(strip.tiles[0]), "menu-add": window.avatars.ways}
    for name, menu in menus.items():
        menu.popup(window.mapToGlobal(window.rect().center()))
        album.shot(menu, name)
        menu.close()


def _wizard(album: Album) -> None:
    from avatar_app.calibration.progress import Step

    album.start()
    album.window.controls.calibrate.click()
    dialog = album.dialog("CalibrationDialog")
    album.wait(lambda: dialog.next.isEnabled(), "the camera")
    album.shot(dialog, "wizard-camera", 0.5)
    dialog.next.click()
    taken: set[str] = set()
    end = time.monotonic() + PATIENCE
    while dialog.step is not Step.DONE and time.monotonic() < end:
        step = dialog.step
        if step is Step.CAMERA:
            album.rest(0.05)
            continue
        if step.value not in taken:
            taken.add(step.value)
            album.shot(dialog, f"wizard-{step.value}", 1.5 if step is Step.REVIEW else 0.4)
        if dialog.step is step:
            dialog.next.click()
            album.rest(0.3)
    album.shot(dialog, "wizard-done", 0.5)
    dialog.next.click()
    album.rest(0.5)


def _library(album: Album) -> None:
    from avatar_app.gui.library.offer import Offer
    from avatar_app.paths import bundled_avatars

    window = album.window
    album.wait(window.bridge.loaded.is_set, "the program")
    good = album.home / "A friend of mine.png"
    bad = album.home / "meadow.png"
    _portrait(bundled_avatars()["samuel"], good)
    _meadow(bad)
    for path, name in ((good, "import-good"), (bad, "import-refused")):
        window.avatars.picture_offered.emit(Offer(files=(path,)))
        dialog = album.dialog("ImportDialog")
        album.wait(lambda d=dialog: not d.is_looking, "the checks")
        album.shot(dialog, name, 0.8)
        if path is good:
            for kind, button in dialog.consent.kinds.items():
                button.click()
                album.shot(dialog, f"import-consent-{kind.value}")
            dialog.consent.kinds["own"].click()
            dialog.name.setText("My portrait")
            dialog.action.click()
            album.wait(lambda d=dialog: not _alive(d), "the import")
        else:
            dialog.reject()
    window.avatars.picture_offered.emit(Offer(files=(good, bad)))
    batch = album.dialog("BatchDialog")
    album.shot(batch, "import-several", 3.0)
    batch.reject()
    album.shot(window, "main-own-avatar", 1.0)
    _own(album)


def _own(album: Album) -> None:
    from avatar_app.gui.library.strip import Wish

    strip = album.window.avatars.strip
    word = next(tile.word for tile in strip.tiles if tile.own)
    for wish, kind, name in (
        (Wish.CROP, "CropDialog", "crop"),
        (Wish.DETAILS, "DetailsDialog", "details"),
    ):
        strip.wished.emit(wish, word)
        dialog = album.dialog(kind)
        album.shot(dialog, name, 2.0)
        dialog.reject()
        album.rest(0.2)
    strip.wished.emit(Wish.DETAILS, strip.tiles[0].word)
    dialog = album.dialog("DetailsDialog")
    album.shot(dialog, "details-bundled", 0.5)
    dialog.reject()
    strip.wished.emit(Wish.DELETE, word)
    album.shot(album.window, "main-undo", 1.0)


def _keys(album: Album) -> None:
    album.window.live.show_keys()
    _scrolled(album, album.dialog("HotkeySheet"), "keys")


def _settings(album: Album) -> None:
    album.window.live.show_settings()
    _scrolled(album, album.dialog("SettingsForm"), "settings")


def _doctor(album: Album) -> None:
    album.window.check.click()
    dialog = album.dialog("DoctorDialog")
    album.shot(dialog, "doctor-busy")
    album.wait(lambda: dialog.found, "the doctor")
    _scrolled(album, dialog, "doctor")


def _help(album: Album) -> None:
    album.window.more.help.click()
    dialog = album.dialog("HelpDialog")
    album.shot(dialog, "help", 2.0)
    dialog.reject()


def _presets(album: Album) -> None:
    window = album.window
    window.presets.save.click()
    album.shot(window.presets, "presets-naming")
    window.presets.name.setText("Calls in the evening, with the blurred background")
    window.presets.keep.click()
    album.wait(lambda: window.presets.box.count(), "the preset")
    album.shot(window.presets, "presets")


def _scrolled(album: Album, dialog: "QDialog", name: str) -> None:
    """A picture for each part of what scrolls."""
    from PyQt6.QtWidgets import QScrollArea

    bar = dialog.findChildren(QScrollArea)[0].verticalScrollBar()
    album.rest(0.3)
    step = max(1, bar.pageStep() - 40)
    for number, place in enumerate(range(0, bar.maximum() + step, step)):
        bar.setValue(place)
        album.shot(dialog, f"{name}-{number + 1}")
    dialog.reject()
    album.rest(0.2)


def _alive(widget: "QWidget") -> bool:
    try:
        return widget.isVisible()
    except RuntimeError:  # Qt has deleted it.
        return False


def _portrait(source: Path, target: Path) -> None:
    """The same person in another file, so that the library does not know it yet."""
    from PyQt6.QtGui import QImage

    picture = QImage(str(source))
    side = picture.width()
    picture.copy(0, 0, side, side - 24).save(str(target))


def _meadow(target: Path) -> None:
    """A picture without a face."""
    from PyQt6.QtGui import QColor, QImage

    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(QColor("#6a9a55"))
    picture.save(str(target))


PAGES: dict[str, Callable[[Album], None]] = {
    "main": _main,
    "live": _live,
    "graph": _graph,
    "problem": _problem,
    "pass-through": _pass_through,
    "side": _side,
    "menus": _menus,
    "wizard": _wizard,
    "library": _library,
    "keys": _keys,
    "settings": _settings,
    "presets": _presets,
    "help": _help,
    "doctor": _doctor,
}


if __name__ == "__main__":
    main()
