"""The three networks of a First Order Motion Model, made from their description."""

from dataclasses import dataclass

import torch

from avatar_app.errors import ModelError
from avatar_app.training.nets.fomm.config import FommConfig
from avatar_app.training.nets.fomm.discriminator import Discriminator
from avatar_app.training.nets.fomm.generator import Generator
from avatar_app.training.nets.fomm.keypoint_detector import KeypointDetector

MAX_PARAMETERS = 500_000_000
"""More than eight times the published model: a description beyond that is a mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """The networks of one model; ``notes`` say what of a checkpoint was not used, and why."""

    generator: Generator
    kp_detector: KeypointDetector
    discriminator: Discriminator | None
    notes: tuple[str, ...] = ()


def build_networks(config: FommConfig, *, align_corners: bool = True) -> Networks:
    """Networks with random weights. ``align_corners`` is the convention of ``grid_sample``: true
    for the published weights, false for those trained with the authors' code on torch >= 1.3.

    Raises ModelError before memory is taken for more than ``MAX_PARAMETERS``."""
    _check_size(build_skeleton(config, align_corners=align_corners))
    return _build(config, align_corners=align_corners)


def build_skeleton(config: FommConfig, *, align_corners: bool = True) -> Networks:
    """The same without memory for weights (torch's meta device), to be loaded by assignment.

    Raises ModelError for more than ``MAX_PARAMETERS``."""
    with torch.device("meta"):
        networks = _build(config, align_corners=align_corners)
    _check_size(networks)
    return networks


def _build(config: FommConfig, *, align_corners: bool) -> Networks:
    params = config.model_params
    common = params.common_params
    discriminator = None
    if params.discriminator_params is not None:
        discriminator = Discriminator(common, params.discriminator_params)
    return Networks(
        Generator(common, params.generator_params, align_corners=align_corners),
        KeypointDetector(common, params.kp_detector_params),
        discriminator,
    )


def _check_size(networks: Networks) -> None:
    parts = (networks.generator, networks.kp_detector, networks.discriminator)
    count = sum(p.numel() for part in parts if part is not None for p in part.parameters())
    if count > MAX_PARAMETERS:
        raise ModelError(
            f"The configuration asks for networks of {count / 1e6:,.0f} million parameters; the "
            f"limit is {MAX_PARAMETERS / 1e6:,.0f} million.",
            "Check block_expansion, max_features and num_blocks in the YAML file.",
        )
