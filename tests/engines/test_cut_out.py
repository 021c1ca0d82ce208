"""The person without the portrait's background, by the engines that can."""

from dataclasses import replace

import numpy as np
import pytest
from live_parts import SlideEngine, camera_frame
from real_avatar import moving_face, small_avatar

from avatar_app.config import AppConfig
from avatar_app.engines.base import CuttingEngine
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.engines.landmark_warp.engine import PreparedPortrait
from avatar_app.engines.landmark_warp.layers import Layers
from avatar_app.types import Calibration, TrackedFrame

SIZE = (80, 60)


def tracked(index: int) -> TrackedFrame:
    return TrackedFrame(camera_frame(index), moving_face(index, SIZE))


@pytest.fixture(scope="module")
def engine() -> LandmarkWarp:
    return LandmarkWarp(AppConfig().motion)


@pytest.fixture(scope="module")
def prepared(engine: LandmarkWarp) -> PreparedPortrait:
    return engine.prepare(small_avatar(), Calibration(tracked(0)))


def test_pictures_have_the_size_of_the_rest_and_an_alpha(
    engine: LandmarkWarp, prepared: PreparedPortrait
) -> None:
    cut = engine.cut_out(prepared)
    assert cut is not None
    assert isinstance(engine, CuttingEngine)
    assert cut.rest.shape == (*prepared.rest.shape[:2], 4)
    for index in (0, 5, 9):
        picture = engine.render(cut, tracked(index))
        assert picture.shape == cut.rest.shape
        assert (picture[..., :3] <= picture[..., 3:]).all(), "premultiplied"
        assert (picture[..., 3] == 0).any()
        assert (picture[..., 3] == 255).mean() > 0.15


def test_inside_the_person_it_is_the_picture_with_its_background(
    engine: LandmarkWarp, prepared: PreparedPortrait
) -> None:
    cut = engine.cut_out(prepared)
    assert cut is not None
    whole, person = engine.render(prepared, tracked(7)), engine.render(cut, tracked(7))
    inside = person[..., 3] == 255
    apart = np.abs(whole[inside].astype(int) - person[inside][:, :3])
    assert np.percentile(apart, 99) <= 3


def test_little_is_left_of_the_old_background_at_the_edge(
    engine: LandmarkWarp, prepared: PreparedPortrait
) -> None:
    before, cut = prepared.layers.person[..., 3], engine.cut_out(prepared)
    assert cut is not None
    after = cut.rest[..., 3]
    assert (after <= before).all()
    assert (after[before == 255] == 255).all()
    assert (after[before < 80] == 0).all()


def test_a_portrait_of_one_sheet_cannot_be_cut_out(
    engine: LandmarkWarp, prepared: PreparedPortrait
) -> None:
    sheet = replace(prepared, layers=Layers(prepared.layers.person, None))
    assert engine.cut_out(sheet) is None


def test_engines_without_that_ability_are_told_apart() -> None:
    assert not isinstance(SlideEngine(), CuttingEngine)
