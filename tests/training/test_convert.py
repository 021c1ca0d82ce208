"""A checkpoint becomes a model that the store takes."""

import hashlib
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from fomm_golden import DATA

from avatar_app.errors import ModelError
from avatar_app.model_store.card import read_card
from avatar_app.training import convert
from avatar_app.training.convert import convert_checkpoint

CHECKPOINT = DATA / "checkpoint_variant.pth.tar"
PARTS = {"source", "drive", "render", "drive_fp16", "render_fp16", "render_cpu"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """That of the small variant, for pictures that are quick to compute."""
    described = yaml.safe_load((DATA / "config_variant.yaml").read_text(encoding="utf-8"))
    described["dataset_params"] = {"frame_shape": [64, 64, 3]}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tiny"
    place.mkdir()
    return place


def test_all_parts_and_a_card_that_describes_them(config: Path, folder: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    card = convert_checkpoint(
        CHECKPOINT,
        config=config,
        name="tiny",
        folder=folder,
        title="A title",
        licence="A licence",
        progress=lambda *step: steps.append(step),
    )
    assert read_card(folder / "tiny.toml") == card
    assert (card.title, card.licence, card.origin) == ("A title", "A licence", CHECKPOINT.name)
    assert card.origin_sha256 == hashlib.sha256(CHECKPOINT.read_bytes()).hexdigest()
    conventions = card.fomm
    assert (conventions.input_size, conventions.num_kp) == (64, 5)
    assert conventions.jacobians
    assert conventions.align_corners
    assert set(card.parts) == PARTS
    for word, part in card.parts.items():
        data = (folder / part.file).read_bytes()
        assert part.file == f"tiny.{word}.onnx"
        assert (part.size, part.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert len(list(folder.iterdir())) == len(PARTS) + 1
    assert steps[0] == ("Reading", 0, 1)
    assert steps[-1] == ("Converting", 6, 6)


def test_a_model_without_a_title_is_named_after_its_file(config: Path, folder: Path) -> None:
    card = convert_checkpoint(
        CHECKPOINT, config=config, name="tiny", folder=folder, align_corners=False
    )
    assert CHECKPOINT.name in card.title
    assert not card.fomm.align_corners


def test_a_part_that_differs_ends_the_conversion(
    config: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "LARGEST", 1e-12)
    with pytest.raises(ModelError, match=r"part source differs .* in 'features'") as caught:
        convert_checkpoint(CHECKPOINT, config=config, name="tiny", folder=folder)
    assert caught.value.hint
    assert not (folder / "tiny.toml").exists()


def test_a_variant_that_differs_is_left_out_and_named(
    config: Path, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Weights beyond the range of half precision: the plain parts bear them."""
    contents = torch.load(CHECKPOINT, map_location="cpu", weights_only=True)
    generator = contents["generator"]
    generator["bottleneck.r0.conv1.weight"] *= 2.0**24
    generator["bottleneck.r0.norm2.running_mean"] *= 2.0**24
    generator["bottleneck.r0.norm2.running_var"] *= 2.0**48
    generator["bottleneck.r0.norm2.weight"] *= 2.0**24
    generator["bottleneck.r0.conv2.weight"] *= 2.0**-24
    file = tmp_path / "wide.pth.tar"
    torch.save(contents, file)
    with caplog.at_level(logging.WARNING, logger="avatar_app"):
        card = convert_checkpoint(file, config=config, name="tiny", folder=folder)
    assert set(card.parts) == PARTS - {"render_fp16"}
    assert not (folder / "tiny.render_fp16.onnx").exists()
    assert "render_fp16" in caplog.text


def test_a_file_that_is_no_checkpoint_writes_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.pth.tar"
    file.write_bytes(b"<!DOCTYPE html>" + bytes(np.arange(200, dtype=np.uint8)))
    with pytest.raises(ModelError):
        convert_checkpoint(file, config=None, name="tiny", folder=folder)
    assert not list(folder.iterdir())
