"""Weights against the configuration: what fits is loaded, what does not is named."""

from pathlib import Path

import pytest
import torch
from fomm_golden import DATA

from avatar_app.errors import ModelError
from avatar_app.training.checkpoint import Checkpoint, read_checkpoint
from avatar_app.training.nets.fomm.config import FommConfig, read_config
from avatar_app.training.nets.fomm.load import load_networks

States = dict[str, dict[str, torch.Tensor]]


@pytest.fixture
def config() -> FommConfig:
    return read_config(DATA / "config_variant.yaml")


@pytest.fixture
def states() -> States:
    found = read_checkpoint(DATA / "checkpoint_variant.pth.tar").states
    return {network: dict(state) for network, state in found.items()}


def _refused(config: FommConfig, states: States, *words: str) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_networks(config, Checkpoint(Path("c.pth"), states))
    error = caught.value
    assert all(word in error.message for word in words), error.message
    assert len(error.message) < 1000
    assert error.hint
    return error


def test_every_weight_arrives_in_networks_ready_for_use(config: FommConfig, states: States) -> None:
    loaded = load_networks(config, Checkpoint(Path("c.pth"), states))
    assert not loaded.notes
    for name, network in (
        ("generator", loaded.generator),
        ("kp_detector", loaded.kp_detector),
        ("discriminator", loaded.discriminator),
    ):
        assert network is not None
        assert not network.training
        ours = network.state_dict()
        assert list(ours) == list(states[name])
        assert all(torch.equal(ours[key], states[name][key]) for key in ours)
        assert all(parameter.requires_grad for parameter in network.parameters())


def test_a_stripped_checkpoint_is_enough_for_use(
    config: FommConfig, states: States, tmp_path: Path
) -> None:
    del states["discriminator"]
    torch.save(states, tmp_path / "stripped.pth.tar", _use_new_zipfile_serialization=False)
    loaded = load_networks(config, read_checkpoint(tmp_path / "stripped.pth.tar"))
    assert loaded.discriminator is None
    assert not loaded.notes


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_another_precision_become_float32(
    config: FommConfig, states: States, dtype: torch.dtype
) -> None:
    for state in states.values():
        for key, value in state.items():
            state[key] = value.to(dtype) if value.is_floating_point() else value
    loaded = load_networks(config, Checkpoint(Path("c.pth"), states))
    assert {p.dtype for p in loaded.generator.parameters()} == {torch.float32}


@pytest.mark.parametrize("name", ["generator", "kp_detector"])
def test_a_network_that_is_missing_is_named(config: FommConfig, states: States, name: str) -> None:
    del states[name]
    _refused(config, states, f"holds no {name}", "discriminator")


def test_keys_that_are_missing_unexpected_or_of_another_shape_are_named(
    config: FommConfig, states: States
) -> None:
    state = states["generator"]
    state["surprise.weight"] = state.pop("final.weight")
    state["final.bias"] = torch.zeros(4)
    error = _refused(config, states, "The generator", "1 missing (final.weight)")
    assert "1 unexpected (surprise.weight)" in error.message
    assert "1 of another shape (final.bias 4 instead of 3)" in error.message


def test_another_architecture_is_told_by_its_first_keys_and_their_number(states: States) -> None:
    config = read_config(DATA / "config_small.yaml")
    _refused(
        config, states, "28 missing (dense_motion_network.hourglass", "71 of another shape", "…"
    )
    _refused(read_config(None), states, "The generator", "missing", "of another shape")


def test_numbers_of_another_kind_are_refused(config: FommConfig, states: States) -> None:
    states["kp_detector"]["kp.bias"] = torch.zeros(5, dtype=torch.int64)
    _refused(config, states, "The kp_detector", "1 of another type (kp.bias torch.int64)")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(
    config: FommConfig, states: States, value: float
) -> None:
    states["kp_detector"]["kp.bias"] = torch.full((5,), value)
    _refused(config, states, "The kp_detector", "not numbers", "kp.bias")


def test_a_claim_of_shape_alone_takes_no_memory(config: FommConfig, states: States) -> None:
    """Strides of nothing make a small file's tensor as large as it likes."""
    states["kp_detector"]["kp.bias"] = torch.zeros(1).expand(10**13)
    _refused(config, states, "of another shape (kp.bias 10000000000000 instead of 5)")


def test_a_discriminator_that_does_not_fit_is_left_out_and_this_is_said(
    config: FommConfig, states: States
) -> None:
    states["discriminator"].popitem()
    loaded = load_networks(config, Checkpoint(Path("c.pth"), states))
    assert loaded.discriminator is None
    (note,) = loaded.notes
    assert "discriminator" in note
    assert "1 missing" in note


def test_a_model_described_without_discriminator_needs_none(
    config: FommConfig, states: States
) -> None:
    contents = config.model_dump()
    contents["model_params"]["discriminator_params"] = None
    bare = FommConfig.model_validate(contents)
    assert load_networks(bare, Checkpoint(Path("c.pth"), states)).discriminator is None
