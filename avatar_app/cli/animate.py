"""avatar-app animate: a portrait moved by a clip, into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from avatar_app.cli import border
from avatar_app.cli.options import (
    ConsentWord,
    Engine,
    Model,
    Neutral,
    Precision,
    Runtime,
    Size,
    parse_neutral,
)
from avatar_app.cli.place import check_place
from avatar_app.cli.seal import tell_of_seal
from avatar_app.errors import ConfigError

if TYPE_CHECKING:
    from avatar_app.config import AppConfig
    from avatar_app.offline import AnimateReport


def animate(
    portrait: Annotated[str, typer.Argument(help="A picture file, or an avatar's name or id.")],
    clip: Annotated[str, typer.Argument(help="A video file, or any word for an input.")],
    *,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="OUT", help="A .mp4, .mkv, .mov, .gif or folder of .png."
        ),
    ],
    consent: ConsentWord = None,
    engine: Engine = None,
    model: Model = None,
    runtime: Runtime = None,
    precision: Precision = None,
    neutral: Neutral = "best",
    motion: Annotated[
        Literal["relative", "absolute"] | None,
        typer.Option(help="Relative to the neutral face, or the clip's pose."),
    ] = None,
    strength: Annotated[
        float | None, typer.Option(min=0.0, max=2.0, help="1 moves the portrait as the clip does.")
    ] = None,
    mouth: Annotated[
        Literal["driver", "painted"] | None,
        typer.Option(help="The inside of an open mouth: the clip's, or painted."),
    ] = None,
    size: Size = None,
    badge: Annotated[
        bool | None, typer.Option("--badge/--no-badge", help="The mark that says AI avatar.")
    ] = None,
    credentials: Annotated[
        bool | None,
        typer.Option("--credentials/--no-credentials", help="Sign the file with what made it."),
    ] = None,
) -> None:
    """Animate PORTRAIT with the face of CLIP, into a file.

    One output frame per frame of the clip, at the portrait's own size, with the clip's sound. An
    existing output file is replaced. Exit code 3: the file is there but could not be signed."""
    from avatar_app.cli.avatars_consent import settle_consent
    from avatar_app.cli.settings import parse_size, user_settings

    config = user_settings(
        engine=engine,
        fomm__model=model,
        runtime__word=runtime,
        runtime__precision=precision,
        motion__mode=motion,
        motion__strength=strength,
        motion__mouth=mouth,
        output__badge=badge,
        output__credentials=credentials,
    )
    _keep_inputs(output, portrait, clip)
    settle_consent(portrait, consent)
    raise typer.Exit(
        animate_with_progress(
            config, portrait, clip, output, neutral=parse_neutral(neutral), size=parse_size(size)
        )
    )


def animate_with_progress(
    config: "AppConfig",
    portrait: str,
    clip: str,
    output: str,
    *,
    neutral: str | int = "best",
    size: tuple[int, int] | None = None,
) -> int:
    """Animate with a progress bar and print what came of it; the exit code."""
    from avatar_app.build import animate_clip
    from avatar_app.cli.interrupt import Interrupt
    from avatar_app.cli.progress import progress_bar
    from avatar_app.cli.terminal import messages, results

    _check_output(output)
    with Interrupt() as interrupt, progress_bar() as progress:
        report = animate_clip(
            config,
            portrait,
            clip,
            output,
            neutral=neutral,
            size=size,
            progress=progress,
            cancel=interrupt.requested,
        )
    if report.cancelled:
        messages().print("Stopped; no file was written.")
        return border.INTERRUPTED
    for note in report.notes:
        messages().print(note, markup=False)
    if report.neutral_fault:
        better = "No frame is better." if neutral == "best" else "Try --neutral best."
        messages().print(f"{report.neutral_fault} {better}", markup=False)
    results().print(_report_line(output, report), markup=False)
    return tell_of_seal(report.seal)


def _check_output(output: str) -> None:
    """Refuse a name or place that cannot be written before the clip is looked through."""
    from avatar_app.outputs import open_file

    open_file(output)
    path = Path(output)
    if path.suffix and not output.endswith(("/", "\\")):
        check_place(path)


def _report_line(output: str, report: "AnimateReport") -> str:
    rate = report.frames / report.seconds if report.seconds > 0 else 0.0
    counts = ", ".join(
        f"{count} {outcome.replace('_', ' ')}" for outcome, count in report.counts.items() if count
    )
    where = f" on {report.runtime}" if report.runtime else ""
    return (
        f"{output}: {report.frames} frames ({counts}); the face at rest is frame {report.neutral} "
        f"of the clip; {report.seconds:.1f} s, {rate:.1f} frames a second{where}"
    )


def _keep_inputs(output: str, *inputs: str) -> None:
    """Refuse to write over what is about to be read."""
    target = Path(output)
    for word in inputs:
        source = Path(word.removeprefix("file:").removeprefix("image:"))
        if source.is_file() and target.exists() and source.samefile(target):
            raise ConfigError(f"The output {output} is also an input.", "Choose another name.")
