"""avatar-app run: a live session, in the window or in the terminal."""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.options import Avatar, ConsentWord, Engine, Model, Precision, Runtime, Size
from avatar_app.errors import AvatarError, ConfigError, MachineError, SinkError, SourceError

if TYPE_CHECKING:
    from avatar_app.config import AppConfig
    from avatar_app.live.session import LiveSession
    from avatar_app.live.status import Problem, SessionStatus

_GLANCE_S = 0.25
_FINISH_S = 600.0
_LOADING_S = 10.0
_ANOTHER_SOURCE = "--source clip: is the bundled performance, --source file:PATH a film."
_ANOTHER_OUTPUT = "Another output can be named: --output file:live.mp4, for example."


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
    consent: ConsentWord = None,
    engine: Engine = None,
    model: Model = None,
    runtime: Runtime = None,
    precision: Precision = None,
    headless: Annotated[bool, typer.Option(help="No window: a status line.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.1, help="Stop so long after the avatar first moved (--headless)."),
    ] = None,
    size: Size = None,
    fps: Annotated[int | None, typer.Option(help="Frame rate of the output.")] = None,
) -> None:
    """Move an avatar as a face moves, live.

    The words for --source and --output are listed by: avatar-app devices."""
    from avatar_app.cli.avatars_consent import settle_consent
    from avatar_app.cli.settings import changed, parse_size, user_settings

    width, height = parse_size(size) or (None, None)
    config = user_settings(
        output__width=width,
        output__height=height,
        output__fps=fps,
        fomm__model=model,
        runtime__word=runtime,
        runtime__precision=precision,
    )
    words = output or ["vcam:"]
    if headless:
        config = changed(config, source__word=source, avatar=avatar, engine=engine)
        name = settle_consent(config.avatar, consent)
        raise typer.Exit(run_headless(config, words, seconds, name))
    if seconds is not None:
        raise ConfigError("--seconds needs --headless.", "A window stays until it is closed.")
    from avatar_app.cli.window import show_window

    if avatar is not None or consent is not None:
        settle_consent(avatar if avatar is not None else config.avatar, consent)
    show_window(config, source=source, avatar=avatar, engine=engine, outputs=words, start=True)


def run_headless(
    config: "AppConfig", words: Sequence[str], seconds: float | None, name: str
) -> int:
    """Run until the source ends, the time is over or Ctrl-C; the exit code. ``name`` is the
    avatar's.

    Raises an AvatarError where the session cannot do its work."""
    from avatar_app.build import build_session, seal_for
    from avatar_app.cli.interrupt import Interrupt
    from avatar_app.cli.seal import tell_of_seal
    from avatar_app.cli.status_line import summary_line
    from avatar_app.cli.terminal import results
    from avatar_app.outputs import file_of, is_camera

    seal = seal_for(config)
    stood = {path: _stamp(path) for path in map(file_of, words) if path is not None}
    with Interrupt() as interrupt:
        session = build_session(config, outputs=words, seal=seal)
        session.start()
        try:
            first, last = _watch(session, interrupt.requested, seconds, len(words))
        finally:
            session.stop()
            left = not all(map(is_camera, words)) and _leave(session, interrupt.requested)
    failure = _failure(last, len(words))
    if failure is not None:
        raise failure
    driven = f"{name}, driven by {_shown(config.source.word)}: {summary_line(first, last)}"
    results().print(driven, markup=False, soft_wrap=True)
    for path, before in stood.items():
        if _stamp(path) not in (None, before):
            results().print(f"Saved: {path}", markup=False, highlight=False, soft_wrap=True)
    lost = [problem for problem in session.status().problems if problem.where == "sink"]
    if lost and not left:
        raise _joined(SinkError, lost)
    code = tell_of_seal(seal.report if seal is not None else None)
    return border.INTERRUPTED if interrupt.requested() else code


def _stamp(path: Path) -> tuple[int, int] | None:
    """What another file or folder of that name has otherwise; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _shown(source: str) -> str:
    """The word of a source without the passwords of an address."""
    from avatar_app.capture import address_in
    from avatar_app.capture.address import shown_address

    address = address_in(source)
    return source if address is None else shown_address(address)


def _watch(
    session: "LiveSession", stop: Callable[[], bool], seconds: float | None, outputs: int
) -> tuple["SessionStatus", "SessionStatus"]:
    """Show the status until there is a reason to end. Gives the status when the avatar first
    moved (loading counts no frames as lost), and the last one. ``seconds`` count from that moment
    on, where it does not come within _LOADING_S from then."""
    from avatar_app.cli.status_line import StatusLine

    first, begun = None, time.perf_counter()
    until = math.inf if seconds is None else begun + _LOADING_S + seconds
    with StatusLine() as line:
        while True:
            ended = session.wait(_GLANCE_S)
            status = session.status()
            if first is None and status.rendered:
                first = status
                until = min(until, time.perf_counter() + (math.inf if seconds is None else seconds))
            if not ended and _failure(status, outputs) is not None:
                time.sleep(_GLANCE_S)  # What else is wrong shows within that: both are told.
                status = session.status()
            if ended or _failure(status, outputs) is not None:
                return first or status, status
            line.show(status)
            if stop() or time.perf_counter() >= until:
                return first or status, status


def _failure(status: "SessionStatus", outputs: int) -> AvatarError | None:
    """Why going on is no use: no output is left, the source never opened, the session failed."""
    from avatar_app.live.status import SessionState

    sinks = [problem for problem in status.problems if problem.where == "sink"]
    sources = [problem for problem in status.problems if problem.where == "source"]
    if status.captured:
        sources = []
    if len(sinks) >= outputs and status.state is not SessionState.CLOSED:
        error = _joined(SinkError, [*sources, *sinks])
        return SinkError(f"{error.message} {_ANOTHER_OUTPUT}", error.hint)
    if sources:
        error = _joined(SourceError, sources)
        return SourceError(f"{error.message} {_ANOTHER_SOURCE}", error.hint)
    if status.state is SessionState.FAILED:
        return _joined(MachineError, status.problems)
    return None


def _leave(session: "LiveSession", stop: Callable[[], bool]) -> bool:
    """Wait for a long film that is being signed; whether the user had enough of it before."""
    from avatar_app.cli.terminal import messages

    if session.wait_for_outputs(0):
        return False
    messages().print("Finishing the output … (Ctrl-C leaves it as it is)")
    asked, until = stop(), time.perf_counter() + _FINISH_S
    while not session.wait_for_outputs(_GLANCE_S) and time.perf_counter() < until:
        if stop() and not asked:  # A second Ctrl-C ends it by itself.
            return True
    return False


def _joined(kind: type[AvatarError], problems: Sequence["Problem"]) -> AvatarError:
    """One error that tells all reasons and all hints."""
    reasons = " ".join(problem.message for problem in problems)
    hints = dict.fromkeys(problem.hint for problem in problems if problem.hint)
    return kind(reasons or "The session failed.", "\n".join(hints))
