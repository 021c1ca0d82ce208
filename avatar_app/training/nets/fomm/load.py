"""Weights of a checkpoint put into the networks that a configuration describes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from avatar_app.errors import ModelError
from avatar_app.training.checkpoint import Checkpoint
from avatar_app.training.nets.fomm.build import Networks, build_skeleton
from avatar_app.training.nets.fomm.config import FommConfig

_HINT = "Give the YAML file that this checkpoint was trained with."


def load_networks(
    config: FommConfig, checkpoint: Checkpoint, *, align_corners: bool = True
) -> Networks:
    """The networks with these weights, in float32, ready for inference (``eval``).

    Generator and detector have to fit the configuration key by key. The discriminator serves
    training only: absent from the checkpoint it is None, and when it does not fit it is None too
    and ``notes`` say why. Raises ModelError."""
    networks = build_skeleton(config, align_corners=align_corners)
    generator, detector = networks.generator, networks.kp_detector
    _fill(generator, "generator", checkpoint)
    _fill(detector, "kp_detector", checkpoint)
    discriminator = networks.discriminator
    if discriminator is None or "discriminator" not in checkpoint.states:
        return Networks(generator, detector, None)
    try:
        _fill(discriminator, "discriminator", checkpoint)
    except ModelError as error:
        return Networks(generator, detector, None, (error.message,))
    return Networks(generator, detector, discriminator)


def _fill(network: nn.Module, name: str, checkpoint: Checkpoint) -> None:
    if name not in checkpoint.states:
        present = ", ".join(list(checkpoint.states)[:5])
        raise ModelError(
            f"The checkpoint {checkpoint.path} holds no {name}, only {present}.",
            "A checkpoint of the First Order Motion Model holds generator and kp_detector.",
        )
    state = checkpoint.states[name]
    wanted = network.state_dict()
    misfit = _misfit(wanted, state)
    if misfit:
        raise ModelError(
            f"The {name} in {checkpoint.path} does not fit the configuration: {misfit}.", _HINT
        )
    _check_values(name, checkpoint.path, state)
    typed = {key: state[key].to(wanted[key].dtype).contiguous() for key in wanted}
    network.load_state_dict(typed, assign=True)
    network.eval()


def _misfit(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    """What is missing, unexpected or of another shape or type; empty when all fits."""
    common = [key for key in wanted if key in given]
    shapes = [
        f"{key} {_shape(given[key])} instead of {_shape(wanted[key])}"
        for key in common
        if given[key].shape != wanted[key].shape
    ]
    types = [
        f"{key} {given[key].dtype}"
        for key in common
        if given[key].is_floating_point() != wanted[key].is_floating_point()
        or given[key].device.type != "cpu"
    ]
    parts = (
        _some("missing", (key for key in wanted if key not in given)),
        _some("unexpected", (key for key in given if key not in wanted)),
        _some("of another shape", shapes),
        _some("of another type", types),
    )
    return "; ".join(part for part in parts if part)


def _some(what: str, keys: Iterable[str]) -> str:
    keys = list(keys)
    shown = ", ".join(keys[:3]) + (", …" if len(keys) > 3 else "")
    return f"{len(keys)} {what} ({shown})" if keys else ""


def _shape(tensor: Tensor) -> str:
    return "x".join(str(n) for n in tensor.shape) or "scalar"


def _check_values(name: str, path: Path, state: Mapping[str, Tensor]) -> None:
    for key, tensor in state.items():
        if not bool(torch.isfinite(tensor).all()):
            raise ModelError(
                f"The {name} in {path} holds values that are not numbers, first in {key}.",
                "The training that wrote it went wrong; take an earlier checkpoint.",
            )
