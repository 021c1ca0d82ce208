"""avatar-app record: a performance without its pictures, to drive avatars later."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.place import check_place
from avatar_app.errors import ConfigError

if TYPE_CHECKING:
    from avatar_app.capture.base import FrameSource
    from avatar_app.tracking.recorder import PerformanceRecorder


def record(
    source: Annotated[str, typer.Argument(help="A video file, or any word for an input.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.npz", help="The file to write.")
    ],
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Stop after so long (cameras and screens).")
    ] = None,
) -> None:
    """Record the motion of a face, without its pictures.

    Landmarks only. Use the file as --source performance:FILE.npz. Ctrl-C keeps what a camera gave
    so far."""
    from avatar_app.capture import open_source
    from avatar_app.cli.interrupt import Interrupt
    from avatar_app.cli.terminal import messages, results
    from avatar_app.tracking.recorder import PerformanceRecorder

    if output.suffix.lower() != ".npz":
        raise ConfigError(f"{output} does not end in .npz.", "A performance is kept as FILE.npz.")
    check_place(output)
    with Interrupt() as interrupt:
        opened = open_source(source, every_frame=True)
        recorder = PerformanceRecorder(None if opened.info.is_live else opened.info.fps)
        try:
            _record(opened, recorder, seconds, interrupt.requested)
        finally:
            opened.close()
    if interrupt.requested() and not opened.info.is_live:
        messages().print("Stopped; no file was written.")
        raise typer.Exit(border.INTERRUPTED)
    recorder.save(output)
    faces = int(recorder.performance().present.sum())
    results().print(f"{output}: {recorder.frames} frames, {faces} with a face", markup=False)
    raise typer.Exit(border.INTERRUPTED if interrupt.requested() else border.DONE)


def _record(
    source: "FrameSource",
    recorder: "PerformanceRecorder",
    seconds: float | None,
    stop: Callable[[], bool],
) -> None:
    from avatar_app.cli.progress import progress_bar
    from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
    from avatar_app.types import TrackedFrame

    tracker = MediaPipeTracker()
    until = None if seconds is None else time.perf_counter() + seconds
    try:
        with progress_bar() as progress:
            while not (stop() or recorder.is_full or (until and time.perf_counter() >= until)):
                frame = source.read()
                if frame is None:
                    break
                recorder.add(TrackedFrame(frame, tracker.track(frame)))
                progress("record", recorder.frames, source.info.frame_count)
    finally:
        tracker.close()
