"""The entry point: nothing is imported before Ctrl-C can end the program quietly."""

import os
import sys

# A frame's matrices are tiny: numpy's threads only wait for one another there. To be set before
# numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> int:
    """The program ``avatar-app``; returns its exit code, or ends the process with it."""
    try:
        if getattr(sys, "frozen", False):
            # There the process that compiles networks starts here as well.
            import multiprocessing

            multiprocessing.freeze_support()
        from avatar_app.cli import process

        process.keep_blas_to_one_thread()
        process.keep_one_arena()
        from avatar_app.cli import border
        from avatar_app.cli.commands import app
        from avatar_app.paths import log_file

        process.keep_stderr_for_messages(log_file().with_name("native.log"))
        return process.leave(border.run(app, None))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
