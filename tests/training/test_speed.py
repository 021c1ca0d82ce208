"""What the comparison of speeds gives. How fast anything is, no test says."""

from pathlib import Path

import pytest
import torch
import yaml
from fomm_golden import DATA

from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.export.parts import Style, drive_part, render_part
from avatar_app.training.nets.fomm.config import read_config
from avatar_app.training.nets.fomm.load import load_networks
from avatar_app.training.speed import compare_speed, multiplications

CHECKPOINT = DATA / "checkpoint_variant.pth.tar"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    described = yaml.safe_load((DATA / "config_variant.yaml").read_text(encoding="utf-8"))
    described["dataset_params"] = {"frame_shape": [64, 64, 3]}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


@pytest.mark.parametrize("file", [None, CHECKPOINT], ids=["seeded", "file"])
def test_each_way_is_a_row_in_parts_of_the_authors(file: Path | None, config: Path) -> None:
    before = torch.get_num_threads(), torch.random.get_rng_state()
    rows = compare_speed(file, config, 1, 1)
    assert [row.name.partition(",")[0] for row in rows[:4]] == ["torch"] * 2 + ["ONNX Runtime"] * 2
    assert rows[0].ratio == 1
    for row in rows:
        assert row.ms > 0
        assert row.ratio == pytest.approx(row.ms / rows[0].ms)
    assert torch.get_num_threads() == before[0]
    assert torch.equal(torch.random.get_rng_state(), before[1])


def test_the_multiplications_are_those_of_every_convolution(config: Path) -> None:
    settings = read_config(config)
    nets = load_networks(settings, read_checkpoint(CHECKPOINT))
    counted = []

    def count(layer: torch.nn.Module, _: object, result: torch.Tensor) -> None:
        counted.append(result.numel() * layer.weight[0].numel())

    for network in (nets.generator, nets.kp_detector):
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                module.register_forward_hook(count)
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        features, small = nets.generator.encode(image)
        counted.clear()
        found = nets.kp_detector(image)
        nets.generator.render(features, small, found, found)
    blur = 3 * 16 * 16 * nets.kp_detector.down.weight[0].numel()
    models = [
        drive_part(nets.kp_detector, 64),
        render_part(nets.generator, 64, Style.PLAIN, jacobians=True),
    ]
    assert multiplications(models) == sum(counted) + blur
