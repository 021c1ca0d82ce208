"""The networks themselves: their keys, and what follows from the mathematics."""

import pytest
import torch
from fomm_golden import DATA
from torch.nn import functional

from avatar_app.training.nets.fomm.blocks import BlurReduce
from avatar_app.training.nets.fomm.build import Networks, build_networks, build_skeleton
from avatar_app.training.nets.fomm.config import VOX_ADV_256, FommConfig, read_config
from avatar_app.training.nets.fomm.keypoints import (
    Keypoints,
    coordinate_grid,
    gaussian_maps,
    inverse_2x2,
    product_2x2,
)


def _published_keys(model: str) -> dict[str, list[tuple[str, str, str]]]:
    keys: dict[str, list[tuple[str, str, str]]] = {}
    for line in (DATA / "state_dict_keys_vox.txt").read_text().splitlines():
        config, network, key, shape, dtype = line.split("\t")
        if config == model:
            keys.setdefault(network, []).append((key, shape, dtype))
    return keys


def _changed(config: FommConfig, **sections: dict[str, object]) -> FommConfig:
    contents = config.model_dump()
    for name, changes in sections.items():
        contents["model_params"][name].update(changes)
    return FommConfig.model_validate(contents)


def _small(**sections: dict[str, object]) -> FommConfig:
    return _changed(read_config(DATA / "config_variant.yaml"), **sections)


def _random(config: FommConfig) -> Networks:
    torch.manual_seed(5)
    built = build_networks(config)
    built.generator.eval()
    built.kp_detector.eval()
    return built


def _keypoints(count: int) -> Keypoints:
    generator = torch.Generator().manual_seed(3)
    value = torch.rand(1, count, 2, generator=generator) * 1.6 - 0.8
    change = torch.rand(1, count, 2, 2, generator=generator) * 0.4 - 0.2
    return Keypoints(value, torch.eye(2) + change)


@pytest.mark.parametrize("model", ["vox-adv-256", "vox-256"])
def test_keys_shapes_and_their_order_are_the_published_ones(model: str) -> None:
    config = VOX_ADV_256
    if model == "vox-256":
        config = _changed(config, discriminator_params={"sn": True, "use_kp": False})
    skeleton = build_skeleton(config)
    for network, keys in _published_keys(model).items():
        ours = [
            (key, "x".join(map(str, value.shape)) or "scalar", str(value.dtype)[6:])
            for key, value in getattr(skeleton, network).state_dict().items()
        ]
        assert ours == keys


def test_full_size_has_the_published_number_of_parameters() -> None:
    skeleton = build_skeleton(VOX_ADV_256)
    assert sum(p.numel() for p in skeleton.kp_detector.parameters()) == 14_215_368
    dense = sum(p.numel() for p in skeleton.generator.dense_motion_network.parameters())
    assert dense == 37_730_268
    assert sum(p.numel() for p in skeleton.generator.parameters()) - dense == 7_845_123


