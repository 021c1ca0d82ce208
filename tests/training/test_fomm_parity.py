"""Our networks against the outputs of the authors' code. Tolerances are those that its float32
needs; in float64 nothing but the rounding of what was kept is left."""

from functools import lru_cache

import numpy as np
import pytest
import torch
from fomm_golden import (
    DATA,
    KIT,
    Arrays,
    differences,
    full_size_networks,
    golden,
    networks,
    reproduce,
    tolerance,
)

from avatar_app.engines.fomm.driving import Keypoints, driven, movement_scale

needs_kit = pytest.mark.skipif(not KIT.is_dir(), reason="the parity kit is not beside the checkout")


@lru_cache
def _pictures() -> Arrays:
    return {k: v for k, v in golden("small").items() if k.startswith("image/")}


def _beyond_tolerance(theirs: Arrays, ours: Arrays) -> dict[str, float]:
    found = differences({k: v for k, v in theirs.items() if "align_false" not in k}, ours)
    assert len(found) >= 20
    return {name: value for name, value in found.items() if not value <= tolerance(name)}


@pytest.mark.parametrize("name", ["small", "variant"])
def test_every_array_of_the_authors_is_matched(name: str) -> None:
    theirs = golden(name)
    assert not _beyond_tolerance(theirs, reproduce(networks(name), theirs, pictures=_pictures()))


def test_in_float64_every_array_is_matched_to_a_millionth() -> None:
    theirs = golden("small_f64")
    nets = networks("small")
    for blur in (nets.kp_detector.down, nets.generator.dense_motion_network.down):
        blur.load_state_dict({"weight": torch.from_numpy(theirs["blur/weight"])})
    ours = reproduce(nets, theirs, dtype=torch.float64, pictures=_pictures())
    found = differences({k: v for k, v in theirs.items() if "align_false" not in k}, ours)
    assert len(found) >= 20
    assert max(found.values()) < 1e-6
    assert all(array.dtype == np.float64 for array in ours.values())


@pytest.mark.parametrize("name", ["small", "variant"])
def test_the_other_convention_of_sampling_is_a_setting_and_not_the_default(name: str) -> None:
    theirs = {k: v for k, v in golden(name).items() if "align_false" in k or "kp_norm" in k}
    published = reproduce(networks(name), theirs, pictures=_pictures())
    other = reproduce(networks(name, align_corners=False), theirs, pictures=_pictures())
    assert min(differences(theirs, published).values()) > 0.05
    found = differences(theirs, other)
    assert len(found) == 2
    assert all(value <= tolerance(name) for name, value in found.items())


@pytest.mark.parametrize("name", ["small", "variant"])
def test_driving_keypoints_are_normalised_as_the_authors_do(name: str) -> None:
    theirs = golden(name)

    def kept(where: str) -> Keypoints:
        return Keypoints(*(theirs[f"{where}/{w}"][0].astype(float) for w in ("value", "jacobian")))

    source, initial = kept("kp/S0"), kept("kp/D0")
    sizes = {"rel": 1.0, "rel_adapt": movement_scale(source, initial)}
    for where in sorted({k.rpartition("/")[0] for k in theirs if k.startswith("kp_norm/")}):
        _, mode, frame = where.split("/")
        driving, wanted = kept(f"kp/{frame}"), kept(where)
        start = source if mode == "abs" else initial
        size = sizes.get(mode.removesuffix("_value_only"), 1.0)
        got = driven(source, driving, start, size=size)
        assert got.jacobians is not None
        assert wanted.jacobians is not None
        assert np.abs(got.values - wanted.values).max() <= 2e-5, where
        if not mode.endswith("value_only"):
            assert np.abs(got.jacobians - wanted.jacobians).max() <= 2e-5, where


@needs_kit
@pytest.mark.parametrize("name", ["small", "variant"])
def test_the_whole_arrays_of_the_kit_are_matched(name: str) -> None:
    theirs = golden(name, KIT)
    pictures = golden("small", KIT)
    ours = reproduce(networks(name, KIT), theirs, pictures=pictures)
    assert not _beyond_tolerance(theirs, ours)


@needs_kit
def test_the_full_size_model_matches_the_authors() -> None:
    theirs = golden("vox_adv_256", KIT)
    ours = reproduce(full_size_networks(theirs), theirs, pictures=theirs)
    assert not _beyond_tolerance(theirs, ours)
    control = {k: v for k, v in theirs.items() if "align_false" in k}
    assert min(differences(control, ours).values()) > 0.05


@needs_kit
def test_what_is_kept_here_is_what_the_kit_holds() -> None:
    for name in ("small", "small_f64", "variant"):
        whole = golden(name, KIT)
        kept = {k: v for k, v in golden(name).items() if not k.startswith("blur/")}
        assert max(differences(kept, whole).values()) == 0
    for file in ("config_small.yaml", "config_variant.yaml", "state_dict_keys_vox.txt"):
        assert (DATA / file).read_bytes() == (KIT / file).read_bytes()
