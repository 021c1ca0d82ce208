"""The authors' own outputs, and ours beside them. `python tests/fomm_golden.py` prints how far
they are apart; for the full-size model the parity kit has to lie beside the checkout.

Names of arrays: kp/IMAGE, kp_norm/MODE/FRAME, case/MODE/FRAME, stage/NETWORK, disc/eval and
control/align_false, the case that must not be matched; source is S0, initial driving frame D0.
"""

import importlib.util
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.nets.fomm.build import Networks, build_networks
from avatar_app.training.nets.fomm.config import read_config
from avatar_app.training.nets.fomm.keypoints import Keypoints
from avatar_app.training.nets.fomm.load import load_networks

DATA = Path(__file__).parent / "data" / "fomm"
KIT = Path(__file__).parents[2] / "shared" / "fomm"
"""The whole kit, where there is one; tests that need it are skipped elsewhere."""

GROUPS = ("kp/", "case/", "stage/", "disc/", "control/")
_TOLERANCES = {
    "kp": 1e-5,
    "kp_norm": 2e-5,
    "mask": 1e-4,
    "occlusion_map": 1e-4,
    "deformation": 1e-4,
    "sparse_deformed": 1e-4,
    "prediction": 5e-4,
    "deformed": 5e-3,
    "stage": 1e-4,
    "disc": 1e-4,
}
Arrays = dict[str, NDArray[Any]]


def golden(name: str, folder: Path = DATA) -> Arrays:
    """The authors' arrays by name; those under thinned/ hold every third place."""
    with np.load(folder / f"golden_{name}.npz") as file:
        return {key: file[key] for key in file.files}


def networks(name: str, folder: Path = DATA, *, align_corners: bool = True) -> Networks:
    """The small models ("small", "variant"), loaded as any checkpoint is."""
    legacy = folder / f"checkpoint_{name}_torch100.pth.tar"
    file = legacy if folder == DATA and legacy.is_file() else folder / f"checkpoint_{name}.pth.tar"
    config = read_config(folder / f"config_{name}.yaml")
    return load_networks(config, read_checkpoint(file), align_corners=align_corners)


def full_size_networks(arrays: Arrays, *, align_corners: bool = True) -> Networks:
    """vox-adv-256 with the seeded weights that the kit rebuilds."""
    spec = importlib.util.spec_from_file_location("seeded", KIT / "seeded.py")
    assert spec is not None
    assert spec.loader is not None
    seeded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(seeded)
    prefix = "head_exponent/"
    exponents = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
    built = build_networks(read_config(None), align_corners=align_corners)
    for part, network in _parts(built).items():
        seeded.fill_state(network, 1234, part, exponents)
        network.eval()
    return built


