"""avatar-app calibrate: the driver's neutral face and ranges, guided in the terminal."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.options import Avatar
from avatar_app.errors import ConfigError, FaceError

if TYPE_CHECKING:
    from avatar_app.calibration.kept_file import CalibrationKey
    from avatar_app.calibration.steps import CalibrationRun
    from avatar_app.config import AppConfig
    from avatar_app.types import Calibration


def calibrate(
    *,
    camera: Annotated[
        str | None, typer.Option(metavar="WORD", help="The camera it is for, like camera:0.")
    ] = None,
    avatar: Avatar = None,
    clip: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Look at this recording in place of the camera."),
    ] = None,
    figures: Annotated[
        bool, typer.Option(help="Only print what is measured of each frame.")
    ] = False,
    list_kept: Annotated[bool, typer.Option("--list", help="List what is kept.")] = False,
    delete: Annotated[bool, typer.Option(help="Forget that of this camera and avatar.")] = False,
    delete_all: Annotated[bool, typer.Option(help="Forget all of them.")] = False,
) -> None:
    """Take your neutral pose and your ranges.

    They are for one camera and one avatar. Pictures of your face stay on this machine, in a folder
    only you can read."""
    from avatar_app.cli.settings import user_settings

    if sum((figures, list_kept, delete, delete_all)) > 1:
        raise ConfigError("Only one of --figures, --list, --delete and --delete-all can be done.")
    config = user_settings(source__word=camera, avatar=avatar)
    if list_kept:
        _print_list()
    elif delete or delete_all:
        _delete(config, every=delete_all)
    elif figures:
        _print_figures(_watched(config, clip))
    else:
        raise typer.Exit(_calibrate(config, clip))


def _avatar_name(word: str) -> str:
    """What the library calls the avatar; a picture file, and one that is gone, as it is kept."""
    from avatar_app.build import open_library

    names = {entry.id: entry.name for entry in open_library().list().entries}
    return names.get(word, word)


def _watched(config: "AppConfig", clip: Path | None) -> "AppConfig":
    """The settings with the clip in the camera's place."""
    from avatar_app.cli.settings import changed

    return config if clip is None else changed(config, source__word=str(clip))


def _calibrate(config: "AppConfig", clip: Path | None) -> int:
    from avatar_app.build import avatar_opener, calibration_key, open_calibrations
    from avatar_app.calibration.steps import CalibrationRun
    from avatar_app.cli.interrupt import Interrupt
    from avatar_app.cli.terminal import results

    store, key = open_calibrations(), calibration_key(config)
    run = CalibrationRun(avatar_opener(config.avatar)().face, store.load(key))
    with Interrupt() as interrupt:
        _guide(run, _watched(config, clip), interrupt.requested)
    if interrupt.requested():
        return border.INTERRUPTED
    found = run.calibration if run.progress.captured else None
    if found is None:
        raise FaceError(
            "No neutral face was found.", "Sit in front of the camera, alone, and look at it."
        )
    store.save(key, found)
    results().print(_summary(key, found), markup=False)
    return border.DONE


def _guide(run: "CalibrationRun", config: "AppConfig", stop: Callable[[], bool]) -> None:
    """Feed frames until there is something to keep, the source ends or the user stops. What
    nobody manages in time is taken as it is: there is no button in a terminal."""
    from avatar_app.build import source_opener, tracker_opener
    from avatar_app.calibration.progress import Step
    from avatar_app.cli.guide_line import GuideLine
    from avatar_app.types import TrackedFrame

    source, tracker = source_opener(config, every_frame=True)(), tracker_opener(config)()
    try:
        with GuideLine() as line:
            while not stop() and run.progress.step is not Step.REVIEW:
                frame = source.read()
                if frame is None:
                    break
                progress = run.feed(TrackedFrame(frame, tracker.track(frame)))
                line.show(progress)
                if progress.late:
                    run.skip()
    finally:
        source.close()
        tracker.close()
    if run.progress.step is Step.NEUTRAL and not stop():
        run.skip()


def _summary(key: "CalibrationKey", calibration: "Calibration") -> str:
    ranges = calibration.ranges
    measured = {
        "mouth": ranges and ranges.mouth,
        "smile": ranges and ranges.smile,
        "blink": ranges and ranges.shut_eyes,
        "gaze": ranges and ranges.gaze,
        "turn": ranges and ranges.turn,
    }
    names = ", ".join(name for name, value in measured.items() if value is not None)
    return (
        f"Kept for {key.camera} and {_avatar_name(key.avatar)}: match {calibration.quality:.0%}, "
        f"ranges of {names or 'nothing'}"
    )


def _print_list() -> None:
    from avatar_app.build import open_calibrations
    from avatar_app.cli.terminal import results

    entries = open_calibrations().entries()
    for kept in entries:
        day = datetime.fromtimestamp(kept.created).astimezone()
        ranges = "with ranges" if kept.has_ranges else "without ranges"
        line = f"{kept.key.camera}  {_avatar_name(kept.key.avatar)}  {day:%Y-%m-%d %H:%M}  "
        results().print(f"{line}match {kept.quality:.0%}, {ranges}", markup=False)
    if not entries:
        results().print("Nothing is kept.")


def _delete(config: "AppConfig", *, every: bool) -> None:
    from avatar_app.build import calibration_key, open_calibrations
    from avatar_app.cli.terminal import results

    store = open_calibrations()
    count = store.delete_all() if every else int(store.delete(calibration_key(config)))
    results().print(f"{count} deleted")


def _print_figures(config: "AppConfig") -> None:
    """One line a measure: least, median and largest over the frames with a face."""
    import numpy as np

    from avatar_app.build import source_opener, tracker_opener
    from avatar_app.calibration.measure import FrameMeter
    from avatar_app.cli.terminal import results
    from avatar_app.types import TrackedFrame

    source, tracker, meter = source_opener(config, every_frame=True)(), None, FrameMeter()
    rows: list[dict[str, float]] = []
    try:
        tracker = tracker_opener(config)()
        while (frame := source.read()) is not None:
            measured = meter.measure(TrackedFrame(frame, tracker.track(frame)))
            if measured is not None:
                rows.append(measured.as_row())
    finally:
        source.close()
        if tracker is not None:
            tracker.close()
    if not rows:
        raise FaceError("No face was found.", "Choose a clip with one face.")
    for name in max(rows, key=len):
        values = np.array([row[name] for row in rows if name in row])
        low, middle, high = np.percentile(values, (0, 50, 100))
        results().print(f"{name:10}{low:8.3f}{middle:8.3f}{high:8.3f}", markup=False)
