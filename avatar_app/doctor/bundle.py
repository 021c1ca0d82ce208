"""A file to send to whoever helps: what the doctor found, settings, log and versions. No pictures.

Nothing is sent: it is only written, for the user to look at first.
"""

import json
import platform
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import tomli_w

import avatar_app
from avatar_app import paths
from avatar_app.config import AppConfig, load_config
from avatar_app.doctor.check import Check
from avatar_app.doctor.scrub import Scrubber, known_names, machine_words
from avatar_app.errors import ConfigError, MachineError
from avatar_app.translatable import translatable
from avatar_app.whole_file import written_whole

LOG_BYTES = 500_000
"""Of the newest of the log, at most."""

CONTENTS = (
    ("about.txt", "this list"),
    ("doctor.txt", "what was found, for people"),
    ("doctor.json", "the same, for programs"),
    ("settings.toml", "the settings, without the avatar's and the picture's names"),
    ("log.txt", "the end of the log"),
    ("versions.txt", "the versions of the program, the system and all packages"),
)
"""The files of a bundle and what is in them."""

LEFT_OUT = translatable(
    "There are no pictures, no films, no calibration, no keys and no networks in it. Names of "
    "avatars, of the people in them and of this user are replaced, the home folder is written ~."
)


def write_bundle(path: Path, found: Sequence[Check]) -> None:
    """Write a ZIP file, whole or not at all; an older one of that name is replaced. Raises
    MachineError."""
    if path.suffix.lower() != ".zip":
        raise MachineError(f"The bundle {path.name} is a ZIP file.", "Give it the ending .zip.")
    scrubber = Scrubber(known_names(paths.avatars_dir()), Path.home(), machine_words())
    texts = _texts(found, scrubber)
    try:
        with written_whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
            for name, _ in CONTENTS:
                file.writestr(name, texts[name])
    except OSError as error:
        raise MachineError(
            f"The bundle cannot be written to {path}: {error.strerror or error}.",
            "Choose a folder that exists and may be written to.",
        ) from error


def as_text(found: Sequence[Check]) -> str:
    """The report as lines: verdict, name, sentence, and what mends it."""
    lines = []
    for check in found:
        lines.append(f"{check.verdict:<6} {check.name}: {check.detail}")
        lines += [f"       → {check.hint}"] if check.hint else []
    return "\n".join(lines) + "\n"


def _texts(found: Sequence[Check], scrubber: Scrubber) -> dict[str, str]:
    """Every file, cleaned value by value: no replaced word can break JSON or TOML."""
    about = [LEFT_OUT, "", *(f"{name}: {what}" for name, what in CONTENTS)]
    clean = scrubber.clean
    checks = [replace(c, detail=clean(c.detail), hint=clean(c.hint)) for c in found]
    as_json = json.dumps([asdict(check) for check in checks], indent=1, ensure_ascii=False)
    return {
        "about.txt": "\n".join(about) + "\n",
        "doctor.txt": as_text(checks),
        "doctor.json": as_json + "\n",
        "settings.toml": _settings(scrubber),
        "log.txt": clean(log_end(paths.log_file())),
        "versions.txt": _versions(),
    }


def _settings(scrubber: Scrubber) -> str:
    try:
        config = _nameless(load_config(paths.config_file()))
    except ConfigError as error:
        return f"# {scrubber.clean(error.message)}\n"
    return tomli_w.dumps(_cleaned(config.model_dump(mode="json"), scrubber))


def _cleaned(values: dict[str, Any], scrubber: Scrubber) -> dict[str, Any]:
    return {
        key: _cleaned(value, scrubber)
        if isinstance(value, dict)
        else scrubber.clean(value)
        if isinstance(value, str)
        else value
        for key, value in values.items()
    }


def _nameless(config: AppConfig) -> AppConfig:
    """Without words that name an avatar, a picture, or a file that somebody plays."""
    own = config.avatar and config.avatar not in paths.bundled_avatars()
    kind = config.source.word.partition(":")[0]
    word = config.source.word if kind in {"camera", "clip", "pattern"} else f"{kind}:[file]"
    parts = {
        "avatar": "[own]" if own else config.avatar,
        "scene": config.scene.model_copy(
            update={"picture": "[file]" if config.scene.picture else ""}
        ),
        "source": config.source.model_copy(update={"word": word}),
    }
    return config.model_copy(update=parts)


def log_end(log: Path) -> str:
    """The newest lines of a log and of the file before it, at most ``LOG_BYTES`` together."""
    data = b""
    for file in (log, log.with_name(f"{log.name}.1")):
        data = _tail(file, LOG_BYTES - len(data)) + data
    return data.decode("utf-8", errors="replace")


def _tail(file: Path, size: int) -> bytes:
    """The last ``size`` bytes, from the first line that is whole."""
    try:
        with file.open("rb") as opened:
            start = max(0, file.stat().st_size - size)
            opened.seek(start)
            data = opened.read(size)
    except OSError:
        return b""
    return data.partition(b"\n")[2] if start else data


def _versions() -> str:
    lines = [
        f"avatar_app {avatar_app.__version__}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]
    packages = {f"{d.metadata['Name']} {d.version}" for d in metadata.distributions()}
    return "\n".join([*lines, "", *sorted(packages, key=str.casefold)]) + "\n"
