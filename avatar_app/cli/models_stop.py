"""What Ctrl-C during a long change of the store says."""

import contextlib
from collections.abc import Iterator

import typer

from avatar_app.cli import border


@contextlib.contextmanager
def stopped_with(sentence: str) -> Iterator[None]:
    """Turns Ctrl-C within the block into ``sentence`` and the exit code 130. It is not held back
    until a good moment: the store is in order at every one."""
    from avatar_app.cli.terminal import messages

    try:
        yield
    except KeyboardInterrupt:
        messages().print(sentence, markup=False)
        raise typer.Exit(border.INTERRUPTED) from None
