"""avatar-app evaluate: how well the engine repeats real clips."""

from collections.abc import Mapping
from typing import Annotated

import typer

from avatar_app.cli.options import AsJson, Engine, Model, Neutral, Precision, Runtime, parse_neutral

Figures = Mapping[str, Mapping[str, float]]
"""Method ("unmoved" is the portrait left alone) → measure → value."""


def evaluate(
    clips: Annotated[list[str], typer.Argument(help="Video files with one face each.")],
    *,
    engine: Engine = None,
    model: Model = None,
    runtime: Runtime = None,
    precision: Precision = None,
    neutral: Neutral = "best",
    as_json: AsJson = False,
) -> None:
    """Measure how well CLIPS are reenacted.

    Self-reenactment, against the portrait left alone. The portrait is a clip's own neutral frame,
    the truth is the clip."""
    from avatar_app.cli.settings import changed
    from avatar_app.cli.terminal import print_json
    from avatar_app.config import AppConfig
    from avatar_app.evaluate import evaluate_clip

    frame = parse_neutral(neutral)
    config = changed(
        AppConfig.model_validate({}),
        engine=engine,
        fomm__model=model,
        runtime__word=runtime,
        runtime__precision=precision,
    )
    measured: dict[str, Figures] = {
        clip: evaluate_clip(clip, config, neutral=frame) for clip in clips
    }
    measured["mean"] = _mean(list(measured.values()))
    if as_json:
        print_json(measured)
    else:
        _print_table(measured)


def _mean(measured: list[Figures]) -> Figures:
    return {
        method: {
            name: sum(figures[method][name] for figures in measured) / len(measured)
            for name in values
        }
        for method, values in measured[0].items()
    }


def _print_table(measured: Mapping[str, Figures]) -> None:
    from rich.table import Table

    from avatar_app.cli.terminal import results

    first = next(iter(next(iter(measured.values())).values()))
    table = Table("clip", "", *first, box=None, padding=(0, 2, 0, 0))
    for clip, methods in measured.items():
        for method, values in methods.items():
            table.add_row(clip, method, *(f"{value:.4g}" for value in values.values()))
    results().print(table, soft_wrap=False)
