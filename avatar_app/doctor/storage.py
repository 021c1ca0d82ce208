"""Room on the disk, the bundled media and the user's settings."""

import shutil
from collections.abc import Iterator

from avatar_app import paths
from avatar_app.config import load_config
from avatar_app.doctor.check import Check, Verdict
from avatar_app.translatable import translatable

_GIGABYTE = 1_000_000_000


def disk() -> Iterator[Check]:
    """Room for clips and recordings."""
    place = next(
        folder for folder in (paths.data_dir(), *paths.data_dir().parents) if folder.exists()
    )
    free = shutil.disk_usage(place).free / _GIGABYTE
    verdict = Verdict.OK if free > 1 else Verdict.WARN
    hint = "" if free > 1 else translatable("Free some room: clips and recordings need it.")
    yield Check("Disk", verdict, f"{free:.1f} GB are free at {place}.", hint)


def assets() -> Iterator[Check]:
    """The bundled portraits and clip, each opened."""
    from PIL import Image

    files = [*paths.bundled_avatars().values()]
    for portrait in files:
        with Image.open(portrait) as picture:
            picture.verify()
    clip = paths.bundled_clip()
    if files and clip.is_file():
        names = ", ".join(path.stem for path in files)
        yield Check("Bundled media", Verdict.OK, f"Avatars: {names}; clip: {clip.name}.")
    else:
        hint = translatable("Install the program again.")
        yield Check("Bundled media", Verdict.FAIL, f"Missing in {paths.assets_dir()}.", hint)


def settings() -> Iterator[Check]:
    """The settings file, read as the program reads it."""
    file = paths.config_file()
    load_config(file)
    log = paths.log_file()
    if file.exists():
        yield Check("Settings", Verdict.OK, f"Read from {file}; the log is {log}.")
    else:
        yield Check(
            "Settings", Verdict.OK, f"As delivered, no file yet at {file}; the log is {log}."
        )
