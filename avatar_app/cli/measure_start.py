"""The machine before a measurement, and how long the window takes to its first picture."""

import os
import subprocess
import sys
import time

from avatar_app.errors import MachineError
from avatar_app.packaged import is_packaged

_TRIES = 3
_PATIENCE_S = 60.0


def machine_load() -> float | None:
    """The mean number of processes that ran in the last minute; None where nobody counts.
    Figures taken on a busy machine say little."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def window_seconds() -> float | None:
    """The median of three starts of a fresh process that ends right after its first paint, in
    seconds, the end included; None where there is no screen."""
    from avatar_app.doctor.screen import screen_problem

    if screen_problem() is not None:
        return None
    return sorted(_one_start() for _ in range(_TRIES))[_TRIES // 2]


def _program() -> list[str]:
    """What starts this program anew: a packaged one is its own interpreter."""
    return [sys.executable] if is_packaged() else [sys.executable, "-m", "avatar_app.cli.main"]


def _one_start() -> float:
    command = [*_program(), "--quit-after-paint"]
    begun = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise MachineError("The window did not open within a minute.") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise MachineError(f"The window did not open: {said[-1]}")
    return time.perf_counter() - begun