@pytest.mark.parametrize("scale", [0.5, 0.25, 0.125])
def test_blur_and_reduce_is_a_blur_of_which_every_nth_pixel_is_taken(scale: float) -> None:
    layer = BlurReduce(3, scale).double()
    x = torch.rand(1, 3, 64, 64, dtype=torch.float64)
    side = layer.weight.shape[-1]
    assert side == {0.5: 5, 0.25: 13, 0.125: 29}[scale]
    assert layer.weight.sum((1, 2, 3)).allclose(torch.ones(3, dtype=torch.float64))
    blurred = functional.conv2d(x, layer.weight, padding=side // 2, groups=3)
    step = round(1 / scale)
    assert (
        torch.equal(layer(x), blurred[:, :, ::step, ::step])
        or (layer(x) - blurred[:, :, ::step, ::step]).abs().max() < 1e-15
    )


def test_the_grid_has_its_corners_on_the_centres_of_the_corner_pixels() -> None:
    grid = coordinate_grid(3, 5, torch.zeros(1, dtype=torch.float64))
    assert grid.shape == (3, 5, 2)
    assert grid.dtype == torch.float64
    assert grid[0, 0].tolist() == [-1, -1]
    assert grid[0, 4].tolist() == [1, -1]
    assert grid[2, 0].tolist() == [-1, 1]
    assert grid[1, 2].tolist() == [0, 0]


def test_a_gaussian_has_height_one_at_its_keypoint() -> None:
    maps = gaussian_maps(torch.tensor([[[0.5, -0.5]]]), 9, 9, 0.01)
    assert maps[0, 0].argmax().item() == 2 * 9 + 6
    assert maps.max().item() == 1
    assert maps[0, 0, 2, 7].item() == pytest.approx(torch.exp(torch.tensor(-(0.25**2) / 0.02)))


def test_inverses_and_products_of_2x2_are_those_of_linear_algebra() -> None:
    left, right = torch.randn(2, 4, 7, 2, 2, dtype=torch.float64).unbind()
    assert product_2x2(left, right).allclose(left @ right)
    assert inverse_2x2(left).allclose(torch.linalg.inv(left))


def test_equal_keypoints_leave_the_source_in_its_place() -> None:
    config = _small()
    generator = _random(config).generator
    image = torch.rand(1, 3, 256, 256)
    same = _keypoints(5)
    rendering = generator(image, same, same)
    identity = coordinate_grid(128, 128, image)
    assert (rendering.deformation - identity).abs().max() < 1e-5
    _, small = generator.encode(image)
    assert (rendering.sparse_deformed - small[:, None]).abs().max() < 1e-4


def test_one_keypoint_that_moves_takes_its_surroundings_along() -> None:
    """A candidate motion looks where the source keypoint was."""
    generator = _random(_small(common_params={"num_kp": 1})).generator
    source = Keypoints(torch.tensor([[[0.2, 0.0]]]), torch.eye(2)[None, None])
    driving = Keypoints(torch.tensor([[[-0.2, 0.4]]]), torch.eye(2)[None, None])
    image = torch.rand(1, 3, 256, 256)
    rendering = generator(image, source, driving)
    moved = rendering.mask[0, 1][..., None]
    shift = torch.tensor([0.4, -0.4])
    wanted = coordinate_grid(128, 128, image) + moved * shift
    assert (rendering.deformation[0] - wanted).abs().max() < 1e-5


def test_rendering_from_the_encoded_source_is_the_same_as_all_at_once() -> None:
    generator = _random(_small()).generator
    image = torch.rand(1, 3, 256, 256)
    source, driving = _keypoints(5), Keypoints(_keypoints(5).value * 0.9, _keypoints(5).jacobian)
    whole = generator(image, source, driving)
    features, small = generator.encode(image)
    parts = generator.render(features, small, source, driving)
    assert torch.equal(whole.picture, parts.picture)
    assert parts.deformed is None


def test_a_new_detector_starts_with_jacobians_of_identity() -> None:
    found = _random(_small()).kp_detector(torch.rand(2, 3, 256, 256))
    assert found.jacobian is not None
    assert found.value.shape == (2, 5, 2)
    assert found.value.abs().max() <= 1
    assert found.jacobian.allclose(torch.eye(2).expand(2, 5, 2, 2), atol=1e-5)


def test_models_without_jacobians_and_occlusion_map_have_none() -> None:
    config = _small(
        common_params={"estimate_jacobian": False},
        generator_params={"estimate_occlusion_map": False},
    )
    built = _random(config)
    image = torch.rand(1, 3, 256, 256)
    found = built.kp_detector(image)
    rendering = built.generator(image, found, found)
    assert found.jacobian is None
    assert rendering.occlusion_map is None
    assert rendering.picture.shape == image.shape
    names = [*built.kp_detector.state_dict(), *built.generator.state_dict()]
    assert not [name for name in names if "jacobian" in name or "occlusion" in name]


def test_scales_of_the_discriminator_are_judged_each_by_its_own_network() -> None:
    config = _small(discriminator_params={"scales": (1, 0.5), "use_kp": True})
    discriminator = _random(config).discriminator
    assert discriminator is not None
    pictures = {1: torch.rand(1, 3, 256, 256), 0.5: torch.rand(1, 3, 128, 128)}
    judgements = discriminator(pictures, _keypoints(5).value)
    assert set(discriminator.discs) == {"1", "0-5"}
    assert judgements[1].score.shape == (1, 1, 26, 26)
    assert judgements[0.5].score.shape == (1, 1, 10, 10)
    assert len(judgements[0.5].features) == 4
