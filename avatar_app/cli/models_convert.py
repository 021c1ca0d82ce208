"""The one place where commands reach the converter, and with it torch."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from avatar_app.errors import MachineError

if TYPE_CHECKING:
    from avatar_app.model_store.card import ModelCard

_NEEDED = ("torch", "onnx", "yaml")
_ROOM_PER_BYTE = 3
"""Of a checkpoint: the full-size model takes 2.3 (FP32, FP16, and rewritten for processors)."""


def check_converter() -> None:
    """Raises MachineError where torch and its companions are not installed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        from avatar_app.packaged import FROM_SOURCES, is_packaged

        raise MachineError(
            f"To convert a checkpoint {', '.join(missing)} must be installed; a model that was "
            "exported on another machine can be imported without.",
            FROM_SOURCES if is_packaged() else 'Run: pip install "avatar_app[train]"',
        )


def convert(
    file: Path,
    *,
    config: Path | None,
    name: str,
    title: str,
    licence: str,
    align_corners: bool,
    replace: bool,
) -> "ModelCard":
    """Convert a checkpoint into the store, whole or not at all, with a progress bar."""
    from avatar_app.cli.progress import progress_bar
    from avatar_app.cli.terminal import messages
    from avatar_app.model_store.installing import installing
    from avatar_app.model_store.room import check_room
    from avatar_app.paths import models_dir

    check_room(models_dir(), _ROOM_PER_BYTE * file.stat().st_size)
    with installing(name, models_dir(), replace=replace) as folder, progress_bar() as progress:
        from avatar_app.training.convert import convert_checkpoint

        return convert_checkpoint(
            file,
            config=config,
            name=name,
            folder=folder,
            title=title,
            licence=licence,
            align_corners=align_corners,
            progress=progress,
            note=lambda sentence: messages().print(sentence, markup=False),
        )
