"""avatar-app bench: how fast this machine is, as ratios taken in one run."""

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli.options import AsJson, Engine, Model, Precision, Runtime

if TYPE_CHECKING:
    from avatar_app.cli.measure_frame import FrameCost
    from avatar_app.cli.measure_live import LiveFigures


_FRAMES = 150
_FRAMES_OF_NETWORKS = 15


def bench(
    *,
    engine: Engine = None,
    model: Model = None,
    runtime: Runtime = None,
    precision: Precision = None,
    seconds: Annotated[float, typer.Option(min=3.0, help="Length of the live session.")] = 15.0,
    frames: Annotated[
        int | None,
        typer.Option(min=5, help="Frames timed one by one: 150, with networks 15."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure start-up, a live session and one frame.

    The frame is measured against FaceMesh alone. Without options the bundled engine as it comes;
    the user's settings are not looked at."""
    from avatar_app.cli.measure_frame import measure_frame
    from avatar_app.cli.measure_live import measure_live
    from avatar_app.cli.measure_start import machine_load, window_seconds
    from avatar_app.cli.settings import changed
    from avatar_app.cli.terminal import messages, print_json
    from avatar_app.config import AppConfig

    config = changed(
        AppConfig.model_validate({}),
        engine=engine,
        fomm__model=model,
        runtime__word=runtime,
        runtime__precision=precision,
    )
    load = machine_load()
    window = window_seconds()
    messages().print("Measuring a live session, then single frames: keep the machine quiet.")
    live = measure_live(seconds, config)
    cost = measure_frame(frames or (_FRAMES_OF_NETWORKS if live.runtime else _FRAMES), config)
    if as_json:
        figures = {"load": load, "window_s": window, "live": asdict(live), "frame": asdict(cost)}
        print_json(figures | {"ratio": cost.ratio})
    else:
        _print_table(load, window, live, cost)


def _print_table(
    load: float | None, window: float | None, live: "LiveFigures", cost: "FrameCost"
) -> None:
    from rich.table import Table

    from avatar_app.cli.terminal import results

    table = Table("what", "measured", box=None, padding=(0, 3, 0, 0))
    for what, figure in [*_start_rows(load, window), *_live_rows(live), *_cost_rows(cost)]:
        table.add_row(what, figure)
    results().print(table, soft_wrap=False)


def _start_rows(load: float | None, window: float | None) -> list[tuple[str, str]]:
    busy = "unknown here" if load is None else f"{load:.1f} of {os.cpu_count()} processors"
    start = "no screen here" if window is None else f"{window:.2f} s"
    return [
        ("busy with other work before", busy),
        ("command to painted window, and its close", start),
    ]


def _live_rows(live: "LiveFigures") -> list[tuple[str, str]]:
    engine = f"{live.engine} on {live.runtime}" if live.runtime else live.engine
    return [
        ("live: engine", engine),
        ("live: source, delivered", f"{live.source_fps:.1f}, {live.delivered_fps:.1f} fps"),
        ("live: latency p50", f"{live.p50_ms:.1f} ms, {live.p50_frames:.2f} frame times"),
        ("live: latency p95", f"{live.p95_ms:.1f} ms, {live.p95_frames:.2f} frame times"),
        ("live: dropped", f"{live.dropped} of {live.captured} frames"),
        ("live: resident memory, peak", f"{_megabytes(live.rss_mb)}, {_megabytes(live.peak_mb)}"),
    ]


def _cost_rows(cost: "FrameCost") -> list[tuple[str, str]]:
    stages = ", ".join(f"{name} {value:.1f}" for name, value in cost.stages_ms.items())
    return [
        ("FaceMesh alone, 640x480 (median)", f"{cost.face_mesh_ms:.2f} ms"),
        ("whole live frame (median)", f"{cost.live_frame_ms:.2f} ms ({stages})"),
        ("ratio", f"{cost.ratio:.2f}"),
    ]


def _megabytes(value: float | None) -> str:
    return "unknown here" if value is None else f"{value:.0f} MB"
