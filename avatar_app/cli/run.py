"""avatar-app run: a live session, in the window or in the terminal."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.options import Avatar, Engine, Size
from avatar_app.errors import ConfigError, MachineError, SinkError

if TYPE_CHECKING:
    from avatar_app.config import AppConfig
    from avatar_app.live.session import LiveSession
    from avatar_app.live.status import Problem, SessionStatus

_GLANCE_S = 0.25


def run(
    *,
    source: Annotated[
        str | None, typer.Option(metavar="WORD", help="The input: camera:0, file:PATH, clip: …")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="An output, again for more: vcam: (default), file:PATH …"
        ),
    ] = None,
    avatar: Avatar = None,
    engine: Engine = None,
    headless: Annotated[bool, typer.Option(help="No window: a status line.")] = False,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Stop after so long (with --headless).")
    ] = None,
    size: Size = None,
    fps: Annotated[int | None, typer.Option(help="Frame rate of the output.")] = None,
) -> None:
    """Move an avatar as a face moves, live.

    The words for --source and --output are listed by: avatar-app devices."""
    from avatar_app.cli.settings import changed, parse_size, user_settings

    width, height = parse_size(size) or (None, None)
    config = user_settings(output__width=width, output__height=height, output__fps=fps)
    words = output or ["vcam:"]
    if headless:
        config = changed(config, source__word=source, avatar=avatar, engine=engine)
        raise typer.Exit(run_headless(config, words, seconds))
    if seconds is not None:
        raise ConfigError("--seconds needs --headless.", "A window stays until it is closed.")
    from avatar_app.cli.window import show_window

    show_window(config, source=source, avatar=avatar, engine=engine, outputs=words, start=True)


def run_headless(config: "AppConfig", words: Sequence[str], seconds: float | None) -> int:
    """Run until the source ends, the time is over or Ctrl-C; the exit code."""
    from avatar_app.build import build_session
    from avatar_app.cli.interrupt import Interrupt
    from avatar_app.cli.status_line import summary_line
    from avatar_app.cli.terminal import results

    begun = time.perf_counter()
    with Interrupt() as interrupt:
        session = build_session(config, outputs=words)
        session.start()
        try:
            until = None if seconds is None else begun + seconds
            status = _watch(session, interrupt.requested, until, len(words))
        finally:
            session.stop()
    results().print(summary_line(status, time.perf_counter() - begun), markup=False)
    _raise_failure(session.status(), len(words))
    return border.INTERRUPTED if interrupt.requested() else border.DONE


def _watch(
    session: "LiveSession", stop: Callable[[], bool], until: float | None, outputs: int
) -> "SessionStatus":
    """Show the status until there is a reason to end; the last status of the running session."""
    from avatar_app.cli.status_line import StatusLine

    with StatusLine() as line:
        while True:
            ended = session.wait(_GLANCE_S)
            status = session.status()
            line.show(status)
            over = until is not None and time.perf_counter() >= until
            if ended or over or stop() or len(_sink_problems(status)) >= outputs:
                return status


def _sink_problems(status: "SessionStatus") -> list["Problem"]:
    return [problem for problem in status.problems if problem.where == "sink"]


def _raise_failure(status: "SessionStatus", outputs: int) -> None:
    """A session that failed, or whose every output did, is an error that lists each reason."""
    from avatar_app.cli.status_line import problem_line
    from avatar_app.live.status import SessionState

    lost = _sink_problems(status)
    if len(lost) >= outputs:
        raise SinkError("No output is left.", " ".join(problem_line(p) for p in lost))
    if status.state is SessionState.FAILED:
        reasons = " ".join(problem_line(problem) for problem in status.problems)
        raise MachineError(reasons or "The session failed.")
