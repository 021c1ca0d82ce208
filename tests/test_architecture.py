"""Rules of the house that no tool checks: what may be imported when a module is merely loaded."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "avatar_app"
HEAVY = {
    "PyQt6",
    "torch",
    "onnx",
    "onnxruntime",
    "mediapipe",
    "pyvirtualcam",
    "sounddevice",
    "av",
    "tensorrt",
    "mss",
    "httpx",
    "yaml",
}
ROOMS_OF_QT = {"gui"}
PACKAGES_OF_TRAINING = {"torch", "onnx", "yaml"}


def _module_level_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]
        else:
            yield from _module_level_imports(node)


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_packages_are_imported_late(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    allowed = {"PyQt6"} if room in ROOMS_OF_QT else set()
    if room == "training":
        allowed = PACKAGES_OF_TRAINING
    loaded = set(_module_level_imports(ast.parse(path.read_text(encoding="utf-8"))))
    assert not (loaded & HEAVY) - allowed


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_edges_print_or_exit(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] in {"cli", "gui"}:
        return
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "sys.exit", "exit", "quit"}


def test_imports_reach_the_linter_of_layers() -> None:
    """A room that the layers do not name would be free to import anything."""
    layers = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    for entry in PACKAGE.iterdir():
        if entry.name.startswith("_") or (entry.is_file() and entry.suffix != ".py"):
            continue
        assert f"avatar_app.{entry.stem}" in layers, f"{entry.stem} stands in no layer"
