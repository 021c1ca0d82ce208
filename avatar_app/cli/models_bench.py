"""avatar-app models bench: a network's frame on ONNX Runtime against torch, in one run."""

from pathlib import Path
from typing import Annotated

import typer


def bench(
    checkpoint: Annotated[
        Path | None, typer.Argument(help="A checkpoint; seeded weights without.")
    ] = None,
    *,
    config: Annotated[
        Path | None, typer.Option(metavar="YAML", help="The settings of the network.")
    ] = None,
    frames: Annotated[int, typer.Option(min=1, max=1000, help="Frames timed of each.")] = 10,
    threads: Annotated[
        int, typer.Option(min=0, max=256, help="Processor threads; 0 takes all.")
    ] = 0,
) -> None:
    """Compare the ways to compute one frame.

    Of a network, on this machine's processor. Needs torch."""
    from rich.table import Table

    from avatar_app.cli.models_convert import check_converter
    from avatar_app.cli.terminal import messages, results

    check_converter()
    from avatar_app.training.speed import compare_speed

    messages().print("Measuring in turns: keep the machine quiet.")
    table = Table("what", "ms a frame", "ratio", box=None, padding=(0, 3, 0, 0))
    for row in compare_speed(checkpoint, config, frames, threads):
        table.add_row(row.name, f"{row.ms:.1f}", f"{row.ratio:.2f}")
    results().print(table, soft_wrap=False)
