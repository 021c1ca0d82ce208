"""avatar-app alone: the window, or on a machine without a screen the demo."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from avatar_app.errors import MachineError

if TYPE_CHECKING:
    from avatar_app.config import AppConfig


def open_window(*, quit_after_paint: bool) -> None:
    """Open the window; where there is no screen say so in one line and run the demo."""
    from avatar_app.doctor.screen import screen_problem

    problem = screen_problem()
    if problem is None:
        from avatar_app.cli.settings import user_settings

        show_window(user_settings(), quit_after_paint=quit_after_paint)
        return
    from avatar_app.cli.demo import run_demo
    from avatar_app.cli.terminal import messages

    messages().print(f"{problem} Running the demo instead.", markup=False)
    run_demo()


def show_window(
    config: "AppConfig",
    *,
    source: str | None = None,
    avatar: str | None = None,
    engine: str | None = None,
    outputs: Sequence[str] = (),
    start: bool = False,
    quit_after_paint: bool = False,
) -> None:
    """Run the window until it is closed; ``source``, ``avatar`` and ``engine`` count for this run
    and are not kept. Raises MachineError where no window can open."""
    from avatar_app.doctor.screen import screen_problem
    from avatar_app.packaged import system_libraries_hint

    problem = screen_problem()
    if problem is not None:
        raise MachineError(problem, "Add --headless to run without a window.")
    try:
        from avatar_app.gui.app import run_window
    except ImportError as error:
        raise MachineError(
            f"The window's library cannot be loaded: {error}.",
            f"Install the system packages it needs: {system_libraries_hint()}",
        ) from error
    code = run_window(
        config,
        source=source,
        outputs=outputs,
        avatar=avatar,
        engine=engine,
        start=start,
        quit_after_paint=quit_after_paint,
    )
    raise typer.Exit(code)
