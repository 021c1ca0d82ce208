"""The official YAML, and files that only look like it."""

from pathlib import Path

import pytest
import yaml
from fomm_golden import DATA

from avatar_app.errors import ModelError
from avatar_app.training.nets.fomm.build import build_networks
from avatar_app.training.nets.fomm.config import VOX_ADV_256, FommConfig, read_config

Yaml = dict[str, dict[str, object]]


def _official() -> Yaml:
    contents: Yaml = yaml.safe_load((DATA / "config_small.yaml").read_text(encoding="utf-8"))
    return contents


def _written(path: Path, contents: object) -> Path:
    path.write_text(yaml.safe_dump(contents), encoding="utf-8")
    return path


def _changed(path: Path, where: str, value: object) -> Path:
    """The official file with another value at this dotted place."""
    contents = _official()
    *sections, key = where.split(".")
    table: object = contents
    for section in sections:
        assert isinstance(table, dict)
        table = table[section]
    assert isinstance(table, dict)
    table[key] = value
    return _written(path, contents)


def _refused(path: Path, *words: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_config(path)
    error = caught.value
    assert str(path) in error.message
    assert all(word in error.message for word in words), error.message
    assert "\n" not in error.message
    assert len(error.message) < 500 + len(str(path))
    assert error.hint


def test_the_official_format_is_read() -> None:
    config = read_config(DATA / "config_small.yaml")
    params = config.model_params
    assert params.common_params.num_kp == 10
    assert params.kp_detector_params.temperature == 0.1
    assert params.generator_params.dense_motion_params.scale_factor == 0.25
    assert params.discriminator_params is not None
    assert params.discriminator_params.scales == (1,)
    assert config.input_size == 256
    assert config.train_params is not None
    assert config.train_params["num_epochs"] == 2


def test_without_a_file_it_is_the_published_face_model(tmp_path: Path) -> None:
    """Figures of vox-adv-256.yaml."""
    contents = _official()
    contents["model_params"] = {
        "common_params": {"num_kp": 10, "num_channels": 3, "estimate_jacobian": True},
        "kp_detector_params": {
            "temperature": 0.1,
            "block_expansion": 32,
            "max_features": 1024,
            "scale_factor": 0.25,
            "num_blocks": 5,
        },
        "generator_params": {
            "block_expansion": 64,
            "max_features": 512,
            "num_down_blocks": 2,
            "num_bottleneck_blocks": 6,
            "estimate_occlusion_map": True,
            "dense_motion_params": {
                "block_expansion": 64,
                "max_features": 1024,
                "num_blocks": 5,
                "scale_factor": 0.25,
            },
        },
        "discriminator_params": {
            "scales": [1],
            "block_expansion": 32,
            "max_features": 512,
            "num_blocks": 4,
            "use_kp": True,
        },
    }
    config = read_config(_written(tmp_path / "vox-adv-256.yaml", contents))
    assert config.model_params == VOX_ADV_256.model_params
    assert read_config(None) is VOX_ADV_256


def test_a_description_survives_being_written_and_read_again() -> None:
    config = read_config(DATA / "config_variant.yaml")
    assert FommConfig.model_validate(config.model_dump()) == config
    assert FommConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("surprise_params", {}, "surprise_params"),
        ("model_params.common_params.num_keypoints", 10, "common_params.num_keypoints"),
        ("model_params.common_params.num_kp", "10", "common_params.num_kp"),
        ("model_params.common_params.num_kp", True, "common_params.num_kp"),
        ("model_params.common_params.num_kp", 10.0, "common_params.num_kp"),
        ("model_params.common_params.num_kp", 0, "common_params.num_kp"),
        ("model_params.common_params.num_kp", 10**9, "common_params.num_kp"),
        ("model_params.common_params.num_channels", 1, "common_params.num_channels"),
        ("model_params.common_params.estimate_jacobian", 1, "estimate_jacobian"),
        ("model_params.kp_detector_params", None, "kp_detector_params"),
        ("model_params.kp_detector_params.temperature", 0, "temperature"),
        ("model_params.kp_detector_params.temperature", float("nan"), "temperature"),
        ("model_params.kp_detector_params.scale_factor", 0.3, "1 divided by a whole number"),
        ("model_params.kp_detector_params.num_blocks", 7, "halved 7 times"),
        ("model_params.kp_detector_params.num_blocks", 99, "num_blocks"),
        ("model_params.kp_detector_params.pad", -1, "pad"),
        ("model_params.generator_params.max_features", 10**12, "generator_params.max_features"),
        ("model_params.generator_params.num_bottleneck_blocks", 10**6, "num_bottleneck_blocks"),
        ("model_params.generator_params.dense_motion_params", [], "dense_motion_params"),
        ("model_params.discriminator_params.scales", [], "discriminator_params.scales"),
        ("model_params.discriminator_params.scales", [1] * 99, "discriminator_params.scales"),
        ("model_params.discriminator_params.scales", [2], "discriminator_params.scales"),
        ("model_params.discriminator_params.scales", ["1"], "discriminator_params.scales"),
        ("dataset_params.frame_shape", [256, 256, "3"], "frame_shape"),
        ("model_params.discriminator_params.scales", [0.0625], "leave nothing of 16 pixels"),
        ("dataset_params.frame_shape", [256, 128, 3], "frame_shape"),
        ("dataset_params.frame_shape", [100_000, 100_000, 3], "frame_shape"),
        ("dataset_params.frame_shape", [256, 256], "frame_shape"),
        ("train_params", 3, "train_params"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, where: str, value: object, words: str) -> None:
    _refused(_changed(tmp_path / "c.yaml", where, value), words)


def test_maps_too_small_for_the_kernels_are_refused(tmp_path: Path) -> None:
    contents = _official()
    contents["dataset_params"]["frame_shape"] = [32, 32, 3]
    contents["model_params"]["kp_detector_params"]["num_blocks"] = 1  # type: ignore[index]
    contents["model_params"]["kp_detector_params"]["scale_factor"] = 0.125  # type: ignore[index]
    _refused(_written(tmp_path / "c.yaml", contents), "smaller than the 7x7 kernels")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "valid dictionary"),
        ("- 1\n- 2\n", "valid dictionary"),
        ("<!DOCTYPE html><html><body>404</body></html>", "valid dictionary"),
        ("model_params: [1, 2", "cannot be read"),
        ("model_params: !!python/object/apply:os.system [exit]", "cannot be read"),
        ("a: &a [1]\nb: [*a, *a]", "aliases"),
        ("[" * 19_000, "deep nesting"),
        ("- " * 9_000, "deep nesting"),
        ("a: " + "{b: " * 4_000, "deep nesting"),
        ("a: " + "9" * 19_000, "cannot be read"),
        ("a: 2001-99-99", "cannot be read"),
        ("# " + "x" * 200_000, "too large"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")
    _refused(file, words)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "none.yaml", "There is no configuration")
    _refused(tmp_path, "There is no configuration")
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe\x00\x81")
    _refused(tmp_path / "c.yaml", "cannot be read")


def test_networks_beyond_the_limit_take_no_memory(tmp_path: Path) -> None:
    """Each number is within its bounds; all together they ask for tens of gigabytes."""
    contents = _official()
    generator = contents["model_params"]["generator_params"]
    assert isinstance(generator, dict)
    generator |= {"block_expansion": 4096, "max_features": 4096, "num_bottleneck_blocks": 64}
    config = read_config(_written(tmp_path / "c.yaml", contents))
    with pytest.raises(ModelError, match="million parameters"):
        build_networks(config)
