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
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent.parent
SCREEN = (1366, 768)

if TYPE_CHECKING:
    from album import Album
    from PyQt6.QtWidgets import QApplication

    from avatar_app.config import Language
    from avatar_app.gui.core import Program


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
    parser.add_argument("--size", default="", help="of the window, else its own")
    parser.add_argument("--source", default="clip:")
    parser.add_argument("--output", default="vcam:")
    parser.add_argument("--camera", action="store_true", help="as if a virtual camera were there")
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
    from album import Album
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
        _with_camera() if options.camera else Program(),
        config,
        paths.config_file(),
        outputs=(options.output,),
        source=options.source,
    )
    if options.size:
        width, height = (int(side) for side in options.size.split("x"))
        window.resize(width, height)
    album = Album(app, window, options.out, home)
    window.show()
    window.begin()
    try:
        _turn(album, options.only.split(",") if options.only else [])
    finally:
        window.close()
        window.deleteLater()
        album.rest(0.1)


def _with_camera() -> "Program":
    from camera_twin import ProgramWithCamera

    return ProgramWithCamera()


def _turn(album: "Album", wanted: list[str]) -> None:
    """The pages of these names, in their order; all of them without names."""
    import card_pages
    import dialog_pages
    import library_pages
    import live_pages

    pages = {
        "main": live_pages.idle,
        "cameras": card_pages.cameras,
        "outputs": card_pages.outputs,
        "engine": card_pages.engine,
        "live": live_pages.live,
        "graph": live_pages.graph,
        "problem": live_pages.problem,
        "covers": live_pages.covers,
        "record": card_pages.record,
        "side": card_pages.side,
        "menus": live_pages.menus,
        "wizard": dialog_pages.wizard,
        "library": library_pages.library,
        "model": dialog_pages.model,
        "addresses": dialog_pages.addresses,
        "keys": dialog_pages.keys,
        "settings": dialog_pages.settings,
        "presets": card_pages.presets,
        "help": dialog_pages.helping,
        "doctor": dialog_pages.doctor,
    }
    for name in wanted or pages:
        pages[name](album)


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


if __name__ == "__main__":
    main()