def images(arrays: Arrays, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """(1, 3, 256, 256) in 0..1, rounded to float32 first as the authors' reader does."""
    found = {k.removeprefix("image/"): v for k, v in arrays.items() if k.startswith("image/")}
    return {
        key: (torch.from_numpy(v).permute(2, 0, 1)[None] / 255).to(dtype)
        for key, v in found.items()
    }


def reproduce(
    nets: Networks, theirs: Arrays, *, dtype: torch.dtype = torch.float32, pictures: Arrays
) -> Arrays:
    """Our arrays under the authors' names, for all that ``theirs`` has in GROUPS."""
    for network in _parts(nets).values():
        network.to(dtype)
    frames = images(pictures, dtype)
    with torch.no_grad(), _stages(nets) as stages:
        # D1 last: the stages are those of the last call.
        found = {
            key: nets.kp_detector(frames[key]) for key in sorted(frames, key=lambda k: k == "D1")
        }
        ours = {
            f"kp/{key}/{word}": value for key, kp in found.items() for word, value in _words(kp)
        }
        for case in {_plain(key).rpartition("/")[0] for key in theirs if "case/rel_adapt" in key}:
            driving = _normalised(theirs, case.replace("case/", "kp_norm/"), dtype)
            ours |= _case(case, nets, frames["S0"], found["S0"], driving)
        ours |= _case("case/abs/D1", nets, frames["S0"], found["S0"], found["D1"])
        ours |= {f"stage/{key}": value for key, value in stages.items()}
        ours |= _judged(nets, frames["S0"], found["S0"])
    for word in ("prediction", "deformation"):
        ours[f"control/align_false/abs/D1/{word}"] = ours[f"case/abs/D1/{word}"]
    return {key: value.numpy() for key, value in ours.items()}


def differences(theirs: Arrays, ours: Arrays) -> dict[str, float]:
    """The largest difference of each of the authors' arrays in GROUPS. Each must be among ours."""
    result = {}
    for key, wanted in theirs.items():
        name = _plain(key)
        if name.startswith(GROUPS):
            got = thinned(ours[name]) if name != key else ours[name]
            assert got.shape == wanted.shape, name
            result[name] = float(np.abs(got - wanted).max())
    return result


def thinned(array: NDArray[Any]) -> NDArray[Any]:
    """Of each axis of 50 or more every third place and the last."""
    for axis, count in enumerate(array.shape):
        if count >= 50:
            array = array.take(np.unique(np.r_[0:count:3, count - 1]), axis=axis)
    return array


def group(name: str) -> str:
    """What kind of array this is: the first word, or the last of a case."""
    first, *_, last = name.split("/")
    return last if first in ("case", "control") else first


def tolerance(name: str) -> float:
    """How far float32 may be from the authors' float32."""
    return _TOLERANCES[group(name)]


def _plain(key: str) -> str:
    return key.removeprefix("thinned/")


def _parts(nets: Networks) -> dict[str, torch.nn.Module]:
    assert nets.discriminator is not None
    return {
        "generator": nets.generator,
        "kp_detector": nets.kp_detector,
        "discriminator": nets.discriminator,
    }


def _words(kp: Keypoints) -> Iterator[tuple[str, torch.Tensor]]:
    yield "value", kp.value
    if kp.jacobian is not None:
        yield "jacobian", kp.jacobian


def _normalised(theirs: Arrays, where: str, dtype: torch.dtype) -> Keypoints:
    value, jacobian = (
        torch.from_numpy(theirs[f"{where}/{word}"]).to(dtype) for word in ("value", "jacobian")
    )
    return Keypoints(value, jacobian)


def _case(
    name: str, nets: Networks, image: torch.Tensor, source: Keypoints, driving: Keypoints
) -> dict[str, torch.Tensor]:
    rendering = nets.generator(image, source, driving)
    words = ("mask", "sparse_deformed", "occlusion_map", "deformation", "deformed")
    ours = {f"{name}/{word}": getattr(rendering, word) for word in words}
    return {**ours, f"{name}/prediction": rendering.picture}


def _judged(nets: Networks, image: torch.Tensor, kp: Keypoints) -> dict[str, torch.Tensor]:
    assert nets.discriminator is not None
    judgement = nets.discriminator({1: image}, kp.value)[1]
    means = {
        f"disc/eval/feature_map_1_{i}_mean": feature.mean(dim=(2, 3))
        for i, feature in enumerate(judgement.features)
    }
    return {**means, "disc/eval/prediction_map_1": judgement.score}


@contextmanager
def _stages(nets: Networks) -> Iterator[Mapping[str, torch.Tensor]]:
    """What flows between the layers, as of the last call of each network."""
    seen: dict[str, torch.Tensor] = {}

    def keep(before: str, after: str, _module: object, given: Any, made: torch.Tensor) -> None:
        seen.update({name: value for name, value in ((before, given[0]), (after, made)) if name})

    detector, generator = nets.kp_detector, nets.generator
    watched = {
        detector.down: ("", "kp_detector/down"),
        detector.predictor: ("", "kp_detector/predictor"),
        detector.kp: ("", "kp_detector/kp_logits"),
        generator.dense_motion_network.hourglass: ("generator/hourglass_in", ""),
        generator.bottleneck: ("generator/bottleneck_in", "generator/bottleneck_out"),
    }
    hooks = [
        module.register_forward_hook(partial(keep, *names)) for module, names in watched.items()
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _print_table(title: str, theirs: Arrays, ours: Arrays) -> None:
    worst: dict[str, float] = defaultdict(float)
    for name, difference in differences(theirs, ours).items():
        kind = "control, must differ" if name.startswith("control/") else group(name)
        worst[kind] = max(worst[kind], difference)
    print(title)
    for kind, difference in sorted(worst.items()):
        print(f"    {kind:22} {difference:.1e}")


def main() -> None:
    folder = KIT if KIT.is_dir() else DATA
    pictures = golden("small", folder)
    for name in ("small", "variant"):
        theirs = golden(name, folder)
        ours = reproduce(networks(name, folder), theirs, pictures=pictures)
        _print_table(f"{name}, float32", theirs, ours)
    exact = golden("small_f64", folder)
    ours = reproduce(networks("small", folder), exact, dtype=torch.float64, pictures=pictures)
    _print_table("small, float64", exact, ours)
    if KIT.is_dir():
        full = golden("vox_adv_256", KIT)
        ours = reproduce(full_size_networks(full), full, pictures=full)
        _print_table("vox-adv-256, float32", full, ours)


if __name__ == "__main__":
    main()
