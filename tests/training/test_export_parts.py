"""Exported parts against the networks they were written from."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from fomm_golden import DATA, golden, networks, thinned
from torch import nn

from avatar_app.config import Runtime
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.training.export.parity import Case, differences, reference_cases
from avatar_app.training.export.parts import Style, drive_part, render_part, source_part
from avatar_app.training.nets.fomm.build import Networks, build_networks
from avatar_app.training.nets.fomm.config import FommConfig, read_config

SIZE = 64
BOUNDS = {Style.PLAIN: 1e-5, Style.FAST: 1e-5, Style.HALF: 2e-2}


def _config(**changes: dict[str, Any]) -> FommConfig:
    """The smallest description, with changes by section."""
    params: dict[str, Any] = {
        "common_params": {"num_kp": 3, "num_channels": 3, "estimate_jacobian": True},
        "kp_detector_params": {
            "temperature": 0.1,
            "block_expansion": 4,
            "max_features": 12,
            "scale_factor": 0.25,
            "num_blocks": 2,
        },
        "generator_params": {
            "block_expansion": 4,
            "max_features": 16,
            "num_down_blocks": 2,
            "num_bottleneck_blocks": 2,
            "estimate_occlusion_map": True,
            "dense_motion_params": {
                "block_expansion": 4,
                "max_features": 12,
                "num_blocks": 2,
                "scale_factor": 0.25,
            },
        },
    }
    for section, values in changes.items():
        params[section] = params[section] | values
    return FommConfig.model_validate(
        {"model_params": params, "dataset_params": {"frame_shape": [SIZE, SIZE, 3]}}
    )


def _dense(**values: Any) -> dict[str, Any]:
    usual = _config().model_params.generator_params.dense_motion_params.model_dump()
    return {"dense_motion_params": usual | values}


CONFIGS = {
    "usual": _config(),
    "no jacobians": _config(common_params={"estimate_jacobian": False}),
    "one jacobian map": _config(kp_detector_params={"single_jacobian_map": True, "pad": 3}),
    "no occlusion": _config(generator_params={"estimate_occlusion_map": False}),
    "flow at another size": _config(generator_params=_dense(scale_factor=0.5)),
    "nothing reduced": _config(
        kp_detector_params={"scale_factor": 1}, generator_params=_dense(scale_factor=1)
    ),
}


def _networks(config: FommConfig, *, align_corners: bool = True) -> Networks:
    """Seeded networks whose every layer matters."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        built = build_networks(config, align_corners=align_corners)
        for network in (built.generator, built.kp_detector):
            for module in network.modules():
                if isinstance(module, nn.Conv2d):
                    nn.init.kaiming_normal_(module.weight)
                if isinstance(module, nn.BatchNorm2d):
                    nn.init.uniform_(module.running_var, 0.6, 1.4)
                    nn.init.normal_(module.running_mean, std=0.2)
            network.eval()
        if built.kp_detector.jacobian is not None:
            nn.init.normal_(built.kp_detector.jacobian.weight, std=0.01)
    return built


def _write(model: onnx.ModelProto, folder: Path, word: str) -> Path:
    path = folder / f"{word}.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def _render(nets: Networks, style: Style, size: int = SIZE) -> onnx.ModelProto:
    jacobians = nets.kp_detector.jacobian is not None
    return render_part(nets.generator, size, style, jacobians=jacobians)


def _worst(path: Path, part: str, cases: list[Case]) -> float:
    found = [difference.largest for difference in differences(path, part, cases)]
    assert found
    return max(found)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_part_computes_what_its_network_does(name: str, tmp_path: Path) -> None:
    nets = _networks(CONFIGS[name])
    cases = list(islice(reference_cases(nets, SIZE), 2))
    source = _write(source_part(nets.generator, SIZE), tmp_path, "source")
    assert _worst(source, "source", cases) <= 1e-5
    for half in (False, True):
        drive = _write(drive_part(nets.kp_detector, SIZE, half=half), tmp_path, "drive")
        assert _worst(drive, "drive", cases) <= (2e-2 if half else 1e-5)
    for style in Style:
        render = _write(_render(nets, style), tmp_path, "render")
        assert _worst(render, "render", cases) <= BOUNDS[style], style


