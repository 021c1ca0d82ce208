"""Draws assets/example.png, the README's picture: the bundled portraits moved by the bundled clip.

usage: python assets/render/example.py
"""

from pathlib import Path

import numpy as np

from avatar_app.build import avatar_opener
from avatar_app.capture import open_source
from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Fit, MotionConfig
from avatar_app.engines.registry import open_engine
from avatar_app.imaging import read_image, resize, write_png
from avatar_app.offline import choose_neutral
from avatar_app.paths import bundled_avatars, bundled_clip
from avatar_app.pipeline import Pipeline
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import RgbImage

FRAMES = (70, 92, 125, 200)
TILE = 224


def main() -> None:
    """Write the sheet: the clip's frames above, a row for each portrait below."""
    assets = Path(__file__).parent.parent
    rows = [_row(read_image(assets / "icon.png"), _driver())]
    rows += [_row(avatar_opener(name)().image, _moved(name)) for name in bundled_avatars()]
    write_png(assets / "example.png", np.vstack(rows))


def _row(first: RgbImage, others: list[RgbImage]) -> RgbImage:
    return np.hstack([resize(picture, (TILE, TILE)) for picture in (first, *others)])


def _driver() -> list[RgbImage]:
    source = open_source(str(bundled_clip()), every_frame=True)
    found = []
    while (frame := source.read()) is not None:
        if frame.index in FRAMES:
            height, width = frame.image.shape[:2]
            left = (width - height) // 2
            found.append(frame.image[:, left : left + height])
    source.close()
    return found


def _moved(name: str) -> list[RgbImage]:
    avatar = avatar_opener(name)()
    engine = open_engine(AppConfig())
    clip = str(bundled_clip())
    tracker = MediaPipeTracker()
    neutral = choose_neutral(lambda: open_source(clip, every_frame=True), tracker, like=avatar.face)
    tracker.close()
    tracker = MediaPipeTracker(smoothing=MotionConfig().smoothing)
    composer = Composer(None, None, fit=Fit.CONTAIN, mirror=False, badge=True)
    pipeline = Pipeline(tracker, composer, calibration=neutral)
    pipeline.use(engine, engine.prepare(avatar, neutral))
    source, found = open_source(clip, every_frame=True), []
    while (frame := source.read()) is not None:
        picture = pipeline.process(frame).image
        if frame.index in FRAMES:
            found.append(picture)
    source.close()
    tracker.close()
    return found


if __name__ == "__main__":
    main()
