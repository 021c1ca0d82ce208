"""A progress bar for work on a clip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from avatar_app.cli.terminal import messages

_STAGES = {"neutral": "Looking for a neutral face", "animate": "Animating", "record": "Recording"}


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """Gives the function that work calls with its stage, frames done and their total, if known.

    Nothing is drawn where standard error is no terminal."""
    console = messages()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        tasks = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show
