"""avatar-app demo: the bundled portrait moved by the bundled clip, with no screen or camera."""

from typing import Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.options import Avatar, ConsentWord

_LIVE_SECONDS = 6.0


def demo(
    *,
    avatar: Avatar = None,
    consent: ConsentWord = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT", help="The file to write.")
    ] = "avatar_demo.mp4",
) -> None:
    """Show what it does: a file, then six seconds live.

    Animate a bundled portrait with the bundled clip into avatar_demo.mp4, then run the same live
    for six seconds and print frame rate and latency. Needs no screen and no camera."""
    from avatar_app.cli.avatars_consent import settle_consent

    settle_consent(avatar or "", consent)
    run_demo(avatar or "", output)


def run_demo(avatar: str = "", output: str = "avatar_demo.mp4") -> None:
    """Both halves of the demo, with default settings so that every machine shows the same."""
    from avatar_app.cli.animate import animate_with_progress
    from avatar_app.cli.avatars_consent import settle_consent
    from avatar_app.cli.run import run_headless
    from avatar_app.cli.settings import changed
    from avatar_app.cli.terminal import results
    from avatar_app.config import AppConfig

    config = changed(AppConfig.model_validate({}), avatar=avatar, source__word="clip:")
    results().print("To a file, every frame of the clip as fast as it goes:")
    code = animate_with_progress(config, avatar, "clip:", output)
    if code == border.DONE:
        results().print(f"Live for {_LIVE_SECONDS:.0f} s, the clip in place of a camera:")
        name = settle_consent(avatar, None)
        code = run_headless(config, ["memory:"], _LIVE_SECONDS, name)
    raise typer.Exit(code)
