"""The package c2pa, loaded with its own native library and no other.

Left alone, it looks for that library in the current folder first, where a stranger's download may
lie (c2pa-python 0.38, ``lib.py``). An absolute name in C2PA_LIBRARY_NAME comes before all that.
"""

import ctypes
import os
import sys
from importlib import import_module, util
from pathlib import Path
from typing import Any

from avatar_app.errors import MachineError

_NAME = "C2PA_LIBRARY_NAME"
_FILES = {"win32": "c2pa_c.dll", "darwin": "libc2pa_c.dylib"}


def c2pa() -> Any:
    """The module. Raises MachineError where it is missing or cannot be loaded."""
    if "c2pa" in sys.modules:
        return sys.modules["c2pa"]
    before = os.environ.get(_NAME)
    try:
        native = _native()
        ctypes.CDLL(str(native))  # One that fails here would be sought elsewhere.
        os.environ[_NAME] = str(native)
        return import_module("c2pa")
    except (ImportError, OSError, RuntimeError) as error:
        raise MachineError(
            f"The package c2pa-python cannot be loaded: {error}.", "Install the program anew."
        ) from error
    finally:
        if before is None:
            os.environ.pop(_NAME, None)
        else:
            os.environ[_NAME] = before


def _native() -> Path:
    spec = util.find_spec("c2pa")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("it is not installed")
    folder = Path(spec.submodule_search_locations[0]).resolve()
    return folder / "libs" / _FILES.get(sys.platform, "libc2pa_c.so")
