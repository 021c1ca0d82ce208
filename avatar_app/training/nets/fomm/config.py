"""What a First Order Motion Model looks like: the official YAML, read strictly.

Only ``model_params`` and the size of frames shape the networks. The sections that training,
reconstruction and drawing use are known by name and kept as they are.
"""

from collections.abc import Mapping
from math import isclose
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avatar_app.errors import ModelError
from avatar_app.training.nets.fomm.keypoints import VARIANCE

_MAX_YAML_BYTES = 20_000
_MAX_YAML_DEPTH = 20
_HINT = "Give the YAML file that the checkpoint was trained with."

Width = Annotated[int, Field(ge=1, le=4096)]
Depth = Annotated[int, Field(ge=1, le=8)]
Scale = Annotated[float, Field(ge=1 / 32, le=1)]
DiscriminatorScale = Annotated[int | float, Field(ge=1 / 32, le=1)]
Variance = Annotated[float, Field(ge=1e-6, le=10)]
Section = Mapping[str, Any] | None


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CommonParams(_Table):
    """What all networks share."""

    num_kp: int = Field(ge=1, le=256)
    num_channels: Literal[3] = 3
    estimate_jacobian: bool = False


class KeypointDetectorParams(_Table):
    """Shape of the keypoint detector; ``temperature`` sharpens its heat maps."""

    temperature: float = Field(ge=1e-4, le=1e4)
    block_expansion: Width
    max_features: Width
    num_blocks: Depth
    scale_factor: Scale = 1
    single_jacobian_map: bool = False
    pad: int = Field(default=0, ge=0, le=64)


class DenseMotionParams(_Table):
    """Shape of the dense motion network."""

    block_expansion: Width
    max_features: Width
    num_blocks: Depth
    scale_factor: Scale = 1
    kp_variance: Variance = VARIANCE


class GeneratorParams(_Table):
    """Shape of the generator and, within it, of the dense motion network."""

    block_expansion: Width
    max_features: Width
    num_down_blocks: Depth
    num_bottleneck_blocks: int = Field(ge=1, le=64)
    estimate_occlusion_map: bool = False
    dense_motion_params: DenseMotionParams


class DiscriminatorParams(_Table):
    """Shape of the discriminator; ``sn`` is spectral norm. A whole number and a fraction among
    ``scales`` are kept apart, for checkpoints name the networks by them."""

    scales: tuple[DiscriminatorScale, ...] = Field(
        default=(1,), min_length=1, max_length=8, strict=False
    )
    block_expansion: Width = 64
    max_features: Width = 512
    num_blocks: Depth = 4
    sn: bool = False
    use_kp: bool = False
    kp_variance: Variance = VARIANCE


class ModelParams(_Table):
    """The networks."""

    common_params: CommonParams
    kp_detector_params: KeypointDetectorParams
    generator_params: GeneratorParams
    discriminator_params: DiscriminatorParams | None = None


class DatasetParams(BaseModel):
    """Only the size of frames concerns the networks; the rest is kept as it is."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    frame_shape: tuple[int, int, int] = Field(default=(256, 256, 3), strict=False)


class FommConfig(_Table):
    """A whole official YAML file."""

    model_params: ModelParams
    dataset_params: DatasetParams = DatasetParams()
    train_params: Section = None
    reconstruction_params: Section = None
    animate_params: Section = None
    visualizer_params: Section = None

    @property
    def input_size(self) -> int:
        """Width and height of the pictures that the networks take, in pixels."""
        return self.dataset_params.frame_shape[0]

    @model_validator(mode="after")
    def _sizes_fit(self) -> "FommConfig":
        height, width, channels = self.dataset_params.frame_shape
        if height != width or channels != 3 or not 16 <= height <= 1024:
            raise ValueError(
                "dataset_params.frame_shape must be [S, S, 3] with S from 16 to 1024, "
                f"not {list(self.dataset_params.frame_shape)}"
            )
        detector = self.model_params.kp_detector_params
        generator = self.model_params.generator_params
        dense = generator.dense_motion_params
        where = "model_params.kp_detector_params"
        _check_reduction(where, height, detector.scale_factor, detector.num_blocks)
        if height * detector.scale_factor + 2 * detector.pad - 6 < 2:
            raise ValueError(f"{where}: maps at scale_factor are smaller than the 7x7 kernels")
        where = "model_params.generator_params"
        _check_reduction(where, height, 1, generator.num_down_blocks)
        where += ".dense_motion_params"
        _check_reduction(where, height, dense.scale_factor, dense.num_blocks)
        discriminator = self.model_params.discriminator_params
        if discriminator is not None:
            _check_judged(int(height * min(discriminator.scales)), discriminator.num_blocks)
        return self


def _check_reduction(where: str, size: int, scale: float, halvings: int) -> None:
    step = round(1 / scale)
    if not isclose(step * scale, 1):
        raise ValueError(f"{where}.scale_factor must be 1 divided by a whole number, not {scale}")
    if size % (step * 2**halvings):
        raise ValueError(
            f"{where}: pictures of {size} pixels cannot be reduced {step} times and then halved "
            f"{halvings} times"
        )


def _check_judged(size: int, blocks: int) -> None:
    left = size
    for block in range(blocks):
        left = left - 3 if block == blocks - 1 else (left - 3) // 2
    if left < 2:
        raise ValueError(
            f"model_params.discriminator_params: {blocks} blocks leave nothing of {size} pixels"
        )


VOX_ADV_256 = FommConfig(
    model_params=ModelParams(
        common_params=CommonParams(num_kp=10, estimate_jacobian=True),
        kp_detector_params=KeypointDetectorParams(
            temperature=0.1, block_expansion=32, max_features=1024, num_blocks=5, scale_factor=0.25
        ),
        generator_params=GeneratorParams(
            block_expansion=64,
            max_features=512,
            num_down_blocks=2,
            num_bottleneck_blocks=6,
            estimate_occlusion_map=True,
            dense_motion_params=DenseMotionParams(
                block_expansion=64, max_features=1024, num_blocks=5, scale_factor=0.25
            ),
        ),
        discriminator_params=DiscriminatorParams(block_expansion=32, use_kp=True),
    )
)
"""The published face model. ``vox-256`` differs in the discriminator alone."""


def read_config(path: Path | None) -> FommConfig:
    """The model that this YAML file describes; None: the published face model, vox-adv-256.

    Raises ModelError, naming the first key that is unknown, missing or out of bounds."""
    if path is None:
        return VOX_ADV_256
    try:
        return FommConfig.model_validate(_read_yaml(path))
    except ValidationError as error:
        raise ModelError(f"The configuration {path} is wrong{_first(error)}.", _HINT) from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f" at {where!r}: {message}" if where else f": {message}"


def _read_yaml(path: Path) -> object:
    if not path.is_file():
        raise ModelError(f"There is no configuration {path}.", _HINT)
    try:
        if path.stat().st_size > _MAX_YAML_BYTES:
            raise ModelError(f"{path} is too large to be a model's configuration.", _HINT)
        text = path.read_text(encoding="utf-8")
        _check_structure(path, text)
        return yaml.safe_load(text)
    except (OSError, ValueError, OverflowError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"The configuration {path} cannot be read: {reason}.", _HINT) from error


def _check_structure(path: Path, text: str) -> None:
    """Aliases within aliases unfold to gigabytes, and brackets within brackets take PyYAML minutes:
    a model's description needs neither."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _MAX_YAML_DEPTH:
            raise ModelError(
                f"The configuration {path} uses YAML aliases (*name) or deep nesting.", _HINT
            )
