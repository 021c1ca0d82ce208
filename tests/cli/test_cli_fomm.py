"""animate with networks: from a clip, from a recording, and without a model."""

import shutil
from pathlib import Path

import pytest
from tiny_fomm import make_tiny_model

from avatar_app.config import AppConfig, save_config
from avatar_app.imaging import read_image
from avatar_app.paths import bundled_avatars, config_file, models_dir

pytest.importorskip("mediapipe")  # Loaded here, so that no session stops in the middle of it.

FOMM = ("--engine", "fomm", "--runtime", "cpu", "--no-badge")


@pytest.fixture
def face() -> Path:
    return next(iter(bundled_avatars().values()))


@pytest.fixture
def clip(tmp_path: Path, face: Path) -> str:
    """The word for two frames with a face."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for number in range(2):
        shutil.copy(face, folder / f"{number}.png")
    return f"folder:{folder}"


@pytest.fixture
def model(home: Path) -> str:
    return make_tiny_model(models_dir(), size=64).card.name


def test_animate_says_where_the_network_ran(cli, clip, face, model):
    ended = cli("animate", face, clip, "-o", "out/", "--model", model, *FOMM)
    assert ended.code == 0, ended.err
    assert "2 frames (2 rendered)" in ended.out
    assert " on CPU, " in ended.out
    assert read_image(next(Path("out").glob("*.png"))).shape == read_image(face).shape


def test_the_networks_square_alone_is_as_large_as_it_is(cli, clip, face, model):
    save_config(AppConfig.model_validate({"fomm": {"paste": "square"}}), config_file())
    ended = cli("animate", face, clip, "-o", "out/", *FOMM)
    assert ended.code == 0, ended.err
    height, width, _ = read_image(next(Path("out").glob("*.png"))).shape
    assert height == width == 256


def test_a_recorded_performance_has_no_pixels_for_the_network(cli, clip, face, model):
    assert cli("record", clip, "-o", "take.npz").code == 0
    ended = cli("animate", face, "performance:take.npz", "-o", "out/", *FOMM)
    assert "no picture of the face" in ended.refusal


def test_animate_without_the_model_says_how_to_get_one(cli, clip, face):
    assert "avatar-app models import" in cli("animate", face, clip, "-o", "out/", *FOMM).refusal
