"""The entry point: nothing is imported before Ctrl-C can end the program quietly."""

import multiprocessing
import os

# A frame's matrices are tiny: numpy's threads only wait for one another there. To be set before
# numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> int:
    """The program ``avatar-app``; returns its exit code, or ends the process with it."""
    # In a frozen program the process that compiles networks starts here as well.
    multiprocessing.freeze_support()
    try:
        from avatar_app.cli import process

        process.keep_blas_to_one_thread()
        from avatar_app.cli import border
        from avatar_app.cli.commands import app
        from avatar_app.paths import log_file

        process.keep_stderr_for_messages(log_file().with_name("native.log"))
        return process.leave(border.run(app, None))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
