"""What the process does before its first command and after its last, because of native code."""

import ctypes
import faulthandler
import logging
import os
import sys
import threading
from pathlib import Path

_M_ARENA_MAX = -8
"""As <malloc.h> has it."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def keep_blas_to_one_thread() -> None:
    """Before numpy is imported, which reads this once; a value the user has set stays.

    The helpers of OpenBLAS spin while they wait for the next small product: in a live session on
    two cores they took 40 to 90 % of a core and made no frame faster (render 12 ms with one
    thread, 20 to 24 ms with two on a busy machine)."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def keep_one_arena() -> None:
    """Before the first thread; a number set with MALLOC_ARENA_MAX stays. On Linux only.

    glibc gives threads heaps of their own, and what one of them freed is of no use to the next:
    over 80 stops and starts of the live window the memory that was kept grew from 335 to 388 MB,
    with one heap for all it stayed at 281 to 286. On two cores pictures took as long."""
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)


def keep_stderr_for_messages(native_log: Path) -> None:
    """Give descriptor 2, on which MediaPipe and codecs write as they like, to a file, and keep
    the terminal behind ``sys.stderr``. A crash of native code leaves its trace in that file too."""
    try:
        native_log.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(native_log, _FLAGS, 0o600)
    except OSError:
        target = os.open(os.devnull, os.O_WRONLY)
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(target, 2)
    os.close(target)
    faulthandler.enable(2)
    sys.stderr = os.fdopen(kept, "w", buffering=1, errors="backslashreplace")


def leave(code: int) -> int:
    """Give ``code`` back; where a thread is still inside native code (an import, a driver that
    blocks) end the process with it at once: finalising Python under it would abort."""
    if threading.active_count() > 1:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    return code
