"""The choice of the engine, its model and its runtime, and what is said of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gui_twin import TwinCore, TwinSession
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig, Paste, Runtime, load_config
from avatar_app.engines.base import EngineInfo
from avatar_app.gui import choices
from avatar_app.gui.choices import LANDMARK_WARP, EngineChoice, RuntimeChoice, engine_choices
from avatar_app.gui.cost_watch import CostWatch
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState

Open = Callable[..., MainWindow]

VOX = EngineChoice("fomm", "FOMM: vox", "vox", networks=True)
TAICHI = EngineChoice("fomm", "FOMM: taichi", "taichi", networks=True)
RUNS = EngineInfo("fomm", "First Order Motion Model", "", runtime="CPU, 214 of 214 nodes")
NO_GPU = RuntimeChoice("cuda", "CUDA", "No NVIDIA GPU is here.", "Put one in.")


@pytest.fixture
def networks(core: TwinCore) -> TwinCore:
    """Two models are installed; the CPU can be used and CUDA cannot."""
    core.engines = (LANDMARK_WARP, VOX, TAICHI)
    core.runtimes = (NO_GPU, RuntimeChoice("cpu", "CPU"))
    return core


def listed(qtbot: QtBot, window: MainWindow, count: int) -> None:
    qtbot.waitUntil(lambda: window.body.engine.box.count() == count)


def pick(box: object, data: str) -> None:
    """As a click in the list does."""
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def start(qtbot: QtBot, window: MainWindow, core: TwinCore) -> TwinSession:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    return core.sessions[-1]


def is_usable(box: object, data: str) -> bool:
    return bool(box.model().item(box.findData(data)).flags() & Qt.ItemFlag.ItemIsEnabled)


def test_another_engine_goes_to_the_running_session_and_to_the_settings(
    qtbot: QtBot, networks: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    listed(qtbot, window, 3)
    session = start(qtbot, window, networks)
    pick(window.body.engine.box, "fomm:taichi")
    qtbot.waitUntil(lambda: "engine fomm 1.0 taichi auto portrait" in session.asked)
    path = tmp_path / "settings" / "config.toml"
    qtbot.waitUntil(path.exists)
    saved = load_config(path)
    assert (saved.engine, saved.fomm.model) == ("fomm", "taichi")
    pick(window.body.engine.box, "landmark_warp:")
    qtbot.waitUntil(lambda: session.asked[-1] == "engine landmark_warp 1.0")


def test_runtime_and_square_are_chosen_where_networks_run_and_hidden_elsewhere(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    window = open_window()
    panel = window.body.engine
    listed(qtbot, window, 3)
    assert panel.runtime.isHidden()
    assert panel.paste.isHidden()
    assert networks.probes == 0
    pick(panel.box, "fomm:vox")
    qtbot.waitUntil(lambda: panel.runtime.count() == 3)
    assert not panel.runtime.isHidden()
    pick(panel.runtime, "cpu")
    pick(panel.paste, "square")
    config = window.store.config
    assert (config.runtime.word, config.fomm.paste) == (Runtime.CPU, Paste.SQUARE)
    option = QStyleOptionComboBox()
    panel.paste.initStyleOption(option)
    assert option.currentText == panel.paste.currentText()
    pick(panel.box, "fomm:taichi")
    qtbot.wait(1)
    assert networks.probes == 1


def test_what_cannot_be_used_is_shown_with_the_reason_and_cannot_be_chosen(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    lost = replace(VOX, why_not="The file vox.render.onnx is missing.", mend="Import it again.")
    networks.engines = (LANDMARK_WARP, lost, TAICHI)
    config = AppConfig().fomm.model_copy(update={"model": "taichi"})
    window = open_window(AppConfig(engine="fomm", fomm=config))
    panel = window.body.engine
    listed(qtbot, window, 3)
    qtbot.waitUntil(lambda: panel.runtime.count() == 3)
    assert not is_usable(panel.box, "fomm:vox")
    assert is_usable(panel.box, "fomm:taichi")
    assert "vox.render.onnx is missing" in panel.box.itemText(1)
    assert "Import it again." in panel.reason.text()
    assert not is_usable(panel.runtime, "cuda")
    assert "No NVIDIA GPU" in panel.runtime.itemText(1)
    assert "Put one in." in panel.runtime.itemData(1, Qt.ItemDataRole.ToolTipRole)
    assert "Put one in." not in panel.reason.text()


def test_a_runtime_of_the_settings_that_cannot_be_used_here_is_told(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    runtime = AppConfig().runtime.model_copy(update={"word": Runtime.CUDA})
    fomm = AppConfig().fomm.model_copy(update={"model": "vox"})
    window = open_window(AppConfig(engine="fomm", fomm=fomm, runtime=runtime))
    qtbot.waitUntil(lambda: "No NVIDIA GPU" in window.body.engine.reason.text())
    assert window.body.engine.runtime.currentData() == "cuda"
    assert window.body.engine.runtime.currentText() == "CUDA"


def test_a_model_that_has_gone_stays_chosen(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    fomm = AppConfig().fomm.model_copy(update={"model": "gone"})
    window = open_window(AppConfig(engine="fomm", fomm=fomm))
    listed(qtbot, window, 4)
    assert window.body.engine.engine.model == "gone"


def test_opening_the_list_finds_a_model_imported_later(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    listed(qtbot, window, 1)
    core.engines = (LANDMARK_WARP, VOX)
    window.body.engine.box.showPopup()
    listed(qtbot, window, 2)
    window.body.engine.box.hidePopup()


def test_an_engine_named_for_this_run_holds_until_another_is_chosen(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    window = open_window(engine="fomm")
    start(qtbot, window, networks)
    assert networks.configs[0].engine == "fomm"
    assert window.store.config.engine == "landmark_warp"
    listed(qtbot, window, 4)
    pick(window.body.engine.box, "fomm:vox")
    qtbot.waitUntil(lambda: window.store.config.engine == "fomm")


def test_where_it_really_runs_and_how_fast_is_said_while_live(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    networks.engine, networks.fps, networks.notes = RUNS, 2.1, ("It is slow here.",)
    fomm = AppConfig().fomm.model_copy(update={"model": "vox"})
    window = open_window(AppConfig(engine="fomm", fomm=fomm))
    session = start(qtbot, window, networks)
    assert window.body.engine.runs.text() == "Runs on: CPU, 214 of 214 nodes"
    assert window.body.engine.notes.text() == "It is slow here."
    assert not window.body.messages.problems
    qtbot.waitUntil(lambda: window.body.view.figures.engine.text() == "2.1 fps")
    qtbot.waitUntil(lambda: window.body.view.output.pill == "● Live · 2.1 fps")
    session.preparing = True
    session.report()
    qtbot.waitUntil(lambda: window.body.engine.runs.text() == "Getting FOMM: vox ready…")
    session.preparing = False
    networks.engine = EngineInfo("landmark_warp", "Landmark warp", "")
    session.report()
    qtbot.waitUntil(lambda: window.body.engine.runs.text() == "Still working: Landmark warp.")
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert not window.body.engine.runs.text()


def test_what_a_picture_costs_here_stands_beside_what_was_measured(
    qtbot: QtBot, networks: TwinCore, open_window: Open
) -> None:
    networks.engine = replace(RUNS, model="vox 0123456789ab", runtime_word="cpu")
    fomm = AppConfig().fomm.model_copy(update={"model": "vox"})
    window = open_window(AppConfig(engine="fomm", fomm=fomm))
    panel, watch = window.body.engine, window.findChild(CostWatch)
    listed(qtbot, window, 3)
    qtbot.waitUntil(lambda: panel.runtime.count() == 3)
    tip = Qt.ItemDataRole.ToolTipRole
    assert "Not measured here yet" in panel.box.itemData(1, tip)
    assert "Not measured here yet" in panel.runtime.itemData(panel.runtime.findData("cpu"), tip)
    assert panel.cost.isHidden()
    session = start(qtbot, window, networks)
    networks.stage_ms = (("track", 9.0), ("render", 412.4))
    watch.look()
    assert not networks.costs, "the figures reach back to before this engine"
    watch.look()
    qtbot.waitUntil(lambda: panel.cost.text() == "About 412 ms a picture here.")
    assert [(c.key, c.ms) for c in networks.costs] == [(("fomm", "vox", "cpu"), 412.4)]
    assert panel.box.currentText() == "FOMM: vox – about 412 ms a picture here"
    assert panel.runtime.itemText(panel.runtime.findData("cpu")).startswith("CPU – about 412 ms")
    assert panel.box.itemText(0) == "Landmark warp"
    session.preparing = True
    watch.look()
    session.preparing = False
    watch.look()
    session.pass_through = True
    watch.look()
    assert len(networks.costs) == 1, "only of pictures the engine drew from one look to the next"
    pick(panel.box, "landmark_warp:")
    assert panel.cost.isHidden()
    assert panel.box.itemText(1) == "FOMM: vox – about 412 ms a picture here"


def test_the_engine_without_networks_says_where_it_runs(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    assert not window.body.engine.runs.text()
    start(qtbot, window, core)
    qtbot.waitUntil(
        lambda: window.body.engine.runs.text() == "Runs on: CPU; it needs no neural network"
    )


def test_without_a_model_the_list_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("avatar_app.paths.models_dir", lambda: tmp_path)
    warp, fomm = engine_choices()
    assert warp == LANDMARK_WARP
    assert not warp.why_not
    assert "none is imported" in fomm.why_not
    assert fomm.mend == "Import one with the button below."
    (tmp_path / "broken").mkdir()
    _, broken = engine_choices()
    assert (broken.word, broken.model) == ("fomm", "broken")
    assert broken.why_not


def test_every_runtime_of_the_settings_is_told_of() -> None:
    pytest.importorskip("onnxruntime")
    found = {choice.word: choice for choice in choices.runtime_choices()}
    assert set(found) == {word.value for word in Runtime} - {"auto"}
    assert not found["cpu"].why_not
