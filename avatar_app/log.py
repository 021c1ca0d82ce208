"""Logging: a file from the first line, and one place where a thread's last words arrive."""

import contextlib
import logging
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


class _QuietFile(RotatingFileHandler):
    """A log that cannot be written any more, for its disk is full, is no reason for Python to
    print a traceback over the status line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line."""


def start_logging(path: Path | None, *, verbose: bool = False) -> None:
    """Send the program's log to ``path`` (1 MB, two old ones kept); to nowhere when it cannot be
    written. ``verbose`` adds the terminal."""
    root = logging.getLogger("avatar_app")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.propagate = False
    for handler in list(root.handlers):
        root.removeHandler(handler)
        with contextlib.suppress(OSError):  # The disk is full, and a line was left to write.
            handler.close()
    for handler in _handlers(path, verbose):
        handler.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(handler)
    threading.excepthook = _log_thread_death


def _handlers(path: Path | None, verbose: bool) -> list[logging.Handler]:
    handlers: list[logging.Handler] = [logging.NullHandler()]
    if verbose:
        handlers.append(logging.StreamHandler())
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(_QuietFile(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8"))
        except OSError:
            pass  # A read-only home is no reason not to run.
    return handlers


def _log_thread_death(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "a thread"
    if args.exc_value is not None:
        logging.getLogger(__name__).error("%s died", name, exc_info=args.exc_value)
