"""What a bundle carries and what it leaves behind: lists and functions for avatar_app.spec."""

import re
import tomllib
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from importlib.metadata import Distribution
from pathlib import Path

Data = tuple[str, str]
"""A file or folder, and the folder of the bundle it goes to."""

UNUSED_MODULES = [
    "IPython",
    "hypothesis",
    "jax",
    "jaxlib",
    "matplotlib",
    "mypy",
    "numpy.distutils",
    "numpy.f2py",
    "onnx",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    "onnxscript",
    "pandas",
    "pip",
    "pkg_resources",
    "pytest",
    "scipy",
    "setuptools",
    "skimage",
    "sympy",
    "tkinter",
    "torch",
    "torchvision",
    "yaml",
]
"""MediaPipe and ONNX Runtime mention these and never need them for what this program does."""

IMPORTED_BY_NAME = ("Xlib.ext", "Xlib.keysymdef", "Xlib.support")
"""Packages whose modules are imported by names put together at run time; on Linux alone."""

LEFT_BEHIND = (
    # NVIDIA's providers need 2 GB of libraries beside them.
    "onnxruntime/capi/*onnxruntime_providers_cuda*",
    "onnxruntime/capi/*onnxruntime_providers_tensorrt*",
    # OpenCV's own Qt 5, where the wheel with windows is installed.
    "cv2/qt/*",
    # Qt: PDF pictures, screens without a desktop, and a theme that would mix our GTK with theirs.
    "*/Qt6/plugins/imageformats/*qpdf*",
    "*Qt6Pdf*",
    "*/Qt6/plugins/egldeviceintegrations/*",
    "*Qt6EglFS*",
    "*/Qt6/plugins/generic/*",
    "*/Qt6/plugins/platforms/*qeglfs*",
    "*/Qt6/plugins/platforms/*qlinuxfb*",
    "*/Qt6/plugins/platforms/*qminimal*",
    "*/Qt6/plugins/platforms/*qvkkhrdisplay*",
    "*/Qt6/plugins/platforms/*qvnc*",
    "*/Qt6/plugins/platformthemes/*qgtk3*",
    # Sound reaches the desktop's sound server through plug-ins of the system's own ALSA.
    "libasound.so*",
    # What compilers leave in wheels.
    "*.rlib",
    "*.d",
    "*.pyi",
)
"""Files of the bundle, by pattern, that would be collected and are not needed."""

OPENED_BY_NAME = ("libportaudio.so*",)
"""Libraries of the system, by pattern, that packages open at run time; nothing links to them."""

LANGUAGES = ("de", "es", "fr", "ja", "ru", "zh_CN")
"""The program's own languages beside English: of Qt's texts (Cancel, Open) these stay."""

FACE_NETWORKS = ("face_detection", "face_landmark", "selfie_segmentation")
"""MediaPipe's folders of networks and graphs that are used; hands and poses are not."""


def belongs(name: str) -> bool:
    """Whether a file, named by its place in the bundle, stays in it."""
    place = name.replace("\\", "/")
    if "/Qt6/translations/" in place:
        return any(place.endswith(f"/qtbase_{language}.qm") for language in LANGUAGES)
    return not any(fnmatch(place, pattern) for pattern in LEFT_BEHIND)


def opened_by_name(name: str) -> bool:
    """Whether a library stays though no file of the bundle is linked to it."""
    return any(fnmatch(name, pattern) for pattern in OPENED_BY_NAME)


def own_data(root: Path) -> list[Data]:
    """The bundled media and lists: the same table of pyproject.toml that fills the wheel."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    table = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return [(str(root / source), _folder(root / source, place)) for source, place in table.items()]


def _folder(source: Path, place: str) -> str:
    return place if source.is_dir() else str(Path(place).parent)


def face_networks(mediapipe: Path) -> list[Data]:
    """The networks and graphs in an installed ``mediapipe`` folder that the program loads."""
    return [
        (str(file), f"mediapipe/modules/{name}")
        for name in FACE_NETWORKS
        for file in sorted((mediapipe / "modules" / name).iterdir())
        if file.suffix in {".tflite", ".binarypb"}
    ]


def required_packages(root: Path) -> list[str]:
    """The names in pyproject.toml's dependencies: doctor reads their versions from metadata."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in project["dependencies"]]


def licences(packages: Iterable[Distribution]) -> list[Data]:
    """The licence files of installed packages, each in a folder named after its package."""
    return [
        (str(file.locate()), f"licences/{package.name}")
        for package in packages
        for file in package.files or ()
        if re.match(r"(licen[cs]e|copying|notice)", file.name, re.IGNORECASE)
        and ".dist-info" in file.parts[0]
    ]


def reachable(
    libraries: dict[str, str], needed: Callable[[str], Iterable[str]], roots: Iterable[str]
) -> set[str]:
    """The system's libraries that the files ``roots`` load, directly or through others.

    ``libraries``: base name → file; ``needed``: the base names that a file asks for. Libraries
    collected for a plug-in that is left behind are not reached."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        for name in needed(waiting.pop()):
            if name in libraries and name not in found:
                found.add(name)
                waiting.append(libraries[name])
    return found
