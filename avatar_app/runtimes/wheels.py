"""Which packages brought ONNX Runtime. All of them write into one folder: the last one wins."""

import importlib.metadata
import re
import sys
from pathlib import Path

from avatar_app.packaged import FROM_SOURCES, is_packaged

_NAME = re.compile(r"^(onnxruntime|ort)([-_].+)?$", re.IGNORECASE)
_FOLDER = "onnxruntime"
BASE = '"onnxruntime-gpu>=1.28,<2"'
_PLAIN = '"onnxruntime>=1.28,<2"'


def onnxruntime_wheels(path: list[str] | None = None) -> tuple[str, ...]:
    """The installed packages that own the folder ``onnxruntime``, by name."""
    places = sys.path if path is None else path
    return tuple(
        sorted(
            {
                found.metadata["Name"]
                for found in importlib.metadata.distributions(path=places)
                if _NAME.match(found.metadata["Name"] or "") and _owns_folder(found)
            }
        )
    )


def _owns_folder(found: importlib.metadata.Distribution) -> bool:
    files = found.files
    return files is None or any(Path(file).parts[:1] == (_FOLDER,) for file in files)


def pip(arguments: str) -> str:
    """A command line for the Python that runs this program; a packaged one has no pip, and a
    sentence says so."""
    if is_packaged():
        return FROM_SOURCES
    return f"{_quoted(sys.executable)} -m pip {arguments}"


def replace_wheels(installed: tuple[str, ...], wanted: str) -> str:
    """The command line that leaves one package in the folder instead of these."""
    if is_packaged():
        return FROM_SOURCES
    return f"{pip('uninstall -y ' + ' '.join(installed))} && {pip('install ' + wanted)}"


def base_wheel() -> str:
    """What this program installs as its ONNX Runtime on this system, as in pyproject.toml."""
    import platform

    machine = platform.machine().lower()
    has_gpu_build = sys.platform in {"linux", "win32"} and machine in {"x86_64", "amd64"}
    return BASE if has_gpu_build else _PLAIN


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
