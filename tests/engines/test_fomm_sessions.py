"""Opening a model: parts that fit one another and their card; a fault leaves nothing open."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_fomm import make_tiny_model

from avatar_app.config import AppConfig, RuntimeConfig
from avatar_app.engines.fomm import networks, open_fomm
from avatar_app.engines.fomm.networks import FommNetworks
from avatar_app.engines.fomm.opening import chosen_model
from avatar_app.errors import EngineError, ModelError
from avatar_app.model_store.installed import InstalledModel
from avatar_app.runtimes.base import InferenceSession

CPU = RuntimeConfig.model_validate({"word": "cpu", "threads": 1})


def opened(model: InstalledModel, root: Path) -> FommNetworks:
    return FommNetworks(model, CPU, root / "cache")


def one_sentence(error: EngineError | ModelError) -> bool:
    return error.message.endswith(".") and "\n" not in error.message and bool(error.hint)


def test_a_square_is_encoded_and_drawn_again(tmp_path: Path) -> None:
    nets = opened(make_tiny_model(tmp_path, size=32), tmp_path)
    crop = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    encoded = nets.encode(crop)
    picture = nets.picture(encoded, encoded.source)
    assert picture.shape == (32, 32, 3)
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture, crop / 255, atol=2e-4)
    nets.close()


def test_a_card_that_tells_other_keypoints_is_refused(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path, told_keypoints=10)
    with pytest.raises(EngineError) as caught:
        opened(model, tmp_path)
    assert one_sentence(caught.value)
    assert "value (1, 4, 2)" in caught.value.message
    assert "value (1, 10, 2)" in caught.value.message


def test_a_card_that_tells_jacobians_which_are_not_there_is_refused(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path, jacobians=False)
    told = model.card.fomm.model_copy(update={"jacobians": True})
    liar = InstalledModel(model.card.model_copy(update={"fomm": told}), model.folder)
    with pytest.raises(EngineError, match="jacobian") as caught:
        opened(liar, tmp_path)
    assert one_sentence(caught.value)


def test_a_card_that_tells_another_size_is_refused(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path, size=32)
    told = model.card.fomm.model_copy(update={"input_size": 64})
    liar = InstalledModel(model.card.model_copy(update={"fomm": told}), model.folder)
    with pytest.raises(EngineError) as caught:
        opened(liar, tmp_path)
    assert one_sentence(caught.value)


@pytest.mark.parametrize("part", ("source", "drive", "render"))
def test_a_missing_or_damaged_part_is_named(tmp_path: Path, part: str) -> None:
    model = make_tiny_model(tmp_path, size=32)
    path = model.part(part)
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    with pytest.raises(EngineError) as damaged:
        opened(model, tmp_path)
    assert one_sentence(damaged.value)
    path.unlink()
    with pytest.raises(ModelError, match=part) as missing:
        opened(model, tmp_path)
    assert one_sentence(missing.value)


def test_parts_of_two_models_do_not_mix(tmp_path: Path) -> None:
    small = make_tiny_model(tmp_path, name="small", size=32)
    large = make_tiny_model(tmp_path, name="large", size=64)
    swapped = large.part("render").read_bytes()
    small.part("render").write_bytes(swapped)
    parts = dict(small.card.parts)
    parts["render"] = parts["render"].model_copy(update={"size": len(swapped)})
    mixed = InstalledModel(small.card.model_copy(update={"parts": parts}), small.folder)
    with pytest.raises(EngineError) as caught:
        opened(mixed, tmp_path)
    assert one_sentence(caught.value)


def test_a_network_that_gives_no_numbers_is_refused_and_nothing_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions: list[InferenceSession] = []
    open_best = networks.open_best

    def watched(*args: object) -> InferenceSession:
        sessions.append(open_best(*args))  # type: ignore[arg-type]
        return sessions[-1]

    monkeypatch.setattr(networks, "open_best", watched)
    with pytest.raises(EngineError, match="not finite"):
        opened(make_tiny_model(tmp_path, size=32, broken=True), tmp_path)
    assert len(sessions) == 1
    with pytest.raises(EngineError, match="closed"):
        sessions[0].run({"image": np.zeros((1, 3, 32, 32), np.float32)})


def test_closing_twice_does_nothing_and_running_after_it_is_an_error(tmp_path: Path) -> None:
    nets = opened(make_tiny_model(tmp_path, size=32), tmp_path)
    nets.close()
    nets.close()
    with pytest.raises(EngineError, match="closed"):
        nets.keypoints(np.zeros((32, 32, 3), np.uint8))


def test_a_runtime_that_is_not_there_is_said_and_the_cpu_serves(
    tmp_path: Path,
) -> None:
    make_tiny_model(tmp_path, size=32)
    missing = "openvino" if sys.platform == "darwin" else "coreml"
    config = AppConfig.model_validate({"runtime": {"word": missing, "threads": 1}})
    engine = open_fomm(config, tmp_path, tmp_path / "cache")
    assert engine.info.runtime.startswith("CPU, ")
    assert len(engine.info.notes) == 1
    assert ", the CPU is used: " in engine.info.notes[0]
    engine.close()


def test_the_model_is_the_one_named_or_the_first(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="none is installed"):
        chosen_model("", tmp_path)
    for name in ("one", "another"):
        make_tiny_model(tmp_path, name=name, size=32)
    assert chosen_model("", tmp_path).card.name == "another"
    assert chosen_model("one", tmp_path).card.name == "one"
    with pytest.raises(ModelError, match="'third'"):
        chosen_model("third", tmp_path)
