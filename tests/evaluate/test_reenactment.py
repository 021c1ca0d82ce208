"""evaluate on the bundled clip: the engine has to beat the portrait left alone."""

import math
from fractions import Fraction
from pathlib import Path

import pytest

from avatar_app.capture import open_source
from avatar_app.config import AppConfig
from avatar_app.errors import MediaError
from avatar_app.evaluate import evaluate_clip
from avatar_app.outputs import open_file
from avatar_app.outputs.base import StreamSpec
from avatar_app.paths import bundled_clip
from avatar_app.types import Outcome, RenderedFrame


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sixth frame of the bundled performance."""
    path = tmp_path_factory.mktemp("clip") / "short.mp4"
    source = open_source(str(bundled_clip()), every_frame=True)
    sink = open_file(path)
    sink.open(StreamSpec(source.info.width, source.info.height, Fraction(5)))
    while (frame := source.read()) is not None:
        if frame.index % 6 == 0:
            at = frame.index / 6 / 5
            sink.send(RenderedFrame(frame.image, frame.index // 6, at, Outcome.RENDERED))
    sink.close()
    source.close()
    return path


def test_the_engine_beats_the_portrait_left_alone(clip: Path) -> None:
    figures = evaluate_clip(str(clip), AppConfig.model_validate({}))
    alone, moved = figures["unmoved"], figures["landmark_warp"]
    assert moved["lost"] == 0
    for name in ("L1", "L1_face", "L1_outside", "AKD"):
        assert moved[name] < alone[name], name
    assert moved["SSIM"] > alone["SSIM"]
    assert moved["mouth_r"] > 0.9
    assert moved["eye_r"] > 0.8
    assert math.isnan(alone["mouth_r"]) or abs(alone["mouth_r"]) < 0.7


def test_a_clip_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "no.mp4"
    path.write_text("not a clip")
    with pytest.raises(MediaError) as caught:
        evaluate_clip(str(path), AppConfig.model_validate({}))
    assert caught.value.hint
