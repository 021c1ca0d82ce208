"""The graph of the delay: what it paints, what it says, and the ways to open it."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from gui_twin import TwinCore
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPalette
from pytestqt.qtbot import QtBot
from skimage.color import deltaE_ciede2000, rgb2lab

from avatar_app.capture.base import SourceInfo
from avatar_app.config import AppConfig, load_config
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.panels.latency_chart import LatencyChart
from avatar_app.gui.panels.latency_panel import LatencyPanel
from avatar_app.gui.panels.latency_words import averages
from avatar_app.gui.theme import DARK, LIGHT, Colours, stage_colours
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.live.trip import STAGES, Trip

Open = Callable[..., MainWindow]
STAGES_S = (0.010, 0.020, 0.030, 0.010, 0.030)
BLIND = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
    "none": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
}
"""Machado, Oliveira, Fernandes 2009: severity 1, on linear RGB."""


def trips(count: int = 400, until: float = 100.0) -> tuple[Trip, ...]:
    return tuple(Trip(until - 0.05 * i, STAGES_S) for i in reversed(range(count)))


def palette(colours: Colours) -> QPalette:
    made = QPalette()
    made.setColor(QPalette.ColorRole.Base, QColor(colours.surface))
    return made


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_areas_are_stacked_in_the_order_of_the_stages(qtbot: QtBot, colours: Colours) -> None:
    chart = LatencyChart()
    qtbot.addWidget(chart)
    chart.setPalette(palette(colours))
    chart.resize(400, 400)
    chart.show_trips(trips(), 100.0)
    assert chart.top_ms == 200
    picture = chart.grab().toImage()
    seen = column(picture, stage_colours(chart.palette()))
    found = [name for name in seen if name not in ("", "deliver")]  # That one is hatched.
    order = [name for name, before in zip(found, [None, *found], strict=False) if name != before]
    assert order == ["wait", "track", "render", "compose"]
    heights = [found.count(name) for name in ("wait", "track", "render", "compose")]
    assert heights[1] == pytest.approx(2 * heights[0], abs=5)
    assert heights[2] == pytest.approx(3 * heights[0], abs=6)


def column(picture: QImage, colours: tuple[QColor, ...]) -> list[str]:
    """The stages in the middle of the picture, from the bottom to the top."""
    names = dict(zip((c.rgb() for c in colours), STAGES, strict=True))
    x = picture.width() * 2 // 3
    return [names.get(picture.pixel(x, y), "") for y in reversed(range(picture.height()))]


def test_a_pause_interrupts_the_areas(qtbot: QtBot) -> None:
    chart = LatencyChart()
    qtbot.addWidget(chart)
    chart.setPalette(palette(LIGHT))
    chart.resize(400, 400)
    early, late = trips(60, until=86.0), trips(60, until=100.0)
    chart.show_trips([*early, *late], 100.0)
    assert not any(column(chart.grab().toImage(), stage_colours(chart.palette()))[60:])


def test_the_means_of_the_stages_add_up_to_the_mean_delay() -> None:
    found = averages(trips())
    assert found is not None
    assert sum(found.stages) == pytest.approx(found.total) == pytest.approx(100)
    assert found.interval == pytest.approx(50)
    assert averages(()) is None


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("kind", BLIND)
def test_colour_blind_people_tell_the_stages_apart(colours: Colours, kind: str) -> None:
    seen = [_lab(colour, BLIND[kind]) for colour in stage_colours(palette(colours))]
    ground = _lab(QColor(colours.surface), BLIND[kind])
    for one, other in combinations([*seen, ground], 2):
        assert deltaE_ciede2000(one, other) > 15


def _lab(colour: QColor, seen_as: list[list[float]]) -> np.ndarray:
    srgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    dim = np.clip(np.array(seen_as) @ linear, 0, 1)
    back = np.where(dim <= 0.0031308, 12.92 * dim, 1.055 * dim ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(back))


def test_everything_is_said_to_a_screen_reader(qtbot: QtBot) -> None:
    panel = LatencyPanel()
    qtbot.addWidget(panel)
    status = SessionStatus(
        SessionState.RUNNING,
        source_fps=10,
        fps=45.2,
        sent_fps=30,
        latency_p50_ms=99.6,
        latency_p95_ms=140,
        dropped=7,
    )
    panel.show_trips(trips(), status, 100.0)
    said = panel.accessibleDescription()
    for words in ("100 ms", "140 ms", "Finding the face: 20 ms", "Waiting to be sent: 30 ms"):
        assert words in said
    assert "10 from the camera, 45 from the engine, 30 sent; 7 left out" in said


def test_the_key_opens_it_and_it_stays_open_after_a_restart(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    core.trips = trips()
    window = open_window()
    window.resize(1100, 800)
    assert window.body.view.graph.isHidden()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.waitUntil(window.body.view.graph.isVisible)
    qtbot.waitUntil(lambda: "20 ms" in window.body.view.graph.accessibleDescription())
    assert window.store.config.window.delay_graph
    window.store.flush()
    path = tmp_path / "settings" / "config.toml"
    qtbot.waitUntil(path.exists)
    again = open_window(load_config(path))
    qtbot.waitUntil(again.body.view.graph.isVisible)
    qtbot.keyClick(again, Qt.Key.Key_G)
    assert again.body.view.graph.isHidden()


def test_the_small_curve_is_there_while_there_is_a_delay_to_show(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    assert not window.body.view.graph_button.isVisibleTo(window)
    window.start()
    qtbot.waitUntil(lambda: window.body.view.graph_button.isVisibleTo(window))
    window.bridge.stop()
    qtbot.waitUntil(lambda: not window.body.view.graph_button.isVisibleTo(window))
    window.body.view.graph_button.click()  # What the key does.
    assert window.body.view.graph_button.isVisibleTo(window), "it closes the graph again"


def test_without_room_the_sentences_go(qtbot: QtBot, open_window: Open) -> None:
    view = open_window().body.view
    before = view.minimumSizeHint().height()
    view.show_graph(True)
    least = view.minimumSizeHint().height()
    assert least > before + view.graph.chart.minimumSizeHint().height()
    for more, words in ((210, True), (120, False)):
        view.setFixedHeight(least + more)
        qtbot.waitUntil(lambda more=more: view.height() == least + more)
        assert view.graph.isVisible()
        assert view.graph.delay.isVisible() is words


def test_the_rates_of_camera_engine_and_outputs_stand_apart(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.fps = 45.2
    window = open_window()
    window.resize(1300, 800)
    assert window.body.view.figures.camera.isHidden(), "nothing runs, so there is nothing to show"
    window.body.controls.start.click()
    figures = window.body.view.figures
    qtbot.waitUntil(lambda: figures.engine.text() == "45 fps")
    assert (figures.camera.text(), figures.sent.text()) == ("30 fps", "30 fps")
    assert not figures.sent.isHidden()


def test_the_least_important_figures_make_room(qtbot: QtBot, open_window: Open) -> None:
    figures = open_window().body.view.figures
    figures.show_status(SessionStatus(SessionState.RUNNING, fps=30, latency_p95_ms=40))
    figures.resize(figures.sizeHint())
    assert not figures.dropped.isHidden()
    figures.resize(QSize(figures.sizeHint().width() // 2, 20))
    assert figures.dropped.isHidden() and figures.sent.isHidden()
    assert not figures.latency.isHidden()
    assert "sent" in figures.toolTip()


def test_the_negotiated_mode_and_a_camera_that_gives_less_are_told(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.source = SourceInfo(
        "camera:0", "Desk Camera", 1280, 720, Fraction(30), True, detail="MJPG"
    )
    window = open_window(AppConfig())
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.body.camera.mode.text() == "Mode: 1280×720 · MJPG · 30 fps")
    core.source = SourceInfo(
        "camera:0", "Desk Camera", 1280, 720, Fraction(60), True, detail="YUYV"
    )
    slow = "Mode: 1280×720 · YUYV · 60 fps, but only 30 fps arrive"
    qtbot.waitUntil(lambda: window.body.camera.mode.text() == slow)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.body.camera.mode.isHidden())


def test_a_camera_in_trouble_offers_the_next_one(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    assert window.body.camera.instead.isHidden()
    core.problems = (Problem("source", "The camera is in use by Zoom.", "Close it."),)
    core.sessions[-1].report()
    qtbot.waitUntil(window.body.camera.instead.isVisible)
    assert window.body.camera.instead.text() == "Use Lid Camera instead"
    core.problems = ()
    window.body.camera.instead.click()
    qtbot.waitUntil(lambda: any("Lid Camera" in what for what in core.sessions[-1].asked))
    assert window.body.camera.word == "camera:Lid Camera"
    qtbot.waitUntil(window.body.camera.instead.isHidden)