@pytest.mark.parametrize("style", [Style.PLAIN, Style.FAST])
def test_the_other_convention_of_warps_is_another_picture(style: Style, tmp_path: Path) -> None:
    ours, theirs = (_networks(CONFIGS["usual"], align_corners=align) for align in (False, True))
    path = _write(_render(ours, style), tmp_path, "render")
    assert _worst(path, "render", [next(reference_cases(ours, SIZE))]) <= 1e-5
    assert _worst(path, "render", [next(reference_cases(theirs, SIZE))]) > 1e-3


@pytest.mark.parametrize("style", [Style.PLAIN, Style.FAST])
@pytest.mark.parametrize("name", ["small", "variant"])
def test_the_authors_own_picture_is_made(name: str, style: Style, tmp_path: Path) -> None:
    """The whole chain on ONNX Runtime against the outputs of the authors' code."""
    theirs, nets = golden(name), networks(name)
    pictures = {k: v for k, v in golden("small").items() if k.startswith("image/")}
    image, driving = (
        (pictures[f"image/{key}"].transpose(2, 0, 1)[None] / 255).astype(np.float32)
        for key in ("S0", "D1")
    )
    size = read_config(DATA / f"config_{name}.yaml").input_size
    made = {
        "source": source_part(nets.generator, size),
        "drive": drive_part(nets.kp_detector, size),
        "render": _render(nets, style, size),
    }
    source, drive, render = (
        open_session(_write(model, tmp_path, word), Runtime.CPU) for word, model in made.items()
    )
    feeds = source.run({"image": image}) | drive.run({"image": driving})
    feeds |= {f"source_{key}": value for key, value in drive.run({"image": image}).items()}
    picture = render.run(feeds)["picture"]
    wanted = theirs["thinned/case/abs/D1/prediction"]
    assert np.abs(thinned(picture) - wanted).max() < 5e-4
    assert (
        np.abs(thinned(picture) - theirs["thinned/control/align_false/abs/D1/prediction"]).max()
        > 0.1
    )


def test_files_hold_plain_operators_of_opset_17_at_fixed_sizes() -> None:
    nets = _networks(CONFIGS["usual"])
    models = [source_part(nets.generator, SIZE), drive_part(nets.kp_detector, SIZE)]
    models += [_render(nets, style) for style in Style]
    for model in models:
        onnx.checker.check_model(model, full_check=True)
        assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
        assert {n.op_type for n in model.graph.node}.isdisjoint({"BatchNormalization", "Loop"})
        for value in (*model.graph.input, *model.graph.output):
            kind = value.type.tensor_type
            assert kind.elem_type == onnx.TensorProto.FLOAT
            assert all(dim.dim_value > 0 for dim in kind.shape.dim)


def test_half_precision_leaves_keypoints_and_warps_alone() -> None:
    nets = _networks(CONFIGS["usual"])
    for model in (drive_part(nets.kp_detector, SIZE, half=True), _render(nets, Style.HALF)):
        graph = onnx.shape_inference.infer_shapes(model).graph
        kinds = {
            **{v.name: v.type.tensor_type.elem_type for v in (*graph.input, *graph.value_info)},
            **{c.name: c.data_type for c in graph.initializer},
        }
        seen: dict[str, set[int]] = {}
        for node in graph.node:
            seen.setdefault(node.op_type, set()).add(kinds[node.input[0]])
        half, full = onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT
        assert half in seen["Conv"]
        for word in ("GridSample", "Softmax", "ReduceSum", "Exp", "Sigmoid", "Div"):
            assert seen.get(word, {full}) == {full}, word


def test_keypoints_far_away_do_not_slow_the_network_down(tmp_path: Path) -> None:
    """Where no keypoint is near, heat maps hold zeros rather than numbers next to it."""
    nets = _networks(CONFIGS["usual"])
    model = _render(nets, Style.PLAIN)
    (bumps,) = {n.input[0] for n in model.graph.node if n.op_type == "Sub"} & {
        n.output[0] for n in model.graph.node if n.op_type == "Exp"
    }
    model.graph.output.append(onnx.ValueInfoProto(name=bumps))
    session = open_session(_write(model, tmp_path, "render"), Runtime.CPU)
    case = next(reference_cases(nets, SIZE))
    found = session.run({spec.name: case.tensors[spec.name] for spec in session.inputs})[bumps]
    assert found.min() > np.finfo(np.float32).tiny
    assert np.ptp(found) > 0.5
