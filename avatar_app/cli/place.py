"""Whether a file can be written, asked before the work and not after it."""

import os
from pathlib import Path

from avatar_app.errors import MachineError


def check_place(path: Path) -> None:
    """Raises MachineError where ``path`` is a folder or its own folder takes no files."""
    folder = path.parent
    if path.is_dir():
        raise MachineError(f"{path} is a folder.", "Choose another name.")
    if not folder.is_dir():
        raise MachineError(f"There is no folder {folder}.", "Create it first.")
    if not os.access(folder, os.W_OK):
        raise MachineError(f"The folder {folder} may not be written to.", "Choose another one.")
